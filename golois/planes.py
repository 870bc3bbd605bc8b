"""The input planes of the networks: a position as (size, size, P) float32, channels last, P in {6, 8, 21, 31}.

The sets are those of the course, all cut from one list of 31 planes, each with numbers 0.0 or 1.0:

    to move            1.0 everywhere if Black is to move
    lost ladder        stones in atari that a ladder catches even when their side moves next
    beside lost        chains of the opponent that touch those
    catchable          stones of two-liberty chains that a ladder catches when the opponent begins
    beside catchable   chains of the opponent that touch those
    liberties 1 .. 6+  six planes: the number of liberties of the stone's chain
    stones             (own, opponent's) stones now, then one move earlier, two, three, four
    komi 0 .. 9        ten planes: 1.0 everywhere in the plane of komi without its half point

"Own" is the side to move. A position before the first of the game counts as an empty board. A komi below 0, of
10 or more, or unknown (nan) leaves its ten planes 0. The set is told by its number of planes: see `PLANE_SETS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numba
import numpy as np
import numpy.typing as npt

from golois.board import BLACK, BOARD_19, EMPTY, board_dtype, move_of, stride_of
from golois.history import Histories, History, empty_records, history_of, stones_before
from golois.jit import Integer, kernel
from golois.ladders.board import READER_19, READER_25, begin
from golois.ladders.marks import heads_in_atari, mark_ladders
from golois.ladders.reader import is_caught
from golois.symmetry import move_table

if TYPE_CHECKING:
    from golois.game import Game

Planes = npt.NDArray[np.float32]
Points = npt.NDArray[np.uint16]
Workspace = Any  # one record of a Workspaces array
Workspaces = npt.NDArray[np.void]
U = np.uint64
_ONE = np.float32(1.0)

_LADDERS = ["lost ladder", "beside lost ladder", "catchable in ladder", "beside catchable"]
_LIBERTIES = [*(f"{count} liberties" for count in range(1, 6)), "6 or more liberties"]
_STONES = [
    name
    for when in ("now", *(f"{back} earlier" for back in range(1, 5)))
    for name in (f"own stones {when}", f"opponent's stones {when}")
]
_KOMI = [f"komi {komi}" for komi in range(10)]

PLANE_SETS: dict[int, tuple[str, ...]] = {
    6: ("to move", "lost ladder", *_STONES[:4]),
    8: ("to move", "lost ladder", *_STONES[:6]),
    21: ("to move", *_LADDERS, *_LIBERTIES, *_STONES),
    31: ("to move", *_LADDERS, *_LIBERTIES, *_STONES, *_KOMI),
}
"""The name of each plane of each set."""


def _record(reader: np.dtype[np.void]) -> np.dtype[np.void]:
    points = reader["colour"].shape[0]
    return np.dtype(
        [
            ("reader", reader),
            ("marks", np.uint8, (points,)),  # the ladder bits of each point
            ("liberties", np.uint8, (points,)),  # at a chain's head: its liberties, at most 6
            ("heads", np.uint16, (points,)),  # of the chains in atari
        ],
        align=True,
    )


WORKSPACE_19, WORKSPACE_25 = _record(READER_19), _record(READER_25)


def new_workspaces(count: int, size: int = 19) -> Workspaces:
    """What the kernels below need while they encode positions of `size`: one record for each thread."""
    workspaces = np.zeros(count, WORKSPACE_19 if board_dtype(size) is BOARD_19 else WORKSPACE_25)
    return workspaces.view(np.recarray) if numba.config.DISABLE_JIT else workspaces


def encode(game: Game, planes: int = 6, symmetry: int = 0) -> Planes:
    """Return the planes of a game's present position.

    Args:
        game: any size; komi is that of its rules.
        planes: 6, 8, 21 or 31.
        symmetry: 0 to 7, as the network shall see the board (golois/symmetry.py).

    Returns:
        (size, size, planes) float32.

    Raises:
        ValueError: there is no such set of planes.
    """
    return encode_batch([game], planes, symmetry=symmetry)[0]


def encode_batch(games: Sequence[Game], planes: int = 6, out: Planes | None = None, symmetry: int = 0) -> Planes:
    """Return the planes of the present positions of several games of one size.

    Args:
        games: B games.
        planes: 6, 8, 21 or 31.
        out: (B, size, size, planes) float32, contiguous; filled and returned when given.
        symmetry: 0 to 7, the same for all.

    Returns:
        (B, size, size, planes) float32.

    Raises:
        ValueError: no such set of planes, games of different sizes, or an `out` that does not fit.
    """
    check_plane_set(planes)
    size = games[0].size if games else 19
    if any(game.size != size for game in games):
        raise ValueError(f"games of sizes {sorted({game.size for game in games})} do not fit into one batch")
    shape = (len(games), size, size, planes)
    if out is None:
        out = np.empty(shape, np.float32)
    elif out.shape != shape or out.dtype != np.float32 or not out.flags.c_contiguous:
        raise ValueError(f"out must be a contiguous float32 array {shape}, not {out.dtype} {out.shape}")
    workspaces, histories = new_workspaces(1, size), empty_records(1, size)
    points = move_table(size)[symmetry]
    rows = out.reshape(len(games), size * size * planes)
    for game, row in zip(games, rows, strict=True):
        _encode_first(history_of(game, histories), workspaces, np.float32(game.rules.komi), planes, points, row)
    return out


def check_plane_set(planes: int) -> None:
    """Raise ValueError unless there is a set of so many planes."""
    if planes not in PLANE_SETS:
        raise ValueError(f"there is no set of {planes} planes; the sets have {', '.join(map(str, PLANE_SETS))}")


@kernel
def _encode_first(
    histories: Histories, workspaces: Workspaces, komi: np.float32, planes: Integer, points: Points, out: Planes
) -> None:
    """`encode_position` of the first record; from Python whole arrays are handed over much quicker than records."""
    encode_position(histories[0], workspaces[0], komi, planes, points, out)


@kernel
def encode_position(
    history: History, workspace: Workspace, komi: np.float32, planes: Integer, points: Points, out: Planes
) -> None:
    """Write the planes of one position.

    Args:
        history: the position.
        workspace: of the same board type; its contents do not matter.
        komi: for the set of 31; nan when unknown.
        planes: 6, 8, 21 or 31.
        points: (size * size + 1,) where each point goes: a row of `symmetry.move_table(size)`.
        out: (size * size * planes,) float32, overwritten.
    """
    if planes < 21:
        _write_stones(history, planes // 2 - 1, planes, points, out)
        _write_lost_ladders(history, workspace, planes, points, out)
    else:
        workspace.marks[:] = 0
        mark_ladders(history.board, workspace.reader, workspace.marks, workspace.liberties)
        _write_large_set(history, workspace, komi, planes, points, out)


@kernel
def _write_lost_ladders(history: History, workspace: Workspace, planes: Integer, points: Points, out: Planes) -> None:
    """Write plane 1 of the small sets, which is all 0.0 before."""
    board = history.board
    count = heads_in_atari(board, workspace.heads)
    if count:
        begin(workspace.reader, board)
    for i in range(count):
        head = np.int64(workspace.heads[U(i)])
        if is_caught(workspace.reader, head, False):
            stone = head
            while True:
                out[U(np.int64(points[U(move_of(board, stone))]) * planes + 1)] = _ONE
                stone = np.int64(board.next_stone[U(stone)])
                if stone == head:
                    break


@kernel
def _write_stones(history: History, positions: Integer, planes: Integer, points: Points, out: Planes) -> None:
    """Write plane 0, and from plane 2 on the (own, opponent's) stones of the latest positions.

    Every cell of these planes is written, and plane 1 set to 0.0: stones lie so irregularly that asking for each
    of them costs more than writing the answer.
    """
    size = np.int64(history.board.side)
    stride = stride_of(history.board)
    own = np.int64(history.board.to_move)
    black_to_move = np.float32(own == BLACK)
    for back in range(positions):
        stones = stones_before(history, back)
        for row in range(size):
            for column in range(size):
                colour = np.int64(stones[U((row + 1) * stride + column + 1)])
                target = np.int64(points[U(size * row + column)]) * planes
                if back == 0:
                    out[U(target)] = black_to_move
                    out[U(target + 1)] = 0
                target += 2 + 2 * back
                out[U(target)] = np.float32(colour == own)
                out[U(target + 1)] = np.float32(colour == 3 - own)


@kernel
def _write_large_set(
    history: History, workspace: Workspace, komi: np.float32, planes: Integer, points: Points, out: Planes
) -> None:
    """Write all of 21 or 31 planes, point by point: the planes of one point lie side by side in memory."""
    board = history.board
    size = np.int64(board.side)
    stride = stride_of(board)
    own = np.int64(board.to_move)
    black_to_move = np.float32(own == BLACK)
    komi_plane = 21 + np.int64(komi) if planes == 31 and komi >= 0 and komi < 10 else 0  # 0 is written after it
    now, before, earlier, third, fourth = (
        stones_before(history, 0),
        stones_before(history, 1),
        stones_before(history, 2),
        stones_before(history, 3),
        stones_before(history, 4),
    )
    for row in range(size):
        for column in range(size):
            point = (row + 1) * stride + column + 1
            target = np.int64(points[U(size * row + column)]) * planes
            for plane in range(target + 5, target + planes):
                out[U(plane)] = 0
            mark = np.int64(workspace.marks[U(point)])
            for kind in range(4):
                out[U(target + 1 + kind)] = np.float32(mark >> kind & 1)
            if now[U(point)] != EMPTY:
                out[U(target + 4 + np.int64(workspace.liberties[U(board.head[U(point)])]))] = _ONE
            column_of_stones = target + 11
            for stones in (now, before, earlier, third, fourth):
                colour = np.int64(stones[U(point)])
                out[U(column_of_stones)] = np.float32(colour == own)
                out[U(column_of_stones + 1)] = np.float32(colour == 3 - own)
                column_of_stones += 2
            out[U(target + komi_plane)] = _ONE
            out[U(target)] = black_to_move
