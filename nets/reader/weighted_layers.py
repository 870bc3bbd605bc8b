"""Translate the layers that have weights: convolutions, dense layers, normalizations."""

from __future__ import annotations

import math
from string import ascii_letters
from typing import Any

from nets.reader import options as check
from nets.reader.builder import Tensor
from nets.reader.call import Call
from nets.reader.errors import NetworkError
from nets.reader.recorded_reductions import variance


def convolution(call: Call, x: Tensor) -> Tensor:
    """Conv1D, Conv2D, Conv3D; causal padding becomes a padding of its own."""
    o = call.options
    channels, groups = x.shape[-1], o.get("groups", 1)
    if channels % groups:
        raise NetworkError(f"{channels} channels cannot be divided into {groups} groups")
    padding = o.get("padding", "valid")
    if padding == "causal":
        before = (o["kernel_size"][0] - 1) * o.get("dilation_rate", [1])[0]
        x = call.builder.node("Pad", x, pads=[[0, 0], [before, 0], [0, 0]], mode="constant", value=0.0)
        padding = "valid"
    kernel = call.weight("kernel", (*o["kernel_size"], channels // groups, o["filters"]))
    rank = len(o["kernel_size"])
    y = call.builder.node(
        "Convolution",
        x,
        weights=[kernel, *call.bias(o["filters"])],
        strides=o.get("strides", [1] * rank),
        padding=padding,
        dilation=o.get("dilation_rate", [1] * rank),
        groups=groups,
    )
    return call.activate(y)


def depthwise(call: Call, x: Tensor) -> Tensor:
    """DepthwiseConv1D, DepthwiseConv2D."""
    o = call.options
    multiplier, rank = o.get("depth_multiplier", 1), len(o["kernel_size"])
    kernel = call.weight("kernel", (*o["kernel_size"], x.shape[-1], multiplier))
    y = call.builder.node(
        "DepthwiseConvolution",
        x,
        weights=[kernel, *call.bias(x.shape[-1] * multiplier)],
        strides=o.get("strides", [1] * rank),
        padding=o.get("padding", "valid"),
        dilation=o.get("dilation_rate", [1] * rank),
    )
    return call.activate(y)


def separable(call: Call, x: Tensor) -> Tensor:
    """SeparableConv1D, SeparableConv2D: a depthwise convolution, then one of size 1."""
    o = call.options
    multiplier, rank = o.get("depth_multiplier", 1), len(o["kernel_size"])
    inner = x.shape[-1] * multiplier
    depthwise = call.weight("depthwise_kernel", (*o["kernel_size"], x.shape[-1], multiplier))
    pointwise = call.weight("pointwise_kernel", (*[1] * rank, inner, o["filters"]))
    y = call.builder.node(
        "DepthwiseConvolution",
        x,
        weights=[depthwise],
        strides=o.get("strides", [1] * rank),
        padding=o.get("padding", "valid"),
        dilation=o.get("dilation_rate", [1] * rank),
    )
    ones: dict[str, Any] = {"strides": [1] * rank, "padding": "valid", "dilation": [1] * rank, "groups": 1}
    y = call.builder.node("Convolution", y, weights=[pointwise, *call.bias(o["filters"])], **ones)
    return call.activate(y)


def transposed(call: Call, x: Tensor) -> Tensor:
    """Conv1DTranspose, Conv2DTranspose, Conv3DTranspose."""
    o = call.options
    rank = len(o["kernel_size"])
    if o.get("output_padding") is not None:
        raise NetworkError("output_padding is not understood: leave it out")
    if any(rate != 1 for rate in o.get("dilation_rate", [1])):
        raise NetworkError("a dilated transposed convolution is not understood: use dilation_rate=1")
    kernel = call.weight("kernel", (*o["kernel_size"], o["filters"], x.shape[-1]))
    weights = [kernel, *call.bias(o["filters"])]
    strides, padding = o.get("strides", [1] * rank), o.get("padding", "valid")
    return call.activate(
        call.builder.node("TransposedConvolution", x, weights=weights, strides=strides, padding=padding)
    )


def dense(call: Call, x: Tensor) -> Tensor:
    """Dense, on the last axis of a tensor of any rank."""
    units = call.options["units"]
    kernel = call.weight("kernel", (x.shape[-1], units))
    return call.activate(call.builder.node("Dense", x, weights=[kernel, *call.bias(units)]))


def einsum_dense(call: Call, x: Tensor) -> Tensor:
    """EinsumDense; an ellipsis stands for all axes that are not named."""
    equation, bias_axes = call.options["equation"].replace(" ", ""), call.options.get("bias_axes")
    left, _, result = equation.partition("->")
    inputs, _, kernel = left.partition(",")
    if "..." in equation:
        named = set(inputs + kernel + result)
        spare = [letter for letter in ascii_letters if letter not in named]
        hidden = "".join(spare[: x.rank - len(inputs.replace("...", ""))])
        inputs, kernel, result = (term.replace("...", hidden) for term in (inputs, kernel, result))
    wanted = check.as_list(call.options["output_shape"])
    sizes = dict(zip(inputs, (0, *x.shape), strict=True))
    for letter, size in zip(result[::-1], wanted[::-1], strict=False):
        sizes.setdefault(letter, int(size or 0))
    weights = [call.weight("kernel", [sizes[letter] for letter in kernel])]
    y = call.builder.node("Einsum", x, weights=weights, equation=f"{inputs},{kernel}->{result}")
    if bias_axes:
        shape = [sizes[letter] if letter in bias_axes else 1 for letter in result[1:]]
        while shape[0] == 1 and len(shape) > 1 and result[len(result) - len(shape)] not in bias_axes:
            shape = shape[1:]
        bias = call.weight("bias", shape)
        y = call.builder.node("Elementwise", y, weights=[bias], function="add", constant="right")
    return call.activate(y)


def batch_normalization(call: Call, x: Tensor) -> Tensor:
    """BatchNormalization with its moving averages."""
    o = call.options
    axis = x.axis(o.get("axis", -1))
    shape = (x.shape[axis - 1],)
    scale, center = o.get("scale", True), o.get("center", True)
    weights = [call.weight("gamma", shape)] if scale else []
    weights += [call.weight("beta", shape)] if center else []
    weights += [call.weight(role, shape, trainable=False) for role in ("moving_mean", "moving_variance")]
    if o.get("renorm"):  # batch renormalization (Ioffe 2017): what it needs in training is stored as well
        for role in ("moving_stddev", "renorm_mean", "renorm_stddev"):
            call.weight(role, shape, trainable=False)
    epsilon = o.get("epsilon", 1e-3)
    return call.builder.node(
        "BatchNormalization", x, weights=weights, axis=axis, epsilon=epsilon, scale=scale, center=center
    )


def layer_normalization(call: Call, x: Tensor) -> Tensor:
    """LayerNormalization."""
    o = call.options
    axes = x.axes(o.get("axis", -1))
    shape = tuple(x.shape[axis - 1] for axis in axes)
    epsilon = o.get("epsilon", 1e-3)
    if o.get("rms_scaling"):  # what Keras 3 computes: divided by the deviation, but not centred
        gamma = call.weight("gamma", shape).view(*(size if at in axes else 1 for at, size in enumerate(x.shape, 1)))
        spread = call.builder.constant("add", variance(call.builder, x, axes, True), epsilon)
        y = call.builder.elementwise("multiply", x, call.builder.activation(spread, "rsqrt"))
        return call.builder.node("Elementwise", y, weights=[gamma], function="multiply", constant="right")
    scale, center = o.get("scale", True), o.get("center", True)
    weights = [call.weight("gamma", shape)] if scale else []
    weights += [call.weight("beta", shape)] if center else []
    return call.builder.node(
        "LayerNormalization", x, weights=weights, axes=axes, epsilon=epsilon, scale=scale, center=center
    )


def root_mean_square(call: Call, x: Tensor) -> Tensor:
    """RMSNormalization."""
    axes = x.axes(call.options.get("axis", -1))
    gamma = call.weight("gamma", [x.shape[axis - 1] for axis in axes])
    return call.builder.node(
        "RMSNormalization", x, weights=[gamma], axes=axes, epsilon=call.options.get("epsilon", 1e-6)
    )


def group_normalization(call: Call, x: Tensor) -> Tensor:
    """GroupNormalization along any axis: the channels are moved last and back."""
    o = call.options
    axis, groups = x.axis(o.get("axis", -1)), o.get("groups", 32)
    channels = x.shape[axis - 1]
    scale, center = o.get("scale", True), o.get("center", True)
    weights = [call.weight("gamma", (channels,))] if scale else []
    weights += [call.weight("beta", (channels,))] if center else []
    back = list(range(x.rank))
    forth = [*back[:axis], *back[axis + 1 :], axis]
    y = call.builder.node(
        "GroupNormalization",
        call.builder.permute(x, forth),
        weights=weights,
        groups=channels if groups == -1 else groups,
        epsilon=o.get("epsilon", 1e-3),
        scale=scale,
        center=center,
    )
    return call.builder.permute(y, [forth.index(place) for place in back])


def unit_normalization(call: Call, x: Tensor) -> Tensor:
    """UnitNormalization."""
    return call.builder.node("UnitNormalization", x, axes=x.axes(call.options.get("axis", -1)), epsilon=1e-12)


def prelu(call: Call, x: Tensor) -> Tensor:
    """PReLU, with shared axes."""
    shared = call.options.get("shared_axes") or []
    shared = [x.axis(axis) for axis in ([shared] if isinstance(shared, int) else shared)]
    shape = [1 if axis + 1 in shared else size for axis, size in enumerate(x.shape)]
    return call.builder.node("PReLU", x, weights=[call.weight("alpha", shape)])


def normalization(call: Call, x: Tensor) -> Tensor:
    """Normalization, with its statistics given or adapted, along any axes."""
    o, b = call.options, call.builder
    axis = o.get("axis", -1)
    axes = x.axes(axis) if axis is not None else []
    shape = [x.shape[place - 1] for place in axes]
    if o.get("mean") is not None:
        full = [size if place + 1 in axes else 1 for place, size in enumerate(x.shape)]
        mean, variance = check.np_array(o["mean"]), check.np_array(o["variance"])
        if math.prod(mean.shape) == math.prod(full) == math.prod(variance.shape):
            mean, variance = mean.reshape(full), variance.reshape(full)
        deviation = check.positive_root(variance)
        if o.get("invert"):
            return b.constant("add", b.constant("multiply", x, deviation), mean)
        return b.constant("divide", b.constant("subtract", x, mean), deviation)
    if o.get("invert"):
        raise NetworkError("an adapted Normalization with invert=True is not understood: give mean and variance")
    mean_weight, variance_weight, _ = (
        call.weight("mean", shape, False),
        call.weight("variance", shape, False),
        call.weight("count", (), False),
    )
    # a batch normalization along one axis, made of all that are normalized
    size = math.prod(shape)
    forth = [0, *(place for place in range(1, x.rank) if place not in axes), *axes]
    moved = b.permute(x, forth)
    y = b.node(
        "BatchNormalization",
        b.reshape(moved, (math.prod(x.shape) // size, size)),
        weights=[mean_weight.view(size), variance_weight.view(size)],
        axis=2,
        epsilon=1e-14,
        scale=False,
        center=False,
    )
    return b.permute(b.reshape(y, moved.shape), [forth.index(place) for place in range(x.rank)])


def layer_scale(call: Call, x: Tensor) -> Tensor:
    """LayerScale of ConvNeXt: a factor for each channel."""
    gamma = call.weight("gamma", (call.options["projection_dim"],))
    return call.builder.node("Elementwise", x, weights=[gamma], function="multiply", constant="right")
