"""Put nodes together, one checked operation at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from nets.reader.cost import operations
from nets.reader.description import Node, Shape, Weight
from nets.reader.errors import NetworkError
from nets.reader.limits import DEFAULT_LIMITS, Limits
from nets.reader.shapes import output_shape


@dataclass(frozen=True)
class Tensor:
    """The output of a node: its place in the list and its shape without the batch."""

    node: int
    shape: Shape

    @property
    def rank(self) -> int:
        """Number of dimensions, the batch included."""
        return len(self.shape) + 1

    def axis(self, axis: int) -> int:
        """Return an axis counted from the front, the batch being 0.

        Raises:
            NetworkError: when there is no such axis, or it is the batch.
        """
        if isinstance(axis, bool) or not isinstance(axis, int) or not -self.rank <= axis < self.rank:
            raise NetworkError(f"axis {axis!r} of a tensor of {self.rank} dimensions")
        if axis % self.rank == 0:
            raise NetworkError("an operation along the batch is refused: positions must not influence each other")
        return axis % self.rank

    def axes(self, axes: int | Sequence[int]) -> list[int]:
        """Return one or several axes, each checked by `axis`, sorted."""
        return sorted({self.axis(axis) for axis in ([axes] if isinstance(axes, int) else axes)})


class Builder:
    """The list of nodes under construction, and the bounds on it."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self.limits = limits
        self.nodes: list[Node] = []
        self._activations = 0
        self._operations = 0
        self._name = ""

    @contextmanager
    def naming(self, name: str) -> Iterator[None]:
        """Give all nodes made within the name of the layer that they come from."""
        before, self._name = self._name, name
        try:
            yield
        finally:
            self._name = before

    def node(self, kind: str, *inputs: Tensor, weights: Sequence[Weight] = (), **options: Any) -> Tensor:
        """Append one operation and return its output.

        Raises:
            NetworkError: when shapes do not fit or the network outgrows the limits.
        """
        shapes = [tensor.shape for tensor in inputs]
        shape = output_shape(kind, shapes, options, [weight.shape for weight in weights])
        self._activations += math.prod(shape)
        self._operations += operations(kind, shapes, [weight.shape for weight in weights], shape)
        self._check_limits(kind, shape)
        sources = tuple(tensor.node for tensor in inputs)
        self.nodes.append(Node(kind, sources, shape, self._name or kind.lower(), options, list(weights)))
        return Tensor(len(self.nodes) - 1, shape)

    def _check_limits(self, kind: str, shape: Shape) -> None:
        limits = self.limits
        if math.prod(shape) > limits.tensor:
            raise NetworkError(f"{kind} gives {shape}, {math.prod(shape):,} numbers; {limits.tensor:,} are allowed")
        if self._activations > limits.activations:
            raise NetworkError(f"one evaluation needs more than {limits.activations:,} numbers of memory")
        if self._operations > limits.operations:
            raise NetworkError(f"one evaluation needs more than {limits.operations:,} multiplications")
        if len(self.nodes) >= 4 * limits.layers:
            raise NetworkError(f"the network has more than {4 * limits.layers:,} operations")

    # -- shorthands, each one node or none

    def reshape(self, x: Tensor, shape: Sequence[int]) -> Tensor:
        """Rearrange the numbers of each position; one size may be -1."""
        sizes = [int(size) for size in shape]
        if sizes.count(-1) == 1:
            known = math.prod(size for size in sizes if size != -1)
            sizes[sizes.index(-1)] = math.prod(x.shape) // known if known > 0 else 0
        if tuple(sizes) == x.shape:
            return x
        return self.node("Reshape", x, shape=sizes)

    def permute(self, x: Tensor, axes: Sequence[int]) -> Tensor:
        """Transpose; `axes` name all axes of the tensor, the batch 0 first."""
        if list(axes) == list(range(x.rank)):
            return x
        return self.node("Permute", x, axes=[int(axis) for axis in axes])

    def activation(self, x: Tensor, function: str, **parameters: float | None) -> Tensor:
        """Apply an activation function by its name; "linear" is no node, softmax is along the last axis."""
        if function == "linear":
            return x
        if function == "softmax":
            return self.node("Softmax", x, axes=[x.rank - 1])
        if function == "log_softmax":
            return self.activation(self.activation(x, "softmax"), "log")
        return self.node("Activation", x, weights=(), function=function, **parameters)

    def elementwise(self, function: str, *inputs: Tensor) -> Tensor:
        """Combine tensors of equal rank with broadcasting."""
        return self.node("Elementwise", *inputs, function=function, constant=None)

    def constant(self, function: str, x: Tensor, constant: Any, side: str = "right") -> Tensor:
        """Combine a tensor with numbers that the architecture gives; `side` is where the numbers stand."""
        values = np.asarray(constant, np.float32)
        if values.size > self.limits.tensor or not np.isfinite(values).all():
            raise NetworkError(f"a constant of shape {values.shape} that is not finite or too large")
        weight = Weight("constant", values.shape, trainable=False, values=values, constant=True)
        return self.node("Elementwise", x, weights=[weight], function=function, constant=side)

    def bounded(self, *sizes: int) -> tuple[int, ...]:
        """Return a shape for numbers that are about to be made, after comparing it with the limits."""
        if any(size < 0 for size in sizes) or math.prod(sizes) > self.limits.tensor:
            raise NetworkError(f"numbers of shape {sizes}: {self.limits.tensor:,} are allowed")
        return sizes

    def filled(self, values: Any) -> Tensor:
        """Return the same numbers, of a shape without the batch, for every position."""
        array = np.asarray(values, np.float32)
        corner = Tensor(0, self.nodes[0].shape)
        for axis in range(1, corner.rank):
            corner = self.slice(corner, axis, 0, 1)
        zero = self.constant("multiply", self.reshape(corner, [1] * max(array.ndim, 1)), 0.0)
        return self.constant("add", zero, array)

    def along(self, x: Tensor, axis: int, matrix: Any) -> Tensor:
        """Multiply one axis by a matrix of numbers: (size, new size)."""
        numbers = np.asarray(matrix, np.float32)
        weight = Weight("kernel", numbers.shape, trainable=False, values=numbers, constant=True)
        forth = [*(place for place in range(x.rank) if place != axis), axis]
        y = self.node("Dense", self.permute(x, forth), weights=[weight])
        return self.permute(y, [forth.index(place) for place in range(x.rank)])

    def slice(self, x: Tensor, axis: int, start: int, stop: int, step: int = 1) -> Tensor:
        """Take a range along one axis."""
        if (start, stop, step) == (0, x.shape[axis - 1], 1):
            return x
        return self.node("Slice", x, axis=axis, start=start, stop=stop, step=step)

    def reduce(self, function: str, x: Tensor, axes: Sequence[int], keepdims: bool) -> Tensor:
        """Reduce along axes (counted with the batch): mean, max, min, sum, prod."""
        return self.node("Reduce", x, function=function, axes=[int(axis) for axis in axes], keepdims=bool(keepdims))
