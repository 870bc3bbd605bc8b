"""The strength of every generation on one scale, from all matches of a run."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from golois.match.ratings import Z_95, rate
from selfplay.folder import RunFolder

RANDOM = "random"
_PRIOR_ELO = 1500.0  # a run climbs far: a narrow prior would pull its ends together


@dataclass(frozen=True)
class Rated:
    """A player of the run's matches.

    Attributes:
        name: "generation 3", "random", "policy 8", "gnugo".
        elo: with the random player at 0, or generation 0 where there is none.
        low, high: the ends of its 95% interval.
        games: played.
    """

    name: str
    elo: float
    low: float
    high: float
    games: int

    @property
    def generation(self) -> int | None:
        """The number of a generation that plays with search, None for anchors."""
        kind, _, number = self.name.partition(" ")
        return int(number) if kind == "generation" else None


def rate_run(folder: RunFolder) -> list[Rated]:
    """Rate everyone who has played a match: the Bradley-Terry model with Black's advantage.

    Returns:
        The generations in order, then the anchors; empty before the first match.
    """
    names: dict[str, int] = {}
    results: list[tuple[int, int, float, float]] = []  # black, white, points of black, games

    def index(name: str) -> int:
        return names.setdefault(name, len(names))

    for generation, facts in folder.stages("gate"):
        own = index(f"generation {generation}")
        for match in facts["matches"]:
            other = index(match["opponent"])
            results.append((own, other, match["black_points"], match["black_games"]))
            results.append((other, own, match["white_games"] - match["white_points"], match["white_games"]))
    count = len(names)
    if not results:
        return []
    points, games = np.zeros((count, count)), np.zeros((count, count))
    for black, white, won, played in results:
        points[black, white] += won
        games[black, white] += played
    ratings = rate(points, games, _PRIOR_ELO)
    zero = names.get(RANDOM, names.get("generation 0", 0))
    played_by = games.sum(axis=0) + games.sum(axis=1)
    rated = []
    for name, number in names.items():
        difference, sigma = ratings.difference(number, zero)
        if played_by[number]:
            rated.append(
                Rated(name, difference, difference - Z_95 * sigma, difference + Z_95 * sigma, int(played_by[number]))
            )
    return sorted(rated, key=lambda one: (one.generation is None, one.generation or 0, one.name))


def latest_elo(rated: list[Rated]) -> float:
    """Return the rating of the newest generation, nan without one."""
    generations = [one for one in rated if one.generation is not None]
    return generations[-1].elo if generations else math.nan
