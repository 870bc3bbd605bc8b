"""Residual networks with squeeze-excite (Hu et al. 2018), as Leela Chess Zero uses them.

A 3x3 convolution sees a neighbourhood; the scales of squeeze-excite tell each block what the whole board is like: the
phase of the game, a ko, who is ahead. With swish for the activation. On a CPU a step takes one and a half times as long
as a step of the plain residual network, and teaches more: nets/README.md compares them.
"""

from __future__ import annotations

from keras import Model, layers

from nets.architectures.blocks import convolution, squeeze_excite
from nets.architectures.heads import board_input, with_heads
from nets.architectures.shape import NetworkShape

SQUEEZED = 16  # units that the channels' means are squeezed into


def build(shape: NetworkShape) -> Model:
    """Build the network: a convolution, then `blocks` times two convolutions, their scales and their input.

    The activation stands before a block's convolutions (He et al. 2016, "Identity mappings"): swish after the sum would
    keep an untrained block from being the identity.
    """
    board = board_input(shape)
    x = convolution(board, shape.filters, 3, shape.normalization, "stem")
    for block in (f"block{number + 1}" for number in range(shape.blocks)):
        branch = layers.Activation("swish", name=f"{block}_swish")(x)
        branch = convolution(branch, shape.filters, 3, shape.normalization, f"{block}_first", activation="swish")
        branch = convolution(branch, shape.filters, 3, shape.normalization, f"{block}_second", last=True)
        branch = squeeze_excite(branch, shape.filters, SQUEEZED, block, "swish")
        x = layers.Add(name=f"{block}_sum")([x, branch])
    x = layers.Activation("swish", name="trunk_swish")(x)
    return with_heads(board, x, shape)
