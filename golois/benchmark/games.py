"""What `golois benchmark board` runs: games made at random, and loops over many games and positions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from golois.board import EMPTY, Board, Boards, empty_records, move_of, neighbours, pass_turn, play_at, reset
from golois.history import Histories
from golois.jit import Integer, kernel
from golois.planes import Planes, Points, Workspaces, encode_position
from golois.playouts import random_point
from golois.records.result import Winner
from golois.stored_games import Games, Integers, replay

U = np.uint64
_TRIES = 2
_LENGTH = 210  # moves of a made game: the average of games between professionals


def generated_games(count: int, seed: int, size: int = 19) -> Games:
    """Return games of random moves, without own eyes filled, that leave as many ladders to read as real ones.

    Moves with three empty neighbours are preferred: purely random ones would leave half as many chains again in
    atari or with two liberties as games between professionals do.
    """
    moves = np.empty((count, _LENGTH), np.uint16)
    _make(empty_records(1, size), size, seed, moves)
    none = np.zeros(0, np.uint16)
    return Games(
        moves=moves.ravel(),
        offsets=np.arange(count + 1, dtype=np.int64) * _LENGTH,
        first_player=np.ones(count, np.uint8),
        setup=none,
        setup_offsets=np.zeros(count + 1, np.int64),
        komi=np.full(count, 7.5, np.float32),
        winner=np.full(count, Winner.WHITE, np.uint8),
        values=none.astype(np.float32),
        value_offsets=np.zeros(count + 1, np.int64),
        visited=none,
        visited_offsets=np.zeros(count + 1, np.int64),
        visits=none,
        visits_offsets=np.zeros(count + 1, np.int64),
        size=size,
    )


@kernel
def _make(boards: Boards, size: Integer, seed: Integer, moves: npt.NDArray[np.uint16]) -> None:
    stream = np.zeros(1, np.uint64)
    board = boards[0]
    for game in range(moves.shape[0]):
        stream[0] = U(seed + game)
        reset(board, size)
        for number in range(moves.shape[1]):
            point = random_point(board, stream)
            for _ in range(_TRIES):
                if point == 0 or _room(board, point) >= 3:
                    break
                point = random_point(board, stream)
            if point == 0:
                pass_turn(board)
                moves[game, number] = size * size
            else:
                moves[game, number] = move_of(board, point)
                play_at(board, point)


@kernel
def _room(board: Board, point: Integer) -> int:
    count = 0
    for step in neighbours(board):
        count += board.colour[U(point + step)] == EMPTY
    return count


@kernel
def replay_all(games: Games, chosen: Integers, histories: Histories) -> None:
    """Replay some games from the first move to the last."""
    for i in range(len(chosen)):
        game = chosen[U(i)]
        replay(histories[0], games, game, games.offsets[U(game + 1)] - games.offsets[U(game)])


@kernel
def replay_to(games: Games, chosen: Integers, numbers: Integers, histories: Histories) -> None:
    """Bring each history to its game's position before move `numbers[i]`."""
    for i in range(len(histories)):
        replay(histories[i], games, chosen[U(i)], numbers[U(i)])


@kernel
def write_planes(histories: Histories, workspaces: Workspaces, planes: Integer, points: Points, out: Planes) -> None:
    """Encode each position into its row of `out`."""
    for i in range(len(histories)):
        encode_position(histories[i], workspaces[0], np.float32(7.5), planes, points, out[i])
