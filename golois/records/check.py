"""Replay games and find what the rules forbid: every record on its way into a store, and whole stores.

Checked are simple ko, occupied points, suicide (allowed where the record's rules allow it), points off the board
and set-up stones that cannot stand. Positions that superko would forbid are counted, not refused: many servers
and all Japanese rules play simple ko.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from golois.board import (
    BLACK,
    WHITE,
    Board,
    Boards,
    is_legal_at,
    new_boards,
    pass_turn,
    play_at,
    point_of,
    set_to_move,
)
from golois.board.kernels import U
from golois.board.layout import EMPTY
from golois.coordinates import vertex_from_move
from golois.errors import GoloisError
from golois.jit import Integer, kernel
from golois.records.arrays import SETUP_WHITE, Arrays
from golois.records.record import POINT_MASK, SAME_COLOUR, GameRecord
from golois.rules import Rules

# why a game cannot be replayed
NO_FAULT, OFF_BOARD, OCCUPIED, KO, SUICIDE, SETUP = range(6)

_REASONS = {
    OFF_BOARD: "is not on the board",
    OCCUPIED: "is occupied",
    KO: "takes back the ko at once",
    SUICIDE: "is suicide",
}


@dataclass(frozen=True)
class Checked:
    """What a check of n games found.

    Attributes:
        fault: (n,) uint8, what is wrong with each game: NO_FAULT, OFF_BOARD, OCCUPIED, KO, SUICIDE or SETUP.
        place: (n,) int64, index of the faulty move, or of the faulty stone among the set-up stones.
        repeats: (n,) int64, number of moves (up to a fault) that brought back an earlier position of the board.
    """

    fault: npt.NDArray[np.uint8]
    place: npt.NDArray[np.int64]
    repeats: npt.NDArray[np.int64]


def check_games(
    arrays: Arrays, size: int, suicide: npt.NDArray[np.bool_], first: int = 0, last: int | None = None
) -> Checked:
    """Replay the games first .. last - 1 of the arrays of `golois.records.arrays`.

    Args:
        arrays: needs moves, setup, their offsets and first_player.
        size: of the board.
        suicide: (last - first,) whether the rules of each game allow it.
        first: number of the first game to check.
        last: number after the last one; None: to the end.
    """
    last = len(arrays["first_player"]) if last is None else last
    games = last - first
    checked = Checked(np.zeros(games, np.uint8), np.full(games, -1, np.int64), np.zeros(games, np.int64))
    longest = int(np.diff(arrays["offsets"][first : last + 1]).max(initial=0))
    slots = 1 << int(2 * longest + 2).bit_length()  # a hash table at most half full
    _check_games(
        new_boards(2, size), size, first, last,
        arrays["moves"], arrays["offsets"], arrays["first_player"], arrays["setup"], arrays["setup_offsets"], suicide,
        np.zeros(slots, np.uint64), np.full(slots, -1, np.int64), checked.fault, checked.place, checked.repeats,
    )  # fmt: skip
    return checked


def describe_fault(record: GameRecord, fault: int, place: int) -> str:
    """Say which move of the game is refused and why, for a message."""
    if fault == SETUP:
        stones = np.concatenate([record.setup_black, record.setup_white])
        vertex = vertex_from_move(int(stones[place]), record.size)
        return f"game {record.id}: the set-up stone on {vertex} has no liberty or stands on another stone"
    move = int(record.points[place])
    colour = "Black" if record.colours[place] == BLACK else "White"
    vertex = str(move) if fault == OFF_BOARD else vertex_from_move(move, record.size)
    return f"game {record.id}: move {place + 1}, {colour} {vertex}, {_REASONS[fault]}"


@lru_cache(maxsize=4096)
def allows_suicide(rules: str) -> bool:
    """Whether the rules that a record names let a chain be killed by its own side; unknown rules do not."""
    try:
        return Rules.from_katago(rules).suicide
    except GoloisError:
        return rules.strip().upper() in {"GOE", "ING"}


@kernel
def _check_games(
    boards: Boards,
    size: int,
    first: int,
    last: int,
    moves: npt.NDArray[np.uint16],
    offsets: npt.NDArray[np.int64],
    first_player: npt.NDArray[np.uint8],
    setup: npt.NDArray[np.uint16],
    setup_offsets: npt.NDArray[np.int64],
    suicide: npt.NDArray[np.bool_],
    hashes: npt.NDArray[np.uint64],
    hash_owner: npt.NDArray[np.int64],
    fault: npt.NDArray[np.uint8],
    place: npt.NDArray[np.int64],
    repeats: npt.NDArray[np.int64],
) -> None:
    """Fill fault, place and repeats; boards[1] stays the empty board; hashes/hash_owner is a hash table."""
    for game in range(first, last):
        boards[0] = boards[1]
        board = boards[0]
        index = game - first
        stone = _set_up(board, size, setup[setup_offsets[game] : setup_offsets[game + 1]])
        if stone >= 0:
            fault[index] = SETUP
            place[index] = stone
            continue
        board.suicide = suicide[index]
        set_to_move(board, np.int64(first_player[game]))
        _repeats(board, hashes, hash_owner, game)
        start = offsets[game]
        for number in range(offsets[game + 1] - start):
            move = np.int64(moves[U(start + number)])
            if move & SAME_COLOUR:
                set_to_move(board, 3 - board.to_move)
                move &= POINT_MASK
            if move == size * size:
                pass_turn(board)
                continue
            found = _fault(board, size, move)
            if found != NO_FAULT:
                fault[index] = found
                place[index] = number
                break
            play_at(board, point_of(board, move))
            repeats[index] += _repeats(board, hashes, hash_owner, game)


@kernel
def _set_up(board: Board, size: int, stones: npt.NDArray[np.uint16]) -> Integer:
    """Put the set-up stones on the empty board; return the index of the first that cannot stand, or -1.

    Stones that can stand together can be put down in any order without anything being captured.
    """
    for index in range(len(stones)):
        point = np.int64(stones[index]) & POINT_MASK
        set_to_move(board, WHITE if stones[index] & SETUP_WHITE else BLACK)
        board.ko = 0
        if _fault(board, size, point) != NO_FAULT:
            return index
        play_at(board, point_of(board, point))
        if board.prisoners[BLACK] + board.prisoners[WHITE] > 0:
            return index
    board.ko = 0
    board.move_number = 0
    board.passes = 0
    return -1


@kernel
def _fault(board: Board, size: int, move: Integer) -> Integer:
    if move < 0 or move >= size * size:
        return OFF_BOARD
    point = point_of(board, move)
    if is_legal_at(board, point, np.int64(board.to_move)):
        return NO_FAULT
    if board.colour[U(point)] != EMPTY:
        return OCCUPIED
    return KO if point == board.ko else SUICIDE


@kernel
def _repeats(board: Board, hashes: npt.NDArray[np.uint64], owner: npt.NDArray[np.int64], game: Integer) -> Integer:
    """Remember the position on the board; return 1 when this game had it before, else 0."""
    mask = U(len(hashes) - 1)
    slot = board.hash & mask
    while owner[slot] == game:  # a slot of another game is free
        if hashes[slot] == board.hash:
            return 1
        slot = (slot + U(1)) & mask
    owner[slot] = game
    hashes[slot] = board.hash
    return 0
