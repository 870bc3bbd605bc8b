"""Recorded operations: calls of tf.* and keras.ops.* that a functional network holds between its layers.

Keras 2 stores them as layers `TFOpLambda` and `SlicingOpLambda` with the name of the function, Keras 3 under the class
name of the operation. `OPERATIONS` has one row for each meaning: all names under which it is written, and the function
that translates it. The arguments arrive under the names of `PARAMETERS`, whatever the library called them.

Shapes and numbers that the network computes along the way (`tf.shape(x)[1] * 2`) are computed here; the size of the
batch is the symbol `BATCH`.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Sequence

import numpy as np

from nets.reader import recorded_arithmetic as compute
from nets.reader import recorded_choices as choices
from nets.reader import recorded_images as images
from nets.reader import recorded_joining as joining
from nets.reader import recorded_reductions as sums
from nets.reader import recorded_shapes as shapes
from nets.reader.builder import Builder
from nets.reader.errors import NetworkError
from nets.reader.recorded_values import Translate, Value

# how the libraries call the parameters, and how the functions that translate do
_CALLED = {
    "x": "input_tensor features values a tensor t input logits inputs value x1 array tensors images data arrays",
    "y": "x2 b other",
    "axes": "perm dims",
    "pads": "paddings pad_width",
    "sections": "num_or_size_splits indices_or_sections",
    "shape": "newshape target_shape",
    "keepdims": "keep_dims",
    "low": "clip_value_min x_min min",
    "high": "clip_value_max x_max max",
    "index": "slice_spec key",
    "axis": "dim",
    "equation": "subscripts",
    "shift": "shifts",
    "repeats": "multiples",
    "alpha": "negative_slope",
    "ksize": "pool_size",
    "filter": "filters kernel",
    "dilations": "rate dilation_rate",
    "method": "interpolation",
}
PARAMETERS = {name: ours for ours, names in _CALLED.items() for name in names.split()}
IGNORED = {
    "name",
    "dtype",
    "out_type",
    "training",
    "validate_indices",
    "num",
    "batch_dims",
    "mask",
    "use_cudnn_on_gpu",
} | {"fill_mode", "fill_value"}


def translate(builder: Builder, function: str, args: Sequence[Value], kwargs: dict[str, Value], old: bool) -> Value:
    """Translate one recorded call.

    Args:
        builder: takes the nodes.
        function: the name in the file: `math.reduce_mean`, `Mean` ...
        args: positional arguments, tensors already resolved.
        kwargs: keyword arguments.
        old: whether Keras 2 wrote the file.

    Raises:
        NetworkError: when the operation or one of its arguments is not understood.
    """
    row = OPERATIONS.get(function) or OPERATIONS.get(function.removeprefix("compat.v1.").removeprefix("raw_ops."))
    if row is None:
        raise NetworkError(
            f"the recorded operation {function!r} is not understood: replace it by a layer of Keras "
            "(Concatenate, Reshape, Permute, Multiply, Add, Activation, GlobalAveragePooling2D ...)"
        )
    named = {PARAMETERS.get(key, key): value for key, value in kwargs.items() if key not in IGNORED}
    if "x" in named and args:  # e.g. math.subtract(constant, x=...) written with the tensor as keyword
        args = [*args, named.pop("x")]
    accepted = inspect.signature(row).parameters
    if "old" in accepted:
        named["old"] = old
    dropped = [key for key, value in named.items() if key not in accepted and value not in (None, False)]
    if dropped:
        raise NetworkError(f"{function}: the argument {dropped[0]}={named[dropped[0]]!r:.60} is not understood")
    named = {key: value for key, value in named.items() if key in accepted}
    try:
        bound = inspect.signature(row).bind(builder, *args, **named)
    except TypeError as error:
        raise NetworkError(f"{function}: {error}") from error
    try:
        return row(*bound.args, **bound.kwargs)
    except (TypeError, ValueError, AttributeError, IndexError, ZeroDivisionError, OverflowError) as error:
        raise NetworkError(f"{function}: arguments are not understood ({error})") from error


def _rows(*rows: tuple[str, Translate]) -> dict[str, Translate]:
    return {name: function for names, function in rows for name in names.split()}


OPERATIONS: dict[str, Translate] = _rows(
    # arithmetic: names of TensorFlow, then of keras.ops
    ("math.add __operators__.add add __operators__.radd Add", compute.binary("add", np.add)),
    ("math.subtract subtract __operators__.sub __operators__.rsub Subtract", compute.binary("subtract", np.subtract)),
    (
        "math.multiply math.scalar_mul multiply __operators__.mul __operators__.rmul Multiply",
        compute.binary("multiply", np.multiply),
    ),
    (
        "math.divide math.truediv divide truediv realdiv __operators__.truediv Divide TrueDivide",
        compute.binary("divide", np.divide),
    ),
    ("math.divide_no_nan DivideNoNan", choices.divide_or_zero),
    (
        "math.floordiv floordiv floor_div __operators__.floordiv FloorDivide",
        compute.binary("floor division", np.floor_divide, True),
    ),
    ("math.floormod math.mod __operators__.mod Mod", compute.binary("modulo", np.mod, True)),
    ("math.pow pow __operators__.pow Power", compute.binary("power", np.power)),
    ("math.maximum maximum Maximum", compute.binary("maximum", np.maximum)),
    ("math.minimum minimum Minimum", compute.binary("minimum", np.minimum)),
    ("math.squared_difference", compute.binary("squared_difference", lambda x, y: (x - y) ** 2)),
    ("math.add_n add_n", compute.n_ary_add),
    ("nn.bias_add", compute.bias_add),
    ("math.negative negative __operators__.neg Negative", compute.unary("negative", np.negative)),
    ("math.abs abs Absolute Abs", compute.unary("abs", np.abs)),
    ("math.exp exp Exp", compute.unary("exponential", np.exp)),
    ("math.log Log", compute.unary("log", np.log)),
    ("math.sqrt sqrt Sqrt", compute.unary("sqrt", np.sqrt)),
    ("math.rsqrt Rsqrt", compute.unary("rsqrt", lambda x: 1 / np.sqrt(x))),
    ("math.square square Square", compute.unary("square", np.square)),
    ("math.sign sign Sign", compute.unary("sign", np.sign)),
    ("math.sin sin Sin", compute.unary("sin", np.sin)),
    ("math.cos cos Cos", compute.unary("cos", np.cos)),
    ("math.erf Erf", compute.unary("erf")),
    ("math.reciprocal Reciprocal", compute.unary("reciprocal", np.reciprocal)),
    ("math.log1p Log1p", compute.composed(("add", 1.0), ("log", None))),
    ("math.expm1 Expm1", compute.composed(("exponential", None), ("subtract", 1.0))),
    ("Log2", compute.composed(("log", None), ("divide", math.log(2)))),
    ("Log10", compute.composed(("log", None), ("divide", math.log(10)))),
    ("math.sinh Sinh", compute.hyperbolic(-1)),
    ("math.cosh Cosh", compute.hyperbolic(1)),
    ("math.tan Tan", compute.tangent),
    ("math.floor floor Floor", compute.unary("floor", np.floor)),
    ("math.ceil Ceil", compute.unary("ceil", np.ceil)),
    ("math.round round math.rint Round", compute.unary("round", np.round)),
    ("Logaddexp", compute.add_exponentials),
    ("math.cumsum cumsum Cumsum", sums.cumulative_sum),
    ("clip_by_value Clip", compute.clip),
    # comparisons and choices
    ("math.greater greater __operators__.gt Greater", choices.greater),
    ("math.less less __operators__.lt Less", choices.less),
    ("math.greater_equal greater_equal __operators__.ge GreaterEqual", choices.opposite(choices.less)),
    ("math.less_equal less_equal __operators__.le LessEqual", choices.opposite(choices.greater)),
    ("math.equal equal __operators__.eq Equal", choices.opposite(choices.differs)),
    ("math.not_equal not_equal __operators__.ne NotEqual", choices.differs),
    ("math.logical_and logical_and __operators__.and LogicalAnd", compute.binary("multiply", np.multiply)),
    ("math.logical_or logical_or __operators__.or LogicalOr", choices.logical_or),
    ("math.logical_xor LogicalXor", choices.differs),
    ("math.logical_not logical_not __operators__.invert LogicalNot", choices.logical_not),
    ("where where_v2 Where", choices.where),
    # activations
    ("nn.relu Relu", compute.relu),
    ("keras.activations.relu keras.backend.relu", compute.relu),
    ("nn.relu6 Relu6", compute.activation("relu6")),
    ("nn.leaky_relu LeakyRelu", compute.leaky_relu),
    ("nn.elu Elu", compute.elu),
    ("nn.selu Selu", compute.activation("selu")),
    ("nn.gelu", compute.gelu),
    ("Gelu", compute.keras_gelu),
    ("nn.silu nn.swish Silu", compute.silu),
    ("math.sigmoid nn.sigmoid sigmoid Sigmoid", compute.activation("sigmoid")),
    ("math.tanh nn.tanh tanh Tanh", compute.activation("tanh")),
    ("math.softplus nn.softplus Softplus", compute.activation("softplus")),
    ("math.softsign nn.softsign Softsign", compute.activation("softsign")),
    ("math.log_sigmoid LogSigmoid", compute.activation("log_sigmoid")),
    ("HardSigmoid", compute.activation("hard_sigmoid")),
    ("HardSilu HardSwish", compute.activation("hard_silu")),
    ("HardTanh", compute.activation("hard_tanh")),
    ("Mish", compute.activation("mish")),
    ("TanhShrink", compute.activation("tanh_shrink")),
    ("SparsePlus", compute.activation("sparse_plus")),
    ("Celu", compute.celu),
    ("SquarePlus Squareplus", compute.squareplus),
    ("SoftShrink", compute.soft_shrink),
    ("nn.softmax math.softmax Softmax", compute.softmax),
    ("nn.log_softmax LogSoftmax", compute.log_softmax),
    # shapes
    ("shape compat.v1.shape Shape", shapes.shape),
    ("rank", shapes.rank),
    ("reshape Reshape", shapes.reshape),
    ("expand_dims ExpandDims", shapes.expand),
    ("squeeze Squeeze", shapes.squeeze),
    ("transpose linalg.matrix_transpose Transpose", shapes.transpose),
    ("Swapaxes", shapes.swap_axes),
    ("keras.backend.flatten keras.backend.batch_flatten", shapes.flatten),
    ("__operators__.getitem getitem GetItem", shapes.getitem),
    ("slice", shapes.strided_slice),
    ("gather Take", shapes.take),
    ("Moveaxis", shapes.move_axis),
    ("zeros", joining.filled(0.0)),
    ("ones", joining.filled(1.0)),
    ("fill", joining.fill),
    # boards as images
    ("image.flip_left_right", images.mirrored(2)),
    ("image.flip_up_down", images.mirrored(1)),
    ("image.rot90", images.turned),
    ("Rot90", images.keras_turned),
    ("image.transpose", images.transposed),
    ("image.central_crop", images.centre),
    ("image.crop_to_bounding_box", images.cropped),
    ("image.resize_with_crop_or_pad", images.cropped_or_padded),
    ("image.extract_patches", images.patches),
    ("image.resize Resize", images.resize),
    ("nn.max_pool nn.max_pool2d MaxPool", images.pool("max")),
    ("nn.avg_pool nn.avg_pool2d AveragePool", images.pool("average")),
    ("nn.pool", images.any_pool),
    ("nn.conv2d", images.convolution),
    ("nn.depthwise_conv2d", images.depthwise),
    ("Conv", images.convolution),
    ("DepthwiseConv", images.depthwise),
    ("nn.local_response_normalization nn.lrn", sums.local_response),
    # joining and splitting
    ("concat concatenate Concatenate", joining.concatenate),
    ("split", joining.split),
    ("Split", joining.keras_split),
    ("stack Stack", joining.stack),
    ("unstack Unstack", joining.unstack),
    ("tile Tile", joining.tile),
    ("repeat Repeat", joining.repeat),
    ("broadcast_to BroadcastTo", joining.broadcast_to),
    ("pad Pad", shapes.pad),
    ("roll Roll", shapes.roll),
    ("reverse Flip", shapes.reverse),
    ("nn.space_to_depth", images.space_to_depth),
    ("nn.depth_to_space", images.depth_to_space),
    # reductions and products
    ("math.reduce_mean reduce_mean keras.backend.mean Mean", sums.reduce("mean")),
    ("math.reduce_max reduce_max keras.backend.max Max Amax", sums.reduce("max")),
    ("math.reduce_min reduce_min keras.backend.min Min Amin", sums.reduce("min")),
    ("math.reduce_sum reduce_sum keras.backend.sum Sum", sums.reduce("sum")),
    ("math.reduce_prod reduce_prod keras.backend.prod Prod", sums.reduce("prod")),
    ("math.reduce_variance Var", sums.variance),
    ("math.reduce_std Std", sums.deviation),
    ("math.reduce_any reduce_any Any", sums.reduce("max")),
    ("math.reduce_all reduce_all All", sums.reduce("min")),
    ("Average", sums.average),
    ("Moments", sums.moments),
    ("DotProductAttention", sums.dot_product_attention),
    ("norm linalg.norm math.reduce_euclidean_norm Norm", sums.norm),
    ("math.l2_normalize linalg.l2_normalize nn.l2_normalize", sums.l2_normalize),
    ("normalize Normalize", sums.normalize),
    ("linalg.matmul matmul Matmul", sums.matmul),
    ("Dot", sums.dot),
    ("einsum linalg.einsum Einsum", sums.einsum),
    ("tensordot Tensordot", sums.tensordot),
    ("math.is_finite Isfinite", sums.is_finite),
    ("zeros_like ZerosLike", compute.zeros_like),
    ("ones_like OnesLike", compute.ones_like),
    ("nn.crelu", compute.crelu),
    ("math.reduce_logsumexp Logsumexp", sums.log_sum_exp),
    # nothing at inference
    (
        "identity stop_gradient cast Cast StopGradient convert_to_tensor nn.dropout debugging.check_numerics",
        shapes.same,
    ),
    ("keras.backend.identity ensure_shape", shapes.same),
)
