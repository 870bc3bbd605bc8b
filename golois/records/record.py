"""One game as its record tells it, whatever the format it came from."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from golois.errors import GoloisError
from golois.records.ranks import text_from_rank
from golois.records.result import Result, Winner, parse_result
from golois.records.visits import Visits

Points = npt.NDArray[np.uint16]

BLACK = 1
WHITE = 2

SAME_COLOUR = 0x8000  # a move with this bit was played by the colour of the move before it
POINT_MASK = 0x7FFF  # move & POINT_MASK is the point, size * row + column, or the pass, size * size


class RecordProblem(GoloisError):
    """A record that cannot be used: the message names the file, the game, the place and the reason."""


OnProblem = Callable[[RecordProblem], None]  # called with a record that cannot be used, while the others go on
OnBytes = Callable[[int], None]  # called with how many more bytes of the files have been read


def _no_points() -> Points:
    return np.empty(0, np.uint16)


@dataclass(slots=True, eq=False)
class GameRecord:
    """A game from its first move to its result.

    Attributes:
        moves: (n,) uint16, points `size * row + column` with row 0 at the top, pass `size * size`.
            Colours alternate from `first_player`; where they do not (a missing pass, free handicap
            stones played as moves) the second move of the same colour carries the bit `SAME_COLOUR`.
            `points` and `colours` give the two apart.
        size: the board is size x size.
        first_player: BLACK (1) or WHITE (2).
        setup_black, setup_white: (k,) uint16, points of the stones on the board before the first move.
        komi: points given to White, as area or territory rules of the record mean it; nan when unknown.
        handicap: number of handicap stones the record claims; 0 for an even game.
        rules: the rule set's name as the record gives it; "" when unknown.
        result: the SGF spelling, "B+3.5", "W+R", "0"; "?" when unknown (see `outcome`).
        black_rank, white_rank: numbers of `golois.records.ranks`; 0 when unknown.
        black, white: the players' names; "" when unknown.
        date: as the record gives it; "" when unknown.
        source: where the game is from: one name for a whole collection.
        id: names the game inside its source, and decides its split (`split_bucket`).
        values: (n,) float32 or None: the probability that White wins in the position before each move;
            -1 where the source has none.
        scores: (n,) float32 or None: the points by which White leads in the same positions.
        visits: what a search found at each move, or None.
    """

    moves: Points
    size: int = 19
    first_player: int = BLACK
    setup_black: Points = field(default_factory=_no_points)
    setup_white: Points = field(default_factory=_no_points)
    komi: float = math.nan
    handicap: int = 0
    rules: str = ""
    result: str = "?"
    black_rank: int = 0
    white_rank: int = 0
    black: str = ""
    white: str = ""
    date: str = ""
    source: str = ""
    id: str = ""
    values: npt.NDArray[np.float32] | None = None
    scores: npt.NDArray[np.float32] | None = None
    visits: Visits | None = None

    def __post_init__(self) -> None:
        self.moves = np.asarray(self.moves, np.uint16)
        self.setup_black = np.asarray(self.setup_black, np.uint16)
        self.setup_white = np.asarray(self.setup_white, np.uint16)

    def __len__(self) -> int:
        return len(self.moves)

    def __eq__(self, other: object) -> bool:
        """Two records are equal when every field is; an unknown komi equals an unknown komi."""
        if not isinstance(other, GameRecord):
            return NotImplemented
        return all(_same(getattr(self, f.name), getattr(other, f.name)) for f in fields(self))

    __hash__: ClassVar[None] = None  # type: ignore[assignment]  # arrays may change

    def __str__(self) -> str:
        black = f"{self.black or 'Black'} {text_from_rank(self.black_rank)}"
        white = f"{self.white or 'White'} {text_from_rank(self.white_rank)}"
        return f"{self.source} {self.id}: {black} - {white}, {len(self)} moves, {self.result}"

    @property
    def points(self) -> Points:
        """(n,) uint16: the moves without colours."""
        return self.moves & np.uint16(POINT_MASK)

    @property
    def colours(self) -> npt.NDArray[np.uint8]:
        """(n,) uint8: who played each move, BLACK or WHITE."""
        turns = np.cumsum((self.moves & np.uint16(SAME_COLOUR)) == 0) - 1
        return (1 + (self.first_player - 1 + turns) % 2).astype(np.uint8)

    @property
    def outcome(self) -> Result:
        """The result in parts: winner, ending, margin."""
        return parse_result(self.result)

    @property
    def winner(self) -> Winner:
        """BLACK (1), WHITE (2), DRAW (0) or UNKNOWN (3)."""
        return self.outcome.winner


def moves_with_colours(points: Sequence[int] | Points, colours: Sequence[int] | npt.NDArray) -> tuple[Points, int]:
    """Return `moves` and `first_player` of a record whose moves come with explicit colours.

    Args:
        points: (n,) points, pass included.
        colours: (n,) BLACK or WHITE.
    """
    moves = np.array(points, np.uint16)
    if len(moves) == 0:
        return moves, BLACK
    played_by = np.asarray(colours)
    moves[1:][played_by[1:] == played_by[:-1]] |= np.uint16(SAME_COLOUR)
    return moves, int(played_by[0])


def split_bucket(game_id: str) -> int:
    """Return 0..99, the same for ever for one id: bucket 0 is kept for validation, the others train."""
    return int(hashlib.sha256(game_id.encode()).hexdigest()[:8], 16) % 100


def _same(a: object, b: object) -> bool:
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and np.array_equal(a, b)
    if isinstance(a, float) and isinstance(b, float) and math.isnan(a) and math.isnan(b):
        return True
    return a == b
