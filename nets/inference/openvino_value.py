"""A tensor of an OpenVINO graph, with its channels last or first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nets.inference.openvino_library import Output, integers, op, transpose
from nets.reader.description import Node


def reshape(x: Output, shape: Sequence[int]) -> Output:
    """Reshape all but the batch."""
    return op.reshape(x, integers([0, *shape]), True).output(0)


@dataclass
class Value:
    """The output of a node, in one or both orders of its axes.

    Attributes:
        _last: the tensor with channels last, None when nobody asked for it.
        shape: without the batch, channels last.
        _first: the tensor with channels first.
    """

    _last: Output | None
    shape: tuple[int, ...]
    _first: Output | None = None

    @property
    def last(self) -> Output:
        """The tensor with the channels last, as Keras keeps it."""
        if self._last is None:
            rank = len(self.shape) + 1
            if math.prod(self.shape[:-1]) == 1:  # nothing moves
                self._last = reshape(self._first, self.shape)
            else:
                self._last = transpose(self._first, [0, *range(2, rank), 1])
        return self._last

    @property
    def first(self) -> Output:
        """The tensor with the channels first, as OpenVINO convolves it."""
        if self._first is None:
            rank = len(self.shape) + 1
            if math.prod(self.shape[:-1]) == 1:
                self._first = reshape(self._last, [self.shape[-1], *self.shape[:-1]])
            else:
                self._first = transpose(self._last, [0, rank - 1, *range(1, rank - 1)])
        return self._first

    @property
    def is_first(self) -> bool:
        """Whether the tensor was made with the channels first."""
        return self._last is None


def value_of(node: Node, output: Output, first: bool) -> Value:
    """Return a tensor as the value of a node, with the channels first or last."""
    return Value(None, node.shape, output) if first else Value(output, node.shape)


def wrap(node: Node, operation: Any, first: bool = False) -> Value:
    """Return the output of an operation as the value of a node: see `value_of`."""
    return value_of(node, operation.output(0), first)
