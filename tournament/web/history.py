"""Ratings over time: what the standings were after the first so many games."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tournament.database import GameSummary, Submission
from tournament.standings import standings_of

MOST_POINTS = 48
"""How many moments a history tells at most."""


@dataclass(frozen=True)
class Moment:
    """The ratings after some games.

    Attributes:
        games: how many had been finished.
        at: when the last of them was, ISO 8601.
        ratings: (low, elo, high) by submission, of those that had played.
    """

    games: int
    at: str
    ratings: dict[int, tuple[float, float, float]]


@dataclass(frozen=True)
class RatingHistory:
    """The ratings at moments evenly spread over the games, the present among them."""

    moments: list[Moment] = field(default_factory=list)

    def of(self, submission: int) -> list[tuple[Moment, tuple[float, float, float]]]:
        """Return a submission's ratings over time."""
        return [(moment, moment.ratings[submission]) for moment in self.moments if submission in moment.ratings]

    def extended(
        self,
        submissions: Sequence[Submission],
        games: Sequence[GameSummary],
        results: Sequence[tuple[int, int, float]],
        prior_elo: float,
    ) -> RatingHistory:
        """Return the history up to now; moments that are known already are not computed again.

        Args:
            submissions: every submission, oldest first.
            games: every finished game in the order in which they ended.
            results: (black, white, Black's points) of the same games.
            prior_elo: standard deviation of the prior of the ratings.
        """
        known = {moment.games: moment for moment in self.moments}
        moments = []
        for count in _counts(len(games)):
            moment = known.get(count)
            # a game that ended within the same second as another may be seen later than it
            if moment is None or moment.at != games[count - 1].finished_at:
                moment = _moment(count, submissions, games, results, prior_elo)
            moments.append(moment)
        return RatingHistory(moments)


def _counts(games: int) -> list[int]:
    """Return after how many games to look: multiples of a power of two, so that most of them are known already."""
    step = 1
    while games // step > MOST_POINTS:
        step *= 2
    return sorted({*range(step, games + 1, step), *([games] if games else [])})


def _moment(
    count: int,
    submissions: Sequence[Submission],
    games: Sequence[GameSummary],
    results: Sequence[tuple[int, int, float]],
    prior_elo: float,
) -> Moment:
    at = games[count - 1].finished_at
    played = {side for black, white, _ in results[:count] for side in (black, white)}
    there = [submission for submission in submissions if submission.id in played or submission.submitted_at <= at]
    lines = standings_of(there, results[:count], prior_elo).lines
    return Moment(count, at, {line.submission.id: (line.low, line.elo, line.high) for line in lines if line.games})
