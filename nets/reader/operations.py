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
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nets.reader.builder import Builder, Tensor
from nets.reader.errors import NetworkError
from nets.reader.layers import activate

Value = Any
Translate = Callable[..., Value]


class Batch:
    """The number of positions in the batch, which no network may know."""

    def __repr__(self) -> str:
        return "BATCH"


BATCH = Batch()


class Outputs(list[Any]):
    """Several outputs of one call; a plain list is one output, a shape for instance."""


# how the libraries call the parameters, and how the functions below do
PARAMETERS = {
    **dict.fromkeys(
        "input_tensor features values a tensor t input logits inputs value x1 array tensors images data arrays".split(),
        "x",
    ),
    **dict.fromkeys("x2 b other".split(), "y"),
    **dict.fromkeys("perm dims axes".split(), "axes"),
    **dict.fromkeys("paddings pad_width".split(), "pads"),
    **dict.fromkeys("num_or_size_splits indices_or_sections".split(), "sections"),
    **dict.fromkeys("newshape shape target_shape".split(), "shape"),
    **dict.fromkeys("keepdims keep_dims".split(), "keepdims"),
    **dict.fromkeys("clip_value_min x_min min".split(), "low"),
    **dict.fromkeys("clip_value_max x_max max".split(), "high"),
    **dict.fromkeys("slice_spec key".split(), "index"),
    **dict.fromkeys("axis dim".split(), "axis"),
    **dict.fromkeys("multiples repeats".split(), "repeats"),
    **dict.fromkeys("alpha negative_slope".split(), "alpha"),
}
IGNORED = {"name", "dtype", "out_type", "training", "validate_indices", "num", "batch_dims", "mask"}


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


def _tensor(x: Value) -> Tensor:
    if not isinstance(x, Tensor):
        raise NetworkError(f"expected a tensor, found {x!r:.60}")
    return x


def _plain(values: Value) -> Any:
    """Return numbers or lists of numbers as NumPy sees them."""
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise NetworkError(f"expected numbers, found {values!r:.60}")
    return array


# ---------------------------------------------------------------- arithmetic


def _binary(function: str, compute: Callable[[Any, Any], Any], sizes_only: bool = False) -> Translate:
    def operation(b: Builder, x: Value, y: Value) -> Value:
        if sizes_only and (isinstance(x, Tensor) or isinstance(y, Tensor)):
            raise NetworkError(f"{function} of tensors is not understood: it is meant for sizes")
        if isinstance(x, Tensor) and isinstance(y, Tensor):
            if x.rank != y.rank:
                raise NetworkError(
                    f"{function} of tensors of different rank, {x.shape} and {y.shape}: reshape the smaller one first"
                )
            return b.elementwise(function, x, y)
        if isinstance(x, Tensor):
            return b.constant(function, x, _plain(y))
        if isinstance(y, Tensor):
            return b.constant(function, y, _plain(x), side="left")
        if isinstance(x, Batch) or isinstance(y, Batch):
            return BATCH  # a size that depends on the batch: usable as the first size of a shape alone
        result = compute(_plain(x), _plain(y))
        return result.item() if result.ndim == 0 else result

    return operation


def _n_ary_add(b: Builder, x: Value) -> Value:
    return b.elementwise("add", *[_tensor(one) for one in x])


def _unary(function: str, compute: Callable[[Any], Any] | None = None) -> Translate:
    def operation(b: Builder, x: Value) -> Value:
        if isinstance(x, Tensor):
            return b.activation(x, function)
        if compute is None:
            raise NetworkError(f"{function} of {x!r:.60}")
        return compute(_plain(x))

    return operation


def _clip(b: Builder, x: Value, low: Value = None, high: Value = None) -> Value:
    if low is not None:
        x = b.constant("maximum", _tensor(x), _plain(low))
    return b.constant("minimum", _tensor(x), _plain(high)) if high is not None else x


def _activation(function: str) -> Translate:
    def operation(b: Builder, x: Value, old: bool) -> Value:
        # tf.nn and keras.ops have the formulas of Keras 3 in every version
        return activate(b, _tensor(x), {"function": function}, False)

    return operation


