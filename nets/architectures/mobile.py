"""Inverted residual blocks (MobileNetV2 and V3, Sandler et al. 2018, Howard et al. 2019): most strength per parameter.

A block widens the trunk `EXPANSION` times with a 1x1 convolution, looks around with a depthwise 3x3, weighs the
channels by squeeze-excite and narrows them again. The trunk itself has no activation (a linear bottleneck).
It needs few parameters but much memory traffic: on a CPU it trains more slowly than a `senet` of five times its
parameters, which learns more and plays better (the cards in `nets/pretrained` compare them).
"""

from __future__ import annotations

from keras import Model, layers

from nets.architectures.blocks import convolution, depthwise, squeeze_excite
from nets.architectures.heads import board_input, with_heads
from nets.architectures.shape import NetworkShape

EXPANSION = 4
SQUEEZE = 16  # the squeezed layer has this fraction of the widened channels


def build(shape: NetworkShape) -> Model:
    """Build the network: a 3x3 convolution, then `blocks` inverted residual blocks."""
    board = board_input(shape)
    x = convolution(board, shape.filters, 3, shape.normalization, "stem", activation="swish")
    wide = EXPANSION * shape.filters
    for block in (f"block{number + 1}" for number in range(shape.blocks)):
        branch = convolution(x, wide, 1, shape.normalization, f"{block}_widen", activation="swish")
        branch = depthwise(branch, 3, shape.normalization, f"{block}_depthwise", "swish")
        branch = squeeze_excite(branch, wide, max(8, wide // SQUEEZE), block, "swish")
        branch = convolution(branch, shape.filters, 1, shape.normalization, f"{block}_narrow", last=True)
        x = layers.Add(name=f"{block}_sum")([x, branch])
    x = layers.Activation("swish", name="trunk_swish")(x)
    return with_heads(board, x, shape)
