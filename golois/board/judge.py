"""What a `Game` asks of its board: may this be played, play it, play all of these.

These kernels are called from Python, so they take the array of one record that a game holds: Numba recognizes an
array thirty times faster than a record.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from golois.board.kernels import U, is_legal, is_legal_at, play, set_to_move
from golois.board.layout import EMPTY, Boards, point_of
from golois.board.superko import Hashes, position_hash, repeated_position
from golois.jit import Integer, kernel

Log = npt.NDArray[np.uint16]
"""(moves, 2): each move and who played it."""

# what `judge` finds; from 0 on it is the number of the position that superko forbids to repeat
LEGAL, OCCUPIED, KO, SUICIDE = -1, -2, -3, -4


@kernel
def judge(boards: Boards, move: Integer, colour: Integer, positions: Hashes, ko_kind: Integer) -> Integer:
    """Whether `colour` may play `move`, and if not, why.

    Args:
        boards: (1,) the position.
        move: 0 .. size * size.
        colour: who plays; when it is not their turn, no simple ko stands in their way.
        positions: (count,) hashes of the positions so far.
        ko_kind: SIMPLE, POSITIONAL or SITUATIONAL.

    Returns:
        LEGAL, OCCUPIED, KO, SUICIDE, or the index of the position that superko forbids to repeat.
    """
    board = boards[0]
    if move == board.side * board.side:
        return LEGAL
    turn, ko = board.to_move, board.ko
    set_to_move(board, colour)
    if board.colour[U(point_of(board, move))] != EMPTY:
        verdict = np.int64(OCCUPIED)
    elif point_of(board, move) == board.ko:
        verdict = np.int64(KO)
    elif not is_legal(board, move):
        verdict = np.int64(SUICIDE)
    else:
        verdict = np.int64(repeated_position(board, move, positions, ko_kind))  # -1, LEGAL, when there is none
    board.to_move, board.ko = turn, ko
    return verdict


@kernel
def play_if_legal(
    boards: Boards, move: Integer, colour: Integer, positions: Hashes, log: Log, count: Integer, ko_kind: Integer
) -> Integer:
    """Play `move` if the rules allow it, and note it and the new position.

    Args:
        boards: (1,) the position, unchanged when the move is not legal.
        move: 0 .. size * size.
        colour: who plays; EMPTY for whoever is to move.
        positions: at least (count + 2,) hashes, of which the first `count + 1` are the game so far.
        log: at least (count + 1, 2), of which the first `count` are the moves so far and who played them.
        count: moves played so far.
        ko_kind: SIMPLE, POSITIONAL or SITUATIONAL.

    Returns:
        Who has played it, EMPTY when it was not legal.
    """
    board = boards[0]
    player = np.int64(board.to_move) if colour == EMPTY else np.int64(colour)
    if judge(boards, move, player, positions[: count + 1], ko_kind) != LEGAL:
        return EMPTY
    set_to_move(board, player)
    play(board, move)
    positions[U(count + 1)] = position_hash(board, ko_kind)
    log[U(count), 0] = move
    log[U(count), 1] = player
    return player


@kernel
def play_all(boards: Boards, log: Log) -> None:
    """Play (count, 2) moves that are known to be legal, each with its colour, on the first board."""
    board = boards[0]
    for index in range(len(log)):
        set_to_move(board, np.int64(log[U(index), 1]))
        play(board, np.int64(log[U(index), 0]))


@kernel
def fill_legal(boards: Boards, positions: Hashes, ko_kind: Integer, out: npt.NDArray[np.bool_]) -> None:
    """Fill (size * size + 1,) `out` with the legality of each move of the side to move; pass is legal."""
    board = boards[0]
    side = np.int64(board.side)
    colour = np.int64(board.to_move)
    out[U(side * side)] = True
    for move in range(side * side):
        legal = is_legal_at(board, point_of(board, move), colour)
        out[U(move)] = legal and repeated_position(board, move, positions, ko_kind) < 0


@kernel
def first_position(boards: Boards, ko_kind: Integer) -> np.uint64:
    """The hash of the first board's position, to begin a list of positions."""
    return position_hash(boards[0], ko_kind)
