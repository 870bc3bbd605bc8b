"""A position together with the stones of the positions before it: what the input planes are drawn from.

One record holds the board and the stones of the last five positions, so that copying a position (in a search
tree, say) is one assignment and playing on is one call, `advance`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np
import numpy.typing as npt

from golois.board import BOARD_19, BOARD_25, EMPTY, play, reset, set_to_move
from golois.board.layout import board_dtype
from golois.jit import Integer, kernel

if TYPE_CHECKING:
    from golois.game import Game

POSITIONS = 5  # kept: the present one and the four before it, as many as the largest set of planes shows

History = Any  # one record of a Histories array: np.void outside a kernel, numba's Record inside
Histories = npt.NDArray[np.void]
Stones = npt.NDArray[np.uint8]
U = np.uint64


def _record(board: np.dtype[np.void]) -> np.dtype[np.void]:
    points = board["colour"].shape[0]
    return np.dtype(
        [
            ("board", board),  # the present position
            ("newest", np.int32),  # the row of `stones` that holds the present position
            ("stones", np.uint8, (POSITIONS, points)),  # colours by internal point, a ring of positions
        ],
        align=True,
    )


_NO_STONES: Stones = np.zeros(0, np.uint8)

HISTORY_19, HISTORY_25 = _record(BOARD_19), _record(BOARD_25)


def empty_records(count: int, size: int = 19) -> Histories:
    """`count` records able to hold positions of `size`, all bytes zero: set up each board and `forget` before use."""
    records = np.zeros(count, HISTORY_19 if board_dtype(size) is BOARD_19 else HISTORY_25)
    return records.view(np.recarray) if numba.config.DISABLE_JIT else records


def history_of(game: Game, records: Histories | None = None) -> Histories:
    """The present position of a game with its past, as an array of one record: a new one, or `records` filled."""
    if records is None:
        records = empty_records(1, game.size)
    setup = _NO_STONES if game.setup is None else game.setup.ravel()
    _play_through(records, game.size, game.rules.suicide, setup, game.first_player, game.log, game.to_move)
    records["board"]["passes"] = game.board["passes"]  # fewer than were played when the game was resumed
    return records


@kernel
def forget(history: History) -> None:
    """Drop what was before the present position: earlier positions count as empty boards."""
    for row in range(POSITIONS):
        for point in range(history.stones.shape[1]):
            history.stones[U(row), U(point)] = EMPTY
    history.newest = 0
    remember(history)


@kernel
def remember(history: History) -> None:
    """Write the board's stones into the newest row."""
    stones = history.stones[U(history.newest)]
    for point in range(len(stones)):
        stones[U(point)] = history.board.colour[U(point)]


@kernel
def advance(history: History, move: Integer) -> None:
    """Play a legal move (a point or pass) for the side to move and remember the position that arises."""
    play(history.board, move)
    history.newest = (history.newest + 1) % POSITIONS
    remember(history)


@kernel
def stones_before(history: History, back: Integer) -> Stones:
    """The colours by internal point, `back` moves ago (0: now, up to POSITIONS - 1); a view."""
    return history.stones[U((history.newest + POSITIONS - back) % POSITIONS)]


@kernel
def _play_through(
    histories: Histories,
    size: Integer,
    suicide: bool,
    setup: npt.NDArray[np.uint8],
    first_player: Integer,
    log: npt.NDArray[np.uint16],
    to_move: Integer,
) -> None:
    """Play a game on the first of the records; all of them are handed over because that is quicker from Python."""
    history = histories[0]
    board = history.board
    reset(board, size)
    board.suicide = np.int32(suicide)
    for point in range(len(setup)):
        if setup[U(point)] != EMPTY:
            board.to_move = setup[U(point)]
            play(board, point)
    board.to_move = first_player
    board.ko = 0
    board.move_number = 0
    for colour in range(3):
        board.prisoners[U(colour)] = 0
    forget(history)
    for i in range(len(log)):
        set_to_move(board, np.int64(log[U(i), 1]))
        advance(history, np.int64(log[U(i), 0]))
    set_to_move(board, to_move)
