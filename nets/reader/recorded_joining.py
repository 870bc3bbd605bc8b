"""Translate recorded operations that join, split and repeat."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from nets.reader.builder import Builder, Tensor
from nets.reader.errors import NetworkError
from nets.reader.recorded_shapes import expand, flat, getitem
from nets.reader.recorded_values import Batch, Outputs, Translate, Value, numbers, tensor


def concatenate(b: Builder, x: Value, axis: int = -1) -> Value:
    """Concat of tensors, or of sizes."""
    tensors = list(x)
    if not any(isinstance(one, Tensor) for one in tensors):
        return [entry for one in tensors for entry in flat(one if isinstance(one, (list, np.ndarray)) else [one])]
    first = tensor(tensors[0])
    return b.node("Concatenate", *[tensor(one) for one in tensors], axis=first.axis(axis))


def split(b: Builder, x: Value, sections: Value, axis: int = 0) -> Value:
    """tf.split: a number of equal parts, or sizes."""
    x = tensor(x)
    place = x.axis(axis)
    size = x.shape[place - 1]
    if isinstance(sections, int):
        if sections < 1 or size % sections:
            raise NetworkError(f"{size} channels cannot be split into {sections} equal parts")
        sizes = [size // sections] * sections
    else:
        sizes = [int(one) for one in flat(sections)]
        if sizes.count(-1) == 1:
            sizes[sizes.index(-1)] = size - sum(sizes) - 1
    if sum(sizes) != size:
        raise NetworkError(f"parts of sizes {sizes} do not add up to {size}")
    ends = np.cumsum(sizes).tolist()
    return Outputs(b.slice(x, place, end - part, end) for part, end in zip(sizes, ends, strict=True))


def keras_split(b: Builder, x: Value, sections: Value, axis: int = 0) -> Value:
    """keras.ops.split takes the places of the cuts where TensorFlow takes sizes."""
    if isinstance(sections, (list, tuple)):
        cuts = [0, *[int(one) for one in sections], tensor(x).shape[x.axis(axis) - 1]]
        sections = [after - before for before, after in pairwise(cuts)]
    return split(b, x, sections, axis)


def stack(b: Builder, x: Value, axis: int = 0) -> Value:
    """Stack of tensors, or of sizes."""
    if not any(isinstance(one, Tensor) for one in x):
        return list(x)
    rank = next(one.rank for one in x if isinstance(one, Tensor)) + 1
    place = axis % rank
    if place == 0:
        return list(x)  # an ensemble, say, before it is averaged: `recorded_arithmetic.reduce` takes the list
    return b.node("Concatenate", *[expand(b, one, place) for one in x], axis=place)


def unstack(b: Builder, x: Value, axis: int = 0) -> Value:
    """Unstack, also a list of sizes."""
    if not isinstance(x, Tensor):
        return Outputs(x)
    place = tensor(x).axis(axis)
    index: list[Any] = [slice(None)] * place
    return Outputs(getitem(b, x, [*index, i]) for i in range(x.shape[place - 1]))


def tile(b: Builder, x: Value, repeats: Value) -> Value:
    """Tile; numbers repeated for every position of the batch become a tensor."""
    counts = flat(repeats)
    if not isinstance(x, Tensor):
        one, times = numbers(x), [int(count) for count in counts[1:]]
        b.bounded(one.size, *times)
        return _for_every_position(b, one, counts[0], lambda values: np.tile(values, times))
    return b.node("Tile", x, repeats=[int(one) for one in counts])


def _for_every_position(b: Builder, array: Any, first: Value, make: Callable[[Any], Any]) -> Value:
    """Return numbers (1, ...) for each position of the batch, made of the numbers of one."""
    if not isinstance(first, Batch) or len(array) != 1:
        raise NetworkError(f"numbers of shape {array.shape} repeated {first!r} times: the batch must be the first axis")
    return b.filled(make(array[0]))


def repeat(b: Builder, x: Value, repeats: Value, axis: int = -1) -> Value:
    """Repeat along one axis; numbers repeated for every position of the batch become a tensor."""
    if not isinstance(x, Tensor) and axis == 0:
        return _for_every_position(b, numbers(x), repeats, lambda values: values)
    x = tensor(x)
    place = x.axis(axis)
    wide = b.reshape(x, (*x.shape[:place], 1, *x.shape[place:]))
    tiled = b.node("Tile", wide, repeats=[1, *[1] * place, int(repeats), *[1] * (len(x.shape) - place)])
    return b.reshape(tiled, [size * repeats if i == place else size for i, size in enumerate(x.shape, start=1)])


def broadcast_to(b: Builder, x: Value, shape: Value) -> Value:
    """broadcast_to; numbers for every position of the batch become a tensor."""
    target = [int(size) for size in flat(shape)[1:]]
    if not isinstance(x, Tensor):
        array = numbers(x)
        b.bounded(*target)
        return b.filled(np.broadcast_to(array if array.ndim <= len(target) else array[0], target))
    return b.node("Tile", x, repeats=[1, *[int(new) // old for new, old in zip(target, x.shape, strict=True)]])


def filled(value: Any) -> Translate:
    """tf.zeros, tf.ones: numbers of a shape, which may begin with the batch."""

    def operation(b: Builder, shape: Value) -> Value:
        return fill(b, shape, value)

    return operation


def fill(b: Builder, shape: Value, x: Value) -> Value:
    """tf.fill."""
    sizes = flat(shape)
    if sizes and isinstance(sizes[0], Batch):
        return b.filled(np.full(b.bounded(*(int(size) for size in sizes[1:])), numbers(x)))
    return np.full(b.bounded(*(int(size) for size in sizes)), numbers(x))
