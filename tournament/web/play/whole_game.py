"""What a network makes of every position of a game: its value and its policy, without a search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from golois.evaluator import Evaluator
from golois.game import Game
from golois.planes import encode_batch
from golois.rules import Rules

POSITIONS = 32
"""How many positions are evaluated at once: few enough that visitors at play hardly notice."""
LEAST_PROBABILITY = 0.001
MOST_MOVES = 24
"""How many moves of a policy are told."""


class WholeGame:
    """A game of n moves on its way through a network, some positions at a time.

    Args:
        evaluator: the network.
        rules: of the game.
        moves: its moves.
    """

    def __init__(self, evaluator: Evaluator, rules: Rules, moves: Sequence[int]) -> None:
        self.evaluator = evaluator
        self.moves = moves
        self._game = Game(evaluator.board_size, rules)
        self._values: list[float] = []
        self._policies: list[list[tuple[int, float]]] = []

    def step(self) -> dict[str, Any] | None:
        """Evaluate some more positions; return what was found once all are done.

        Returns:
            `values`, n + 1 probabilities that White wins, and `policies`, for each position the moves that are
            worth telling with their probabilities, the most probable first; or None.

        Raises:
            GoloisError: a move is not legal.
        """
        planes = []
        for place in range(len(self._values), min(len(self._values) + POSITIONS, len(self.moves) + 1)):
            if place:
                self._game.play(self.moves[place - 1])
            planes.append(encode_batch([self._game], self.evaluator.planes))
        policy, value = self.evaluator.evaluate(np.concatenate(planes))
        if not (np.isfinite(policy).all() and np.isfinite(value).all()):
            raise ArithmeticError("the network returned numbers that are no policy and no value")
        self._values += [round(float(white), 4) for white in value]
        self._policies += [_told(row) for row in policy]
        if len(self._values) <= len(self.moves):
            return None
        return {"values": self._values, "policies": self._policies}


def _told(policy: np.ndarray) -> list[tuple[int, float]]:
    best = np.argsort(-policy, kind="stable")[:MOST_MOVES]
    return [(int(move), round(float(policy[move]), 4)) for move in best if policy[move] >= LEAST_PROBABILITY]
