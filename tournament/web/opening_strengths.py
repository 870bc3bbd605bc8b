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
        beginning: as `beginning_of` names it; "" for all that are too rare to stand alone.
        games: how many there were as (Black, White).
        points: what it made of them as (Black, White), a draw counting half.
        expected: the points that its rating and those of its opponents let expect.
        sigma: standard deviation of the points around that, by chance alone.
    """

    beginning: str
    games: tuple[int, int]
    points: tuple[float, float]
    expected: float
    sigma: float

    @property
    def surprise(self) -> float:
        """By how many standard deviations it did better than expected."""
        return (sum(self.points) - self.expected) / self.sigma if self.sigma else 0.0


def beginning_of(game: GameSummary) -> str:
    """Return where the first two stones of a game stand: `4-4, 3-4`; a pass is `pass`, a missing move `–`."""
    names = [_place(move) for move in game.beginning]
    return ", ".join([*names, "–", "–"][:2])


def opening_strengths(
    games: Sequence[GameSummary],
    network: int,
    elo: Mapping[int, float],
    first_player_elo: float,
    least: int = 4,
    most: int = 16,
) -> list[OpeningStrength]:
    """Return how a network did by beginning, the most frequent first and the rare ones together at the end.

    Args:
        games: finished games, of anyone.
        network: its submission's number.
        elo: the ratings by submission.
        first_player_elo: Black's advantage.
        least: a beginning of fewer games does not stand alone.
        most: how many stand alone at most.
    """
    groups: dict[str, list[GameSummary]] = {}
    for game in games:
        if network in (game.black, game.white):
            groups.setdefault(beginning_of(game), []).append(game)
    order = sorted(groups, key=lambda beginning: (-len(groups[beginning]), beginning))
    alone = [beginning for beginning in order if len(groups[beginning]) >= least][:most]
    rare = [game for beginning in order if beginning not in alone for game in groups[beginning]]
    found = [_strength(beginning, groups[beginning], network, elo, first_player_elo) for beginning in alone]
    return [*found, _strength("", rare, network, elo, first_player_elo)] if rare else found


def _strength(
    beginning: str, games: list[GameSummary], network: int, elo: Mapping[int, float], first_player_elo: float
) -> OpeningStrength:
    counts, points, expected = [0, 0], [0.0, 0.0], []
    for game in games:
        black_wins = expected_score(elo[game.black] - elo[game.white] + first_player_elo)
        white = int(game.white == network)
        counts[white] += 1
        points[white] += abs(white - game.black_points)
        expected.append(abs(white - black_wins))
    return OpeningStrength(
        beginning,
        (counts[0], counts[1]),
        (points[0], points[1]),
        sum(expected),
        math.sqrt(sum(p * (1 - p) for p in expected)),
    )


def _place(move: int) -> str:
    """Return a point as its distances from the two nearest edges, the smaller first; the centre is `tengen`."""
    if move == SIZE * SIZE:
        return "pass"
    row, column = divmod(move, SIZE)
    near, far = sorted((min(row, SIZE - 1 - row) + 1, min(column, SIZE - 1 - column) + 1))
    return "tengen" if near == far == (SIZE + 1) // 2 else f"{near}-{far}"
