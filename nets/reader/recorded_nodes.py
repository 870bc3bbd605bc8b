"""Nodes of TensorFlow's graph, as tf.keras 2.2 to 2.4 (TensorFlow 1.14 to 2.3) recorded calls of tf.*.

The layer `TensorFlowOpLayer` holds the node's operation and attributes, and those of its inputs that are numbers.
`NODES` names for each operation the call of `nets.reader.operations` that means the same, its inputs in order and the
attributes that matter; the call is then translated like any other.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from nets.reader.builder import Builder
from nets.reader.errors import NetworkError
from nets.reader.operations import translate
from nets.reader.recorded_values import Value, numbers

# operation: (the call that means the same, its inputs in order, {attribute: argument})
# "*x" takes all inputs that the other names leave
NODES: dict[str, tuple[str, str, dict[str, str]]] = {
    "Add": ("math.add", "x y", {}),
    "AddV2": ("math.add", "x y", {}),
    "AddN": ("math.add_n", "*x", {}),
    "BiasAdd": ("math.add", "x y", {}),
    "Sub": ("math.subtract", "x y", {}),
    "Mul": ("math.multiply", "x y", {}),
    "RealDiv": ("math.divide", "x y", {}),
    "Div": ("math.divide", "x y", {}),
    "DivNoNan": ("math.divide_no_nan", "x y", {}),
    "FloorDiv": ("math.floordiv", "x y", {}),
    "FloorMod": ("math.floormod", "x y", {}),
    "Pow": ("math.pow", "x y", {}),
    "Maximum": ("math.maximum", "x y", {}),
    "Minimum": ("math.minimum", "x y", {}),
    "SquaredDifference": ("math.squared_difference", "x y", {}),
    "Neg": ("math.negative", "x", {}),
    "Inv": ("math.reciprocal", "x", {}),
    **{
        kind: (f"math.{kind.lower()}", "x", {})
        for kind in (
            *("Abs", "Exp", "Log", "Sqrt", "Rsqrt", "Square", "Sign", "Sin", "Cos", "Erf", "Reciprocal"),
            *("Log1p", "Expm1", "Sinh", "Cosh", "Tan", "Sigmoid", "Tanh", "Softplus", "Floor", "Ceil"),
        )
    },
    "Rint": ("math.round", "x", {}),
    "Round": ("math.round", "x", {}),
    "ClipByValue": ("clip_by_value", "x low high", {}),
    "Cumsum": ("math.cumsum", "x axis", {"exclusive": "exclusive", "reverse": "reverse"}),
    "Greater": ("math.greater", "x y", {}),
    "GreaterEqual": ("math.greater_equal", "x y", {}),
    "Less": ("math.less", "x y", {}),
    "LessEqual": ("math.less_equal", "x y", {}),
    "Equal": ("math.equal", "x y", {}),
    "NotEqual": ("math.not_equal", "x y", {}),
    "IsFinite": ("math.is_finite", "x", {}),
    "LogicalAnd": ("math.logical_and", "x y", {}),
    "LogicalOr": ("math.logical_or", "x y", {}),
    "LogicalNot": ("math.logical_not", "x", {}),
    "Select": ("where", "condition x y", {}),
    "SelectV2": ("where", "condition x y", {}),
    "Relu": ("nn.relu", "x", {}),
    "Relu6": ("nn.relu6", "x", {}),
    "LeakyRelu": ("nn.leaky_relu", "x", {"alpha": "alpha"}),
    "Elu": ("nn.elu", "x", {}),
    "Selu": ("nn.selu", "x", {}),
    "Softsign": ("nn.softsign", "x", {}),
    "Softmax": ("nn.softmax", "x", {}),
    "LogSoftmax": ("nn.log_softmax", "x", {}),
    "LRN": (
        "nn.local_response_normalization",
        "x",
        {"depth_radius": "depth_radius", "bias": "bias", "alpha": "alpha", "beta": "beta"},
    ),
    "Shape": ("shape", "x", {}),
    "Rank": ("rank", "x", {}),
    "Reshape": ("reshape", "x shape", {}),
    "ExpandDims": ("expand_dims", "x axis", {}),
    "Squeeze": ("squeeze", "x", {"squeeze_dims": "axis"}),
    "Transpose": ("transpose", "x axes", {}),
    "Slice": ("slice", "x begin size", {}),
    "GatherV2": ("gather", "x indices axis", {}),
    "Pack": ("stack", "*x", {"axis": "axis"}),
    "Unpack": ("unstack", "x", {"axis": "axis"}),
    "ConcatV2": ("concat", "*x axis", {}),
    "Split": ("split", "axis x", {"num_split": "sections"}),
    "SplitV": ("split", "x sections axis", {}),
    "Tile": ("tile", "x repeats", {}),
    "BroadcastTo": ("broadcast_to", "x shape", {}),
    "Fill": ("fill", "shape x", {}),
    "ZerosLike": ("zeros_like", "x", {}),
    "OnesLike": ("ones_like", "x", {}),
    "Pad": ("pad", "x pads", {}),
    "PadV2": ("pad", "x pads constant_values", {}),
    "MirrorPad": ("pad", "x pads", {"mode": "mode"}),
    "Roll": ("roll", "x shift axis", {}),
    "ReverseV2": ("reverse", "x axis", {}),
    "SpaceToDepth": ("nn.space_to_depth", "x", {"block_size": "block_size", "data_format": "data_format"}),
    "DepthToSpace": ("nn.depth_to_space", "x", {"block_size": "block_size", "data_format": "data_format"}),
    "Mean": ("math.reduce_mean", "x axis", {"keep_dims": "keepdims"}),
    "Max": ("math.reduce_max", "x axis", {"keep_dims": "keepdims"}),
    "Min": ("math.reduce_min", "x axis", {"keep_dims": "keepdims"}),
    "Sum": ("math.reduce_sum", "x axis", {"keep_dims": "keepdims"}),
    "Prod": ("math.reduce_prod", "x axis", {"keep_dims": "keepdims"}),
    "Any": ("math.reduce_any", "x axis", {"keep_dims": "keepdims"}),
    "All": ("math.reduce_all", "x axis", {"keep_dims": "keepdims"}),
    "EuclideanNorm": ("norm", "x axis", {"keep_dims": "keepdims"}),
    "MatMul": ("linalg.matmul", "x y", {"transpose_a": "transpose_a", "transpose_b": "transpose_b"}),
    "BatchMatMul": ("linalg.matmul", "x y", {"adj_x": "transpose_a", "adj_y": "transpose_b"}),
    "BatchMatMulV2": ("linalg.matmul", "x y", {"adj_x": "transpose_a", "adj_y": "transpose_b"}),
    "Einsum": ("linalg.einsum", "*x", {"equation": "equation"}),
    **{
        kind: (name, "x", {"ksize": "ksize", "strides": "strides", "padding": "padding", "data_format": "data_format"})
        for kind, name in (("MaxPool", "nn.max_pool"), ("AvgPool", "nn.avg_pool"))
    },
    **{
        kind: (
            name,
            "x filter",
            {"strides": "strides", "padding": "padding", "data_format": "data_format", "dilations": "dilations"},
        )
        for kind, name in (("Conv2D", "nn.conv2d"), ("DepthwiseConv2dNative", "nn.depthwise_conv2d"))
    },
    "ExtractImagePatches": (
        "image.extract_patches",
        "x",
        {"ksizes": "sizes", "strides": "strides", "rates": "rates", "padding": "padding"},
    ),
    "ResizeBilinear": ("image.resize", "x size", {}),
    "ResizeNearestNeighbor": ("image.resize", "x size", {}),
    "Identity": ("identity", "x", {}),
    "StopGradient": ("stop_gradient", "x", {}),
    "Cast": ("cast", "x", {}),
    "EnsureShape": ("ensure_shape", "x", {}),
}


def translate_node(builder: Builder, config: dict[str, Any], args: list[Value]) -> Value:
    """Translate the node of a `TensorFlowOpLayer`.

    Args:
        builder: takes the nodes.
        config: the layer's options: the node and those of its inputs that are numbers.
        args: its other inputs: one, or a list of them.

    Raises:
        NetworkError: when the operation or one of its attributes is not understood.
    """
    node, constants = config["node_def"], dict(config.get("constants") or {})
    if isinstance(node, str):
        try:
            node = json.loads(node)
        except ValueError as error:
            raise NetworkError(
                "a recorded operation in the binary form of TensorFlow 1.14 to 2.1 is not understood: load the network "
                "in TensorFlow 2.2 or later and save it again"
            ) from error
    kind = str(node["op"])
    if kind not in NODES and kind != "StridedSlice":
        raise NetworkError(
            f"the recorded operation {kind!r} is not understood: replace it by a layer of Keras "
            "(Concatenate, Reshape, Permute, Multiply, Add, Activation, GlobalAveragePooling2D ...)"
        )
    count = sum(not str(name).startswith("^") for name in node.get("input") or [])  # ^ names what must run before
    alone = count - len(constants) == 1
    waiting = iter(args if alone or len(args) > 1 else args[0])
    inputs = [constants[str(place)] if str(place) in constants else next(waiting) for place in range(count)]
    attributes = {key: _plain(value) for key, value in (node.get("attr") or {}).items()}
    if kind == "StridedSlice":
        return translate(builder, "getitem", [inputs[0], _index(inputs[1:], attributes)], {}, True)
    function, names, wanted = NODES[kind]
    arguments: dict[str, Value] = {}
    for number, name in enumerate(names.split()):
        if name.startswith("*"):
            after = len(names.split()) - number - 1
            arguments[name[1:]] = inputs[number : len(inputs) - after]
            inputs = [*inputs[: number + 1], *inputs[len(inputs) - after :]]
        elif number < len(inputs):
            arguments[name] = inputs[number]
    arguments |= {name: attributes[key] for key, name in wanted.items() if key in attributes}
    if kind.startswith("Resize"):
        if not attributes.get("half_pixel_centers"):
            raise NetworkError(f"{kind} without half_pixel_centers is not understood: use the layer UpSampling2D")
        arguments["method"] = "bilinear" if kind == "ResizeBilinear" else "nearest"
    if function == "linalg.einsum":
        return translate(builder, function, arguments.pop("x"), arguments, True)
    return translate(builder, function, [], arguments, True)


def _plain(attribute: Any) -> Any:
    """Return the value of a node's attribute as a plain number, word, truth or list of numbers."""
    if not isinstance(attribute, dict) or len(attribute) != 1:
        return None
    ((kind, value),) = attribute.items()
    if kind == "i":
        return int(value)
    if kind == "f":
        return float(value)
    if kind == "b":
        return bool(value)
    if kind == "s":  # bytes, which JSON holds in base64
        return _word(value)
    if kind == "list" and isinstance(value, dict):
        return [int(entry) for entry in value.get("i", [])]
    return None


def _word(text: Any) -> str:
    try:
        return base64.b64decode(str(text), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise NetworkError(f"the attribute {text!r:.40} of a recorded operation is not understood") from error


def _index(parts: list[Value], attributes: dict[str, Any]) -> list[Any]:
    """Return the index that a StridedSlice's begin, end, strides and bit masks mean."""
    begin, end, strides = (numbers(part).tolist() for part in parts)
    masks = {
        key: int(attributes.get(f"{key}_mask") or 0) for key in ("begin", "end", "ellipsis", "new_axis", "shrink_axis")
    }
    index: list[Any] = []
    for place, (start, stop, step) in enumerate(zip(begin, end, strides, strict=True)):
        bit = 1 << place
        if masks["ellipsis"] & bit:
            index.append(Ellipsis)
        elif masks["new_axis"] & bit:
            index.append(None)
        elif masks["shrink_axis"] & bit:
            index.append(start)
        else:
            first = None if masks["begin"] & bit else start
            last = None if masks["end"] & bit else stop
            index.append(slice(first, last, step))
    return index
