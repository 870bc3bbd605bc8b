"""The games of a store as kernels read them, and their replay."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from golois.board import BLACK, WHITE, Board, is_legal, play, reset, set_to_move
from golois.history import POSITIONS, History, forget, remember
from golois.jit import Integer, kernel
from golois.records.arrays import SETUP_WHITE
from golois.records.record import POINT_MASK, SAME_COLOUR

if TYPE_CHECKING:
    from golois.records.store import GameStore

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
U = np.uint64


class Games(NamedTuple):
    """The arrays of stored games that the kernels read; their layout: golois/records/store.py."""

    moves: npt.NDArray[np.uint16]
    offsets: Integers
    first_player: npt.NDArray[np.uint8]
    setup: npt.NDArray[np.uint16]
    setup_offsets: Integers
    komi: Floats
    winner: npt.NDArray[np.uint8]
    values: Floats
    value_offsets: Integers
    visited: npt.NDArray[np.uint16]
    visited_offsets: Integers
    visits: npt.NDArray[np.uint16]
    visits_offsets: Integers
    size: int

    @classmethod
    def of(cls, store: GameStore) -> Games:
        """The games of a store; nothing is read or copied."""
        return cls(
            store.moves,
            store.offsets,
            store.first_player,
            store.setup,
            store.setup_offsets,
            store.komi,
            store.winner,
            store.values,
            store.value_offsets,
            store.visited,
            store.visited_offsets,
            store.visits,
            store.visits_offsets,
            store.size,
        )


@kernel
def replay(history: History, games: Games, game: Integer, count: Integer) -> Integer:
    """Bring `history` to the position after the first `count` moves of a game.

    It is then the turn of whoever plays the next recorded move. Moves are checked as they are played (a store's
    bytes may come from anywhere), under simple ko with suicide of several stones allowed: what some rules allow.

    Returns:
        The number of moves played: fewer than `count` if the next one is illegal, -1 if a set-up stone is.
    """
    board = history.board
    if not _set_up(board, games, game):
        return -1
    forget(history)
    first = games.offsets[U(game)]
    for number in range(count):
        if not play_stored(board, games.moves[U(first + number)]):
            return number
        if number >= count - POSITIONS:
            history.newest = (history.newest + 1) % POSITIONS
            remember(history)
    if first + count < games.offsets[U(game + 1)] and games.moves[U(first + count)] & SAME_COLOUR:
        set_to_move(board, 3 - board.to_move)
    return count


@kernel
def _set_up(board: Board, games: Games, game: Integer) -> bool:
    """Bring `board` to the position before the first move; False when that is impossible."""
    reset(board, games.size)
    for i in range(games.setup_offsets[U(game)], games.setup_offsets[U(game + 1)]):
        code = np.int64(games.setup[U(i)])
        board.to_move = WHITE if code & SETUP_WHITE else BLACK
        board.ko = 0
        point = code & POINT_MASK
        if point >= board.side * board.side or not is_legal(board, point):
            return False
        play(board, point)
    board.ko = 0
    board.move_number = 0
    for colour in range(3):
        board.prisoners[U(colour)] = 0
    board.suicide = 1
    board.to_move = WHITE if games.first_player[U(game)] == WHITE else BLACK
    return True


@kernel
def play_stored(board: Board, code: Integer) -> bool:
    """Play a move as stores write it; False, and nothing done, when it is illegal."""
    move = np.int64(code) & POINT_MASK
    if np.int64(code) & SAME_COLOUR:
        set_to_move(board, 3 - board.to_move)
    if move > board.side * board.side or not is_legal(board, move):
        return False
    play(board, move)
    return True
