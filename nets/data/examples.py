"""What a network learns from: arrays of training examples."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]


class Batch(NamedTuple):
    """B training examples.

    Attributes:
        planes: (B, size, size, P) float32.
        policy: (B, moves) float32: the move played, or the distribution that a search left.
        value: (B, 1) float32, the probability that White wins.
    """

    planes: Floats
    policy: Floats
    value: Floats
