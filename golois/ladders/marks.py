"""Which chains a ladder catches: what the ladder planes show, and what a user may ask of a game."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from golois.board import EMPTY, WALL, Board, in_atari, neighbours, stride_of
from golois.jit import Integer, kernel
from golois.ladders.board import Reader, begin, new_readers, walk
from golois.ladders.reader import is_caught

if TYPE_CHECKING:
    from golois.game import Game

# what `mark_ladders` writes for each point
LOST, BESIDE_LOST, CATCHABLE, BESIDE_CATCHABLE = 1, 2, 4, 8

Marks = npt.NDArray[np.uint8]
U = np.uint64


def lost_ladders(game: Game) -> npt.NDArray[np.bool_]:
    """(size, size) bool: stones in atari that do not escape though their side moves next."""
    return (_marks_of(game) & LOST) != 0


def catchable_in_ladder(game: Game) -> npt.NDArray[np.bool_]:
    """(size, size) bool: stones of chains with two liberties that a ladder catches when the opponent begins."""
    return (_marks_of(game) & CATCHABLE) != 0


def _marks_of(game: Game) -> Marks:
    marks = np.zeros(len(game.board["colour"]), np.uint8)
    mark_ladders(game.board, new_readers(1, game.size)[0], marks, np.empty_like(marks))
    stride = stride_of(game.board)
    return marks.reshape(stride, stride)[1 : game.size + 1, 1 : game.size + 1]


@kernel
def mark_ladders(board: Board, reader: Reader, marks: Marks, liberties: npt.NDArray[np.uint8]) -> None:
    """Find the ladders, and the liberties of each chain, since each is walked over anyway.

    Args:
        board: the position; whose turn it is does not matter.
        reader: work space.
        marks: by internal point, all zero; filled with LOST, BESIDE_LOST, CATCHABLE and BESIDE_CATCHABLE.
        liberties: by internal point; filled, at each chain's head, with its liberties, at most 6.
    """
    begin(reader, board)
    for point in range(len(board.colour)):
        colour = board.colour[U(point)]
        if colour == EMPTY or colour == WALL or board.head[U(point)] != point:  # noqa: PLR1714, SIM109 (a kernel compares)
            continue
        count = walk(reader, point, 6)
        liberties[U(point)] = count
        if count == 1:
            if is_caught(reader, point, False):
                mark_chain(board, point, marks, LOST, BESIDE_LOST)
        elif count == 2 and is_caught(reader, point, True):
            mark_chain(board, point, marks, CATCHABLE, BESIDE_CATCHABLE)


@kernel
def heads_in_atari(board: Board, out: npt.NDArray[np.uint16]) -> int:
    """Write the heads of all chains in atari to the front of `out` and return their number.

    A line without stones is seen at once. In the others every point is written and only some are counted: an `if`
    that nobody can foresee costs more.
    """
    count = 0
    size = np.int64(board.side)
    for row in range(1, size + 1):
        stones = 0
        for column in range(1, size + 1):
            stones += board.colour[U(row * stride_of(board) + column)] != EMPTY
        if not stones:
            continue
        for column in range(1, size + 1):
            point = row * stride_of(board) + column
            out[U(count)] = point
            is_head = (board.colour[U(point)] != EMPTY) & (board.head[U(point)] == point)
            count += is_head & in_atari(board, point)
    return count


@kernel
def mark_chain(board: Board, head: Integer, marks: Marks, own: Integer, beside: Integer) -> None:
    """Set the bit `own` on a chain's stones and `beside` on the opponent's chains that touch it."""
    opponent = 3 - np.int64(board.colour[U(head)])
    stone = np.int64(head)
    while True:
        marks[U(stone)] |= np.uint8(own)
        for step in neighbours(board):
            if board.colour[U(stone + step)] == opponent and not marks[U(stone + step)] & np.uint8(beside):
                other = np.int64(stone + step)
                while not marks[U(other)] & np.uint8(beside):
                    marks[U(other)] |= np.uint8(beside)
                    other = np.int64(board.next_stone[U(other)])
        stone = np.int64(board.next_stone[U(stone)])
        if stone == head:
            break
