"""The layers of Keras that are understood: one table, `LAYERS`, with each layer's options and its translation.

A row names the options that matter at inference, each with the check that bounds it, and the function that turns a
call of the layer into nodes. Options that only matter in training (initializers, regularizers, constraints, seeds) are
dropped. Whatever has no row is refused by its name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from nets.reader import options as check
from nets.reader.attention import additive_attention, attention, dot, multi_head_attention
from nets.reader.builder import Builder, Tensor
from nets.reader.description import Weight
from nets.reader.errors import NetworkError

Value = Any  # a Tensor, a list of them, or a constant of the architecture


class Weights(Protocol):
    """Where a layer's translation gets its weights: by role and shape; the numbers are filled in later."""

    def __call__(self, role: str, shape: Sequence[int], trainable: bool = True) -> Weight:
        """Return the layer's next weight."""
        ...


@dataclass
class Call:
    """One call of one layer.

    Attributes:
        builder: takes the nodes.
        options: the checked options, by name.
        weight: gives the layer's weights in Keras's order.
        old: whether Keras 2 wrote the file.
        arguments: the other arguments of the call (value=..., key=...).
    """

    builder: Builder
    options: dict[str, Any]
    weight: Weights
    old: bool
    arguments: dict[str, Value]

    def bias(self, channels: int) -> list[Weight]:
        """Return the bias in a list, or an empty list when the layer has none."""
        return [self.weight("bias", (channels,))] if self.options.get("use_bias", True) else []

    def activate(self, x: Tensor, value: dict[str, Any] | None = None) -> Tensor:
        """Apply the layer's activation function."""
        return activate(self.builder, x, self.options.get("activation") if value is None else value, self.old)


@dataclass(frozen=True)
class Layer:
    """A row of the table."""

    translate: Callable[[Call, Value], Value]
    options: dict[str, check.Checker]
    channels_last_inside: bool = True  # a channels_first layer is run between two transpositions


def activate(builder: Builder, x: Tensor, activation: dict[str, Any] | None, old: bool) -> Tensor:
    """Apply an activation as `options.activation` returns it."""
    if not activation:
        return x
    parameters = dict(activation)
    function = parameters.pop("function")
    if function == "leaky_relu":
        slope = parameters.get("negative_slope", parameters.get("alpha", 0.2))
        return builder.activation(x, "relu", negative_slope=slope, threshold=0.0, max_value=None)
    if function == "relu":
        slope = parameters.get("negative_slope", 0.0)
        limit = parameters.get("max_value")
        return builder.activation(x, "relu", negative_slope=slope, threshold=0.0, max_value=limit)
    if function == "relu6":
        return builder.activation(x, "relu", negative_slope=0.0, threshold=0.0, max_value=6.0)
    if function in ("elu", "celu"):
        return builder.activation(x, function, alpha=parameters.get("alpha", 1.0))
    if function == "hard_sigmoid" and old:  # Keras 2: clip(0.2 x + 0.5, 0, 1); Keras 3: clip(x / 6 + 0.5, 0, 1)
        function = "hard_sigmoid_2"
    return builder.activation(x, function)


# ---------------------------------------------------------------- layers with weights


def _convolution(call: Call, x: Tensor) -> Tensor:
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


def _depthwise(call: Call, x: Tensor) -> Tensor:
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


def _separable(call: Call, x: Tensor) -> Tensor:
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


def _transposed(call: Call, x: Tensor) -> Tensor:
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


def _dense(call: Call, x: Tensor) -> Tensor:
    units = call.options["units"]
    kernel = call.weight("kernel", (x.shape[-1], units))
    return call.activate(call.builder.node("Dense", x, weights=[kernel, *call.bias(units)]))


def _batch_normalization(call: Call, x: Tensor) -> Tensor:
    o = call.options
    axis = x.axis(o.get("axis", -1))
    shape = (x.shape[axis - 1],)
    scale, center = o.get("scale", True), o.get("center", True)
    weights = [call.weight("gamma", shape)] if scale else []
    weights += [call.weight("beta", shape)] if center else []
    weights += [call.weight(role, shape, trainable=False) for role in ("moving_mean", "moving_variance")]
    epsilon = o.get("epsilon", 1e-3)
    return call.builder.node(
        "BatchNormalization", x, weights=weights, axis=axis, epsilon=epsilon, scale=scale, center=center
    )


