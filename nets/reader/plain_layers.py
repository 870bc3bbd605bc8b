"""Translate the layers without weights: activations, merging, rearranging, pooling."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from nets.reader import options as check
from nets.reader.builder import Builder, Tensor
from nets.reader.call import Call, Value
from nets.reader.errors import NetworkError
from nets.reader.recorded_images import resized

# ---------------------------------------------------------------- activations


def activation(call: Call, x: Tensor) -> Tensor:
    """Activation."""
    return call.activate(x)


def relu(call: Call, x: Tensor) -> Tensor:
    """ReLU."""
    o = call.options
    slope, threshold = o.get("negative_slope") or 0.0, o.get("threshold") or 0.0
    return call.builder.activation(x, "relu", negative_slope=slope, threshold=threshold, max_value=o.get("max_value"))


def leaky_relu(call: Call, x: Tensor) -> Tensor:
    """LeakyReLU, whose slope was called alpha in Keras 2."""
    slope = call.options.get("negative_slope", call.options.get("alpha", 0.3))
    return call.builder.activation(x, "relu", negative_slope=slope, threshold=0.0, max_value=None)


def elu(call: Call, x: Tensor) -> Tensor:
    """ELU."""
    return call.builder.activation(x, "elu", alpha=call.options.get("alpha", 1.0))


def thresholded_relu(call: Call, x: Tensor) -> Tensor:
    """ThresholdedReLU."""
    theta = call.options.get("theta", 1.0)
    return call.builder.activation(x, "threshold", threshold=theta)


def softmax(call: Call, x: Tensor) -> Tensor:
    """Softmax along any axes."""
    return call.builder.node("Softmax", x, axes=x.axes(call.options.get("axis", -1)))


# ---------------------------------------------------------------- merging


def equal_rank(builder: Builder, tensors: Sequence[Tensor]) -> list[Tensor]:
    """Expand tensors of fewer dimensions behind the batch, as Keras's merging layers do."""
    rank = max(tensor.rank for tensor in tensors)
    return [builder.reshape(tensor, (*[1] * (rank - tensor.rank), *tensor.shape)) for tensor in tensors]


def merge(function: str) -> Callable[[Call, Value], Value]:
    """Add, Subtract, Multiply, Average, Maximum, Minimum."""

    def translate(call: Call, x: Value) -> Tensor:
        tensors = list(x) if isinstance(x, (list, tuple)) else [x, *call.arguments.values()]
        if not all(isinstance(tensor, Tensor) for tensor in tensors):
            raise NetworkError("expected tensors to combine")
        if len(tensors) == 1:
            return tensors[0]
        return call.builder.elementwise(function, *equal_rank(call.builder, tensors))

    return translate


def concatenate(call: Call, x: Value) -> Tensor:
    """Concatenate."""
    tensors = list(x) if isinstance(x, (list, tuple)) else [x]
    if len(tensors) == 1:
        return tensors[0]
    return call.builder.node("Concatenate", *tensors, axis=tensors[0].axis(call.options.get("axis", -1)))


# ---------------------------------------------------------------- rearranging


def flatten(call: Call, x: Tensor) -> Tensor:
    """Flatten, channels last whatever the data format."""
    if call.options.get("data_format") == "channels_first" and x.rank > 2:
        x = call.builder.permute(x, [0, *range(2, x.rank), 1])
    return call.builder.reshape(x, [math.prod(x.shape)])


def reshape(call: Call, x: Tensor) -> Tensor:
    """Reshape."""
    return call.builder.reshape(x, check.as_list(call.options["target_shape"]))


def permute(call: Call, x: Tensor) -> Tensor:
    """Permute."""
    return call.builder.permute(x, [0, *check.as_list(call.options["dims"])])


def repeat_vector(call: Call, x: Tensor) -> Tensor:
    """RepeatVector."""
    return call.builder.node("Tile", call.builder.reshape(x, (1, *x.shape)), repeats=[1, call.options["n"], 1])


def zero_padding(call: Call, x: Tensor) -> Tensor:
    """ZeroPadding1D, 2D, 3D."""
    return call.builder.node(
        "Pad", x, pads=[[0, 0], *pairs(call.options["padding"], x.rank - 2), [0, 0]], mode="constant", value=0.0
    )


