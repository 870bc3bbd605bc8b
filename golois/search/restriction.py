"""Moves that a search leaves out near its root, because whoever asks does not want to know about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from golois.board import MAXIMUM_SIZE
from golois.jit import Integer, kernel
from golois.search.tree import NONE, TAKEN, Nodes, Priors

U = np.uint64
ENDLESS = 1 << 30


class Restriction:
    """What each player may not play before some depth of the tree.

    Args:
        size: of the board.

    Attributes:
        until: (2, moves) int32, Black's row first: the number of moves below the root before which a move is left
            out; 0 for a move that is never left out.
    """

    def __init__(self, size: int) -> None:
        if not 1 <= size <= MAXIMUM_SIZE:
            raise ValueError(f"board size {size}: expected 1 to {MAXIMUM_SIZE}")
        self.until = np.zeros((2, size * size + 1), np.int32)

    def avoid(self, color: int, moves: Iterable[int], depth: int) -> None:
        """Leave out moves of BLACK or WHITE until the tree is `depth` moves deep; 1 is the root alone."""
        self.until[color - 1, list(moves)] = min(depth, ENDLESS)

    def allow(self, color: int, moves: Iterable[int], depth: int) -> None:
        """Leave out all moves but these."""
        kept = list(moves)
        before = self.until[color - 1, kept]
        self.until[color - 1] = min(depth, ENDLESS)
        self.until[color - 1, kept] = before

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left out."""
        return not self.until.any()


@kernel
def strike_out(nodes: Nodes, leaf: Integer, row: Priors, until: npt.NDArray[np.int32]) -> None:
    """Take the moves that are left out at a leaf's depth off its marked row of priors; a pass stays if nothing else.

    Args:
        nodes: the game's nodes.
        leaf: below the root.
        row: (moves,) as `mark_moves` left it.
        until: (moves,) of the side to move there.
    """
    node: Any = nodes[U(leaf)]
    depth = 0
    index = np.int64(node.parent)
    while index != NONE:
        depth += 1
        index = np.int64(nodes[U(index)].parent)
    left = 0
    for move in range(len(row)):
        if row[U(move)] >= 0:
            if until[U(move)] > depth:
                row[U(move)] = TAKEN
                node.complete = 0  # a move left out here may still be the saving one
            else:
                left += 1
    if left == 0:
        row[U(len(row) - 1)] = np.float32(0.0)
