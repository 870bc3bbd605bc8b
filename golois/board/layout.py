"""The record that holds one position, and how its points are numbered.

Outside this package a point is a *move*: `size * row + col`, row 0 at the top, and `size * size` is pass.
Inside, a *point* is an index into a square with a wall around the board:

    point = stride * (row + 1) + (col + 1)        up, left, right, down = -stride, -1, 1, stride

so that a neighbour is an addition and the edge is a colour, WALL. Two records exist: one for sizes up to 19
(stride 21) and one for sizes up to 25 (stride 27). A kernel takes either; the stride follows from the
record's type, so it is a constant in the compiled code.

A chain is a ring of stones linked by `next_stone`, and every stone knows the chain's `head`, where the
chain's numbers are kept. Liberties are counted once for each stone that touches them ("pseudo-liberties"),
together with the sum and the sum of squares of their points: when count * squares == sum * sum all of them
are the same point, and the chain is in atari. Placing, joining and capturing then only add and subtract, and
all three numbers fit into one word, so that each is a single addition.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from golois.jit import Integer, kernel

EMPTY, BLACK, WHITE, WALL = 0, 1, 2, 3

MINIMUM_SIZE, MAXIMUM_SIZE = 2, 25

Boards = npt.NDArray[np.void]
Board = Any  # one record of a Boards array: np.void outside a kernel, numba's Record inside


def _record(largest: int) -> np.dtype[np.void]:
    """The record for sizes 2 .. largest."""
    points, moves = (largest + 2) ** 2, largest**2
    return np.dtype(
        [
            ("hash", np.uint64),  # Zobrist hash of the stones
            ("side", np.int32),  # the board's size, 2 .. largest
            ("reciprocal", np.int32),  # 65536 // side + 1, which divides a move by the side exactly, and faster
            ("empty_count", np.int32),
            ("ko", np.int32),  # the point that may not be retaken now, 0: none
            ("to_move", np.int32),  # BLACK or WHITE
            ("passes", np.int32),  # passes in a row just made
            ("move_number", np.int32),  # moves played, passes included
            ("suicide", np.int32),  # 1: a chain of two stones or more may be killed by its own side
            ("prisoners", np.int32, (3,)),  # by colour: stones of that colour taken off
            ("liberties", np.uint64, (points,)),  # at a chain's head: the sum of liberty_word over its liberties
            ("chain_stones", np.int16, (points,)),  # at a chain's head: number of stones
            ("head", np.uint16, (points,)),  # of every stone; undefined on empty points
            ("next_stone", np.uint16, (points,)),  # of every stone: the ring of its chain
            ("empty_index", np.uint16, (points,)),  # where an empty point stands in empty_points
            ("empty_points", np.uint16, (moves,)),  # the first empty_count are the empty points, in no order
            ("colour", np.uint8, (points,)),  # EMPTY, BLACK, WHITE or WALL
        ],
        align=True,
    )


BOARD_19, BOARD_25 = _record(19), _record(25)


def board_dtype(size: int) -> np.dtype[np.void]:
    """The record type that holds a board of `size`."""
    if not MINIMUM_SIZE <= size <= MAXIMUM_SIZE:
        raise ValueError(f"board size {size}: sizes {MINIMUM_SIZE} to {MAXIMUM_SIZE} are possible")
    return BOARD_19 if size <= 19 else BOARD_25


def empty_records(count: int, size: int = 19) -> Boards:
    """`count` records able to hold boards of `size`, all bytes zero: `reset` each before use."""
    boards = np.zeros(count, board_dtype(size))
    # In plain Python (NUMBA_DISABLE_JIT=1) only a recarray offers its fields as attributes, as kernels use them.
    return boards.view(np.recarray) if numba.config.DISABLE_JIT else boards


def copy_boards(boards: Boards) -> Boards:
    """A copy of an array of records, as plain bytes: NumPy itself copies records field by field, ten times slower."""
    return boards.view(np.uint8).copy().view(boards.dtype)


def inside(points: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    """The (size, size) view, without the wall, of a (points,) array such as a record's `colour`."""
    stride = math.isqrt(len(points))
    return points.reshape(stride, stride)[1 : size + 1, 1 : size + 1]


@kernel
def stride_of(board: Board) -> Integer:
    """Distance between a point and the point below it: a constant once compiled."""
    return 21 if len(board.colour) == 441 else 27


@kernel
def point_of(board: Board, move: Integer) -> Integer:
    """The internal point of a move that is not a pass."""
    row = (move * board.reciprocal) >> 16
    return move + row * (stride_of(board) - board.side) + stride_of(board) + 1


@kernel
def move_of(board: Board, point: Integer) -> Integer:
    """The move at an internal point."""
    row = point // stride_of(board)
    return point - stride_of(board) - 1 - (row - 1) * (stride_of(board) - board.side)