def _layer_normalization(call: Call, x: Tensor) -> Tensor:
    o = call.options
    axes = x.axes(o.get("axis", -1))
    shape = tuple(x.shape[axis - 1] for axis in axes)
    epsilon = o.get("epsilon", 1e-3)
    if o.get("rms_scaling"):
        return _root_mean_square(call, x)
    scale, center = o.get("scale", True), o.get("center", True)
    weights = [call.weight("gamma", shape)] if scale else []
    weights += [call.weight("beta", shape)] if center else []
    return call.builder.node(
        "LayerNormalization", x, weights=weights, axes=axes, epsilon=epsilon, scale=scale, center=center
    )


def _root_mean_square(call: Call, x: Tensor) -> Tensor:
    axes = x.axes(call.options.get("axis", -1))
    gamma = call.weight("gamma", [x.shape[axis - 1] for axis in axes])
    return call.builder.node(
        "RMSNormalization", x, weights=[gamma], axes=axes, epsilon=call.options.get("epsilon", 1e-6)
    )


def _group_normalization(call: Call, x: Tensor) -> Tensor:
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


def _unit_normalization(call: Call, x: Tensor) -> Tensor:
    return call.builder.node("UnitNormalization", x, axes=x.axes(call.options.get("axis", -1)), epsilon=1e-12)


def _prelu(call: Call, x: Tensor) -> Tensor:
    shared = call.options.get("shared_axes") or []
    shared = [x.axis(axis) for axis in ([shared] if isinstance(shared, int) else shared)]
    shape = [1 if axis + 1 in shared else size for axis, size in enumerate(x.shape)]
    return call.builder.node("PReLU", x, weights=[call.weight("alpha", shape)])


def _normalization(call: Call, x: Tensor) -> Tensor:
    o = call.options
    axis = o.get("axis", -1)
    axes = x.axes(axis) if axis is not None else []
    shape = [x.shape[place - 1] for place in axes]
    full = [size if place + 1 in axes else 1 for place, size in enumerate(x.shape)]
    b = call.builder
    if o.get("mean") is not None:
        mean, variance = check.np_array(o["mean"]), check.np_array(o["variance"])
        if math.prod(mean.shape) == math.prod(full) == math.prod(variance.shape):
            mean, variance = mean.reshape(full), variance.reshape(full)
        return b.constant("divide", b.constant("subtract", x, mean), check.positive_root(variance))
    weights = [
        call.weight("mean", shape, False),
        call.weight("variance", shape, False),
        call.weight("count", (), False),
    ]
    if axes != [x.rank - 1]:
        raise NetworkError(f"Normalization along axis {axis!r} is not understood: normalize the last axis")
    return b.node(
        "BatchNormalization", x, weights=weights[:2], axis=x.rank - 1, epsilon=1e-14, scale=False, center=False
    )


def _layer_scale(call: Call, x: Tensor) -> Tensor:
    gamma = call.weight("gamma", (call.options["projection_dim"],))
    return call.builder.node("Elementwise", x, weights=[gamma], function="multiply", constant="right")


# ---------------------------------------------------------------- activations


def _activation(call: Call, x: Tensor) -> Tensor:
    return call.activate(x)


def _relu(call: Call, x: Tensor) -> Tensor:
    o = call.options
    slope, threshold = o.get("negative_slope") or 0.0, o.get("threshold") or 0.0
    return call.builder.activation(x, "relu", negative_slope=slope, threshold=threshold, max_value=o.get("max_value"))


def _leaky_relu(call: Call, x: Tensor) -> Tensor:
    slope = call.options.get("negative_slope", call.options.get("alpha", 0.3))
    return call.builder.activation(x, "relu", negative_slope=slope, threshold=0.0, max_value=None)


def _elu(call: Call, x: Tensor) -> Tensor:
    return call.builder.activation(x, "elu", alpha=call.options.get("alpha", 1.0))


def _thresholded_relu(call: Call, x: Tensor) -> Tensor:
    theta = call.options.get("theta", 1.0)
    return call.builder.activation(x, "threshold", threshold=theta)


def _softmax(call: Call, x: Tensor) -> Tensor:
    return call.builder.node("Softmax", x, axes=x.axes(call.options.get("axis", -1)))


def _fixed_activation(function: str) -> Callable[[Call, Value], Value]:
    return lambda call, x: activate(call.builder, x, {"function": function}, call.old)


# ---------------------------------------------------------------- merging


def equal_rank(builder: Builder, tensors: Sequence[Tensor]) -> list[Tensor]:
    """Expand tensors of fewer dimensions behind the batch, as Keras's merging layers do."""
    rank = max(tensor.rank for tensor in tensors)
    return [builder.reshape(tensor, (*[1] * (rank - tensor.rank), *tensor.shape)) for tensor in tensors]


