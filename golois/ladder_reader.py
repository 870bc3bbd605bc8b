"""Reading one ladder out to the end.

The reading is a search in which the two sides have only the moves that belong to a ladder:

- the *hunter*, when the hunted chain has two liberties, plays one of them; when it has one, captures;
- the *hunted* chain, when in atari, extends at its last liberty, or captures an adjacent chain that is itself
  in atari.

A chain with three liberties has escaped. Every line is read to its end, captures, ko and suicide included, so
that breakers, edges, double threats and ladder stones in atari need no rule of their own. A ko taken in the
line may not be retaken at once; a ko that stands on the board when the reading begins may, because a ladder
is a property of the stones and not of whose turn it is (so does the course's module). The work is bounded: a
reading that visits more than `NODE_LIMIT` positions, or goes deeper than `PLY_LIMIT` moves, counts as an
escape.

The reader plays on a bare copy of the colours and counts liberties by walking over chains. That is much
cheaper than copying a whole board record for each move, because the chains in ladders are short. Only the hunted
chain grows long, so its stones are kept in a list: where nothing was captured, what an extension leaves it of
liberties is seen around the new stones alone.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from golois.board import BOARD_19, EMPTY, WALL, Board, board_dtype, neighbours
from golois.jit import Integer, kernel

NODE_LIMIT = 5000  # positions visited for one chain
PLY_LIMIT = 700  # moves in one line
_STACK = 8 * PLY_LIMIT  # candidate moves waiting in one line

_UNKNOWN, _ESCAPES, _CAUGHT = -1, 0, 1

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
            ("candidates", np.uint16, (_STACK,)),
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
def is_caught(reader: Reader, stone: Integer, hunter_begins: bool) -> bool:
    """Whether the chain of `stone` is caught in a ladder; the reader's position is the same afterwards.

    Args:
        reader: stands at the position.
        stone: the internal point of one stone of the chain.
        hunter_begins: True when the opponent moves first, False when the chain does.
    """
    hunted = np.int64(reader.colour[U(stone)])
    hunter = 3 - hunted
    ply = 0
    nodes = 0
    top: Integer = 0  # of the stack of candidates
    hunter_moves = hunter_begins
    arrived = True
    reader.reading += U(1)
    reader.hunted_count = 0
    reader.liberties = _join(reader, stone, hunted)
    while True:
        outcome = _UNKNOWN
        if arrived:
            nodes += 1
            reader.ply_next[U(ply)] = top
            if nodes > NODE_LIMIT:
                if ply > 0:
                    reader.ko = reader.ply_ko[0]
                _take_back(reader, 0)
                return False
            if ply == PLY_LIMIT or top > _STACK - 2:
                outcome = _ESCAPES
            elif hunter_moves:
                outcome, top = _hunter_candidates(reader, hunter, top)
                reader.ply_pair[U(ply)] = reader.liberty[0] + reader.liberty[1]
            else:
                reader.ply_captures[U(ply)] = False
                if ply > 0 and reader.captured == 0:  # the liberty that the hunter left, known to lead to no third
                    hunters_move = reader.candidates[U(reader.ply_next[U(ply - 1)] - 1)]
                    reader.candidates[U(top)] = reader.ply_pair[U(ply - 1)] - hunters_move
                    top += 1
                else:
                    outcome, top = _extension(reader, hunted, top)
            reader.ply_end[U(ply)] = top
        if outcome == _UNKNOWN:
            following = np.int64(reader.ply_next[U(ply)])
            if not hunter_moves and following == reader.ply_end[U(ply)] and not reader.ply_captures[U(ply)]:
                reader.ply_captures[U(ply)] = True
                reader.ply_end[U(ply)] = _captures(reader, hunted, following)
            if following == reader.ply_end[U(ply)]:  # nothing left that helps the one to move
                outcome = _ESCAPES if hunter_moves else _CAUGHT
            else:
                reader.ply_next[U(ply)] = following + 1
                move = np.int64(reader.candidates[U(following)])
                mover = hunter if hunter_moves else hunted
                arrived = _may_play(reader, move, mover)
                if arrived:
                    top = np.int64(reader.ply_end[U(ply)])
                    reader.ply_ko[U(ply)] = reader.ko
                    reader.ply_undo[U(ply)] = reader.undo_count
                    reader.ply_hunted[U(ply)] = reader.hunted_count
                    _play(reader, move, mover)
                    if not hunter_moves:
                        reader.liberties = _join_if_adjacent(reader, move, hunted)
                    ply += 1
                    hunter_moves = not hunter_moves
                continue
        # the outcome at this ply is known: give it to the ply before
        while True:
            if ply == 0:
                return outcome == _CAUGHT
            ply -= 1
            hunter_moves = not hunter_moves
            _take_back(reader, np.int64(reader.ply_undo[U(ply)]))
            _leave(reader, np.int64(reader.ply_hunted[U(ply)]))
            reader.ko = reader.ply_ko[U(ply)]
            if hunter_moves != (outcome == _CAUGHT):
                break  # not what the one to move wants: try the next candidate
        arrived = False


@kernel
def _hunter_candidates(reader: Reader, hunter: Integer, top: Integer) -> tuple[int, Integer]:
    """Put the hunter's moves on the stack; return the outcome, where it is plain, and the stack's new top."""
    if reader.liberties > 2:
        return _ESCAPES, top
    first = np.int64(reader.liberty[0])
    if reader.liberties == 1:  # the hunted chain has played itself into atari
        return _CAUGHT if _may_play(reader, first, hunter) else _ESCAPES, top
    second = np.int64(reader.liberty[1])
    # The chain will extend where the hunter does not play; a move that leaves it three liberties is pointless.
    after_first = _liberties_by_extending(reader, second, first, hunter)
    after_second = _liberties_by_extending(reader, first, second, hunter)
    if after_first > after_second:  # the move that leaves fewer liberties is the more promising one
        first, second = second, first
        after_first, after_second = after_second, after_first
    for move, liberties in ((first, after_first), (second, after_second)):
        if liberties < 3:
            reader.candidates[U(top)] = move
            top += 1
    return _UNKNOWN, top


@kernel
def _extension(reader: Reader, hunted: Integer, top: Integer) -> tuple[int, Integer]:
    """Put the hunted chain's extension on the stack; return the outcome, where it is plain, and the new top."""
    if _count_liberties(reader) > 1:
        return _ESCAPES, top
    liberty = np.int64(reader.liberty[0])
    if liberty != reader.ko and _liberties_by_extending(reader, liberty, liberty, 3 - hunted) > 2:
        return _ESCAPES, top
    reader.candidates[U(top)] = liberty
    return _UNKNOWN, top + 1


