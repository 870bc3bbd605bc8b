"""Operations that combine and rearrange, in plain layers of Keras wherever there is a way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from nets.inference.keras_builder import KerasBuilder, KerasTensor
from nets.reader.description import Node


def elementwise(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """Combine tensors with a merging layer."""
    function = node.options["function"]
    if node.options["constant"]:
        return with_constant(b, node, inputs[0])
    if function in ("add", "subtract", "multiply", "average", "maximum", "minimum"):
        return b.merge(function.capitalize(), *inputs)
    if function == "squared_difference":
        difference = b.merge("Subtract", *inputs)
        return b.merge("Multiply", difference, difference)
    b.impossible(f"{function} of two tensors")
    return {"divide": b.keras.ops.divide, "power": b.keras.ops.power}[function](*inputs)


def with_constant(b: KerasBuilder, node: Node, x: KerasTensor) -> KerasTensor:
    """Combine a tensor with numbers: a scalar, or one number for each channel."""
    function, left, number = node.options["function"], node.options["constant"] == "left", node.weights[0].array
    channels = number.size == 1 or (number.size == number.shape[-1] == node.shape[-1])
    constant: Any = number.ravel().tolist() if number.size > 1 else number.item()
    if channels and tuple(x.shape[1:]) == node.shape:
        if function == "add":
            return b.affine(x, 1.0, constant)
        if function == "subtract":
            return (
                b.affine(x, -1.0, constant)
                if left
                else b.affine(x, 1.0, (-number).ravel().tolist() if number.size > 1 else -constant)
            )
        if function == "multiply":
            return b.affine(x, constant)
        if function == "divide" and not left:
            return b.affine(x, (1 / number).ravel().tolist() if number.size > 1 else 1 / constant)
        if function == "maximum" and number.size == 1:
            return b.affine(b.activation(b.affine(x, 1.0, -constant), "relu"), 1.0, constant)
        if function == "minimum" and number.size == 1:
            return b.affine(b.activation(b.affine(x, -1.0, constant), "relu"), -1.0, constant)
        if function == "power" and not left and number.size == 1 and constant in (1.0, 2.0, 3.0):
            return b.merge("Multiply", *[x] * int(constant)) if constant > 1 else x
        if function == "squared_difference" and number.size == 1:
            difference = b.affine(x, 1.0, -constant)
            return b.merge("Multiply", difference, difference)
    b.impossible(f"{function} with a constant of shape {number.shape}")
    ops = b.keras.ops
    if function == "squared_difference":
        return ops.square(ops.subtract(x, number))
    combine = getattr(ops, function)
    return combine(number, x) if left else combine(x, number)


def concatenate(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """Concatenate."""
    return b.layer("Concatenate", axis=node.options["axis"])(inputs)


def matmul(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """Dot, once for each of the batch axes that Keras does not know."""
    axes = (1 if node.options["transpose_left"] else 2, 2 if node.options["transpose_right"] else 1)
    if len(node.shape) == 2:
        return b.layer("Dot", axes=axes)(list(inputs))
    heads = math.prod(node.shape[:-2])  # Keras's Dot knows one batch axis: one product for each of the others
    flat = [b.reshape(x, (heads, *x.shape[-2:])) for x in inputs]
    parts = []
    for head in range(heads):
        pair = [b.reshape(cut(b, x, 1, head, head + 1), x.shape[2:]) for x in flat]
        parts.append(b.reshape(b.layer("Dot", axes=axes)(pair), (1, *node.shape[-2:])))
    joined = b.layer("Concatenate", axis=1)(parts) if heads > 1 else parts[0]
    return b.reshape(joined, node.shape)


# ---------------------------------------------------------------- rearranging


def to_front(rank: int, axes: Sequence[int]) -> list[int]:
    """Return the permutation that brings axes right behind the batch."""
    return [0, *axes, *[axis for axis in range(1, rank) if axis not in axes]]


def cut(b: KerasBuilder, x: KerasTensor, axis: int, start: int, stop: int, step: int = 1) -> KerasTensor:
    """Take a range along one axis, with layers that know only the first axis: crop, then pool by strides."""
    shape, rank = tuple(x.shape[1:]), len(x.shape)
    if start == 0 and stop == shape[axis - 1] and step == 1:
        return x
    forth = to_front(rank, [axis])
    moved = b.permute(x, forth)
    rest = tuple(moved.shape[2:])
    y = b.reshape(moved, (shape[axis - 1], math.prod(rest)))
    if (start, stop) != (0, shape[axis - 1]):
        y = b.layer("Cropping1D", cropping=(start, shape[axis - 1] - stop))(y)
    if step > 1:
        y = b.layer("MaxPooling1D", pool_size=1, strides=step)(y)
    y = b.reshape(y, (y.shape[1], *rest))
    return b.permute(y, [forth.index(place) for place in range(rank)])


def slice(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """A range along one axis."""
    o = node.options
    return cut(b, inputs[0], o["axis"], o["start"], o["stop"], o["step"])


def pad(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """Zero padding, also of channels and with other numbers, or mirrored."""
    x, pads, value = inputs[0], node.options["pads"][1:], node.options["value"]
    if node.options["mode"] != "constant":
        for axis, (before, after) in enumerate(pads, start=1):
            x = mirror(b, x, axis, before, after, node.options["mode"])
        return x
    if len(pads) > 3:
        b.impossible("padding of more than three dimensions")
        return b.keras.ops.pad(x, [(0, 0), *map(tuple, pads)], constant_values=value)
    if value:
        x = b.affine(x, 1.0, -value)
    rank = len(pads)
    if rank >= 2 and not any(pads[-1]):
        y = b.layer(f"ZeroPadding{rank - 1}D", padding=tuple(map(tuple, pads[:-1])) if rank > 2 else tuple(pads[0]))(x)
    else:  # channels are padded too: let them be one more dimension
        wide = b.reshape(x, (*[1] * (3 - rank), *x.shape[1:], 1))
        y = b.layer("ZeroPadding3D", padding=((0, 0),) * (3 - rank) + tuple(map(tuple, pads)))(wide)
        y = b.reshape(y, node.shape)
    return b.affine(y, 1.0, value) if value else y


def mirror(b: KerasBuilder, x: KerasTensor, axis: int, before: int, after: int, mode: str) -> KerasTensor:
    """Pad one axis with its own rows: reflect (without the edge), symmetric (with it) or edge (the edge again)."""
    size = x.shape[axis]
    skip = {"reflect": 1, "symmetric": 0}.get(mode)
    front = [0 if skip is None else place + skip for place in range(before)][::-1]
    back = [size - 1 - (0 if skip is None else place + skip) for place in range(after)]
    parts = [*(cut(b, x, axis, row, row + 1) for row in front), x, *(cut(b, x, axis, row, row + 1) for row in back)]
    return b.layer("Concatenate", axis=axis)(parts) if len(parts) > 1 else x


def reduce(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """Global pooling, after the axes were moved to where it pools."""
    x, axes, function, keep = inputs[0], node.options["axes"], node.options["function"], node.options["keepdims"]
    rank = len(x.shape)
    if function == "prod":
        b.impossible("a product along an axis")
        return b.keras.ops.prod(x, axis=tuple(axes), keepdims=keep)
    if function == "min":
        x = b.affine(x, -1.0)
    average = function in ("mean", "sum")
    kind = "Average" if average else "Max"
    if axes == list(range(1, rank - 1)) and rank in (3, 4, 5):
        y = b.layer(f"Global{kind}Pooling{rank - 2}D", keepdims=keep)(x)
    else:
        count = math.prod(x.shape[axis] for axis in axes)
        moved = b.permute(x, to_front(rank, axes))
        flat = b.reshape(moved, (count, math.prod(x.shape[1:]) // count))
        y = b.reshape(b.layer(f"Global{kind}Pooling1D")(flat), node.shape)
    if function == "sum":
        return b.affine(y, float(math.prod(x.shape[axis] for axis in axes)))
    return b.affine(y, -1.0) if function == "min" else y


def pool(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """Pooling."""
    o = node.options
    kind = f"{'Max' if o['function'] == 'max' else 'Average'}Pooling{len(o['size'])}D"
    return b.layer(kind, pool_size=tuple(o["size"]), strides=tuple(o["strides"]), padding=o["padding"])(inputs[0])


def resize(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """UpSampling."""
    size = node.options["size"]
    if len(size) == 2:
        return b.layer("UpSampling2D", size=tuple(size), interpolation=node.options["interpolation"])(inputs[0])
    return b.layer(f"UpSampling{len(size)}D", size=size[0] if len(size) == 1 else tuple(size))(inputs[0])


def tile(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """Repeat by concatenation."""
    x = inputs[0]
    for axis, count in enumerate(node.options["repeats"]):
        if count > 1:
            x = b.layer("Concatenate", axis=axis)([x] * count)
    return x


def einsum(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """A sum of products, for which Keras has no plain layer."""
    b.impossible(f"the sum of products {node.options['equation']}")
    return b.keras.ops.einsum(node.options["equation"], *inputs, *(weight.array for weight in node.weights))