def _merge(function: str) -> Callable[[Call, Value], Value]:
    def translate(call: Call, x: Value) -> Tensor:
        tensors = list(x) if isinstance(x, (list, tuple)) else [x, *call.arguments.values()]
        if not all(isinstance(tensor, Tensor) for tensor in tensors):
            raise NetworkError("expected tensors to combine")
        if len(tensors) == 1:
            return tensors[0]
        return call.builder.elementwise(function, *equal_rank(call.builder, tensors))

    return translate


def _concatenate(call: Call, x: Value) -> Tensor:
    tensors = list(x) if isinstance(x, (list, tuple)) else [x]
    if len(tensors) == 1:
        return tensors[0]
    return call.builder.node("Concatenate", *tensors, axis=tensors[0].axis(call.options.get("axis", -1)))


# ---------------------------------------------------------------- rearranging


def _flatten(call: Call, x: Tensor) -> Tensor:
    if call.options.get("data_format") == "channels_first" and x.rank > 2:
        x = call.builder.permute(x, [0, *range(2, x.rank), 1])
    return call.builder.reshape(x, [math.prod(x.shape)])


def _reshape(call: Call, x: Tensor) -> Tensor:
    return call.builder.reshape(x, check.as_list(call.options["target_shape"]))


def _permute(call: Call, x: Tensor) -> Tensor:
    return call.builder.permute(x, [0, *check.as_list(call.options["dims"])])


def _repeat_vector(call: Call, x: Tensor) -> Tensor:
    return call.builder.node("Tile", call.builder.reshape(x, (1, *x.shape)), repeats=[1, call.options["n"], 1])


def _zero_padding(call: Call, x: Tensor) -> Tensor:
    return call.builder.node(
        "Pad", x, pads=[[0, 0], *_pairs(call.options["padding"], x.rank - 2), [0, 0]], mode="constant", value=0.0
    )


def _cropping(call: Call, x: Tensor) -> Tensor:
    for axis, (before, after) in enumerate(_pairs(call.options["cropping"], x.rank - 2), start=1):
        x = call.builder.slice(x, axis, before, x.shape[axis - 1] - after)
    return x


def _pairs(value: Any, rank: int) -> list[list[int]]:
    """Return (before, after) of every spatial axis, from n, (n, m) or ((n, m), (k, l))."""
    if isinstance(value, int):
        return [[value, value]] * rank
    if rank == 1 and len(value) == 2 and all(isinstance(one, int) for one in value):
        return [list(value)]
    if len(value) != rank:
        raise NetworkError(f"expected {rank} pairs, found {value}")
    return [[one, one] if isinstance(one, int) else [one[0], one[-1]] for one in value]


def _up_sampling(call: Call, x: Tensor) -> Tensor:
    size = call.options.get("size", 2)
    factors = [size] * (x.rank - 2) if isinstance(size, int) else list(size)
    kind = call.options.get("interpolation", "nearest")
    return call.builder.node("Resize", x, size=factors, interpolation=kind)


# ---------------------------------------------------------------- pooling


def _pool(function: str) -> Callable[[Call, Value], Value]:
    def translate(call: Call, x: Tensor) -> Tensor:
        o = call.options
        size = o.get("pool_size", [2] * (x.rank - 2))
        padding, strides = o.get("padding", "valid"), o.get("strides") or size
        return call.builder.node("Pool", x, function=function, size=size, strides=strides, padding=padding)

    return translate


def _global_pool(function: str) -> Callable[[Call, Value], Value]:
    def translate(call: Call, x: Tensor) -> Tensor:
        axes = list(range(1, x.rank - 1))
        return call.builder.reduce(function, x, axes, call.options.get("keepdims", False))

    return translate


def _identity(call: Call, x: Value) -> Value:
    return x


def _discretely(call: Call, x: Tensor) -> Tensor:
    scale, offset = call.options.get("scale", 1.0), call.options.get("offset", 0.0)
    scaled = call.builder.constant("multiply", x, scale)
    return scaled if offset == 0.0 else call.builder.constant("add", scaled, offset)


# ---------------------------------------------------------------- the table

