"""What search, matches and self-play need of a network, and the simplest thing that satisfies it."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


class Evaluator(Protocol):
    """A policy and a value for a batch of positions.

    Attributes:
        name: what to call it in tables and records.
        planes: number of input planes P, one of 6, 8, 21, 31.
        moves: number of moves the network itself knows: 362, or 361 when it has no pass output.
    """

    name: str
    planes: int
    moves: int

    def evaluate(self, planes: Floats) -> tuple[Floats, Floats]:
        """Evaluate a batch.

        Args:
            planes: (B, 19, 19, P) float32.

        Returns:
            policy (B, 362) float32, each row a distribution, index 361 is pass (0 when `moves` is 361);
            value (B,) float32, the probability in [0, 1] that White wins, whoever is to move.
        """
        ...


class UniformEvaluator:
    """Every move equally likely, every game even: the opponent that knows nothing."""

    def __init__(self, planes: int = 6, name: str = "uniform") -> None:
        self.name = name
        self.planes = planes
        self.moves = 362

    def evaluate(self, planes: Floats) -> tuple[Floats, Floats]:
        """Return the uniform policy and the value 0.5 for each of the B positions."""
        batch = len(planes)
        return np.full((batch, 362), 1 / 362, np.float32), np.full(batch, 0.5, np.float32)
