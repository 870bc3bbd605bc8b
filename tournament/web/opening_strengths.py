"""How well a network does in games that begin in one way or another.

A beginning is where the first two stones stand, Black's and White's, whichever corner or side that is: `4-4, 3-4`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tournament.database import GameSummary
from tournament.ratings import expected_score

SIZE = 19


@dataclass(frozen=True)
class OpeningStrength:
    """How a network did in the games with one beginning.

    Attributes:
        beginning: as `beginning_of` names it.
        colour: "black" or "white": its own.
        games: how many there were.
        points: what it made of them, a draw counting half.
        expected: what its rating and those of its opponents let expect.
        sigma: standard deviation of the points around that.
    """

    beginning: str
    colour: str
    games: int
    points: float
    expected: float
    sigma: float


def beginning_of(game: GameSummary) -> str:
    """Return where the first two stones of a game stand: `4-4, 3-4`; a pass is `pass`, a missing move `–`."""
    names = [_place(move) for move in game.beginning]
    return ", ".join([*names, "–", "–"][:2])


def opening_strengths(
    games: Sequence[GameSummary], network: int, elo: Mapping[int, float], first_player_elo: float
) -> list[OpeningStrength]:
    """Return how a network did by beginning and colour, the most frequent first.

    Args:
        games: finished games, of anyone.
        network: its submission's number.
        elo: the ratings by submission.
        first_player_elo: Black's advantage.
    """
    groups: dict[tuple[str, str], list[GameSummary]] = {}
    for game in games:
        if network in (game.black, game.white):
            colour = "black" if game.black == network else "white"
            groups.setdefault((beginning_of(game), colour), []).append(game)
    found = []
    for (beginning, colour), played in groups.items():
        black_wins = [expected_score(elo[g.black] - elo[g.white] + first_player_elo) for g in played]
        expected = [p if colour == "black" else 1 - p for p in black_wins]
        points = sum(g.black_points if colour == "black" else 1 - g.black_points for g in played)
        sigma = math.sqrt(sum(p * (1 - p) for p in expected))
        found.append(OpeningStrength(beginning, colour, len(played), points, sum(expected), sigma))
    return sorted(found, key=lambda one: (-one.games, one.beginning, one.colour))


def _place(move: int) -> str:
    """Return a point as its distances from the two nearest edges, the smaller first; the centre is `tengen`."""
    if move == SIZE * SIZE:
        return "pass"
    row, column = divmod(move, SIZE)
    near, far = sorted((min(row, SIZE - 1 - row) + 1, min(column, SIZE - 1 - column) + 1))
    return "tengen" if near == far == (SIZE + 1) // 2 else f"{near}-{far}"
