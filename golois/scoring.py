"""Counting a finished game: area scoring (Tromp-Taylor, Chinese, AGA) and territory scoring (Japanese).

Dead stones are given by whoever agreed on them; they are taken off before the count. A stone that nobody
called dead is alive, or in seki.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from golois.board import BLACK, EMPTY, WALL, WHITE, Boards, inside, stride_of
from golois.coordinates import vertex_from_move
from golois.errors import GoloisError
from golois.jit import Integer, kernel
from golois.rules import Rules

Dead = Iterable[int] | npt.NDArray[np.bool_]
"""Dead stones: points, or a (size, size) mask."""

NEUTRAL = 3  # in an owner array: an empty point that reaches both colours
FLOODED = 255

U = np.uint64


@dataclass(frozen=True)
class Count:
    """How a position is counted.

    Attributes:
        owner: (size, size) uint8, the colour whose stone or surrounded point it is, dead stones taken off;
            EMPTY where nobody owns it.
        seki: (size, size) bool, points and stones of chains in seki; all False when `tax` is "none".
        black: Black's points.
        white: White's points, komi and compensation for handicap included.
    """

    owner: npt.NDArray[np.uint8]
    seki: npt.NDArray[np.bool_]
    black: float
    white: float

    @property
    def score(self) -> float:
        """Black's points minus White's."""
        return self.black - self.white


def count_points(boards: Boards, rules: Rules, handicap: int = 0, dead: Dead = ()) -> Count:
    """Count a position.

    Args:
        boards: (1,) the position: the end of a game, or any whose open borders are to count as neutral.
        rules: how to count.
        handicap: handicap stones of the game, for which some rules compensate White.
        dead: dead stones, as points or as a (size, size) bool mask.

    Raises:
        GoloisError: a dead stone that is not on the board.
    """
    board = boards[0]
    size = int(board["side"])
    colour = board["colour"].copy()
    stones = inside(colour, size).copy()
    removed = _dead_mask(stones, dead)
    stride = math.isqrt(len(colour))
    left = inside(colour, size)
    left[removed] = EMPTY
    owner = np.empty_like(colour)
    find_owners(colour, size, stride, owner)
    seki = np.zeros(len(colour), np.bool_)
    if rules.tax == "seki":
        find_seki(colour, owner, size, stride, seki)
    owners = inside(owner, size).copy()
    owners[owners == NEUTRAL] = EMPTY
    in_seki = inside(seki, size).copy()

    surrounded = (left == EMPTY) & ~in_seki
    points = {BLACK: 0.0, WHITE: rules.white_bonus(handicap)}
    for player, opponent in ((BLACK, WHITE), (WHITE, BLACK)):
        points[player] += int(np.count_nonzero(surrounded & (owners == player)))
        if rules.scoring == "area":
            points[player] += int(np.count_nonzero(left == player))
        else:
            prisoners = int(board["prisoners"][opponent])
            points[player] += prisoners + int(np.count_nonzero(removed & (stones == opponent)))
    return Count(owners, in_seki, points[BLACK], points[WHITE])


def area_score(boards: Boards, rules: Rules, handicap: int = 0) -> float:
    """Black's area minus White's with komi, no stone being dead: `count_points` in a fiftieth of the time."""
    return int(_area_lead(boards)) - rules.white_bonus(handicap)


def result_text(score: float) -> str:
    """A score, Black minus White, in SGF's form: "B+3.5", "W+0.5" or "0" for a draw."""
    if score == 0:
        return "0"
    return f"{'B' if score > 0 else 'W'}+{abs(score):g}"


