"""What a number of wins says: Elo with error bars, and when to stop (SPRT)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Z_95 = 1.959963984540054  # two-sided 95% of the normal distribution


@dataclass(frozen=True)
class Score:
    """The results of a match from the first player's side."""

    wins: int = 0
    draws: int = 0
    losses: int = 0

    @property
    def games(self) -> int:
        """How many were played."""
        return self.wins + self.draws + self.losses

    @property
    def mean(self) -> float:
        """Points per game, a draw being half a point; 0.5 before the first game."""
        return (self.wins + self.draws / 2) / self.games if self.games else 0.5


def interval(score: Score) -> tuple[float, float]:
    """Wilson's 95% confidence interval (JASA 1927) of the points per game."""
    n = score.games
    if n == 0:
        return 0.0, 1.0
    centre = (score.mean + Z_95**2 / (2 * n)) / (1 + Z_95**2 / n)
    half = Z_95 / (1 + Z_95**2 / n) * math.sqrt(score.mean * (1 - score.mean) / n + Z_95**2 / (4 * n * n))
    # exact at the ends, where rounding would leave -6623 Elo for minus infinity
    return centre - half if score.mean > 0 else 0.0, centre + half if score.mean < 1 else 1.0


def elo(mean: float) -> float:
    """The difference in Elo that gives so many points per game; infinite for 0 and 1."""
    if mean <= 0:
        return -math.inf
    if mean >= 1:
        return math.inf
    return 400 * math.log10(mean / (1 - mean))


def expected(difference: float) -> float:
    """The points per game that a difference in Elo gives."""
    return 1 / (1 + 10 ** (-difference / 400))


def log_likelihood_ratio(score: Score, elo_0: float, elo_1: float) -> float:
    """How much more likely the results are under `elo_1` than under `elo_0`, as a logarithm.

    Games are won or lost; a draw, which hardly any komi allows, counts as half of either.
    """
    low, high = expected(elo_0), expected(elo_1)
    wins, losses = score.wins + score.draws / 2, score.losses + score.draws / 2
    return wins * math.log(high / low) + losses * math.log((1 - high) / (1 - low))


@dataclass(frozen=True)
class Sprt:
    """A sequential probability ratio test (Wald 1945).

    Attributes:
        elo_0: the difference under the null hypothesis.
        elo_1: the difference under the alternative.
        alpha: probability of accepting elo_1 wrongly.
        beta: probability of accepting elo_0 wrongly.
    """

    elo_0: float
    elo_1: float
    alpha: float = 0.05
    beta: float = 0.05

    def decide(self, score: Score) -> Literal["elo_0", "elo_1"] | None:
        """Which hypothesis the results accept, None while they do not suffice."""
        ratio = log_likelihood_ratio(score, self.elo_0, self.elo_1)
        if ratio >= math.log((1 - self.beta) / self.alpha):
            return "elo_1"
        if ratio <= math.log(self.beta / (1 - self.alpha)):
            return "elo_0"
        return None


def describe(score: Score) -> str:
    """One line: results, percentage, Elo with its 95% interval."""
    low, high = interval(score)
    return (
        f"{score.wins} wins, {score.losses} losses, {score.draws} draws: {score.mean:.1%}, "
        f"Elo {_signed(elo(score.mean))} (95%: {_signed(elo(low))} to {_signed(elo(high))})"
    )


def _signed(value: float) -> str:
    return f"{round(value):+d}" if math.isfinite(value) else "+inf" if value > 0 else "-inf"
