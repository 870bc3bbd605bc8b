"""Superko: comparing the position after a move with all positions of the game.

A position is compared by its 64-bit Zobrist hash. `ko_kind` says what makes a position: 0 simple ko (nothing
is compared), 1 positional (the stones), 2 situational (the stones and who is to move).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from golois.board.kernels import U, hash_after_at
from golois.board.layout import WHITE, Board, point_of
from golois.board.zobrist import WHITE_TO_MOVE
from golois.jit import Integer, kernel

SIMPLE, POSITIONAL, SITUATIONAL = 0, 1, 2
KO_KINDS = {"simple": SIMPLE, "positional": POSITIONAL, "situational": SITUATIONAL}
"""By the names of `Rules.ko`."""

Hashes = npt.NDArray[np.uint64]


@kernel
def position_hash(board: Board, ko_kind: Integer) -> np.uint64:
    """The hash of the present position, to be kept in the game's list of positions."""
    if ko_kind == SITUATIONAL and board.to_move == WHITE:
        return board.hash ^ WHITE_TO_MOVE
    return board.hash


@kernel
def repeated_position(board: Board, move: Integer, positions: Hashes, ko_kind: Integer) -> Integer:
    """Which of the (count,) positions would come again by `move` (legal, no pass) of the side to move.

    Returns:
        The first index of such a position, -1: none, or none may be compared under simple ko.
    """
    # Before the first capture stones only grow in number, and no position can come again.
    if ko_kind == SIMPLE or board.prisoners[1] + board.prisoners[2] == 0:
        return -1
    after = hash_after_at(board, point_of(board, move), np.int64(board.to_move))
    if ko_kind == SITUATIONAL and board.to_move != WHITE:
        after ^= WHITE_TO_MOVE
    for index in range(len(positions)):
        if positions[U(index)] == after:
            return index
    return -1
