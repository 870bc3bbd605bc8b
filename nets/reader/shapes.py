"""The operations of which every understood network consists, and the shape that each gives.

The table `KINDS` is the whole vocabulary between the reader and the engines: `nets.inference.openvino_graph` and
`nets.inference.keras_graph` hold one function for each of its rows. Shapes are those of one position, without the
batch; axes and permutations count the batch as axis 0.

| kind | options | weights |
|---|---|---|
| Input | shape | |
| Convolution (1, 2 or 3 dimensions) | strides, padding, dilation, groups | kernel (*size, in / groups, out), bias |
| DepthwiseConvolution | strides, padding, dilation | kernel (*size, inputs, multiplier), bias |
| TransposedConvolution | strides, padding | kernel (*size, outputs, inputs), bias |
| Dense (on the last axis) | | kernel (inputs, outputs), bias |
| BatchNormalization | axis, epsilon, scale, center | gamma, beta, moving mean, moving variance |
| LayerNormalization | axes, epsilon, scale, center | gamma, beta |
| RMSNormalization | axes, epsilon | gamma |
| GroupNormalization | groups, epsilon, scale, center (channels last) | gamma, beta |
| UnitNormalization (L2) | axes, epsilon | |
| Activation | function, and alpha, threshold, max_value, negative_slope for some | |
| PReLU | | alpha |
| Softmax | axes | |
| Elementwise (broadcasting) | function, constant ("left", "right" or null) | the constant |
| Concatenate | axis | |
| Slice | axis, start, stop, step | |
| Reshape | shape | |
| Permute | axes (of the whole tensor) | |
| Pad | pads (of the whole tensor), mode, value | |
| Reduce | function, axes, keepdims | |
| Pool | function, size, strides, padding | |
| Resize | size, interpolation | |
| Tile | repeats (of the whole tensor) | |
| Einsum (of one or two tensors, or a tensor and the weight) | equation | perhaps the second factor |
| MatMul | transpose_left, transpose_right | |
| MultiHeadAttention (query, value, key) | heads, key_size, value_size, axes, bias | query, key, value, output |
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nets.reader.errors import NetworkError

Shape = tuple[int, ...]
Rule = Callable[[list[Shape], dict[str, Any], list[Shape]], Shape]


def output_shape(kind: str, inputs: Sequence[Shape], options: dict[str, Any], weights: Sequence[Shape]) -> Shape:
    """Return the shape of a node's output.

    Raises:
        NetworkError: when inputs, options and weights do not fit together; the message names the values.
    """
    if kind not in KINDS:
        raise NetworkError(f"an operation {kind!r} that is not in the table")
    try:
        shape = KINDS[kind](list(inputs), options, list(weights))
    except NetworkError:
        raise
    except (ValueError, IndexError, TypeError, ZeroDivisionError, KeyError) as error:
        raise NetworkError(f"{kind} of shapes {list(inputs)} with {options}: {error}") from error
    if any(size < 1 for size in shape):
        raise NetworkError(f"{kind} of shapes {list(inputs)} with {options} gives the empty shape {shape}")
    return tuple(int(size) for size in shape)


def _window(size: int, window: int, stride: int, padding: str, dilation: int = 1) -> int:
    """Return the number of places of a sliding window along one axis."""
    if padding == "same":
        return -(-size // stride)
    return -(-(size - (window - 1) * dilation) // stride)


def _spatial(shape: Shape, kernel: Sequence[int], options: dict[str, Any]) -> Shape:
    rank = len(kernel)
    if len(shape) != rank + 1:
        raise ValueError(f"expected {rank} dimensions and channels")
    dilation = options.get("dilation", [1] * rank)
    axes = zip(shape, kernel, options["strides"], dilation, strict=False)
    return tuple(_window(size, window, stride, options["padding"], step) for size, window, stride, step in axes)


def _bias(weights: list[Shape], channels: int, place: int = 1) -> None:
    if len(weights) > place and weights[place] != (channels,):
        raise ValueError(f"a bias of shape {weights[place]} for {channels} channels")


def _convolution(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    kernel, groups = weights[0], options["groups"]
    if inputs[0][-1] != kernel[-2] * groups or kernel[-1] % groups:
        raise ValueError(f"{inputs[0][-1]} channels in {groups} groups do not fit a kernel of shape {kernel}")
    _bias(weights, kernel[-1])
    return (*_spatial(inputs[0], kernel[:-2], options), kernel[-1])


def _depthwise(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    kernel = weights[0]
    if inputs[0][-1] != kernel[-2]:
        raise ValueError(f"{inputs[0][-1]} channels do not fit a depthwise kernel of shape {kernel}")
    _bias(weights, kernel[-1] * kernel[-2])
    return (*_spatial(inputs[0], kernel[:-2], options), kernel[-1] * kernel[-2])


def _transposed(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    kernel, same = weights[0], options["padding"] == "same"
    if inputs[0][-1] != kernel[-1] or len(inputs[0]) != len(kernel) - 1:
        raise ValueError(f"does not fit a kernel of shape {kernel}")
    _bias(weights, kernel[-2])
    axes = zip(inputs[0], kernel[:-2], options["strides"], strict=False)
    sizes = [size * stride if same else size * stride + max(window - stride, 0) for size, window, stride in axes]
    return (*sizes, kernel[-2])


def _dense(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    if inputs[0][-1] != weights[0][0] or len(weights[0]) != 2:
        raise ValueError(f"does not fit a kernel of shape {weights[0]}")
    _bias(weights, weights[0][1])
    return (*inputs[0][:-1], weights[0][1])


def _batch_normalization(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    channels = inputs[0][options["axis"] - 1]
    if any(shape != (channels,) for shape in weights) or len(weights) != 2 + options["scale"] + options["center"]:
        raise ValueError(f"{channels} channels do not fit weights of shapes {weights}")
    return inputs[0]


def _normalization(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    expected = tuple(inputs[0][axis - 1] for axis in options["axes"])
    if any(shape != expected for shape in weights):
        raise ValueError(f"axes of shape {expected} do not fit weights of shapes {weights}")
    return inputs[0]


def _group_normalization(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    channels = inputs[0][-1]
    if channels % options["groups"] or any(shape != (channels,) for shape in weights):
        raise ValueError(f"{channels} channels do not fit {options['groups']} groups and weights of shapes {weights}")
    return inputs[0]


def _unchanged(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    return inputs[0]


def _prelu(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    if len(weights[0]) != len(inputs[0]) or np.broadcast_shapes(weights[0], inputs[0]) != inputs[0]:
        raise ValueError(f"slopes of shape {weights[0]} do not fit")
    return inputs[0]


def _elementwise(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    if not options.get("constant"):
        if len({len(shape) for shape in inputs}) > 1:
            raise ValueError("the inputs have different numbers of dimensions")
        return np.broadcast_shapes(*inputs)
    if len(weights[0]) > len(inputs[0]) + 1 or (len(weights[0]) == len(inputs[0]) + 1 and weights[0][0] != 1):
        raise ValueError(f"a constant of shape {weights[0]} does not fit")
    return np.broadcast_shapes((1, *inputs[0]), weights[0])[1:]


def _concatenate(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    axis = options["axis"] - 1
    rest = {shape[:axis] + shape[axis + 1 :] for shape in inputs}
    if axis < 0 or len(rest) != 1 or len({len(shape) for shape in inputs}) != 1:
        raise ValueError("the inputs differ outside the axis")
    return (*inputs[0][:axis], sum(shape[axis] for shape in inputs), *inputs[0][axis + 1 :])


def _slice(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    axis = options["axis"] - 1
    size = len(range(options["start"], options["stop"], options["step"]))
    if axis < 0 or not (0 <= options["start"] < options["stop"] <= inputs[0][axis]) or options["step"] < 1:
        raise ValueError("the slice lies outside")
    return (*inputs[0][:axis], size, *inputs[0][axis + 1 :])


def _reshape(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    shape = tuple(options["shape"])
    if math.prod(shape) != math.prod(inputs[0]):
        raise ValueError(f"{math.prod(inputs[0])} numbers cannot take the shape {shape}")
    return shape


def _permute(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    axes = options["axes"]
    if sorted(axes) != list(range(len(inputs[0]) + 1)) or axes[0] != 0:
        raise ValueError("not a permutation that keeps the batch first")
    return tuple(inputs[0][axis - 1] for axis in axes[1:])


def _pad(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    pads = options["pads"]
    if len(pads) != len(inputs[0]) + 1 or any(pads[0]) or any(side < 0 for pair in pads for side in pair):
        raise ValueError("not a padding of every axis but the batch")
    return tuple(size + before + after for size, (before, after) in zip(inputs[0], pads[1:], strict=True))


def _reduce(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    axes = {axis - 1 for axis in options["axes"]}
    if not axes or not axes <= set(range(len(inputs[0]))):
        raise ValueError("the axes lie outside")
    if options["keepdims"]:
        return tuple(1 if axis in axes else size for axis, size in enumerate(inputs[0]))
    return tuple(size for axis, size in enumerate(inputs[0]) if axis not in axes)


def _pool(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    return (*_spatial(inputs[0], options["size"], options), inputs[0][-1])


def _resize(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    sizes = zip(inputs[0], options["size"], strict=False)
    if len(options["size"]) != len(inputs[0]) - 1:
        raise ValueError("one factor for each spatial dimension is needed")
    return (*(size * factor for size, factor in sizes), inputs[0][-1])


def _tile(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    repeats = options["repeats"]
    if len(repeats) != len(inputs[0]) + 1 or repeats[0] != 1:
        raise ValueError("one count for each axis, 1 for the batch, is needed")
    return tuple(size * count for size, count in zip(inputs[0], repeats[1:], strict=True))


def _matmul(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    left, right = inputs
    rows, inner = left[-2:][::-1] if options["transpose_left"] else left[-2:]
    other, columns = right[-2:][::-1] if options["transpose_right"] else right[-2:]
    if inner != other or left[:-2] != right[:-2]:
        raise ValueError(f"{inner} columns meet {other} rows")
    return (*left[:-2], rows, columns)


def _einsum(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    equation = str(options["equation"])
    left, arrow, result = equation.partition("->")
    terms = left.split(",")
    shapes = [(1, *shape) for shape in inputs] + weights[:1]
    if not arrow or len(terms) != len(shapes) or not all(term.isalpha() for term in (*terms, result)):
        raise ValueError(f"the equation {equation!r} is not understood")
    batch = terms[0][0]
    if any(term[0] != batch for term in (*terms[: len(inputs)], result)) or any(batch in term[1:] for term in terms):
        raise ValueError(f"in the equation {equation!r} the batch does not stay the first axis")
    sizes: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        if len(term) != len(shape) or len(set(term)) != len(term):
            raise ValueError(f"the term {term!r} does not fit the shape {shape[1:]}")
        for letter, size in zip(term, shape, strict=True):
            if sizes.setdefault(letter, size) != size:
                raise ValueError(f"{letter!r} stands for {sizes[letter]} and {size}")
    return tuple(sizes[letter] for letter in result[1:])


def _attention(inputs: list[Shape], options: dict[str, Any], weights: list[Shape]) -> Shape:
    query, value, key = inputs
    heads, size, width = options["heads"], options["key_size"], options["value_size"]
    expected: list[Shape] = []
    for shape in ((query[-1], heads, size), (key[-1], heads, size), (value[-1], heads, width)):
        expected.extend([shape, shape[1:]] if options["bias"] else [shape])
    if weights[: len(expected)] != expected or weights[len(expected)][:2] != (heads, width):
        raise ValueError(f"weights of shapes {weights}, expected {expected}")
    if key[:-1] != value[:-1]:
        raise ValueError("key and value differ in length")
    return (*query[:-1], *weights[len(expected)][2:])


KINDS: dict[str, Rule] = {
    "Input": lambda inputs, options, weights: tuple(options["shape"]),
    "Convolution": _convolution,
    "DepthwiseConvolution": _depthwise,
    "TransposedConvolution": _transposed,
    "Dense": _dense,
    "BatchNormalization": _batch_normalization,
    "LayerNormalization": _normalization,
    "RMSNormalization": _normalization,
    "GroupNormalization": _group_normalization,
    "UnitNormalization": _unchanged,
    "Activation": _unchanged,
    "PReLU": _prelu,
    "Softmax": _unchanged,
    "Elementwise": _elementwise,
    "Concatenate": _concatenate,
    "Slice": _slice,
    "Reshape": _reshape,
    "Permute": _permute,
    "Pad": _pad,
    "Reduce": _reduce,
    "Pool": _pool,
    "Resize": _resize,
    "Tile": _tile,
    "MatMul": _matmul,
    "Einsum": _einsum,
    "MultiHeadAttention": _attention,
}
