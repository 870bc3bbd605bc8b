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
"""

from __future__ import annotations

import numpy as np

from golois.board import neighbours
from golois.jit import Integer, kernel
from golois.ladders.board import (
    PLY_LIMIT,
    STACK,
    Reader,
    count_liberties,
    empty_neighbours,
    join,
    join_if_adjacent,
    leave,
    liberties_by_extending,
    may_play,
    play_move,
    take_back,
    walk,
)

NODE_LIMIT = 5000  # positions visited for one chain

_UNKNOWN, _ESCAPES, _CAUGHT = -1, 0, 1

U = np.uint64


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
    reader.liberties = join(reader, stone, hunted)
    while True:
        outcome = _UNKNOWN
        if arrived:
            nodes += 1
            reader.ply_next[U(ply)] = top
            if nodes > NODE_LIMIT:
                if ply > 0:
                    reader.ko = reader.ply_ko[0]
                take_back(reader, 0)
                return False
            if ply == PLY_LIMIT or top > STACK - 2:
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
                arrived = may_play(reader, move, mover)
                if arrived:
                    top = np.int64(reader.ply_end[U(ply)])
                    reader.ply_ko[U(ply)] = reader.ko
                    reader.ply_undo[U(ply)] = reader.undo_count
                    reader.ply_hunted[U(ply)] = reader.hunted_count
                    play_move(reader, move, mover)
                    if not hunter_moves:
                        reader.liberties = join_if_adjacent(reader, move, hunted)
                    ply += 1
                    hunter_moves = not hunter_moves
                continue
        # the outcome at this ply is known: give it to the ply before
        while True:
            if ply == 0:
                return outcome == _CAUGHT
            ply -= 1
            hunter_moves = not hunter_moves
            take_back(reader, np.int64(reader.ply_undo[U(ply)]))
            leave(reader, np.int64(reader.ply_hunted[U(ply)]))
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
        return _CAUGHT if may_play(reader, first, hunter) else _ESCAPES, top
    second = np.int64(reader.liberty[1])
    # The chain will extend where the hunter does not play; a move that leaves it three liberties is pointless.
    after_first = liberties_by_extending(reader, second, first, hunter)
    after_second = liberties_by_extending(reader, first, second, hunter)
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
    if count_liberties(reader) > 1:
        return _ESCAPES, top
    liberty = np.int64(reader.liberty[0])
    if liberty != reader.ko and liberties_by_extending(reader, liberty, liberty, 3 - hunted) > 2:
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
            if empty_neighbours(reader, neighbour, 0) > 1:
                continue
            if walk(reader, neighbour, 2) == 1:
                capture = reader.liberty[0]
                known = False
                for j in range(bottom, top):
                    known |= reader.candidates[U(j)] == capture
                if not known and top < STACK:
                    reader.candidates[U(top)] = capture
                    top += 1
    return top
