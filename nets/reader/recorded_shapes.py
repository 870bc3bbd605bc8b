"""Translate recorded operations that rearrange: shapes, slices, joining, splitting, padding."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nets.reader.builder import Builder, Tensor
from nets.reader.errors import NetworkError
from nets.reader.recorded_values import BATCH, Batch, Value, numbers, tensor


def shape(b: Builder, x: Value) -> Value:
    """tf.shape: the sizes, the batch a symbol."""
    return [BATCH, *tensor(x).shape] if isinstance(x, Tensor) else list(np.shape(x))


def rank(b: Builder, x: Value) -> Value:
    """tf.rank."""
    return tensor(x).rank


def reshape(b: Builder, x: Value, shape: Value) -> Value:
    """tf.reshape, keras.ops.reshape; the batch stays first."""
    x = tensor(x)
    sizes = flat(shape)
    if not sizes:
        raise NetworkError("a tensor cannot be reshaped to a single number")
    first, rest = sizes[0], sizes[1:]
    if any(isinstance(size, Batch) for size in rest):
        raise NetworkError(f"reshape to {sizes}: the batch must stay the first axis")
    rest = [int(size) for size in rest]
    whole = -1 not in rest and math.prod(rest) == math.prod(x.shape)
    if not (isinstance(first, Batch) or (first in (-1, 1) and whole)):
        raise NetworkError(
            f"reshape of {x.shape} to {sizes} moves numbers between positions: the batch must stay the first axis"
        )
    return b.reshape(x, rest)


def flat(shape: Value) -> list[Any]:
    """Return a shape as a list, with -1 for None."""
    if isinstance(shape, np.ndarray):
        return list(shape.tolist())
    if not isinstance(shape, (list, tuple)):
        raise NetworkError(f"{shape!r:.60} is not a shape")
    return [-1 if size is None else size for size in shape]


def expand(b: Builder, x: Value, axis: Any = -1) -> Value:
    """expand_dims."""
    x = tensor(x)
    axis = axis[0] if isinstance(axis, (list, tuple)) and len(axis) == 1 else axis
    place = axis % (x.rank + 1)
    if place == 0:
        raise NetworkError("a new axis before the batch is refused: positions must not influence each other")
    return b.reshape(x, (*x.shape[: place - 1], 1, *x.shape[place - 1 :]))


def squeeze(b: Builder, x: Value, axis: Any = None) -> Value:
    """Squeeze."""
    x = tensor(x)
    axes = x.axes(axis) if axis not in (None, []) else [i + 1 for i, size in enumerate(x.shape) if size == 1]
    if any(x.shape[place - 1] != 1 for place in axes):
        raise NetworkError(f"squeeze of {x.shape} along {axes}")
    return b.reshape(x, [size for place, size in enumerate(x.shape, start=1) if place not in axes])


def transpose(b: Builder, x: Value, axes: Value = None) -> Value:
    """transpose; without axes, reversed."""
    x = tensor(x)
    return b.permute(x, [axis % x.rank for axis in (list(range(x.rank))[::-1] if axes is None else axes)])


def swap_axes(b: Builder, x: Value, axis1: int, axis2: int) -> Value:
    """Swapaxes."""
    axes = list(range(tensor(x).rank))
    first, second = x.axis(axis1), x.axis(axis2)
    axes[first], axes[second] = second, first
    return b.permute(x, axes)


def flatten(b: Builder, x: Value) -> Value:
    """Flatten all but the batch."""
    return b.reshape(tensor(x), [-1])


def getitem(b: Builder, x: Value, index: Value) -> Value:
    """x[...]: slices, single places, new axes and the ellipsis; or an entry of a shape."""
    entries = list(index) if isinstance(index, (list, tuple)) else [index]
    if not isinstance(x, Tensor):
        if isinstance(x, list):
            return x[entries[0]]
        return numbers(x)[tuple(entries)]
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
            if not isinstance(entry, slice) or (
                entry != slice(None) and entry not in (slice(None, None, 1), slice(0, None, None))
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
        return take(b, x, list(range(start, stop, step)), axis)
    return b.slice(x, axis, start, max(stop, start), step)


def strided_slice(b: Builder, x: Value, begin: Value, size: Value) -> Value:
    """tf.slice: begin and size."""
    x = tensor(x)
    y = x
    for axis, (start, count) in enumerate(zip(flat(begin), flat(size), strict=True)):
        if axis:
            y = b.slice(y, axis, start, x.shape[axis - 1] if count == -1 else start + count)
        elif start != 0:
            raise NetworkError("taking single positions out of the batch is refused")
    return y


def take(b: Builder, x: Value, indices: Value, axis: Any = None) -> Value:
    """tf.gather, keras.ops.take with constant places."""
    x = tensor(x)
    place = x.axis(axis if axis is not None else 1)
    chosen = numbers(indices)
    parts = [b.slice(x, place, int(i) % x.shape[place - 1], int(i) % x.shape[place - 1] + 1) for i in chosen.ravel()]
    joined = b.node("Concatenate", *parts, axis=place) if len(parts) > 1 else parts[0]
    return joined if chosen.ndim else squeeze(b, joined, place)


def move_axis(b: Builder, x: Value, source: Value, destination: Value) -> Value:
    """keras.ops.moveaxis."""
    sources, targets = ([value] if isinstance(value, int) else list(value) for value in (source, destination))
    moved = {tensor(x).axis(target): x.axis(place) for place, target in zip(sources, targets, strict=True)}
    rest = iter(place for place in range(x.rank) if place not in moved.values())
    return b.permute(x, [moved[place] if place in moved else next(rest) for place in range(x.rank)])


def pad(b: Builder, x: Value, pads: Value, mode: str = "constant", constant_values: Value = 0) -> Value:
    """pad, with constants or mirrored."""
    pairs = [[int(one) for one in (pair if isinstance(pair, (list, tuple)) else [pair, pair])] for pair in pads]
    value = float(constant_values or 0)
    if str(mode).lower() not in ("constant", "reflect", "symmetric", "edge"):
        raise NetworkError(f"padding of mode {mode!r} is not understood")
    return b.node("Pad", tensor(x), pads=pairs, mode=str(mode).lower(), value=value)


def roll(b: Builder, x: Value, shift: Value, axis: Value) -> Value:
    """tf.roll, keras.ops.roll along one axis or several."""
    shifts, axes = ([value] if isinstance(value, int) else list(numbers(value)) for value in (shift, axis))
    for count, one in zip(shifts * len(axes) if len(shifts) == 1 else shifts, axes, strict=True):
        place = tensor(x).axis(int(one))
        size = x.shape[place - 1]
        cut = -int(count) % size
        if cut:
            x = b.node("Concatenate", b.slice(x, place, cut, size), b.slice(x, place, 0, cut), axis=place)
    return x


def reverse(b: Builder, x: Value, axis: Value) -> Value:
    """tf.reverse, keras.ops.flip: the places of each axis in the opposite order."""
    for place in tensor(x).axes(axis):
        x = take(b, x, list(range(x.shape[place - 1]))[::-1], place)
    return x


def same(b: Builder, x: Value, rate: Value = None, message: Value = None, shape: Value = None) -> Value:
    """Return x: the operation does nothing at inference."""
    return x
