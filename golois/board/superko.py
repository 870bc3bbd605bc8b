"""Superko: comparing the position after a move with all positions of the game.

A position is compared by its 64-bit Zobrist hash. `ko_kind` says what makes a position: 0 simple ko (nothing
is compared), 1 positional (the stones), 2 situational (the stones and who is to move).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from golois.board.kernels import U, hash_after_at, is_legal, is_legal_at, play, set_to_move
from golois.board.layout import WHITE, Board, point_of
from golois.board.zobrist import WHITE_TO_MOVE
from golois.jit import Integer, kernel

SIMPLE, POSITIONAL, SITUATIONAL = 0, 1, 2

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


@kernel
def legal_mask(board: Board, positions: Hashes, ko_kind: Integer, out: npt.NDArray[np.bool_]) -> None:
    """Fill (size * size + 1,) `out` with the legality of each move of the side to move; pass is legal."""
    side = np.int64(board.side)
    colour = np.int64(board.to_move)
    out[U(side * side)] = True
    for move in range(side * side):
        legal = is_legal_at(board, point_of(board, move), colour)
        out[U(move)] = legal and repeated_position(board, move, positions, ko_kind) < 0


@kernel
def play_checked(
    board: Board, move: Integer, colour: Integer, positions: Hashes, count: Integer, ko_kind: Integer
) -> bool:
    """Play `move` for `colour` if the rules allow it, and note the new position at positions[count].

    Args:
        board: unchanged when the move is not legal.
        move: 0 .. size * size.
        colour: who plays; when it is not their turn, no simple ko stands in their way.
        positions: at least (count + 1,) hashes, of which the first `count` are the game so far.
        count: moves played so far and one.
        ko_kind: SIMPLE, POSITIONAL or SITUATIONAL.

    Returns:
        Whether the move was legal and has been played.
    """
    turn, ko = board.to_move, board.ko
    set_to_move(board, colour)
    is_pass = move == board.side * board.side
    if not is_pass and not (is_legal(board, move) and repeated_position(board, move, positions[:count], ko_kind) < 0):
        board.to_move, board.ko = turn, ko
        return False
    play(board, move)
    positions[U(count)] = position_hash(board, ko_kind)
    return True


@kernel
def play_all(board: Board, moves: npt.NDArray[np.uint16], colours: npt.NDArray[np.uint8]) -> None:
    """Play (count,) moves that are known to be legal, each for its colour."""
    for index in range(len(moves)):
        set_to_move(board, np.int64(colours[U(index)]))
        play(board, np.int64(moves[U(index)]))
