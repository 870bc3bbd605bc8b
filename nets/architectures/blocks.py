"""Layers that several families are made of."""

from __future__ import annotations

from typing import Any

from keras import layers

Tensor = Any  # a symbolic tensor of whatever backend


def convolution(
    x: Tensor,
    filters: int,
    kernel: int,
    normalization: str,
    name: str,
    *,
    activation: str | None = None,
    last: bool = False,
) -> Tensor:
    """A convolution with its normalization and activation.

    Args:
        x: (B, size, size, C).
        filters: channels of the result.
        kernel: side of the kernel.
        normalization: "batch", or "none": then the convolution has a bias of its own.
        name: of the layer.
        activation: a plain activation's name, or None.
        last: whether it ends a residual branch. Its scale then starts at zero: every block starts as the
            identity, which is what lets a deep network train without normalization (Fixup, Zhang et al. 2019)
            and helps with it (Goyal et al. 2017).

    Returns:
        (B, size, size, filters).
    """
    if normalization == "batch":
        x = layers.Conv2D(filters, kernel, padding="same", use_bias=False, kernel_initializer="he_normal", name=name)(x)
        x = layers.BatchNormalization(gamma_initializer="zeros" if last else "ones", name=f"{name}_norm")(x)
        return layers.Activation(activation, name=f"{name}_{activation}")(x) if activation else x
    start = "zeros" if last else "he_normal"
    return layers.Conv2D(filters, kernel, padding="same", activation=activation, kernel_initializer=start, name=name)(x)


def depthwise(x: Tensor, kernel: int, normalization: str, name: str, activation: str) -> Tensor:
    """A convolution of each channel by itself, with its normalization and activation.

    Args and result as for `convolution`; the number of channels stays.
    """
    if normalization == "batch":
        x = layers.DepthwiseConv2D(
            kernel, padding="same", use_bias=False, depthwise_initializer="he_normal", name=name
        )(x)
        x = layers.BatchNormalization(name=f"{name}_norm")(x)
        return layers.Activation(activation, name=f"{name}_{activation}")(x)
    return layers.DepthwiseConv2D(
        kernel, padding="same", activation=activation, depthwise_initializer="he_normal", name=name
    )(x)


def squeeze_excite(x: Tensor, channels: int, squeezed: int, name: str, activation: str) -> Tensor:
    """Scale each channel by what the whole board says (Hu et al. 2018).

    Args:
        x: (B, size, size, channels).
        channels: channels of `x`.
        squeezed: units between the two dense layers.
        name: of the layers, as their beginning.
        activation: of the first dense layer.

    Returns:
        (B, size, size, channels).
    """
    scale = layers.GlobalAveragePooling2D(name=f"{name}_mean")(x)  # (B, channels)
    scale = layers.Dense(squeezed, activation=activation, name=f"{name}_squeeze")(scale)
    scale = layers.Dense(channels, activation="sigmoid", name=f"{name}_excite")(scale)
    scale = layers.Reshape((1, 1, channels), name=f"{name}_scale")(scale)
    return layers.Multiply(name=f"{name}_scaled")([x, scale])
