"""Layers with weights, pooling and activations as OpenVINO operations: each function takes a node and its inputs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from nets.inference.openvino_functions import FUNCTIONS, PARAMETRIC
from nets.inference.openvino_library import constant, integers, op
from nets.inference.openvino_value import Value, reshape, wrap
from nets.reader.description import Array, Node, Weight


def _add_bias(y: Any, weights: Sequence[Weight], rank: int) -> Any:
    """Add a bias along axis 1 of a tensor with channels first."""
    return op.add(y, constant(weights[1].array.reshape(1, -1, *[1] * rank))) if len(weights) > 1 else y


def _paddings(node: Node) -> tuple[str, list[int]]:
    """Return OpenVINO's words for Keras's padding: same puts the odd row behind."""
    return ("same_upper" if node.options["padding"] == "same" else "valid"), [0] * len(node.options["strides"])


def convolution(node: Node, inputs: list[Value]) -> Value:
    """A convolution, in groups where the node has them."""
    kernel, groups, (padding, zeros) = node.weights[0].array, node.options["groups"], _paddings(node)
    rank = kernel.ndim - 2
    forward = kernel.transpose(rank + 1, rank, *range(rank))  # outputs, inputs, rows, columns
    strides, dilation = node.options["strides"], node.options["dilation"]
    if groups == 1:
        y = op.convolution(inputs[0].first, constant(forward), strides, zeros, zeros, dilation, padding)
    else:
        grouped = forward.reshape(groups, forward.shape[0] // groups, *forward.shape[1:])
        y = op.group_convolution(inputs[0].first, constant(grouped), strides, zeros, zeros, dilation, padding)
    return wrap(node, _add_bias(y, node.weights, rank), first=True)


def depthwise(node: Node, inputs: list[Value]) -> Value:
    """Each channel convolved by itself: as many groups as channels."""
    kernel, (padding, zeros) = node.weights[0].array, _paddings(node)
    rank = kernel.ndim - 2
    grouped = kernel.transpose(rank, rank + 1, *range(rank))[:, :, None]  # channels, multiplier, 1, rows, columns
    strides, dilation = node.options["strides"], node.options["dilation"]
    y = op.group_convolution(inputs[0].first, constant(grouped), strides, zeros, zeros, dilation, padding)
    return wrap(node, _add_bias(y, node.weights, rank), first=True)


def transposed(node: Node, inputs: list[Value]) -> Value:
    """A transposed convolution; the output is cut as Keras cuts it."""
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
    return wrap(node, _add_bias(y, node.weights, rank), first=True)


def dense(node: Node, inputs: list[Value]) -> Value:
    """A dense layer; on a tensor with channels first, as a convolution of size 1."""
    kernel = node.weights[0].array
    rank = len(node.shape) - 1
    if rank and inputs[0].is_first:  # a dense layer on every point is a convolution of size 1
        ones, zeros = [1] * rank, [0] * rank
        weights = constant(kernel.T.reshape(*kernel.T.shape, *ones))
        y = op.convolution(inputs[0].first, weights, ones, zeros, zeros, ones)
        return wrap(node, _add_bias(y, node.weights, rank), first=True)
    y = op.matmul(inputs[0].last, constant(kernel), False, False)
    return wrap(node, op.add(y, constant(node.weights[1].array)) if len(node.weights) > 1 else y)


def _affine(node: Node, x: Value, axis: int, scale: Array, offset: Array) -> Value:
    """Return scale * x + offset along one axis, in the order in which x is."""
    rank, first = len(x.shape) + 1, x.is_first
    place = (1 if axis == rank - 1 else axis + 1) if first else axis
    shape = [1] * rank
    shape[place] = -1
    scaled = op.multiply(x.first if first else x.last, constant(scale.reshape(shape)))
    return wrap(node, op.add(scaled, constant(offset.reshape(shape))), first)


def batch_normalization(node: Node, inputs: list[Value]) -> Value:
    """Batch normalization with its moving means: a scale and an offset."""
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


def layer_normalization(node: Node, inputs: list[Value]) -> Value:
    """Layer normalization over some axes."""
    axes = node.options["axes"]
    y = op.mvn(inputs[0].last, integers(axes), True, node.options["epsilon"], "inside_sqrt")
    shape = [size if axis in axes else 1 for axis, size in enumerate(node.shape, start=1)]
    return wrap(node, _scale_and_center(y, node, shape))


def root_mean_square(node: Node, inputs: list[Value]) -> Value:
    """Division by the root of the mean square over some axes."""
    axes, x = node.options["axes"], inputs[0].last
    square = op.reduce_mean(op.multiply(x, x), integers(axes), True)
    y = op.divide(x, op.sqrt(op.add(square, constant(node.options["epsilon"]))))
    shape = [size if axis in axes else 1 for axis, size in enumerate(node.shape, start=1)]
    return wrap(node, _scale_and_center(y, node, shape))


def group_normalization(node: Node, inputs: list[Value]) -> Value:
    """Normalization over the points and a group of channels."""
    groups, shape = node.options["groups"], node.shape
    points = math.prod(shape[:-1])
    x = reshape(inputs[0].last, (points, groups, shape[-1] // groups))
    y = reshape(op.mvn(x, integers([1, 3]), True, node.options["epsilon"], "inside_sqrt").output(0), shape)
    return wrap(node, _scale_and_center(y, node, [shape[-1]])) if node.weights else Value(y, shape)


def unit_normalization(node: Node, inputs: list[Value]) -> Value:
    """Division by the length over some axes."""
    x = inputs[0].last
    square = op.reduce_sum(op.multiply(x, x), integers(node.options["axes"]), True)
    return wrap(node, op.divide(x, op.sqrt(op.maximum(square, constant(node.options["epsilon"])))))


def pool(node: Node, inputs: list[Value]) -> Value:
    """Largest or mean of each window."""
    padding, zeros = _paddings(node)
    size, strides, x = node.options["size"], node.options["strides"], inputs[0].first
    if node.options["function"] == "max":
        y = op.max_pool(x, strides, [1] * len(size), zeros, zeros, size, "floor", padding)
    else:
        y = op.avg_pool(x, strides, zeros, zeros, size, True, "floor", padding)
    return wrap(node, y, first=True)


def activation(node: Node, inputs: list[Value]) -> Value:
    """A function of each number, in the order in which the tensor is."""
    first, function = inputs[0].is_first, node.options["function"]
    x = inputs[0].first if first else inputs[0].last
    y = PARAMETRIC[function](x, node.options) if function in PARAMETRIC else FUNCTIONS[function](x)
    return wrap(node, y, first)


def prelu(node: Node, inputs: list[Value]) -> Value:
    """ReLU with a learned slope below zero."""
    x, slope = inputs[0].last, constant(node.weights[0].array[None])
    return wrap(node, op.select(op.greater(x, constant(0.0)), x, op.multiply(x, slope)))


def softmax(node: Node, inputs: list[Value]) -> Value:
    """Softmax along any axes."""
    axes, x = node.options["axes"], inputs[0].last
    if len(axes) == 1:
        return wrap(node, op.softmax(x, axes[0]))
    exponential = op.exp(op.subtract(x, op.reduce_max(x, integers(axes), True)))
    return wrap(node, op.divide(exponential, op.reduce_sum(exponential, integers(axes), True)))


def _weights(node: Node) -> dict[str, Array]:
    return {weight.role: weight.array for weight in node.weights}
