"""Uniformly random games in which nobody fills an own eye, from the empty board or from any position.

They are the oldest evaluation of a Go position (Brügmann 1993), and here they also exercise the board: both
kernels below are what `golois benchmark board` measures.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from golois.board import (
    EMPTY,
    Board,
    Boards,
    empty_records,
    is_legal_at,
    is_own_eye_at,
    pass_turn,
    play_at,
    point_of,
    reset,
    stride_of,
)
from golois.jit import Integer, kernel
from golois.scoring import find_owners
from golois.splitmix import Stream, below

U = np.uint64


class Playouts(NamedTuple):
    """What a number of random games ended in.

    Attributes:
        scores: (count,) int32, Black's area minus White's, without komi.
        lengths: (count,) int32, moves played, the two passes included.
        hashes: (count,) uint64, the final positions.
    """

    scores: npt.NDArray[np.int32]
    lengths: npt.NDArray[np.int32]
    hashes: npt.NDArray[np.uint64]


def run_playouts(size: int, count: int, seed: int = 0) -> Playouts:
    """Play `count` random games from the empty board of `size`; game number i depends on `seed + i` only."""
    result = Playouts(np.zeros(count, np.int32), np.zeros(count, np.int32), np.zeros(count, np.uint64))
    play_randomly(empty_records(1, size), size, seed, *result)
    return result


@kernel
def random_point(board: Board, stream: Stream) -> Integer:
    """A point for the side to move: legal, no own eye; 0 when there is none.

    The search starts at a random one of the empty points and takes the first that will do, so points behind
    forbidden ones are slightly likelier than others: the usual trade for speed.
    """
    count = np.int64(board.empty_count)
    if count == 0:
        return 0
    colour = np.int64(board.to_move)
    first = below(stream, count)
    index = first
    while True:
        point = np.int64(board.empty_points[U(index)])
        if not is_own_eye_at(board, point, colour) and is_legal_at(board, point, colour):
            return point
        index += 1
        if index == count:
            index = 0
        if index == first:
            return 0


@kernel
def play_out(board: Board, stream: Stream) -> None:
    """Play random moves until both sides pass or 3 moves a point are played (long ko cycles happen)."""
    limit = board.move_number + 3 * board.side * board.side
    while board.passes < 2 and board.move_number < limit:
        point = random_point(board, stream)
        if point == 0:
            pass_turn(board)
        else:
            play_at(board, point)


@kernel
def play_randomly(
    boards: Boards,
    size: Integer,
    seed: Integer,
    scores: npt.NDArray[np.int32],
    lengths: npt.NDArray[np.int32],
    hashes: npt.NDArray[np.uint64],
) -> None:
    """Fill the (count,) arrays of `Playouts` on the first of the `boards`."""
    stream = np.zeros(1, np.uint64)
    board = boards[0]
    owner = np.empty(len(board.colour), np.uint8)
    for game in range(len(scores)):
        stream[0] = U(seed + game)
        reset(board, size)
        play_out(board, stream)
        scores[game] = find_owners(board.colour, size, stride_of(board), owner)
        lengths[game] = board.move_number
        hashes[game] = board.hash


@kernel
def replay(
    boards: Boards,
    size: Integer,
    moves: npt.NDArray[np.uint16],
    offsets: npt.NDArray[np.int64],
    hashes: npt.NDArray[np.uint64],
) -> tuple[Integer, Integer]:
    """Play recorded games from the empty board, Black first, and check each move under simple ko.

    Args:
        boards: at least one record that holds boards of `size`.
        size: the board's size.
        moves: (total,) uint16, the moves of all games one after the other.
        offsets: (games + 1,) where each game begins and the last one ends.
        hashes: (games,) uint64, filled with the final positions.

    Returns:
        (game, move number) of the first move that is not legal, (-1, -1) when all are.
    """
    board = boards[0]
    pass_move = size * size
    for game in range(len(hashes)):
        reset(board, size)
        for index in range(offsets[game], offsets[game + 1]):
            move = np.int64(moves[U(index)])
            if move == pass_move:
                pass_turn(board)
                continue
            point = point_of(board, move)
            if board.colour[U(point)] != EMPTY or point == board.ko:
                return game, index - offsets[game]
            # asking first whether a move is suicide takes longer than to see afterwards who lost stones
            colour = U(board.to_move)
            own_prisoners = board.prisoners[colour]
            play_at(board, point)
            if board.prisoners[colour] != own_prisoners:
                return game, index - offsets[game]
        hashes[game] = board.hash
    return -1, -1