def _relu(b: Builder, x: Value, alpha: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Value:
    return b.activation(
        _tensor(x), "relu", negative_slope=float(alpha or 0), threshold=float(threshold or 0), max_value=max_value
    )


def _leaky_relu(b: Builder, x: Value, alpha: float = 0.2) -> Value:
    return b.activation(_tensor(x), "relu", negative_slope=float(alpha), threshold=0.0, max_value=None)


def _elu(b: Builder, x: Value, alpha: float = 1.0) -> Value:
    return b.activation(_tensor(x), "elu", alpha=float(alpha))


def _gelu(b: Builder, x: Value, approximate: bool = False) -> Value:
    return b.activation(_tensor(x), "gelu_tanh" if approximate else "gelu")


def _keras_gelu(b: Builder, x: Value, approximate: bool = True) -> Value:
    return _gelu(b, x, approximate)


def _silu(b: Builder, x: Value, beta: float = 1.0) -> Value:
    if beta in (1, 1.0, None):
        return b.activation(_tensor(x), "silu")
    return b.elementwise("multiply", _tensor(x), b.activation(b.constant("multiply", _tensor(x), beta), "sigmoid"))


def _softmax(b: Builder, x: Value, axis: Any = -1) -> Value:
    x = _tensor(x)
    return b.node("Softmax", x, axes=x.axes(-1 if axis is None else axis))


def _log_softmax(b: Builder, x: Value, axis: Any = -1) -> Value:
    return b.activation(_softmax(b, x, axis), "log")


def _bias_add(b: Builder, x: Value, bias: Value) -> Value:
    return b.constant("add", _tensor(x), _plain(bias))


# ---------------------------------------------------------------- shapes


def _shape(b: Builder, x: Value) -> Value:
    return [BATCH, *_tensor(x).shape] if isinstance(x, Tensor) else list(np.shape(x))


def _rank(b: Builder, x: Value) -> Value:
    return _tensor(x).rank


def _reshape(b: Builder, x: Value, shape: Value) -> Value:
    x = _tensor(x)
    sizes = [int(size) if not isinstance(size, Batch) else BATCH for size in _flat(shape)]
    if not sizes:
        raise NetworkError("a tensor cannot be reshaped to a single number")
    first, rest = sizes[0], sizes[1:]
    if any(isinstance(size, Batch) for size in rest):
        raise NetworkError(f"reshape to {sizes}: the batch must stay the first axis")
    known = math.prod(size for size in rest if size != -1)
    whole = rest.count(-1) == 0 and known == math.prod(x.shape)
    if not (isinstance(first, Batch) or (first == -1 and whole) or (first == 1 and whole)):
        raise NetworkError(
            f"reshape of {x.shape} to {sizes} moves numbers between positions: the batch must stay the first axis"
        )
    return b.reshape(x, rest)


def _flat(shape: Value) -> list[Any]:
    if isinstance(shape, np.ndarray):
        return list(shape.tolist())
    if not isinstance(shape, (list, tuple)):
        raise NetworkError(f"{shape!r:.60} is not a shape")
    return [-1 if size is None else size for size in shape]


def _expand(b: Builder, x: Value, axis: Any = -1) -> Value:
    x = _tensor(x)
    axis = axis[0] if isinstance(axis, (list, tuple)) and len(axis) == 1 else axis
    place = axis % (x.rank + 1)
    if place == 0:
        raise NetworkError("a new axis before the batch is refused: positions must not influence each other")
    return b.reshape(x, (*x.shape[: place - 1], 1, *x.shape[place - 1 :]))


def _squeeze(b: Builder, x: Value, axis: Any = None) -> Value:
    x = _tensor(x)
    axes = x.axes(axis) if axis not in (None, []) else [i + 1 for i, size in enumerate(x.shape) if size == 1]
    if any(x.shape[place - 1] != 1 for place in axes):
        raise NetworkError(f"squeeze of {x.shape} along {axes}")
    return b.reshape(x, [size for place, size in enumerate(x.shape, start=1) if place not in axes])


def _transpose(b: Builder, x: Value, axes: Value = None) -> Value:
    x = _tensor(x)
    return b.permute(x, [axis % x.rank for axis in (list(range(x.rank))[::-1] if axes is None else axes)])


def _swap_axes(b: Builder, x: Value, axis1: int, axis2: int) -> Value:
    axes = list(range(_tensor(x).rank))
    first, second = x.axis(axis1), x.axis(axis2)
    axes[first], axes[second] = second, first
    return b.permute(x, axes)


def _flatten(b: Builder, x: Value) -> Value:
    return b.reshape(_tensor(x), [-1])


def _getitem(b: Builder, x: Value, index: Value) -> Value:
    entries = list(index) if isinstance(index, (list, tuple)) else [index]
    if not isinstance(x, Tensor):
        if isinstance(x, list):
            return x[entries[0]]
        return _plain(x)[tuple(entries)]
    if Ellipsis in entries:
        place = entries.index(Ellipsis)
        missing = x.rank - sum(entry is not None for entry in entries) + 1
        entries[place : place + 1] = [slice(None)] * missing
    shape: list[int] = []
    axis = 0
    y = x
    for entry in entries:
        if entry is None:
            if axis == 0:
                raise NetworkError("a new axis before the batch is refused")
            shape.append(1)
            continue
        if axis == 0:
            if (
                not isinstance(entry, slice)
                or entry != slice(None)
                and entry not in (slice(None, None, 1), slice(0, None, None))
            ):
                raise NetworkError("taking single positions out of the batch is refused")
        elif isinstance(entry, slice):
            start, stop, step = entry.indices(x.shape[axis - 1])
            y = _stride(b, y, axis, start, stop, step)
            shape.append(y.shape[axis - 1])
        else:
            place = int(entry) % x.shape[axis - 1]
            y = b.slice(y, axis, place, place + 1)
        axis += 1
    return b.reshape(y, [*shape, *x.shape[max(axis - 1, 0) :]])


def _stride(b: Builder, x: Tensor, axis: int, start: int, stop: int, step: int) -> Tensor:
    if step < 0:
        raise NetworkError("reversing an axis is not understood")
    return b.slice(x, axis, start, max(stop, start), step)


def _strided_slice(b: Builder, x: Value, begin: Value, size: Value) -> Value:
    x = _tensor(x)
    y = x
    for axis, (start, count) in enumerate(zip(_flat(begin), _flat(size), strict=True)):
        if axis:
            y = b.slice(y, axis, start, x.shape[axis - 1] if count == -1 else start + count)
        elif start != 0:
            raise NetworkError("taking single positions out of the batch is refused")
    return y


def _take(b: Builder, x: Value, indices: Value, axis: Any = None) -> Value:
    x = _tensor(x)
    place = x.axis(axis if axis is not None else 1)
    chosen = _plain(indices)
    parts = [b.slice(x, place, int(i) % x.shape[place - 1], int(i) % x.shape[place - 1] + 1) for i in chosen.ravel()]
    joined = b.node("Concatenate", *parts, axis=place) if len(parts) > 1 else parts[0]
    if chosen.ndim:
        return joined
    return b.reshape(joined, [size for i, size in enumerate(joined.shape, start=1) if i != place])


# ---------------------------------------------------------------- joining and splitting


def _concatenate(b: Builder, x: Value, axis: int = -1) -> Value:
    tensors = list(x)
    if not any(isinstance(one, Tensor) for one in tensors):
        return [entry for one in tensors for entry in _flat(one if isinstance(one, (list, np.ndarray)) else [one])]
    first = _tensor(tensors[0])
    return b.node("Concatenate", *[_tensor(one) for one in tensors], axis=first.axis(axis))


def _split(b: Builder, x: Value, sections: Value, axis: int = 0) -> Value:
    x = _tensor(x)
    place = x.axis(axis)
    size = x.shape[place - 1]
    if isinstance(sections, int):
        if sections < 1 or size % sections:
            raise NetworkError(f"{size} channels cannot be split into {sections} equal parts")
        sizes = [size // sections] * sections
    else:
        sizes = [int(one) for one in _flat(sections)]
        if sizes.count(-1) == 1:
            sizes[sizes.index(-1)] = size - sum(sizes) - 1
    if sum(sizes) != size:
        raise NetworkError(f"parts of sizes {sizes} do not add up to {size}")
    ends = np.cumsum(sizes).tolist()
    return Outputs(b.slice(x, place, end - part, end) for part, end in zip(sizes, ends, strict=True))


def _keras_split(b: Builder, x: Value, sections: Value, axis: int = 0) -> Value:
    """keras.ops.split takes the places of the cuts where TensorFlow takes sizes."""
    if isinstance(sections, (list, tuple)):
        cuts = [0, *[int(one) for one in sections], _tensor(x).shape[x.axis(axis) - 1]]
        sections = [after - before for before, after in zip(cuts, cuts[1:], strict=False)]
    return _split(b, x, sections, axis)


def _stack(b: Builder, x: Value, axis: int = 0) -> Value:
    if not any(isinstance(one, Tensor) for one in x):
        return list(x)
    rank = _tensor(x[0]).rank + 1
    place = axis % rank
    return b.node("Concatenate", *[_expand(b, one, place) for one in x], axis=place)


def _unstack(b: Builder, x: Value, axis: int = 0) -> Value:
    place = _tensor(x).axis(axis)
    index: list[Any] = [slice(None)] * place
    return Outputs(_getitem(b, x, [*index, i]) for i in range(x.shape[place - 1]))


def _tile(b: Builder, x: Value, repeats: Value) -> Value:
    return b.node("Tile", _tensor(x), repeats=[int(one) for one in _flat(repeats)])


def _repeat(b: Builder, x: Value, repeats: int, axis: int = -1) -> Value:
    x = _tensor(x)
    place = x.axis(axis)
    wide = b.reshape(x, (*x.shape[:place], 1, *x.shape[place:]))
    tiled = b.node("Tile", wide, repeats=[1, *[1] * place, int(repeats), *[1] * (len(x.shape) - place)])
    return b.reshape(tiled, [size * repeats if i == place else size for i, size in enumerate(x.shape, start=1)])


def _broadcast_to(b: Builder, x: Value, shape: Value) -> Value:
    x = _tensor(x)
    target = _flat(shape)[1:]
    return b.node("Tile", x, repeats=[1, *[int(new) // old for new, old in zip(target, x.shape, strict=True)]])


def _pad(b: Builder, x: Value, pads: Value, mode: str = "constant", constant_values: Value = 0) -> Value:
    pairs = [[int(one) for one in (pair if isinstance(pair, (list, tuple)) else [pair, pair])] for pair in pads]
    value = float(constant_values or 0)
    if str(mode).lower() not in ("constant", "reflect", "symmetric", "edge"):
        raise NetworkError(f"padding of mode {mode!r} is not understood")
    return b.node("Pad", _tensor(x), pads=pairs, mode=str(mode).lower(), value=value)


# ---------------------------------------------------------------- reductions and products


def _reduce(function: str) -> Translate:
    def operation(b: Builder, x: Value, axis: Any = None, keepdims: bool = False) -> Value:
        if not isinstance(x, Tensor):
            compute = {"prod": math.prod, "sum": sum, "max": max, "min": min}.get(function)
            if compute is None or any(isinstance(one, Batch) for one in x):
                raise NetworkError(f"{function} of {x!r:.60}")
            return compute(x)
        if axis is None:
            raise NetworkError(f"{function} over all axes mixes the positions of a batch: name the axes")
        return b.reduce(function, x, x.axes(axis), bool(keepdims))

    return operation


def _variance(b: Builder, x: Value, axis: Any = None, keepdims: bool = False) -> Value:
    mean = _reduce("mean")(b, x, axis, True)
    centred = b.elementwise("subtract", x, mean)
    return _reduce("mean")(b, b.elementwise("multiply", centred, centred), axis, keepdims)


def _deviation(b: Builder, x: Value, axis: Any = None, keepdims: bool = False) -> Value:
    return b.activation(_variance(b, x, axis, keepdims), "sqrt")


def _norm(b: Builder, x: Value, ord: Any = "euclidean", axis: Any = None, keepdims: bool = False) -> Value:
    if ord not in ("euclidean", 2, None):
        raise NetworkError(f"a norm of order {ord!r} is not understood")
    square = b.elementwise("multiply", _tensor(x), x)
    return b.activation(_reduce("sum")(b, square, axis, keepdims), "sqrt")


def _l2_normalize(b: Builder, x: Value, axis: Any = None, epsilon: float = 1e-12) -> Value:
    return b.node("UnitNormalization", _tensor(x), axes=x.axes(-1 if axis is None else axis), epsilon=float(epsilon))


def _matmul(b: Builder, x: Value, y: Value, transpose_a: bool = False, transpose_b: bool = False) -> Value:
    left, right = bool(transpose_a), bool(transpose_b)
    if _tensor(x).rank != _tensor(y).rank or x.rank < 3:
        raise NetworkError(f"a product of {x.shape} and {y.shape} is not understood")
    return b.node("MatMul", x, y, transpose_left=left, transpose_right=right)


def _same(b: Builder, x: Value, rate: Value = None, message: Value = None, shape: Value = None) -> Value:
    return x


def _space_to_depth(b: Builder, x: Value, block_size: int, data_format: str = "NHWC") -> Value:
    (rows, columns, channels), n = _tensor(x).shape, int(block_size)
    y = b.permute(b.reshape(x, (rows // n, n, columns // n, n, channels)), [0, 1, 3, 2, 4, 5])
    return b.reshape(y, (rows // n, columns // n, n * n * channels))


def _depth_to_space(b: Builder, x: Value, block_size: int, data_format: str = "NHWC") -> Value:
    (rows, columns, channels), n = _tensor(x).shape, int(block_size)
    y = b.permute(b.reshape(x, (rows, columns, n, n, channels // (n * n))), [0, 1, 3, 2, 4, 5])
    return b.reshape(y, (rows * n, columns * n, channels // (n * n)))


def _rows(*rows: tuple[str, Translate]) -> dict[str, Translate]:
    return {name: function for names, function in rows for name in names.split()}


OPERATIONS: dict[str, Translate] = _rows(
    # arithmetic: names of TensorFlow, then of keras.ops
    ("math.add __operators__.add add __operators__.radd Add", _binary("add", np.add)),
    ("math.subtract subtract __operators__.sub __operators__.rsub Subtract", _binary("subtract", np.subtract)),
    ("math.multiply multiply __operators__.mul __operators__.rmul Multiply", _binary("multiply", np.multiply)),
    (
        "math.divide math.truediv divide truediv realdiv __operators__.truediv Divide TrueDivide",
        _binary("divide", np.divide),
    ),
    ("math.divide_no_nan", _binary("divide", np.divide)),
    ("math.floordiv floordiv __operators__.floordiv FloorDivide", _binary("floor division", np.floor_divide, True)),
    ("math.floormod math.mod __operators__.mod Mod", _binary("modulo", np.mod, True)),
    ("math.pow pow __operators__.pow Power", _binary("power", np.power)),
    ("math.maximum maximum Maximum", _binary("maximum", np.maximum)),
    ("math.minimum minimum Minimum", _binary("minimum", np.minimum)),
    ("math.squared_difference", _binary("squared_difference", lambda x, y: (x - y) ** 2)),
    ("math.add_n add_n", _n_ary_add),
    ("nn.bias_add", _bias_add),
    ("math.negative negative __operators__.neg Negative", _unary("negative", np.negative)),
    ("math.abs abs Absolute Abs", _unary("abs", np.abs)),
    ("math.exp exp Exp", _unary("exponential", np.exp)),
    ("math.log Log", _unary("log", np.log)),
    ("math.sqrt sqrt Sqrt", _unary("sqrt", np.sqrt)),
    ("math.rsqrt Rsqrt", _unary("rsqrt", lambda x: 1 / np.sqrt(x))),
    ("math.square square Square", _unary("square", np.square)),
    ("math.sign sign Sign", _unary("sign", np.sign)),
    ("math.sin sin Sin", _unary("sin", np.sin)),
    ("math.cos cos Cos", _unary("cos", np.cos)),
    ("math.erf Erf", _unary("erf")),
    ("math.reciprocal Reciprocal", _unary("reciprocal", np.reciprocal)),
    ("clip_by_value Clip", _clip),
    # activations
    ("nn.relu Relu", _relu),
    ("keras.activations.relu keras.backend.relu", _relu),
    ("nn.relu6 Relu6", _activation("relu6")),
    ("nn.leaky_relu LeakyRelu", _leaky_relu),
    ("nn.elu Elu", _elu),
    ("nn.selu Selu", _activation("selu")),
    ("nn.gelu", _gelu),
    ("Gelu", _keras_gelu),
    ("nn.silu nn.swish Silu", _silu),
    ("math.sigmoid nn.sigmoid sigmoid Sigmoid", _activation("sigmoid")),
    ("math.tanh nn.tanh tanh Tanh", _activation("tanh")),
    ("math.softplus nn.softplus Softplus", _activation("softplus")),
    ("math.softsign nn.softsign Softsign", _activation("softsign")),
    ("math.log_sigmoid LogSigmoid", _activation("log_sigmoid")),
    ("HardSigmoid", _activation("hard_sigmoid")),
    ("HardSilu HardSwish", _activation("hard_silu")),
    ("HardTanh", _activation("hard_tanh")),
    ("Mish", _activation("mish")),
    ("SquarePlus Squareplus", _activation("squareplus")),
    ("nn.softmax math.softmax Softmax", _softmax),
    ("nn.log_softmax LogSoftmax", _log_softmax),
    # shapes
    ("shape compat.v1.shape Shape", _shape),
    ("rank", _rank),
    ("reshape Reshape", _reshape),
    ("expand_dims ExpandDims", _expand),
    ("squeeze Squeeze", _squeeze),
    ("transpose linalg.matrix_transpose Transpose", _transpose),
    ("Swapaxes", _swap_axes),
    ("keras.backend.flatten keras.backend.batch_flatten", _flatten),
    ("__operators__.getitem getitem GetItem", _getitem),
    ("slice", _strided_slice),
    ("gather Take", _take),
    # joining and splitting
    ("concat concatenate Concatenate", _concatenate),
    ("split", _split),
    ("Split", _keras_split),
    ("stack Stack", _stack),
    ("unstack Unstack", _unstack),
    ("tile Tile", _tile),
    ("repeat Repeat", _repeat),
    ("broadcast_to BroadcastTo", _broadcast_to),
    ("pad Pad", _pad),
    ("nn.space_to_depth", _space_to_depth),
    ("nn.depth_to_space", _depth_to_space),
    # reductions and products
    ("math.reduce_mean reduce_mean keras.backend.mean Mean", _reduce("mean")),
    ("math.reduce_max reduce_max keras.backend.max Max Amax", _reduce("max")),
    ("math.reduce_min reduce_min keras.backend.min Min Amin", _reduce("min")),
    ("math.reduce_sum reduce_sum keras.backend.sum Sum", _reduce("sum")),
    ("math.reduce_prod reduce_prod keras.backend.prod Prod", _reduce("prod")),
    ("math.reduce_variance Var", _variance),
    ("math.reduce_std Std", _deviation),
    ("norm linalg.norm Norm", _norm),
    ("math.l2_normalize linalg.l2_normalize nn.l2_normalize", _l2_normalize),
    ("linalg.matmul matmul Matmul", _matmul),
    # nothing at inference
    ("identity stop_gradient cast Cast StopGradient convert_to_tensor nn.dropout debugging.check_numerics", _same),
    ("keras.backend.identity ensure_shape", _same),
)
