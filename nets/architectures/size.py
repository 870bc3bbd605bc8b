"""How large a network is: parameters and arithmetic per position."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


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
            f"{self.parameters:,} parameters, {self.trainable:,} trainable, {self.flops / 1e9:.3f} GFLOP per position"
        )


def measure(model: Any) -> NetworkSize:
    """Count the parameters and operations of a Keras model with one fixed input shape."""
    trainable = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    parameters = sum(math.prod(weight.shape) for weight in model.weights)
    return NetworkSize(parameters, trainable, sum(layer_flops(layer) for layer in model.layers))


def layer_flops(layer: Any) -> int:
    """Operations of one layer for one position; a model inside a model counts its layers."""
    if hasattr(layer, "layers"):
        return sum(layer_flops(inner) for inner in layer.layers)
    kernels = [weight.shape for weight in layer.weights if len(weight.shape) >= 2]
    name = type(layer).__name__
    if "Conv" in name:
        points = math.prod(_per_position(layer.output.shape)[:-1])
        return sum(2 * points * math.prod(kernel) for kernel in kernels)
    if name == "Dense":
        places = math.prod(_per_position(layer.output.shape)[:-1])
        return sum(2 * places * math.prod(kernel) for kernel in kernels)
    return 0


def _per_position(shape: tuple[int | None, ...]) -> tuple[int, ...]:
    return tuple(side or 1 for side in shape[1:])