def _dead_mask(stones: npt.NDArray[np.uint8], dead: Dead) -> npt.NDArray[np.bool_]:
    """`dead` as a (size, size) mask, checked against the stones."""
    size = len(stones)
    if isinstance(dead, np.ndarray) and dead.dtype == np.bool_:
        if dead.shape != stones.shape:
            raise GoloisError(f"the mask of dead stones has the shape {dead.shape}, the board {stones.shape}")
        mask = dead
    else:
        mask = np.zeros(stones.shape, np.bool_)
        for move in dead:
            if not 0 <= move < size * size:
                raise GoloisError(f"dead stone on point {move}: a board of size {size} has 0 to {size * size - 1}")
            mask[move // size, move % size] = True
    missing = np.flatnonzero(mask & (stones == EMPTY))
    if len(missing):
        raise GoloisError(f"no stone stands on {vertex_from_move(int(missing[0]), size)}, which was called dead")
    return mask


@kernel
def _area_lead(boards: Boards) -> Integer:
    """Black's area minus White's on the first board."""
    colour = boards[0].colour
    return find_owners(colour, np.int64(boards[0].side), stride_of(boards[0]), np.empty(len(colour), np.uint8))


@kernel
def find_owners(colour: npt.NDArray[np.uint8], size: Integer, stride: Integer, owner: npt.NDArray[np.uint8]) -> Integer:
    """Find who owns each point by area: Tromp-Taylor's count.

    Args:
        colour: (points,) EMPTY, BLACK, WHITE or WALL.
        size: the board's size.
        stride: from a point to the one below.
        owner: (points,) filled with the colour of a stone, the colour that alone an empty point reaches,
            NEUTRAL where it reaches both, EMPTY where it reaches none; on the wall with WALL.

    Returns:
        Black's area minus White's.
    """
    queue = np.empty(size * size, np.uint16)
    difference = 0
    owner[:] = colour
    for row in range(1, size + 1):
        for start in range(row * stride + 1, row * stride + 1 + size):
            if colour[U(start)] == BLACK:
                difference += 1
            elif colour[U(start)] == WHITE:
                difference -= 1
            elif owner[U(start)] == EMPTY:
                count, reached = _flood(colour, stride, start, owner, queue)
                for index in range(count):
                    owner[U(queue[U(index)])] = reached
                if reached == BLACK:
                    difference += count
                elif reached == WHITE:
                    difference -= count
    return difference


@kernel
def find_seki(
    colour: npt.NDArray[np.uint8],
    owner: npt.NDArray[np.uint8],
    size: Integer,
    stride: Integer,
    seki: npt.NDArray[np.bool_],
) -> None:
    """Mark the areas in seki: they touch a neutral point and cannot have two eyes of their own.

    An area is a connected set of points with one owner: chains and what they surround together. It has two
    eyes when it holds two separate surrounded regions, or one of three points or more (a smaller one holds
    only one eye). So areas that merely touch unfilled neutral points keep their territory.

    Args:
        colour: (points,) stones left on the board.
        owner: (points,) from `find_owners`.
        size: the board's size.
        stride: from a point to the one below.
        seki: (points,) bool, all False; set for stones and surrounded points in seki.
    """
    seen = np.zeros(len(colour), np.bool_)
    flooded = np.zeros(len(colour), np.uint8)
    area = np.empty(size * size, np.uint16)
    region = np.empty(size * size, np.uint16)
    for first in range(size * size):
        start = (first // size + 1) * stride + first % size + 1
        player = owner[U(start)]
        if seen[U(start)] or player not in (BLACK, WHITE):
            continue
        seen[U(start)] = True
        area[0] = start
        count = 1
        done = 0
        touches_neutral = False
        regions = 0
        largest: Integer = 0
        while done < count:
            point = np.int64(area[U(done)])
            done += 1
            if colour[U(point)] == EMPTY and flooded[U(point)] != FLOODED:
                points, _ = _flood(colour, stride, point, flooded, region)
                regions += 1
                largest = max(largest, points)
            for step in (-stride, -1, 1, stride):
                neighbour = point + step
                if owner[U(neighbour)] == NEUTRAL and colour[U(neighbour)] == EMPTY:
                    touches_neutral = True
                elif owner[U(neighbour)] == player and not seen[U(neighbour)]:
                    seen[U(neighbour)] = True
                    area[U(count)] = neighbour
                    count += 1
        if touches_neutral and regions < 2 and largest < 3:
            for index in range(count):
                seki[U(area[U(index)])] = True


@kernel
def _flood(
    colour: npt.NDArray[np.uint8],
    stride: Integer,
    start: Integer,
    mark: npt.NDArray[np.uint8],
    queue: npt.NDArray[np.uint16],
) -> tuple[Integer, Integer]:
    """List the empty region around `start` in `queue`, marking its points with 255.

    Returns:
        the number of points and the colours reached, BLACK | WHITE being NEUTRAL.
    """
    mark[U(start)] = FLOODED
    queue[0] = start
    count = 1
    done = 0
    reached = 0
    while done < count:
        point = np.int64(queue[U(done)])
        done += 1
        for step in (-stride, -1, 1, stride):
            neighbour = point + step
            other = colour[U(neighbour)]
            if other == EMPTY:
                if mark[U(neighbour)] != FLOODED:
                    mark[U(neighbour)] = FLOODED
                    queue[U(count)] = neighbour
                    count += 1
            elif other != WALL:
                reached |= other
    return count, reached
