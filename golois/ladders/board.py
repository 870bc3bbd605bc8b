"""The bare board that ladders are read on: colours, the hunted chain, and moves that can be taken back.

It counts liberties by walking over chains. That is much cheaper than copying a whole board record for each move,
because the chains in ladders are short. Only the hunted chain grows long, so its stones are kept in a list: where
nothing was captured, what an extension leaves it of liberties is seen around the new stones alone.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from golois.board import BOARD_19, EMPTY, WALL, Board, board_dtype, neighbours
from golois.jit import Integer, kernel

PLY_LIMIT = 700  # moves in one line
STACK = 8 * PLY_LIMIT  # candidate moves waiting in one line

Reader = Any  # one record of a Readers array
Readers = npt.NDArray[np.void]
U = np.uint64


def _record(points: int) -> np.dtype[np.void]:
    return np.dtype(
        [
            ("walk", np.uint64),  # the number of the latest walk over a chain
            ("walked", np.uint64, (points,)),  # the latest walk that came to this point
            ("chain_count", np.int32),
            ("reading", np.uint64),  # the number of the present reading
            ("member", np.uint64, (points,)),  # the reading in which this point belongs to the hunted chain
            ("hunted", np.uint16, (points,)),  # the stones of the hunted chain as it stands
            ("hunted_count", np.int32),
            ("liberties", np.int32),  # its liberties when the hunter moves, at most 3; the points are in `liberty`
            ("ko", np.int32),  # the point that may not be retaken now, 0: none
            ("captured", np.int32),  # stones that the latest move took off
            ("undo_count", np.int32),
            ("liberty", np.int32, (8,)),  # the first liberties that the latest walk or count met
            ("ply_ko", np.int32, (PLY_LIMIT + 1,)),  # for each move of the line: what was so before it
            ("ply_undo", np.int32, (PLY_LIMIT + 1,)),
            ("ply_hunted", np.int32, (PLY_LIMIT + 1,)),
            ("ply_next", np.int32, (PLY_LIMIT + 1,)),  # its next and its last candidate in `candidates`
            ("ply_end", np.int32, (PLY_LIMIT + 1,)),
            ("ply_pair", np.int32, (PLY_LIMIT + 1,)),  # the sum of the two liberties that the hunter chooses from
            ("ply_captures", np.uint8, (PLY_LIMIT + 1,)),  # whether the captures are among them already
            ("candidates", np.uint16, (STACK,)),
            ("chain", np.uint16, (points,)),  # the stones of the latest walk
            ("undo_point", np.uint16, (2 * PLY_LIMIT + points,)),  # changed points, to be put back
            ("undo_colour", np.uint8, (2 * PLY_LIMIT + points,)),
            ("colour", np.uint8, (points,)),
        ],
        align=True,
    )


READER_19, READER_25 = _record(21 * 21), _record(27 * 27)


def new_readers(count: int, size: int = 19) -> Readers:
    """Work space for reading ladders on boards of `size`: one record for each thread."""
    readers = np.zeros(count, READER_19 if board_dtype(size) is BOARD_19 else READER_25)
    return readers.view(np.recarray) if numba.config.DISABLE_JIT else readers


@kernel
def begin(reader: Reader, board: Board) -> None:
    """Let the reader stand at the position of `board`."""
    for point in range(len(board.colour)):
        reader.colour[U(point)] = board.colour[U(point)]
    reader.ko = 0  # whoever begins need not be the one to move, so a ko just taken binds nobody yet
    reader.undo_count = 0


@kernel
def join_if_adjacent(reader: Reader, point: Integer, hunted: Integer) -> int:
    """Note down what a move of the hunted side, just played, means for its chain; return the chain's liberties.

    Only captures are played elsewhere than at the chain's one liberty, so without a capture the new stones have
    all the liberties there are.
    """
    adjacent = False
    for step in neighbours(reader):
        adjacent |= reader.member[U(point + step)] == reader.reading
    liberties = join(reader, point, hunted) if adjacent else 0
    return count_liberties(reader) if reader.captured else liberties


@kernel
def join(reader: Reader, point: Integer, hunted: Integer) -> int:
    """Add the stone at `point`, and all that is connected to it and not in the list, to the hunted chain.

    Returns:
        The liberties of the added stones, at most 3; their points are left in `liberty`.
    """
    reader.walk += U(1)
    at = np.int64(reader.hunted_count)
    count = at + 1
    reader.hunted[U(at)] = point
    reader.member[U(point)] = reader.reading
    liberties = 0
    while at < count:
        current = np.int64(reader.hunted[U(at)])
        at += 1
        for step in neighbours(reader):
            neighbour = current + step
            other = reader.colour[U(neighbour)]
            if other == hunted:
                if reader.member[U(neighbour)] != reader.reading:
                    reader.member[U(neighbour)] = reader.reading
                    reader.hunted[U(count)] = neighbour
                    count += 1
            elif other == EMPTY and liberties < 3 and reader.walked[U(neighbour)] != reader.walk:
                reader.walked[U(neighbour)] = reader.walk
                reader.liberty[U(liberties)] = neighbour
                liberties += 1
    reader.hunted_count = count
    return liberties


@kernel
def leave(reader: Reader, count: Integer) -> None:
    """Let the hunted chain have its first `count` stones again."""
    for i in range(count, reader.hunted_count):
        reader.member[U(reader.hunted[U(i)])] = 0
    reader.hunted_count = count


@kernel
def count_liberties(reader: Reader) -> int:
    """Count the liberties of the whole hunted chain, up to 3; their points are left in `liberty`."""
    reader.walk += U(1)
    liberties = 0
    for i in range(reader.hunted_count):
        for step in neighbours(reader):
            neighbour = np.int64(reader.hunted[U(i)]) + step
            if reader.colour[U(neighbour)] == EMPTY and reader.walked[U(neighbour)] != reader.walk:
                reader.walked[U(neighbour)] = reader.walk
                reader.liberty[U(liberties)] = neighbour
                liberties += 1
                if liberties == 3:
                    return 3
    return liberties


@kernel
def walk(reader: Reader, stone: Integer, limit: Integer) -> int:
    """Count the liberties of a chain up to `limit` (at most 8); they are left in `liberty`, stones in `chain`.

    The walk stops at the last liberty wanted: when it returns `limit`, `chain` may not be complete.
    """
    reader.walk += U(1)
    number = reader.walk
    colour = reader.colour[U(stone)]
    reader.walked[U(stone)] = number
    reader.chain[0] = stone
    count = 1
    liberties = 0
    at = 0
    while at < count:
        current = np.int64(reader.chain[U(at)])
        at += 1
        for step in neighbours(reader):
            neighbour = current + step
            if reader.walked[U(neighbour)] == number:
                continue
            other = reader.colour[U(neighbour)]
            if other == colour:
                reader.walked[U(neighbour)] = number
                reader.chain[U(count)] = neighbour
                count += 1
            elif other == EMPTY:
                reader.walked[U(neighbour)] = number
                reader.liberty[U(liberties)] = neighbour
                liberties += 1
                if liberties == limit:
                    reader.chain_count = count
                    return liberties
    reader.chain_count = count
    return liberties


@kernel
def liberties_by_extending(reader: Reader, point: Integer, other_liberty: Integer, hunter: Integer) -> int:
    """Count, up to 3, the liberties that the hunted chain has after extending to `point` and joining what is there.

    `other_liberty`, where the hunter will have played, does not count; nor does what the extension captures.
    """
    reader.walk += U(1)
    number = reader.walk
    reader.walked[U(point)] = number
    reader.walked[U(other_liberty)] = number
    at = 0
    count = 1
    reader.chain[0] = point
    liberties = 0
    while at < count:
        current = np.int64(reader.chain[U(at)])
        at += 1
        for step in neighbours(reader):
            neighbour = current + step
            other = reader.colour[U(neighbour)]
            if other == hunter or other == WALL:  # noqa: PLR1714, SIM109 (a kernel compares)
                continue
            if reader.walked[U(neighbour)] == number or reader.member[U(neighbour)] == reader.reading:
                continue
            reader.walked[U(neighbour)] = number
            if other == EMPTY:
                liberties += 1
                if liberties == 3:
                    return 3
            else:
                reader.chain[U(count)] = neighbour
                count += 1
    return liberties


@kernel
def empty_neighbours(reader: Reader, point: Integer, ignored: Integer) -> int:
    """How many points beside `point` are empty, `ignored` not counted."""
    count = 0
    for step in neighbours(reader):
        if reader.colour[U(point + step)] == EMPTY and point + step != ignored:
            count += 1
    return count


@kernel
def may_play(reader: Reader, point: Integer, colour: Integer) -> bool:
    """Whether `colour` may play on the empty `point`: no ko, no suicide."""
    if point == reader.ko:
        return False
    if empty_neighbours(reader, point, 0) > 0:
        return True
    for step in neighbours(reader):
        other = reader.colour[U(point + step)]
        if other != WALL and (other == colour) != (walk(reader, point + step, 2) == 1):
            return True
    return False


@kernel
def play_move(reader: Reader, point: Integer, colour: Integer) -> None:
    """Play on a legal point and note down what changed."""
    opponent = 3 - colour
    _change(reader, point, colour)
    captured = 0
    captured_point = 0
    alone = True
    for step in neighbours(reader):
        neighbour = point + step
        other = reader.colour[U(neighbour)]
        if other == colour:
            alone = False
        elif (
            other == opponent
            and reader.member[U(neighbour)] != reader.reading  # the hunted chain keeps a liberty
            and walk(reader, neighbour, 1) == 0
        ):
            captured += reader.chain_count
            captured_point = neighbour
            for i in range(reader.chain_count):
                _change(reader, np.int64(reader.chain[U(i)]), EMPTY)
    reader.captured = captured
    is_ko = captured == 1 and alone and empty_neighbours(reader, point, 0) == 1
    reader.ko = captured_point if is_ko else 0


@kernel
def _change(reader: Reader, point: Integer, colour: Integer) -> None:
    reader.undo_point[U(reader.undo_count)] = point
    reader.undo_colour[U(reader.undo_count)] = reader.colour[U(point)]
    reader.undo_count += 1
    reader.colour[U(point)] = colour


@kernel
def take_back(reader: Reader, count: Integer) -> None:
    """Undo the latest changes until `count` are left."""
    while reader.undo_count > count:
        reader.undo_count -= 1
        point = reader.undo_point[U(reader.undo_count)]
        reader.colour[U(point)] = reader.undo_colour[U(reader.undo_count)]
