"""Residual networks of 3x3 convolutions (He et al. 2016), as AlphaGo Zero and the lecture use them.

Without normalization (the default) a block starts as the identity and the network trains as well, at three times the
speed on a CPU, where batch normalization costs more than the convolutions it serves. With
`normalization="batch"` it is the lecture's network, layer by layer; it bears higher learning rates.
"""

from __future__ import annotations

from keras import Model, layers

from nets.architectures.blocks import convolution
from nets.architectures.heads import board_input, with_heads
from nets.architectures.shape import NetworkShape


def build(shape: NetworkShape) -> Model:
    """Build the network: a convolution, then `blocks` times two convolutions and their input."""
    board = board_input(shape)
    x = convolution(board, shape.filters, 3, shape.normalization, "stem", activation="relu")
    for block in (f"block{number + 1}" for number in range(shape.blocks)):
        branch = convolution(x, shape.filters, 3, shape.normalization, f"{block}_first", activation="relu")
        branch = convolution(branch, shape.filters, 3, shape.normalization, f"{block}_second", last=True)
        x = layers.Add(name=f"{block}_sum")([x, branch])
        x = layers.Activation("relu", name=f"{block}_relu")(x)
    return with_heads(board, x, shape)
