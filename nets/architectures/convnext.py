"""ConvNeXt blocks (Liu et al. 2022): a depthwise 7x7 sees a corner at once, three of them the whole board.

Ladders, nets and the whole-board balance are far from the move they decide. A 3x3 network needs nine layers until a
point knows of the other edge; here three blocks do. It has the parameters of a mobile network and trains fast on
a GPU; on a CPU large depthwise kernels are slow.
"""

from __future__ import annotations

from keras import Model, layers

from nets.architectures.blocks import Tensor
from nets.architectures.heads import board_input, with_heads
from nets.architectures.shape import NetworkShape

EXPANSION = 4
KERNEL = 7


def build(shape: NetworkShape) -> Model:
    """Build the network: a 5x5 convolution, then `blocks` times depthwise 7x7, normalization, widen, narrow."""
    board = board_input(shape)
    x = layers.Conv2D(shape.filters, 5, padding="same", kernel_initializer="he_normal", name="stem")(board)
    for block in (f"block{number + 1}" for number in range(shape.blocks)):
        branch = layers.DepthwiseConv2D(KERNEL, padding="same", name=f"{block}_depthwise")(x)
        branch = _normalized(branch, shape.normalization, f"{block}_norm")
        branch = layers.Conv2D(EXPANSION * shape.filters, 1, activation="gelu", name=f"{block}_widen")(branch)
        branch = layers.Conv2D(shape.filters, 1, kernel_initializer="zeros", name=f"{block}_narrow")(branch)
        x = layers.Add(name=f"{block}_sum")([x, branch])
    x = layers.Activation("relu", name="trunk_relu")(_normalized(x, shape.normalization, "trunk_norm"))
    return with_heads(board, x, shape)


def _normalized(x: Tensor, normalization: str, name: str) -> Tensor:
    """Layer normalization over the channels, as in the paper, unless batch normalization was asked for."""
    if normalization == "batch":
        return layers.BatchNormalization(name=name)(x)
    return layers.LayerNormalization(epsilon=1e-6, name=name)(x)