_WINDOW = check.sizes(1, 361)
_BIAS_ACTIVATION: dict[str, check.Checker] = {"use_bias": check.boolean, "activation": check.activation}
_FORMAT = check.optional(check.word("channels_last", "channels_first"))
_CHANNELS = check.integer(1, 65536)
_AXIS = check.integer(-8, 8)
_AXES = check.integers(-8, 8, 8)
_SCALE_CENTER: dict[str, check.Checker] = {
    "epsilon": check.number,
    "scale": check.boolean,
    "center": check.boolean,
}


def _windowed(rank: int, **more: check.Checker) -> dict[str, check.Checker]:
    window = _WINDOW(rank)
    padding = check.word("same", "valid", "causal") if rank == 1 else check.word("same", "valid")
    common = {"kernel_size": window, "strides": window, "dilation_rate": window, "padding": padding}
    return {**common, **_BIAS_ACTIVATION, "data_format": _FORMAT, **more}


def _pooling(rank: int) -> dict[str, check.Checker]:
    window = _WINDOW(rank)
    sizes = {"pool_size": window, "strides": check.optional(window), "padding": check.word("same", "valid")}
    return {**sizes, "data_format": _FORMAT}


_GLOBAL: dict[str, check.Checker] = {"keepdims": check.boolean, "data_format": _FORMAT}
_IDENTITY = Layer(_identity, {})

LAYERS: dict[str, Layer] = {
    # convolutions
    **{f"Conv{rank}D": Layer(_convolution, _windowed(rank, filters=_CHANNELS, groups=_CHANNELS)) for rank in (1, 2, 3)},
    "DepthwiseConv1D": Layer(_depthwise, _windowed(1, depth_multiplier=check.integer(1, 1024))),
    "DepthwiseConv2D": Layer(_depthwise, _windowed(2, depth_multiplier=check.integer(1, 1024))),
    "SeparableConv1D": Layer(_separable, _windowed(1, filters=_CHANNELS, depth_multiplier=check.integer(1, 1024))),
    "SeparableConv2D": Layer(_separable, _windowed(2, filters=_CHANNELS, depth_multiplier=check.integer(1, 1024))),
    "Conv1DTranspose": Layer(_transposed, _windowed(1, filters=_CHANNELS, output_padding=check.optional(_WINDOW(1)))),
    "Conv2DTranspose": Layer(_transposed, _windowed(2, filters=_CHANNELS, output_padding=check.optional(_WINDOW(2)))),
    "Dense": Layer(_dense, {"units": check.integer(1, 1 << 20), **_BIAS_ACTIVATION}),
    # normalization
    "BatchNormalization": Layer(_batch_normalization, {"axis": _AXIS, **_SCALE_CENTER}),
    "SyncBatchNormalization": Layer(_batch_normalization, {"axis": _AXIS, **_SCALE_CENTER}),
    "LayerNormalization": Layer(_layer_normalization, {"axis": _AXES, **_SCALE_CENTER, "rms_scaling": check.boolean}),
    "RMSNormalization": Layer(_root_mean_square, {"axis": _AXES, "epsilon": check.number}),
    "GroupNormalization": Layer(
        _group_normalization, {"groups": check.integer(-1, 65536), "axis": _AXIS, **_SCALE_CENTER}
    ),
    "UnitNormalization": Layer(_unit_normalization, {"axis": _AXES}),
    "Normalization": Layer(
        _normalization,
        {
            "axis": check.optional(_AXES),
            "mean": check.optional(check.numbers),
            "variance": check.optional(check.numbers),
        },
    ),
    "LayerScale": Layer(_layer_scale, {"projection_dim": _CHANNELS}),
    "Rescaling": Layer(_discretely, {"scale": check.numbers, "offset": check.numbers}),
    # activations
    "Activation": Layer(_activation, {"activation": check.activation}),
    "ReLU": Layer(
        _relu,
        {
            "max_value": check.optional(check.number),
            "negative_slope": check.optional(check.number),
            "threshold": check.optional(check.number),
        },
    ),
    "LeakyReLU": Layer(_leaky_relu, {"alpha": check.number, "negative_slope": check.number}),
    "ELU": Layer(_elu, {"alpha": check.number}),
    "PReLU": Layer(_prelu, {"shared_axes": check.optional(check.integers(1, 8))}),
    "ThresholdedReLU": Layer(_thresholded_relu, {"theta": check.number}),
    "Softmax": Layer(_softmax, {"axis": _AXES}),
    # merging
    **{
        name: Layer(_merge(name.lower()), {})
        for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")
    },
    "Concatenate": Layer(_concatenate, {"axis": _AXIS}),
    # attention
    "Dot": Layer(dot, {"axes": check.integers(-8, 8, 2), "normalize": check.boolean}),
    "Attention": Layer(attention, {"use_scale": check.boolean, "score_mode": check.word("dot", "concat")}),
    "AdditiveAttention": Layer(additive_attention, {"use_scale": check.boolean}),
    "MultiHeadAttention": Layer(
        multi_head_attention,
        {
            "num_heads": check.integer(1, 1024),
            "key_dim": check.integer(1, 65536),
            "value_dim": check.optional(check.integer(1, 65536)),
            "output_shape": check.optional(check.integers(1, 65536)),
            "use_bias": check.boolean,
            "attention_axes": check.optional(_AXES),
            "use_causal_mask": check.boolean,
            "d_model": check.integer(1, 65536),
        },
    ),
    # rearranging
    "Flatten": Layer(_flatten, {"data_format": _FORMAT}, channels_last_inside=False),
    "Reshape": Layer(_reshape, {"target_shape": check.integers(-1, 1 << 24, 8)}),
    "Permute": Layer(_permute, {"dims": check.integers(1, 8, 8)}),
    "RepeatVector": Layer(_repeat_vector, {"n": check.integer(1, 4096)}),
    **{
        f"ZeroPadding{rank}D": Layer(_zero_padding, {"padding": check.integers(0, 361), "data_format": _FORMAT})
        for rank in (1, 2, 3)
    },
    **{
        f"Cropping{rank}D": Layer(_cropping, {"cropping": check.integers(0, 361), "data_format": _FORMAT})
        for rank in (1, 2, 3)
    },
    "UpSampling1D": Layer(_up_sampling, {"size": check.integer(1, 64)}),
    "UpSampling2D": Layer(
        _up_sampling,
        {
            "size": check.integers(1, 64),
            "interpolation": check.word("nearest", "bilinear"),
            "data_format": _FORMAT,
        },
    ),
    # pooling
    **{f"MaxPooling{rank}D": Layer(_pool("max"), _pooling(rank)) for rank in (1, 2, 3)},
    **{f"AveragePooling{rank}D": Layer(_pool("average"), _pooling(rank)) for rank in (1, 2, 3)},
    **{f"GlobalAveragePooling{rank}D": Layer(_global_pool("mean"), _GLOBAL) for rank in (1, 2, 3)},
    **{f"GlobalMaxPooling{rank}D": Layer(_global_pool("max"), _GLOBAL) for rank in (1, 2, 3)},
    # nothing at inference
    **dict.fromkeys(
        (
            "Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D GaussianNoise GaussianDropout AlphaDropout "
            "ActivityRegularization Identity StochasticDepth DropPath"
        ).split(),
        _IDENTITY,
    ),
}

