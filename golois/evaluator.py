"""What search, matches and self-play need of a network, and the simplest things that satisfy it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt

from golois.symmetry import SYMMETRIES, apply_to_planes, apply_to_policy, inverse

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


class AveragedEvaluator:
    """The mean of a network's answers to a position in its eight symmetries, at eight times the cost.

    Args:
        evaluator: the network.
    """

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.name = evaluator.name
        self.board_size = evaluator.board_size
        self.planes = evaluator.planes
        self.moves = evaluator.moves

    def evaluate(self, planes: Floats) -> tuple[Floats, Floats]:
        """Evaluate a batch: see `Evaluator`."""
        return averaged(self.evaluator.evaluate, planes)


def averaged(evaluate: Callable[[Floats], tuple[Floats, Floats]], planes: Floats) -> tuple[Floats, Floats]:
    """Return the means of the policy and of the value over the eight symmetries, each turned back.

    Args:
        evaluate: planes (B, s, s, P) -> policy (B, s * s + 1) or (B, s * s), value (B,) or (B, 1).
        planes: (B, s, s, P) float32.

    Returns:
        policy as `evaluate` gives it, value (B,).
    """
    policies, values = [], []
    for symmetry in range(SYMMETRIES):
        policy, value = evaluate(np.ascontiguousarray(apply_to_planes(planes, symmetry)))
        policies.append(apply_to_policy(policy, inverse(symmetry), planes.shape[1]))
        values.append(np.asarray(value).reshape(-1))
    return np.mean(policies, axis=0), np.mean(values, axis=0)
