"""An understood network as an OpenVINO model: one function for every row of `nets.reader.shapes.KINDS`.

OpenVINO convolves with the channels first, Keras with the channels last. A tensor is kept in whichever order it was
made, and turned only where an operation needs the other one, so that a residual tower is transposed once at each end.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nets.inference.openvino_functions import FUNCTIONS, PARAMETRIC, multi_head_attention
from nets.inference.openvino_library import Output, constant, integers, op, ov, transpose
from nets.inference.openvino_value import Value, reshape
from nets.reader.description import Array, Network, Node, Weight
from nets.reader.errors import NetworkError


def build(network: Network) -> ov.Model:
    """Return the network as an OpenVINO model: planes (?, s, s, P) in, policy (?, moves) and value (?, 1) out."""
    values: list[Value] = []
    parameter = None
    for node in network.nodes:
        inputs = [values[index] for index in node.inputs]
        if node.kind == "Input":
            parameter = op.parameter([-1, *node.shape], np.float32, name="planes")
            values.append(Value(parameter.output(0), node.shape))
            continue
        try:
            values.append(OPERATIONS[node.kind](node, inputs))
        except (KeyError, RuntimeError) as error:
            raise NetworkError(f"layer {node.name!r}: OpenVINO cannot express {node.kind} ({error})") from error
    results = []
    for name, index in (("policy", network.policy), ("value", network.value)):
        result = op.result(values[index].last)
        result.set_friendly_name(name)
        results.append(result)
    return ov.Model(results, [parameter], "network")


def _wrap(node: Node, output: Any, first: bool = False) -> Value:
    return Value(None, node.shape, output.output(0)) if first else Value(output.output(0), node.shape)


def _weights(node: Node) -> dict[str, Array]:
    return {weight.role: weight.array for weight in node.weights}


# ---------------------------------------------------------------- layers with weights


def _add_bias(y: Any, weights: Sequence[Weight], rank: int) -> Any:
    """Add a bias along axis 1 of a tensor with channels first."""
    return op.add(y, constant(weights[1].array.reshape(1, -1, *[1] * rank))) if len(weights) > 1 else y


def _paddings(node: Node) -> tuple[str, list[int]]:
    """Return OpenVINO's words for Keras's padding: same puts the odd row behind."""
    return ("same_upper" if node.options["padding"] == "same" else "valid"), [0] * len(node.options["strides"])


def _convolution(node: Node, inputs: list[Value]) -> Value:
    kernel, groups, (padding, zeros) = node.weights[0].array, node.options["groups"], _paddings(node)
    rank = kernel.ndim - 2
    forward = kernel.transpose(rank + 1, rank, *range(rank))  # outputs, inputs, rows, columns
    strides, dilation = node.options["strides"], node.options["dilation"]
    if groups == 1:
        y = op.convolution(inputs[0].first, constant(forward), strides, zeros, zeros, dilation, padding)
    else:
        grouped = forward.reshape(groups, forward.shape[0] // groups, *forward.shape[1:])
        y = op.group_convolution(inputs[0].first, constant(grouped), strides, zeros, zeros, dilation, padding)
    return _wrap(node, _add_bias(y, node.weights, rank), first=True)


def _depthwise(node: Node, inputs: list[Value]) -> Value:
    kernel, (padding, zeros) = node.weights[0].array, _paddings(node)
    rank = kernel.ndim - 2
    grouped = kernel.transpose(rank, rank + 1, *range(rank))[:, :, None]  # channels, multiplier, 1, rows, columns
    strides, dilation = node.options["strides"], node.options["dilation"]
    y = op.group_convolution(inputs[0].first, constant(grouped), strides, zeros, zeros, dilation, padding)
    return _wrap(node, _add_bias(y, node.weights, rank), first=True)


def _transposed(node: Node, inputs: list[Value]) -> Value:
    kernel, strides = node.weights[0].array, node.options["strides"]
    rank = kernel.ndim - 2
    backward = kernel.transpose(rank + 1, rank, *range(rank))  # inputs, outputs, rows, columns
    sizes, windows = inputs[0].shape[:-1], kernel.shape[:rank]
    begin, end, more = [0] * rank, [0] * rank, [0] * rank
    for axis, (size, window, stride) in enumerate(zip(sizes, windows, strides, strict=True)):
        surplus = (size - 1) * stride + window - node.shape[axis]
        begin[axis], end[axis] = max(surplus, 0) // 2, max(surplus, 0) - max(surplus, 0) // 2
        more[axis] = max(-surplus, 0)
    y = op.convolution_backprop_data(
        inputs[0].first,
        constant(backward),
        strides=strides,
        pads_begin=begin,
        pads_end=end,
        dilations=[1] * rank,
        output_padding=more,
    )
    return _wrap(node, _add_bias(y, node.weights, rank), first=True)


def _dense(node: Node, inputs: list[Value]) -> Value:
    kernel = node.weights[0].array
    rank = len(node.shape) - 1
    if rank and inputs[0].is_first:  # a dense layer on every point is a convolution of size 1
        ones, zeros = [1] * rank, [0] * rank
        weights = constant(kernel.T.reshape(*kernel.T.shape, *ones))
        y = op.convolution(inputs[0].first, weights, ones, zeros, zeros, ones)
        return _wrap(node, _add_bias(y, node.weights, rank), first=True)
    y = op.matmul(inputs[0].last, constant(kernel), False, False)
    return _wrap(node, op.add(y, constant(node.weights[1].array)) if len(node.weights) > 1 else y)


def _affine(node: Node, x: Value, axis: int, scale: Array, offset: Array) -> Value:
    """Return scale * x + offset along one axis, in the order in which x is."""
    rank, first = len(x.shape) + 1, x.is_first
    place = (1 if axis == rank - 1 else axis + 1) if first else axis
    shape = [1] * rank
    shape[place] = -1
    scaled = op.multiply(x.first if first else x.last, constant(scale.reshape(shape)))
    return _wrap(node, op.add(scaled, constant(offset.reshape(shape))), first)


def _batch_normalization(node: Node, inputs: list[Value]) -> Value:
    weights = _weights(node)
    mean, variance = node.weights[-2].array, node.weights[-1].array
    scale = 1 / np.sqrt(variance.astype(np.float64) + node.options["epsilon"])
    scale = scale * weights["gamma"] if node.options["scale"] else scale
    offset = -mean * scale + (weights["beta"] if node.options["center"] else 0)
    return _affine(node, inputs[0], node.options["axis"], scale.astype(np.float32), offset.astype(np.float32))


def _scale_and_center(y: Any, node: Node, shape: Sequence[int]) -> Any:
    weights = _weights(node)
    for role, combine in (("gamma", op.multiply), ("beta", op.add)):
        if role in weights:
            y = combine(y, constant(weights[role].reshape(shape)))
    return y


def _layer_normalization(node: Node, inputs: list[Value]) -> Value:
    axes = node.options["axes"]
    y = op.mvn(inputs[0].last, integers(axes), True, node.options["epsilon"], "inside_sqrt")
    shape = [size if axis in axes else 1 for axis, size in enumerate(node.shape, start=1)]
    return _wrap(node, _scale_and_center(y, node, shape))


def _root_mean_square(node: Node, inputs: list[Value]) -> Value:
    axes, x = node.options["axes"], inputs[0].last
    square = op.reduce_mean(op.multiply(x, x), integers(axes), True)
    y = op.divide(x, op.sqrt(op.add(square, constant(node.options["epsilon"]))))
    shape = [size if axis in axes else 1 for axis, size in enumerate(node.shape, start=1)]
    return _wrap(node, _scale_and_center(y, node, shape))


def _group_normalization(node: Node, inputs: list[Value]) -> Value:
    groups, shape = node.options["groups"], node.shape
    points = math.prod(shape[:-1])
    x = reshape(inputs[0].last, (points, groups, shape[-1] // groups))
    y = reshape(op.mvn(x, integers([1, 3]), True, node.options["epsilon"], "inside_sqrt").output(0), shape)
    return _wrap(node, _scale_and_center(y, node, [shape[-1]])) if node.weights else Value(y, shape)


def _unit_normalization(node: Node, inputs: list[Value]) -> Value:
    x = inputs[0].last
    square = op.reduce_sum(op.multiply(x, x), integers(node.options["axes"]), True)
    return _wrap(node, op.divide(x, op.sqrt(op.maximum(square, constant(node.options["epsilon"])))))


# ---------------------------------------------------------------- activations


def _activation(node: Node, inputs: list[Value]) -> Value:
    first, function = inputs[0].is_first, node.options["function"]
    x = inputs[0].first if first else inputs[0].last
    y = PARAMETRIC[function](x, node.options) if function in PARAMETRIC else FUNCTIONS[function](x)
    return _wrap(node, y, first)


def _prelu(node: Node, inputs: list[Value]) -> Value:
    x, slope = inputs[0].last, constant(node.weights[0].array[None])
    return _wrap(node, op.select(op.greater(x, constant(0.0)), x, op.multiply(x, slope)))


def _softmax(node: Node, inputs: list[Value]) -> Value:
    axes, x = node.options["axes"], inputs[0].last
    if len(axes) == 1:
        return _wrap(node, op.softmax(x, axes[0]))
    exponential = op.exp(op.subtract(x, op.reduce_max(x, integers(axes), True)))
    return _wrap(node, op.divide(exponential, op.reduce_sum(exponential, integers(axes), True)))


# ---------------------------------------------------------------- combining and rearranging

COMBINATIONS: dict[str, Callable[[Output, Output], Any]] = {
    "add": op.add,
    "average": op.add,
    "subtract": op.subtract,
    "multiply": op.multiply,
    "divide": op.divide,
    "maximum": op.maximum,
    "minimum": op.minimum,
    "power": op.power,
    "squared_difference": op.squared_difference,
}


def _elementwise(node: Node, inputs: list[Value]) -> Value:
    combine, side = COMBINATIONS[node.options["function"]], node.options["constant"]
    if side:
        number = node.weights[0].array
        first = inputs[0].is_first and number.size == 1
        x = inputs[0].first if first else inputs[0].last
        other = constant(number.reshape(()) if first else number)
        return _wrap(node, combine(x, other) if side == "right" else combine(other, x), first)
    first = any(value.is_first for value in inputs)
    outputs = [value.first if first else value.last for value in inputs]
    y = outputs[0]
    for other in outputs[1:]:
        y = combine(y, other).output(0)
    if node.options["function"] == "average":
        y = op.multiply(y, constant(1 / len(outputs))).output(0)
    return inputs[0].like(node, y, first)


def _concatenate(node: Node, inputs: list[Value]) -> Value:
    axis, rank = node.options["axis"], len(node.shape) + 1
    if any(value.is_first for value in inputs):
        return _wrap(node, op.concat([value.first for value in inputs], 1 if axis == rank - 1 else axis + 1), True)
    return _wrap(node, op.concat([value.last for value in inputs], axis))


def _slice(node: Node, inputs: list[Value]) -> Value:
    axis, first, rank = node.options["axis"], inputs[0].is_first, len(node.shape) + 1
    if first:
        axis = 1 if axis == rank - 1 else axis + 1
    begin, end, step = (integers([node.options[key]]) for key in ("start", "stop", "step"))
    x = inputs[0].first if first else inputs[0].last
    return _wrap(node, op.slice(x, begin, end, step, integers([axis])), first)


def _pad(node: Node, inputs: list[Value]) -> Value:
    pads, first = list(node.options["pads"]), inputs[0].is_first
    if first:
        pads = [pads[0], pads[-1], *pads[1:-1]]
    before, after = integers([pair[0] for pair in pads]), integers([pair[1] for pair in pads])
    x = inputs[0].first if first else inputs[0].last
    y = op.pad(x, before, after, node.options["mode"], constant(node.options["value"]))
    return _wrap(node, y, first)


REDUCTIONS = {
    "mean": op.reduce_mean,
    "max": op.reduce_max,
    "min": op.reduce_min,
    "sum": op.reduce_sum,
    "prod": op.reduce_prod,
}


def _reduce(node: Node, inputs: list[Value]) -> Value:
    axes, rank = node.options["axes"], len(inputs[0].shape) + 1
    reduce, keep = REDUCTIONS[node.options["function"]], node.options["keepdims"]
    if inputs[0].is_first and (
        keep or axes == list(range(1, rank - 1))
    ):  # what is left has its channels first or alone
        turned = [1 if axis == rank - 1 else axis + 1 for axis in axes]
        y = reduce(inputs[0].first, integers(turned), keep)
        return _wrap(node, y, first=keep)
    return _wrap(node, reduce(inputs[0].last, integers(axes), keep))


def _pool(node: Node, inputs: list[Value]) -> Value:
    padding, zeros = _paddings(node)
    size, strides, x = node.options["size"], node.options["strides"], inputs[0].first
    if node.options["function"] == "max":
        y = op.max_pool(x, strides, [1] * len(size), zeros, zeros, size, "floor", padding)
    else:
        y = op.avg_pool(x, strides, zeros, zeros, size, True, "floor", padding)
    return _wrap(node, y, first=True)


def _resize(node: Node, inputs: list[Value]) -> Value:
    factors = node.options["size"]
    axes = integers([axis + 2 for axis in range(len(factors))])
    if node.options["interpolation"] == "nearest":
        y: Any = inputs[0].first
        for axis, factor in enumerate(factors):  # repeating is exact whatever the rounding rules
            shape = [inputs[0].shape[-1], *node.shape[:axis], *inputs[0].shape[axis:-1]]
            y = reshape(y, [*shape[: axis + 2], 1, *shape[axis + 2 :]])
            y = op.tile(y, integers([*[1] * (axis + 3), factor, *[1] * (len(shape) - axis - 2)])).output(0)
            shape[axis + 1] *= factor
            y = reshape(y, shape)
        return Value(None, node.shape, y)
    sizes = integers([size * factor for size, factor in zip(inputs[0].shape, factors, strict=False)])
    y = op.interpolate(
        inputs[0].first,
        sizes,
        mode="linear_onnx" if len(factors) == 2 else "linear",
        shape_calculation_mode="sizes",
        coordinate_transformation_mode="half_pixel",
        axes=axes,
    )
    return _wrap(node, y, first=True)


def _matmul(node: Node, inputs: list[Value]) -> Value:
    left, right = node.options["transpose_left"], node.options["transpose_right"]
    return _wrap(node, op.matmul(inputs[0].last, inputs[1].last, left, right))


def _einsum(node: Node, inputs: list[Value]) -> Value:
    factors = [one.last for one in inputs] + [constant(weight.array) for weight in node.weights[:1]]
    return _wrap(node, op.einsum(factors, node.options["equation"]))


def _attention(node: Node, inputs: list[Value]) -> Value:
    query, value, key = (one.last for one in inputs)
    return Value(reshape(multi_head_attention(node, query, value, key), node.shape), node.shape)


OPERATIONS: dict[str, Callable[[Node, list[Value]], Value]] = {
    "Convolution": _convolution,
    "DepthwiseConvolution": _depthwise,
    "TransposedConvolution": _transposed,
    "Dense": _dense,
    "BatchNormalization": _batch_normalization,
    "LayerNormalization": _layer_normalization,
    "RMSNormalization": _root_mean_square,
    "GroupNormalization": _group_normalization,
    "UnitNormalization": _unit_normalization,
    "Activation": _activation,
    "PReLU": _prelu,
    "Softmax": _softmax,
    "Elementwise": _elementwise,
    "Concatenate": _concatenate,
    "Slice": _slice,
    "Reshape": lambda node, inputs: Value(reshape(inputs[0].last, node.shape), node.shape),
    "Permute": lambda node, inputs: Value(transpose(inputs[0].last, node.options["axes"]), node.shape),
    "Pad": _pad,
    "Reduce": _reduce,
    "Pool": _pool,
    "Resize": _resize,
    "Tile": lambda node, inputs: _wrap(node, op.tile(inputs[0].last, integers(node.options["repeats"]))),
    "MatMul": _matmul,
    "Einsum": _einsum,
    "MultiHeadAttention": _attention,
}