# Other names under which the same layers were written: short names of old Keras, layers of tensorflow-addons
ALIASES = {
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution2DTranspose": "Conv2DTranspose",
    "Deconvolution2D": "Conv2DTranspose",
    "Deconv2D": "Conv2DTranspose",
    "SeparableConvolution2D": "SeparableConv2D",
    "DepthwiseConvolution2D": "DepthwiseConv2D",
    "MaxPool1D": "MaxPooling1D",
    "MaxPool2D": "MaxPooling2D",
    "AvgPool1D": "AveragePooling1D",
    "AvgPool2D": "AveragePooling2D",
    "GlobalAvgPool1D": "GlobalAveragePooling1D",
    "GlobalAvgPool2D": "GlobalAveragePooling2D",
    "GlobalMaxPool1D": "GlobalMaxPooling1D",
    "GlobalMaxPool2D": "GlobalMaxPooling2D",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "Addons>GroupNormalization": "GroupNormalization",
    "Addons>StochasticDepth": "StochasticDepth",
}

# Layers that would run code from the file, or reach outside the network: named in the refusal
CODE_LAYERS = {
    "Lambda": "it holds program code, which is never run: replace it by layers of Keras (Rescaling, Activation, "
    "Reshape, Multiply, ...) and save again",
    "TFSMLayer": "it loads another saved model: build the network from plain layers",
    "StringLookup": "it reads a vocabulary file: a Go network has no words",
    "TextVectorization": "it reads a vocabulary file: a Go network has no words",
    "IntegerLookup": "it reads a vocabulary: a Go network has no words",
    "TorchModuleWrapper": "it holds pickled program code, which is never run: build the network from layers of Keras",
    "JaxLayer": "it holds program code, which is never run: build the network from layers of Keras",
    "FlaxLayer": "it holds program code, which is never run: build the network from layers of Keras",
}
