"""Translate recorded operations on a board as an image: turned, mirrored, cut out, resized, pooled, convolved."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from nets.reader.builder import Builder, Tensor
from nets.reader.description import Weight
from nets.reader.errors import NetworkError
from nets.reader.recorded_shapes import reverse
from nets.reader.recorded_values import Translate, Value, numbers, tensor


def mirrored(axis: int) -> Translate:
    """tf.image.flip_left_right (2) and flip_up_down (1)."""

    def operation(b: Builder, x: Value) -> Value:
        return reverse(b, x, axis)

    return operation


def transposed(b: Builder, x: Value) -> Value:
    """tf.image.transpose: rows and columns change places."""
    return b.permute(tensor(x), [0, 2, 1, *range(3, x.rank)])


def turned(b: Builder, x: Value, k: Value = 1, axes: Value = (1, 2)) -> Value:
    """tf.image.rot90, keras.ops.rot90: k quarter turns from the first axis towards the second."""
    first, second = (tensor(x).axis(axis) for axis in axes)
    order = list(range(x.rank))
    order[first], order[second] = second, first
    quarters = int(numbers(k)) % 4
    if quarters == 2:
        return reverse(b, x, [first, second])
    if quarters == 1:
        return b.permute(reverse(b, x, second), order)
    return reverse(b, b.permute(x, order), second) if quarters == 3 else x


def keras_turned(b: Builder, x: Value, k: int = 1, axes: Value = (0, 1)) -> Value:
    """keras.ops.rot90, whose usual axes would turn the batch."""
    return turned(b, x, k, axes)


def cropped(
    b: Builder, x: Value, offset_height: int, offset_width: int, target_height: int, target_width: int
) -> Value:
    """tf.image.crop_to_bounding_box."""
    rows = b.slice(tensor(x), 1, int(offset_height), int(offset_height) + int(target_height))
    return b.slice(rows, 2, int(offset_width), int(offset_width) + int(target_width))


def centre(b: Builder, x: Value, central_fraction: float) -> Value:
    """tf.image.central_crop: as many rows and columns as TensorFlow leaves on each side."""
    for axis in (1, 2):
        size = tensor(x).shape[axis - 1]
        margin = int((size - size * float(central_fraction)) / 2)
        x = b.slice(x, axis, margin, size - margin)
    return x


def cropped_or_padded(b: Builder, x: Value, target_height: int, target_width: int) -> Value:
    """tf.image.resize_with_crop_or_pad, the odd row behind."""
    pads = [[0, 0]]
    for axis, target in ((1, int(target_height)), (2, int(target_width))):
        size = tensor(x).shape[axis - 1]
        x = b.slice(x, axis, max(size - target, 0) // 2, max(size - target, 0) // 2 + min(size, target))
        missing = max(target - size, 0)
        pads.append([missing // 2, missing - missing // 2])
    return b.node("Pad", x, pads=[*pads, [0, 0]], mode="constant", value=0.0) if any(map(any, pads)) else x


def patches(b: Builder, x: Value, sizes: Value, strides: Value, rates: Value, padding: str) -> Value:
    """tf.image.extract_patches: the points of a window side by side, row by row."""
    window, steps, spread = (pair(value) for value in (sizes, strides, rates))
    x = tensor(x)
    spans = [(size - 1) * rate + 1 for size, rate in zip(window, spread, strict=True)]
    counts = []
    pads = [[0, 0]]
    for size, span, step in zip(x.shape, spans, steps, strict=False):
        count = -(-size // step) if padding == "SAME" else (size - span) // step + 1
        missing = max((count - 1) * step + span - size, 0)
        counts.append(count)
        pads.append([missing // 2, missing - missing // 2])
    if any(map(any, pads)):
        x = b.node("Pad", x, pads=[*pads, [0, 0]], mode="constant", value=0.0)
    parts = []
    for row, column in product(range(window[0]), range(window[1])):
        part = x
        for axis, start in ((1, row * spread[0]), (2, column * spread[1])):
            step, count = steps[axis - 1], counts[axis - 1]
            part = b.slice(part, axis, start, start + (count - 1) * step + 1, step)
        parts.append(part)
    return b.node("Concatenate", *parts, axis=3) if len(parts) > 1 else parts[0]


def pair(value: Value) -> list[int]:
    """Return the sizes for rows and columns, from one number, two, or one for each of the four axes."""
    sizes = [int(one) for one in (value if isinstance(value, (list, tuple)) else [value])]
    return sizes[1:3] if len(sizes) == 4 else sizes if len(sizes) == 2 else sizes * 2


def pool(function: str) -> Translate:
    """tf.nn.max_pool, tf.nn.avg_pool, keras.ops.max_pool: sizes as `pair` reads them."""

    def operation(
        b: Builder, x: Value, ksize: Value, strides: Value = None, padding: Value = "valid", data_format: Value = "NHWC"
    ) -> Value:
        if data_format not in ("NHWC", "channels_last", None) or str(padding).lower() not in ("same", "valid"):
            raise NetworkError(f"pooling with {data_format!r:.20} and {padding!r:.20} is not understood")
        window, word = pair(ksize), str(padding).lower()
        steps = window if strides is None else pair(strides)
        return b.node("Pool", tensor(x), function=function, size=window, strides=steps, padding=word)

    return operation


def any_pool(
    b: Builder,
    x: Value,
    window_shape: Value,
    pooling_type: str,
    strides: Value = None,
    padding: Value = "VALID",
    dilation_rate: Value = None,
    dilations: Value = None,
    data_format: Value = "NHWC",
) -> Value:
    """tf.nn.pool, and pool2d of Keras's backend by way of it."""
    if any(rate not in (None, 1, [1, 1]) for rate in (dilation_rate, dilations)):
        raise NetworkError("a dilated pooling is not understood")
    kind = "max" if pooling_type == "MAX" else "average"
    return pool(kind)(b, x, window_shape, 1 if strides is None else strides, padding, data_format)


