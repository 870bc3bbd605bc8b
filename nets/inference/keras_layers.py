"""Layers with weights, activations and attention of the understood networks in Keras."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from nets.inference.keras_builder import KerasBuilder, KerasTensor, plain_activation
from nets.reader.description import Array, Node


def arrays(node: Node) -> list[Array]:
    """Return the numbers of all weights of a node."""
    return [weight.array for weight in node.weights]


def convolution(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """Conv1D, Conv2D, Conv3D."""
    kernel, o = node.weights[0].shape, node.options
    rank = len(kernel) - 2
    return b.weighted(
        node,
        f"Conv{rank}D",
        arrays(node),
        inputs[0],
        filters=kernel[-1],
        kernel_size=kernel[:rank],
        strides=tuple(o["strides"]),
        padding=o["padding"],
        dilation_rate=tuple(o["dilation"]),
        groups=o["groups"],
        use_bias=len(node.weights) > 1,
    )


def depthwise(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """DepthwiseConv1D, DepthwiseConv2D."""
    kernel, o = node.weights[0].shape, node.options
    rank = len(kernel) - 2
    return b.weighted(
        node,
        f"DepthwiseConv{rank}D",
        arrays(node),
        inputs[0],
        kernel_size=kernel[:rank],
        strides=tuple(o["strides"]),
        padding=o["padding"],
        dilation_rate=tuple(o["dilation"]),
        depth_multiplier=kernel[-1],
        use_bias=len(node.weights) > 1,
    )


def transposed(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """Conv1DTranspose, Conv2DTranspose."""
    kernel = node.weights[0].shape
    rank = len(kernel) - 2
    return b.weighted(
        node,
        f"Conv{rank}DTranspose",
        arrays(node),
        inputs[0],
        filters=kernel[-2],
        kernel_size=kernel[:rank],
        strides=tuple(node.options["strides"]),
        padding=node.options["padding"],
        use_bias=len(node.weights) > 1,
    )


def dense(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """Dense."""
    units, bias = node.weights[0].shape[1], len(node.weights) > 1
    return b.weighted(node, "Dense", arrays(node), inputs[0], units=units, use_bias=bias)


def batch_normalization(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """BatchNormalization."""
    return b.weighted(node, "BatchNormalization", arrays(node), inputs[0], **node.options)


def layer_normalization(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """LayerNormalization."""
    options = {key: value for key, value in node.options.items() if key != "axes"}
    axes = node.options["axes"]
    return b.weighted(node, "LayerNormalization", arrays(node), inputs[0], axis=one_or_list(axes), **options)


def root_mean_square(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """RMSNormalization."""
    options = {"axis": one_or_list(node.options["axes"]), "epsilon": node.options["epsilon"]}
    return b.weighted(node, "RMSNormalization", arrays(node), inputs[0], **options)


def group_normalization(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """GroupNormalization."""
    return b.weighted(node, "GroupNormalization", arrays(node), inputs[0], axis=-1, **node.options)


def unit_normalization(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """UnitNormalization."""
    return b.layer("UnitNormalization", axis=one_or_list(node.options["axes"]))(inputs[0])


def prelu(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """PReLU."""
    alpha = node.weights[0].shape
    shared = [axis for axis, size in enumerate(alpha, start=1) if size == 1] or None
    return b.weighted(node, "PReLU", arrays(node), inputs[0], shared_axes=shared)


def attention(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """MultiHeadAttention."""
    query, value, key = inputs
    o = node.options
    return b.weighted(
        node,
        "MultiHeadAttention",
        arrays(node),
        query,
        value,
        key,
        num_heads=o["heads"],
        key_dim=o["key_size"],
        value_dim=o["value_size"],
        use_bias=o["bias"],
        output_shape=tuple(node.shape[1:]),
    )


def one_or_list(axes: Sequence[int]) -> int | list[int]:
    """Return one axis as a number, several as a list."""
    return axes[0] if len(axes) == 1 else list(axes)


# ---------------------------------------------------------------- activations


def activation(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """An activation function: by name, as a layer, or composed of both."""
    x, o, function = inputs[0], node.options, node.options["function"]
    name = plain_activation(node)
    if name is not None:
        return b.activation(x, name)
    if function == "relu":
        slope, threshold = o["negative_slope"], o["threshold"]
        return b.layer("ReLU", max_value=o["max_value"], negative_slope=slope, threshold=threshold)(x)
    if function == "elu":
        return b.layer("ELU", alpha=o["alpha"])(x)
    if function == "celu":
        return b.affine(b.activation(b.affine(x, 1 / o["alpha"]), "elu"), o["alpha"])
    if function == "threshold":
        return b.layer("ReLU", threshold=o["threshold"])(x)
    if function in COMPOSED:
        return COMPOSED[function](b, x)
    b.impossible(f"the function {function}")
    return getattr(b.keras.ops, function)(x)


def gelu_tanh(b: KerasBuilder, x: KerasTensor) -> KerasTensor:
    """The approximation of gelu by tanh."""
    cubic = b.merge("Add", x, b.affine(b.merge("Multiply", x, x, x), 0.044715))
    half = b.affine(b.activation(b.affine(cubic, math.sqrt(2 / math.pi)), "tanh"), 0.5, 0.5)
    return b.merge("Multiply", x, half)


def absolute(b: KerasBuilder, x: KerasTensor) -> KerasTensor:
    """The absolute value as relu(x) + relu(-x)."""
    return b.merge("Add", b.activation(x, "relu"), b.activation(b.affine(x, -1.0), "relu"))


def squared_relu(b: KerasBuilder, x: KerasTensor) -> KerasTensor:
    """relu(x) squared."""
    positive = b.activation(x, "relu")
    return b.merge("Multiply", positive, positive)


COMPOSED: dict[str, Callable[[KerasBuilder, KerasTensor], KerasTensor]] = {
    "hard_sigmoid_2": lambda b, x: b.layer("ReLU", max_value=1.0)(b.affine(x, 0.2, 0.5)),
    "gelu_tanh": gelu_tanh,
    "negative": lambda b, x: b.affine(x, -1.0),
    "abs": absolute,
    "square": lambda b, x: b.merge("Multiply", x, x),
    "squared_relu": squared_relu,
    "lisht": lambda b, x: b.merge("Multiply", x, b.activation(x, "tanh")),
}


def softmax(b: KerasBuilder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    """Softmax along any axes."""
    axes = node.options["axes"]
    if axes == [len(node.shape)]:
        return b.activation(inputs[0], "softmax")
    return b.layer("Softmax", axis=one_or_list(axes))(inputs[0])
