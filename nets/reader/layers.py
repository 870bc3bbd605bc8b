"""The layers of Keras that are understood: one table, `LAYERS`, with each layer's options and its translation.

A row names the options that matter at inference, each with the check that bounds it, and the function that turns a
call of the layer into nodes. Options that only matter in training (initializers, regularizers, constraints, seeds) are
dropped. Whatever has no row is refused by its name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nets.reader import options as check
from nets.reader import plain_layers as plain
from nets.reader import weighted_layers as weighted
from nets.reader.attention import additive_attention, attention, dot, multi_head_attention
from nets.reader.call import Call, Value
from nets.reader.limits import BOARD_SIZES


@dataclass(frozen=True)
class Layer:
    """A row of the table.

    Attributes:
        translate: turns a call of the layer into nodes and returns what the layer returns.
        options: the options that matter, each with its check.
        channels_last_inside: whether a layer with data_format="channels_first" is run between two transpositions.
    """

    translate: Callable[[Call, Value], Value]
    options: dict[str, check.Checker]
    channels_last_inside: bool = True


_POINTS = max(BOARD_SIZES) ** 2  # perhaps all on one axis
_WINDOW = check.sizes(1, _POINTS)
_MARGIN = check.integers(0, _POINTS)
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
_IDENTITY = Layer(plain.identity, {})

LAYERS: dict[str, Layer] = {
    # convolutions
    **{
        f"Conv{rank}D": Layer(weighted.convolution, _windowed(rank, filters=_CHANNELS, groups=_CHANNELS))
        for rank in (1, 2, 3)
    },
    "DepthwiseConv1D": Layer(weighted.depthwise, _windowed(1, depth_multiplier=check.integer(1, 1024))),
    "DepthwiseConv2D": Layer(weighted.depthwise, _windowed(2, depth_multiplier=check.integer(1, 1024))),
    "SeparableConv1D": Layer(
        weighted.separable, _windowed(1, filters=_CHANNELS, depth_multiplier=check.integer(1, 1024))
    ),
    "SeparableConv2D": Layer(
        weighted.separable, _windowed(2, filters=_CHANNELS, depth_multiplier=check.integer(1, 1024))
    ),
    "Conv1DTranspose": Layer(
        weighted.transposed, _windowed(1, filters=_CHANNELS, output_padding=check.optional(_WINDOW(1)))
    ),
    "Conv2DTranspose": Layer(
        weighted.transposed, _windowed(2, filters=_CHANNELS, output_padding=check.optional(_WINDOW(2)))
    ),
    "Conv3DTranspose": Layer(
        weighted.transposed, _windowed(3, filters=_CHANNELS, output_padding=check.optional(_WINDOW(3)))
    ),
    "Dense": Layer(weighted.dense, {"units": check.integer(1, 1 << 20), **_BIAS_ACTIVATION}),
    "EinsumDense": Layer(
        weighted.einsum_dense,
        {
            "equation": check.text(r"(\.\.\.)?[A-Za-z]+, *[A-Za-z]+->(\.\.\.)?[A-Za-z]+"),
            "output_shape": lambda shape: [check.optional(_CHANNELS)(size) for size in check.as_list(shape)],
            "bias_axes": check.optional(check.text("[A-Za-z]*")),
            "activation": check.activation,
        },
    ),
    # normalization
    "BatchNormalization": Layer(
        weighted.batch_normalization, {"axis": _AXIS, **_SCALE_CENTER, "renorm": check.optional(check.boolean)}
    ),
    "SyncBatchNormalization": Layer(weighted.batch_normalization, {"axis": _AXIS, **_SCALE_CENTER}),
    "LayerNormalization": Layer(
        weighted.layer_normalization, {"axis": _AXES, **_SCALE_CENTER, "rms_scaling": check.boolean}
    ),
    "RMSNormalization": Layer(weighted.root_mean_square, {"axis": _AXES, "epsilon": check.number}),
    "GroupNormalization": Layer(
        weighted.group_normalization, {"groups": check.integer(-1, 65536), "axis": _AXIS, **_SCALE_CENTER}
    ),
    "UnitNormalization": Layer(weighted.unit_normalization, {"axis": _AXES}),
    "Normalization": Layer(
        weighted.normalization,
        {
            "axis": check.optional(_AXES),
            "mean": check.optional(check.numbers),
            "variance": check.optional(check.numbers),
            "invert": check.boolean,
        },
    ),
    "LayerScale": Layer(weighted.layer_scale, {"projection_dim": _CHANNELS}),
    "Rescaling": Layer(plain.rescaling, {"scale": check.numbers, "offset": check.numbers}),
    # activations
    "Activation": Layer(plain.activation, {"activation": check.activation}),
    "ReLU": Layer(
        plain.relu,
        {
            "max_value": check.optional(check.number),
            "negative_slope": check.optional(check.number),
            "threshold": check.optional(check.number),
        },
    ),
    "LeakyReLU": Layer(plain.leaky_relu, {"alpha": check.number, "negative_slope": check.number}),
    "ELU": Layer(plain.elu, {"alpha": check.number}),
    "PReLU": Layer(weighted.prelu, {"shared_axes": check.optional(check.integers(1, 8))}),
    "ThresholdedReLU": Layer(plain.thresholded_relu, {"theta": check.number}),
    "Softmax": Layer(plain.softmax, {"axis": _AXES}),
    # merging
    **{
        name: Layer(plain.merge(name.lower()), {})
        for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")
    },
    "Concatenate": Layer(plain.concatenate, {"axis": _AXIS}),
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
    "Flatten": Layer(plain.flatten, {"data_format": _FORMAT}, channels_last_inside=False),
    "Reshape": Layer(plain.reshape, {"target_shape": check.integers(-1, 1 << 24, 8)}),
    "Permute": Layer(plain.permute, {"dims": check.integers(1, 8, 8)}),
    "RepeatVector": Layer(plain.repeat_vector, {"n": check.integer(1, 4096)}),
    **{
        f"ZeroPadding{rank}D": Layer(plain.zero_padding, {"padding": _MARGIN, "data_format": _FORMAT})
        for rank in (1, 2, 3)
    },
    **{f"Cropping{rank}D": Layer(plain.cropping, {"cropping": _MARGIN, "data_format": _FORMAT}) for rank in (1, 2, 3)},
    "UpSampling1D": Layer(plain.up_sampling, {"size": check.integer(1, 64)}),
    "UpSampling2D": Layer(
        plain.up_sampling,
        {
            "size": check.integers(1, 64),
            "interpolation": check.word("nearest", "bilinear"),
            "data_format": _FORMAT,
        },
    ),
    "UpSampling3D": Layer(plain.up_sampling, {"size": check.integers(1, 64), "data_format": _FORMAT}),
    "Resizing": Layer(
        plain.resizing,
        {
            "height": _CHANNELS,
            "width": _CHANNELS,
            "interpolation": check.word("nearest", "bilinear"),
            "data_format": _FORMAT,
            "crop_to_aspect_ratio": check.boolean,
            "pad_to_aspect_ratio": check.boolean,
            "antialias": check.boolean,
        },
    ),
    "CenterCrop": Layer(plain.center_crop, {"height": _CHANNELS, "width": _CHANNELS, "data_format": _FORMAT}),
    "RandomCrop": Layer(plain.center_crop, {"height": _CHANNELS, "width": _CHANNELS, "data_format": _FORMAT}),
    # pooling
    **{
        f"Adaptive{name}Pooling{rank}D": Layer(
            plain.adaptive_pool(name.lower()), {"output_size": check.integers(1, _POINTS), "data_format": _FORMAT}
        )
        for rank in (1, 2, 3)
        for name in ("Average", "Max")
    },
    **{f"MaxPooling{rank}D": Layer(plain.pool("max"), _pooling(rank)) for rank in (1, 2, 3)},
    **{f"AveragePooling{rank}D": Layer(plain.pool("average"), _pooling(rank)) for rank in (1, 2, 3)},
    **{f"GlobalAveragePooling{rank}D": Layer(plain.global_pool("mean"), _GLOBAL) for rank in (1, 2, 3)},
    **{f"GlobalMaxPooling{rank}D": Layer(plain.global_pool("max"), _GLOBAL) for rank in (1, 2, 3)},
    # nothing at inference
    "Dropout": _IDENTITY,
    "SpatialDropout1D": _IDENTITY,
    "SpatialDropout2D": _IDENTITY,
    "SpatialDropout3D": _IDENTITY,
    "GaussianNoise": _IDENTITY,
    "GaussianDropout": _IDENTITY,
    "AlphaDropout": _IDENTITY,
    "ActivityRegularization": _IDENTITY,
    "Identity": _IDENTITY,
    "StochasticDepth": _IDENTITY,
    "DropPath": _IDENTITY,
    "RandomFlip": _IDENTITY,
    "RandomRotation": _IDENTITY,
    "RandomTranslation": _IDENTITY,
    "RandomZoom": _IDENTITY,
    "RandomContrast": _IDENTITY,
    "RandomBrightness": _IDENTITY,
}

# Other names under which the same layers were written: short names of old Keras, layers of tensorflow-addons
ALIASES = {
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution2DTranspose": "Conv2DTranspose",
    "Convolution1DTranspose": "Conv1DTranspose",
    "Convolution3D": "Conv3D",
    "Convolution3DTranspose": "Conv3DTranspose",
    "SeparableConvolution1D": "SeparableConv1D",
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
    "MaxPool3D": "MaxPooling3D",
    "AvgPool3D": "AveragePooling3D",
    "GlobalAvgPool3D": "GlobalAveragePooling3D",
    "GlobalMaxPool3D": "GlobalMaxPooling3D",
    "Addons>GroupNormalization": "GroupNormalization",
    "Addons>InstanceNormalization": "GroupNormalization",
    "Addons>StochasticDepth": "StochasticDepth",
}

# Layers that would run code from the file, reach outside the network, or are not translated: why, for the refusal
CODE_LAYERS = {
    **dict.fromkeys(
        ("LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "ConvLSTM2D", "CuDNNLSTM", "CuDNNGRU"),
        "is recurrent, which is not understood here: use convolutions or attention and save again",
    ),
    **dict.fromkeys(
        ("Embedding", "ReversibleEmbedding", "CategoryEncoding", "Discretization", "Hashing", "HashedCrossing"),
        "looks up words or categories, which planes do not hold: use Conv2D with kernel_size=1 or Dense and save again",
    ),
    **dict.fromkeys(
        ("LocallyConnected1D", "LocallyConnected2D"),
        "has weights of its own for every point, which Keras 3 no longer knows: use Conv2D, or Dense, and save again",
    ),
    "Masking": "leaves out steps in time, which a board does not have: take it out and save again",
    "Lambda": "holds program code, which is never run: replace it by layers of Keras (Rescaling, Activation, "
    "Reshape, Multiply, ...) and save again",
    "TFSMLayer": "loads another saved model: build the network from plain layers",
    "StringLookup": "reads a vocabulary file: a Go network has no words",
    "TextVectorization": "reads a vocabulary file: a Go network has no words",
    "IntegerLookup": "reads a vocabulary: a Go network has no words",
    "TorchModuleWrapper": "holds pickled program code, which is never run: build the network from layers of Keras",
    "JaxLayer": "holds program code, which is never run: build the network from layers of Keras",
    "FlaxLayer": "holds program code, which is never run: build the network from layers of Keras",
}
