"""The standings: who is ahead, by how much, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tournament.database import Submission, entrants_of
from tournament.folder import Tournament
from tournament.ratings import Ratings, rate


@dataclass(frozen=True)
class Standing:
    """One line of the standings.

    Attributes:
        rank: 1 is first; 0 for an older or withdrawn submission, which is listed but not ranked.
        submission: who.
        elo: rating relative to the average of all that have played.
        low: lower end of the rating's 95% interval.
        high: upper end of it.
        elo_sigma: standard deviation of the rating, in Elo.
        wins: games won.
        draws: games drawn.
        games: games played.
        superiority: likelihood of being stronger than the next one down, None for the last.
    """

    rank: int
    submission: Submission
    elo: float
    low: float
    high: float
    elo_sigma: float
    wins: int
    draws: int
    games: int
    superiority: float | None

    @property
    def win_rate(self) -> float:
        """Points per game, a draw counting half; 0 before the first game."""
        return (self.wins + self.draws / 2) / self.games if self.games else 0.0

    @property
    def sigma(self) -> float:
        """sqrt(p (1 - p) / n), the standard deviation of the win rate as the course prints it."""
        return math.sqrt(self.win_rate * (1 - self.win_rate) / self.games) if self.games else 0.0

    @property
    def course_line(self) -> str:
        """The result as the course prints it: `19 wins, 26 games played, winrate = 0.731, sigma = 0.087`."""
        return f"{self.wins} wins, {self.games} games played, winrate = {self.win_rate:.3f}, sigma = {self.sigma:.3f}"


@dataclass(frozen=True)
class CrossCell:
    """How one submission did against another: points out of games."""

    points: float
    games: int


@dataclass(frozen=True)
class Standings:
    """The standings of a tournament.

    Attributes:
        lines: the ranked entrants, best first, then older and withdrawn submissions that have played.
        cross: (submission, opponent) -> result, by the submissions' numbers.
        ratings: of all lines together.
        rated: the submissions in the order of `ratings`.
        black_win_rate: Black's points per game, None before the first.
    """

    lines: list[Standing]
    cross: dict[tuple[int, int], CrossCell]
    ratings: Ratings
    rated: list[Submission]
    black_win_rate: float | None = None

    def points(self) -> dict[int, float]:
        """Return each submission's points."""
        return {line.submission.id: line.wins + line.draws / 2 for line in self.lines}

    def ratings_of(self, submissions: Sequence[Submission]) -> Ratings:
        """Return the ratings of some of the rated submissions, in the given order."""
        index = [next(i for i, rated in enumerate(self.rated) if rated.id == s.id) for s in submissions]
        return Ratings(
            elo=self.ratings.elo[index],
            covariance=self.ratings.covariance[np.ix_(index, index)],
            first_player_elo=self.ratings.first_player_elo,
            first_player_sigma=self.ratings.first_player_sigma,
        )


def standings(tournament: Tournament) -> Standings:
    """Compute the standings from every finished game."""
    results = tournament.database.results()
    return standings_of(tournament.database.submissions(), results, tournament.settings.prior_elo)


def standings_of(
    submissions: Sequence[Submission], results: Sequence[tuple[int, int, float]], prior_elo: float
) -> Standings:
    """Compute the standings from some games.

    Args:
        submissions: every submission, oldest first.
        results: (black, white, Black's points) of each game.
        prior_elo: standard deviation of the prior of the ratings.
    """
    playing = {entrant.id for entrant in entrants_of(submissions)}
    have_played = {side for black, white, _ in results for side in (black, white)}
    rated = [s for s in submissions if s.id in playing | have_played]
    index = {submission.id: i for i, submission in enumerate(rated)}

    black_points, games = np.zeros((len(rated), len(rated))), np.zeros((len(rated), len(rated)))
    drawn = np.zeros((len(rated), len(rated)))
    for black, white, result in results:
        i, j = index[black], index[white]
        black_points[i, j] += result
        games[i, j] += 1
        drawn[i, j] += result == 0.5
    ratings = rate(black_points, games, prior_elo)

    points = black_points + (games - black_points).T  # [i, j]: what i made against j with either colour
    met, draws = games + games.T, (drawn + drawn.T).sum(axis=1)
    cross = {
        (rated[i].id, rated[j].id): CrossCell(float(points[i, j]), int(met[i, j])) for i, j in np.argwhere(met > 0)
    }
    order = sorted(range(len(rated)), key=lambda i: (rated[i].id not in playing, -ratings.elo[i], rated[i].team))
    lines = []
    for place, i in enumerate(order):
        ranked = rated[i].id in playing
        below = order[place + 1] if place + 1 < len(playing) else None
        low, high = ratings.interval(i)
        lines.append(
            Standing(
                rank=place + 1 if ranked else 0,
                submission=rated[i],
                elo=float(ratings.elo[i]),
                low=low,
                high=high,
                elo_sigma=float(ratings.sigma[i]),
                wins=round(float(points[i].sum() - draws[i] / 2)),
                draws=int(draws[i]),
                games=int(met[i].sum()),
                superiority=ratings.superiority(i, below) if ranked and below is not None else None,
            )
        )
    black_win_rate = float(black_points.sum() / len(results)) if results else None
    return Standings(lines, cross, ratings, rated, black_win_rate)
