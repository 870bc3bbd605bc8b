"""Nodes that combine or rearrange tensors as OpenVINO operations: each function takes a node and its inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nets.inference.openvino_functions import multi_head_attention
from nets.inference.openvino_library import Output, constant, integers, op
from nets.inference.openvino_value import Value, reshape, value_of, wrap
from nets.reader.description import Node

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


def elementwise(node: Node, inputs: list[Value]) -> Value:
    """Two or more tensors, or a tensor and a constant, number by number."""
    combine, side = COMBINATIONS[node.options["function"]], node.options["constant"]
    if side:
        number = node.weights[0].array
        first = inputs[0].is_first and number.size == 1
        x = inputs[0].first if first else inputs[0].last
        other = constant(number.reshape(()) if first else number)
        return wrap(node, combine(x, other) if side == "right" else combine(other, x), first)
    first = any(value.is_first for value in inputs)
    outputs = [value.first if first else value.last for value in inputs]
    y = outputs[0]
    for other in outputs[1:]:
        y = combine(y, other).output(0)
    if node.options["function"] == "average":
        y = op.multiply(y, constant(1 / len(outputs))).output(0)
    return value_of(node, y, first)


def concatenate(node: Node, inputs: list[Value]) -> Value:
    """Tensors joined along an axis."""
    axis, rank = node.options["axis"], len(node.shape) + 1
    if any(value.is_first for value in inputs):
        return wrap(node, op.concat([value.first for value in inputs], 1 if axis == rank - 1 else axis + 1), True)
    return wrap(node, op.concat([value.last for value in inputs], axis))


def slice(node: Node, inputs: list[Value]) -> Value:
    """A slice along one axis."""
    axis, first, rank = node.options["axis"], inputs[0].is_first, len(node.shape) + 1
    if first:
        axis = 1 if axis == rank - 1 else axis + 1
    begin, end, step = (integers([node.options[key]]) for key in ("start", "stop", "step"))
    x = inputs[0].first if first else inputs[0].last
    return wrap(node, op.slice(x, begin, end, step, integers([axis])), first)


def pad(node: Node, inputs: list[Value]) -> Value:
    """More rows, columns or channels around a tensor."""
    pads, first = list(node.options["pads"]), inputs[0].is_first
    if first:
        pads = [pads[0], pads[-1], *pads[1:-1]]
    before, after = integers([pair[0] for pair in pads]), integers([pair[1] for pair in pads])
    x = inputs[0].first if first else inputs[0].last
    y = op.pad(x, before, after, node.options["mode"], constant(node.options["value"]))
    return wrap(node, y, first)


REDUCTIONS = {
    "mean": op.reduce_mean,
    "max": op.reduce_max,
    "min": op.reduce_min,
    "sum": op.reduce_sum,
    "prod": op.reduce_prod,
}


def reduce(node: Node, inputs: list[Value]) -> Value:
    """Mean, largest, least, sum or product over some axes."""
    axes, rank = node.options["axes"], len(inputs[0].shape) + 1
    operation, keep = REDUCTIONS[node.options["function"]], node.options["keepdims"]
    if inputs[0].is_first and (
        keep or axes == list(range(1, rank - 1))
    ):  # what is left has its channels first or alone
        turned = [1 if axis == rank - 1 else axis + 1 for axis in axes]
        y = operation(inputs[0].first, integers(turned), keep)
        return wrap(node, y, first=keep)
    return wrap(node, operation(inputs[0].last, integers(axes), keep))


def resize(node: Node, inputs: list[Value]) -> Value:
    """Upsampling by whole factors."""
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
    return wrap(node, y, first=True)


def matmul(node: Node, inputs: list[Value]) -> Value:
    """A product of matrices."""
    left, right = node.options["transpose_left"], node.options["transpose_right"]
    return wrap(node, op.matmul(inputs[0].last, inputs[1].last, left, right))


def einsum(node: Node, inputs: list[Value]) -> Value:
    """A product of tensors by an equation."""
    factors = [one.last for one in inputs] + [constant(weight.array) for weight in node.weights[:1]]
    return wrap(node, op.einsum(factors, node.options["equation"]))


def attention(node: Node, inputs: list[Value]) -> Value:
    """Attention with several heads."""
    query, value, key = (one.last for one in inputs)
    return Value(reshape(multi_head_attention(node, query, value, key), node.shape), node.shape)
