"""What a recorded operation may be given: tensors, numbers, lists of outputs, and the size of the batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nets.reader.builder import Tensor
from nets.reader.errors import NetworkError

Value = Any
Translate = Callable[..., Value]


class Batch:
    """The number of positions in the batch, which no network may know."""

    def __repr__(self) -> str:
        return "BATCH"


BATCH = Batch()


class Outputs(list[Any]):
    """Several outputs of one call; a plain list is one output, a shape for instance."""


def tensor(x: Value) -> Tensor:
    """Return a tensor as it is; refuse numbers."""
    if not isinstance(x, Tensor):
        raise NetworkError(f"expected a tensor, found {x!r:.60}")
    return x


def numbers(values: Value) -> Any:
    """Return numbers or lists of numbers as NumPy sees them."""
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise NetworkError(f"expected numbers, found {values!r:.60}")
    return array