@kernel
def _captures(reader: Reader, hunted: Integer, top: Integer) -> Integer:
    """Put the captures of hunters' chains in atari beside the hunted chain on the stack; return its new top."""
    bottom = top
    before = reader.walk
    for i in range(reader.hunted_count):
        hunted_stone = np.int64(reader.hunted[U(i)])
        for step in neighbours(reader):
            neighbour = hunted_stone + step
            if reader.colour[U(neighbour)] != 3 - hunted or reader.walked[U(neighbour)] > before:
                continue  # no hunter, or one of a chain walked a moment ago
            if _empty_neighbours(reader, neighbour, 0) > 1:
                continue
            if walk(reader, neighbour, 2) == 1:
                capture = reader.liberty[0]
                known = False
                for j in range(bottom, top):
                    known |= reader.candidates[U(j)] == capture
                if not known and top < _STACK:
                    reader.candidates[U(top)] = capture
                    top += 1
    return top


@kernel
def _join_if_adjacent(reader: Reader, point: Integer, hunted: Integer) -> int:
    """Note down what a move of the hunted side, just played, means for its chain; return the chain's liberties.

    Only captures are played elsewhere than at the chain's one liberty, so without a capture the new stones have
    all the liberties there are.
    """
    adjacent = False
    for step in neighbours(reader):
        adjacent |= reader.member[U(point + step)] == reader.reading
    liberties = _join(reader, point, hunted) if adjacent else 0
    return _count_liberties(reader) if reader.captured else liberties


@kernel
def _join(reader: Reader, point: Integer, hunted: Integer) -> int:
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
def _leave(reader: Reader, count: Integer) -> None:
    """Let the hunted chain have its first `count` stones again."""
    for i in range(count, reader.hunted_count):
        reader.member[U(reader.hunted[U(i)])] = 0
    reader.hunted_count = count


@kernel
def _count_liberties(reader: Reader) -> int:
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
def _liberties_by_extending(reader: Reader, point: Integer, other_liberty: Integer, hunter: Integer) -> int:
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
def _empty_neighbours(reader: Reader, point: Integer, ignored: Integer) -> int:
    """How many points beside `point` are empty, `ignored` not counted."""
    count = 0
    for step in neighbours(reader):
        if reader.colour[U(point + step)] == EMPTY and point + step != ignored:
            count += 1
    return count


@kernel
def _may_play(reader: Reader, point: Integer, colour: Integer) -> bool:
    """Whether `colour` may play on the empty `point`: no ko, no suicide."""
    if point == reader.ko:
        return False
    if _empty_neighbours(reader, point, 0) > 0:
        return True
    for step in neighbours(reader):
        other = reader.colour[U(point + step)]
        if other != WALL and (other == colour) != (walk(reader, point + step, 2) == 1):
            return True
    return False


@kernel
def _play(reader: Reader, point: Integer, colour: Integer) -> None:
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
    is_ko = captured == 1 and alone and _empty_neighbours(reader, point, 0) == 1
    reader.ko = captured_point if is_ko else 0


@kernel
def _change(reader: Reader, point: Integer, colour: Integer) -> None:
    reader.undo_point[U(reader.undo_count)] = point
    reader.undo_colour[U(reader.undo_count)] = reader.colour[U(point)]
    reader.undo_count += 1
    reader.colour[U(point)] = colour


@kernel
def _take_back(reader: Reader, count: Integer) -> None:
    """Undo the latest changes until `count` are left."""
    while reader.undo_count > count:
        reader.undo_count -= 1
        point = reader.undo_point[U(reader.undo_count)]
        reader.colour[U(point)] = reader.undo_colour[U(reader.undo_count)]