def cropping(call: Call, x: Tensor) -> Tensor:
    """Cropping1D, 2D, 3D."""
    for axis, (before, after) in enumerate(pairs(call.options["cropping"], x.rank - 2), start=1):
        x = call.builder.slice(x, axis, before, x.shape[axis - 1] - after)
    return x


def pairs(value: Any, rank: int) -> list[list[int]]:
    """Return (before, after) of every spatial axis, from n, (n, m) or ((n, m), (k, l))."""
    if isinstance(value, int):
        return [[value, value]] * rank
    if rank == 1 and len(value) == 2 and all(isinstance(one, int) for one in value):
        return [list(value)]
    if len(value) != rank:
        raise NetworkError(f"expected {rank} pairs, found {value}")
    return [[one, one] if isinstance(one, int) else [one[0], one[-1]] for one in value]


def up_sampling(call: Call, x: Tensor) -> Tensor:
    """UpSampling1D, 2D, 3D."""
    size = call.options.get("size", 2)
    factors = [size] * (x.rank - 2) if isinstance(size, int) else list(size)
    kind = call.options.get("interpolation", "nearest")
    return call.builder.node("Resize", x, size=factors, interpolation=kind)


def resizing(call: Call, x: Tensor) -> Tensor:
    """Resizing."""
    o = call.options
    if o.get("crop_to_aspect_ratio") or o.get("pad_to_aspect_ratio") or o.get("antialias"):
        raise NetworkError("cropping, padding and antialias=True are not understood here: leave them out")
    return resized(call.builder, x, [o["height"], o["width"]], o.get("interpolation", "bilinear"))


def center_crop(call: Call, x: Tensor) -> Tensor:
    """CenterCrop, and RandomCrop, which does the same at inference."""
    for axis, size in ((1, call.options["height"]), (2, call.options["width"])):
        missing = x.shape[axis - 1] - size
        if missing < 0:
            raise NetworkError(f"{x.shape[axis - 1]} rows cannot be cropped to {size}: use Resizing")
        x = call.builder.slice(x, axis, missing // 2, missing // 2 + size)
    return x


# ---------------------------------------------------------------- pooling


def pool(function: str) -> Callable[[Call, Value], Value]:
    """MaxPooling and AveragePooling, 1D to 3D."""

    def translate(call: Call, x: Tensor) -> Tensor:
        o = call.options
        size = o.get("pool_size", [2] * (x.rank - 2))
        padding, strides = o.get("padding", "valid"), o.get("strides") or size
        return call.builder.node("Pool", x, function=function, size=size, strides=strides, padding=padding)

    return translate


def global_pool(function: str) -> Callable[[Call, Value], Value]:
    """GlobalMaxPooling and GlobalAveragePooling, 1D to 3D."""

    def translate(call: Call, x: Tensor) -> Tensor:
        axes = list(range(1, x.rank - 1))
        return call.builder.reduce(function, x, axes, call.options.get("keepdims", False))

    return translate


def adaptive_pool(function: str) -> Callable[[Call, Value], Value]:
    """AdaptiveAveragePooling and AdaptiveMaxPooling: windows that share out the places as evenly as they can."""

    def translate(call: Call, x: Tensor) -> Tensor:
        wanted = call.options["output_size"]
        sizes = [wanted] * (x.rank - 2) if isinstance(wanted, int) else list(wanted)
        for axis, new in enumerate(sizes, start=1):
            old = x.shape[axis - 1]
            parts = []
            for place in range(new):
                window = call.builder.slice(x, axis, place * old // new, -(-(place + 1) * old // new))
                parts.append(call.builder.reduce("mean" if function == "average" else "max", window, [axis], True))
            x = call.builder.node("Concatenate", *parts, axis=axis) if new > 1 else parts[0]
        return x

    return translate


def identity(call: Call, x: Value) -> Value:
    """Dropout and all else that does nothing at inference."""
    return x


def rescaling(call: Call, x: Tensor) -> Tensor:
    """Rescaling."""
    scale, offset = call.options.get("scale", 1.0), call.options.get("offset", 0.0)
    scaled = call.builder.constant("multiply", x, scale)
    return scaled if offset == 0.0 else call.builder.constant("add", scaled, offset)
