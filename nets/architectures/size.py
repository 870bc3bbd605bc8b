"""How large a network is: parameters and arithmetic per position."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from nets.reader.cost import operations

_KINDS = {"Conv2D": "Convolution", "DepthwiseConv2D": "DepthwiseConvolution", "Dense": "Dense"}


@dataclass(frozen=True)
class NetworkSize:
    """The counts that limits and speeds are about.

    Attributes:
        parameters: all weights, the moving means and variances of batch normalization included. The course's
            limits are about this number.
        trainable: the weights that training changes.
        flops: floating point operations for one position: 2 for each multiplication with its addition, in
            convolutions and dense layers (all other layers together are some percent of it).
    """

    parameters: int
    trainable: int
    flops: int

    def __str__(self) -> str:
        return (
            f"{self.parameters:,} parameters, {self.trainable:,} trainable, {self.flops / 1e9:.3g} GFLOP per position"
        )


def measure(model: Any) -> NetworkSize:
    """Count the parameters and operations of a Keras model of a family: one fixed input shape, plain layers."""
    trainable = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    parameters = sum(math.prod(weight.shape) for weight in model.weights)
    return NetworkSize(parameters, trainable, 2 * sum(_multiplications(layer) for layer in model.layers))


def _multiplications(layer: Any) -> int:
    """The multiplications of one layer for one position, counted as for a network that was read from a file."""
    kind = _KINDS.get(type(layer).__name__)
    if kind is None:
        return 0
    weights = [tuple(weight.shape) for weight in layer.weights]
    return operations(kind, [layer.input.shape[1:]], weights, layer.output.shape[1:])
