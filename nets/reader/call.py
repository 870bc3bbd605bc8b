"""One call of one layer, as its translation sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from nets.reader.builder import Builder, Tensor
from nets.reader.description import Weight

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
        threshold, limit = parameters.get("threshold", 0.0), parameters.get("max_value")
        return builder.activation(x, "relu", negative_slope=slope, threshold=threshold, max_value=limit)
    if function == "softmax" and "axis" in parameters:
        return builder.node("Softmax", x, axes=x.axes(parameters["axis"]))
    if function == "relu6":
        return builder.activation(x, "relu", negative_slope=0.0, threshold=0.0, max_value=6.0)
    if function in ("elu", "celu"):
        return builder.activation(x, function, alpha=parameters.get("alpha", 1.0))
    if function == "hard_sigmoid" and old:  # Keras 2: clip(0.2 x + 0.5, 0, 1); Keras 3: clip(x / 6 + 0.5, 0, 1)
        function = "hard_sigmoid_2"
    return builder.activation(x, function)
