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
        board_size: s, the one board size it knows, 2 to 25.
        planes: number of input planes P, one of 6, 8, 21, 31.
        moves: number of moves the network itself knows: s * s + 1, or s * s when it has no pass output.
    """

    name: str
    board_size: int
    planes: int
    moves: int

    def evaluate(self, planes: Floats) -> tuple[Floats, Floats]:
        """Evaluate a batch.

        Args:
            planes: (B, s, s, P) float32.

        Returns:
            policy (B, s * s + 1) float32, each row a distribution, the last index is pass (0 when `moves` is s * s);
            value (B,) float32, the probability in [0, 1] that White wins, whoever is to move.
        """
        ...


class UniformEvaluator:
    """Every move equally likely, every game even: the opponent that knows nothing."""

    def __init__(self, planes: int = 6, name: str = "uniform", board_size: int = 19) -> None:
        self.name = name
        self.board_size = board_size
        self.planes = planes
        self.moves = board_size * board_size + 1

    def evaluate(self, planes: Floats) -> tuple[Floats, Floats]:
        """Return the uniform policy and the value 0.5 for each of the B positions."""
        batch = len(planes)
        return np.full((batch, self.moves), 1 / self.moves, np.float32), np.full(batch, 0.5, np.float32)