def convolution(
    b: Builder,
    x: Value,
    filter: Value,
    strides: Value = 1,
    padding: Value = "VALID",
    data_format: Value = "NHWC",
    dilations: Value = None,
) -> Value:
    """tf.nn.conv2d, keras.ops.conv with a kernel of numbers (rows, columns, channels, filters)."""
    options = _window(strides, padding, data_format, dilations)
    kernel = _kernel(filter)
    groups = tensor(x).shape[-1] // kernel.shape[2]
    return b.node("Convolution", x, weights=[kernel], groups=groups, **options)


def depthwise(
    b: Builder,
    x: Value,
    filter: Value,
    strides: Value = 1,
    padding: Value = "VALID",
    data_format: Value = "NHWC",
    dilations: Value = None,
) -> Value:
    """tf.nn.depthwise_conv2d, keras.ops.depthwise_conv with a kernel of numbers."""
    options = _window(strides, padding, data_format, dilations)
    return b.node("DepthwiseConvolution", tensor(x), weights=[_kernel(filter)], **options)


def _window(strides: Value, padding: Value, data_format: Value, dilations: Value) -> dict[str, Any]:
    if data_format not in ("NHWC", "channels_last", None) or str(padding).lower() not in ("same", "valid"):
        raise NetworkError(f"a convolution with {data_format!r:.20} and {padding!r:.20} is not understood")
    dilation = [1, 1] if dilations is None else pair(dilations)
    return {"strides": pair(strides), "padding": str(padding).lower(), "dilation": dilation}


def _kernel(filter: Value) -> Weight:
    if isinstance(filter, Tensor):
        raise NetworkError("a kernel that the network computes is not understood: use the layer Conv2D")
    array = np.asarray(numbers(filter), np.float32)
    if array.ndim != 4 or not np.isfinite(array).all():
        raise NetworkError(f"a kernel of shape {array.shape} is not one of (rows, columns, channels, filters)")
    return Weight("kernel", array.shape, trainable=False, values=array, constant=True)


def resize(
    b: Builder, x: Value, size: Value, method: Any = "bilinear", antialias: bool = False, data_format: Value = None
) -> Value:
    """tf.image.resize, keras.ops.image.resize: pixels have their centre at a half."""
    sizes = [int(one) for one in numbers(size).ravel()]
    words = {"bilinear": "bilinear", "nearest": "nearest", 0: "bilinear", 1: "nearest"}
    if method not in words or len(sizes) != 2 or (antialias and any(map(int.__lt__, sizes, tensor(x).shape[:2]))):
        raise NetworkError(f"resizing to {sizes} by {method!r:.20} is not understood: use bilinear or nearest")
    return resized(b, tensor(x), sizes, words[method])


def resized(b: Builder, x: Tensor, sizes: Sequence[int], method: str) -> Tensor:
    """Resize the first axes behind the batch; multiples are a node of their own, the others products with matrices."""
    if all(size % old == 0 for size, old in zip(sizes, x.shape, strict=False)):
        factors = [size // old for size, old in zip(sizes, x.shape, strict=False)]
        return b.node("Resize", x, size=factors, interpolation=method)
    for axis, size in enumerate(sizes, start=1):
        old, new = b.bounded(x.shape[axis - 1], size)
        x = b.along(x, axis, _interpolation(old, new, method))
    return x


def _interpolation(old: int, new: int, method: str) -> Any:
    """Return the matrix (old, new) whose columns say of which places each new place is made."""
    centres = (np.arange(new) + 0.5) * old / new
    matrix = np.zeros((old, new), np.float32)
    if method == "nearest":
        matrix[np.minimum(centres.astype(int), old - 1), np.arange(new)] = 1
        return matrix
    places = centres - 0.5
    below = np.floor(places).astype(int)
    for column, (low, part) in enumerate(zip(below, places - below, strict=True)):
        matrix[min(max(low, 0), old - 1), column] += 1 - part
        matrix[min(max(low + 1, 0), old - 1), column] += part
    return matrix


def space_to_depth(b: Builder, x: Value, block_size: int, data_format: str = "NHWC") -> Value:
    """tf.nn.space_to_depth."""
    (rows, columns, channels), n = tensor(x).shape, int(block_size)
    y = b.permute(b.reshape(x, (rows // n, n, columns // n, n, channels)), [0, 1, 3, 2, 4, 5])
    return b.reshape(y, (rows // n, columns // n, n * n * channels))


def depth_to_space(b: Builder, x: Value, block_size: int, data_format: str = "NHWC") -> Value:
    """tf.nn.depth_to_space."""
    (rows, columns, channels), n = tensor(x).shape, int(block_size)
    y = b.permute(b.reshape(x, (rows, columns, n, n, channels // (n * n))), [0, 1, 3, 2, 4, 5])
    return b.reshape(y, (rows * n, columns * n, channels // (n * n)))
