"""Ratings: the Bradley-Terry model with a prior and the first player's advantage, by maximum likelihood.

The model: with strengths θ (natural units; 1 unit = 400/ln 10 ≈ 173.7 Elo) and Black's advantage γ,

    P(black beats white) = 1 / (1 + exp(-(θ[black] - θ[white] + γ)))

θ and γ have independent Gaussian priors of mean 0, which is what keeps an unbeaten entrant finite. The posterior's
maximum is found by Newton's method; the inverse of the Hessian there is the covariance (Laplace's approximation).
A rating is reported relative to the average of all entrants, and so is its interval: the uncertainty
that all of them share says nothing about who is stronger.

R. A. Bradley and M. E. Terry, "Rank analysis of incomplete block designs: I", Biometrika 39, 1952.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

ELO_PER_UNIT = 400 / math.log(10)
Z_95 = 1.959963984540054
"""Half the width of a 95% interval of a normal distribution, in standard deviations."""

_Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ratings:
    """What the games say about the strength of n entrants.

    Attributes:
        elo: (n,) float64, relative to the average entrant.
        covariance: (n, n) float64 in Elo², of `elo`.
        first_player_elo: Black's advantage under the komi played.
        first_player_sigma: its standard deviation.
    """

    elo: _Matrix
    covariance: _Matrix
    first_player_elo: float
    first_player_sigma: float

    @property
    def sigma(self) -> _Matrix:
        """(n,) standard deviations of the ratings, in Elo."""
        deviations: _Matrix = np.sqrt(np.maximum(np.diag(self.covariance), 0.0))
        return deviations

    def interval(self, i: int) -> tuple[float, float]:
        """Return the ends of the 95% interval of entrant i's rating, in Elo."""
        half = Z_95 * float(self.sigma[i])
        return float(self.elo[i]) - half, float(self.elo[i]) + half

    def difference(self, i: int, j: int) -> tuple[float, float]:
        """Return i's rating minus j's and the standard deviation of that difference, in Elo."""
        variance = self.covariance[i, i] + self.covariance[j, j] - 2 * self.covariance[i, j]
        return float(self.elo[i] - self.elo[j]), math.sqrt(max(float(variance), 0.0))

    def superiority(self, i: int, j: int) -> float:
        """Return the likelihood of superiority: the probability that i is stronger than j."""
        difference, sigma = self.difference(i, j)
        if sigma == 0:
            return 0.5
        return 0.5 * (1 + math.erf(difference / sigma / math.sqrt(2)))


def expected_score(elo_difference: float) -> float:
    """Return the probability of a win for the side that is stronger by `elo_difference` (negative: weaker)."""
    return 1 / (1 + math.exp(-max(-700.0, min(700.0, elo_difference / ELO_PER_UNIT))))


def rate(black_points: _Matrix, games: _Matrix, prior_elo: float = 500.0) -> Ratings:
    """Rate n entrants.

    Args:
        black_points: (n, n); [i, j] = points (1 a win, 0.5 a draw) that i made as Black against j as White.
        games: (n, n); [i, j] = games that i played as Black against j as White.
        prior_elo: standard deviation of the prior of each rating and of Black's advantage.

    Returns:
        The ratings; with no games at all every rating is 0 and the intervals are those of the prior.

    Raises:
        ValueError: the shapes differ, or more points were made than games played.
    """
    n = len(games)
    if black_points.shape != (n, n) or games.shape != (n, n):
        raise ValueError(f"expected two square matrices of one size, got {black_points.shape} and {games.shape}")
    if (black_points < 0).any() or (black_points > games).any():
        raise ValueError("points must lie between 0 and the number of games")
    precision = (ELO_PER_UNIT / prior_elo) ** 2
    parameters = np.zeros(n + 1)  # θ[0..n-1], γ
    value, gradient, hessian = _posterior(parameters, black_points, games, precision)
    for _ in range(100):
        step = np.linalg.solve(hessian, gradient)
        if float(gradient @ step) < 1e-18:
            break
        length = 1.0
        while True:  # a full step overshoots only far from the maximum: halve it until the posterior improves
            trial = parameters - length * step
            trial_value, trial_gradient, trial_hessian = _posterior(trial, black_points, games, precision)
            if trial_value <= value or length < 1e-6:
                break
            length /= 2
        parameters, value, gradient, hessian = trial, trial_value, trial_gradient, trial_hessian

    covariance = np.linalg.inv(hessian) * ELO_PER_UNIT**2
    to_average = np.eye(n) - 1 / max(n, 1)
    return Ratings(
        elo=(parameters[:n] - parameters[:n].mean()) * ELO_PER_UNIT if n else np.zeros(0),
        covariance=to_average @ covariance[:n, :n] @ to_average,
        first_player_elo=float(parameters[n]) * ELO_PER_UNIT,
        first_player_sigma=math.sqrt(float(covariance[n, n])),
    )


def _posterior(
    parameters: _Matrix, black_points: _Matrix, games: _Matrix, precision: float
) -> tuple[float, _Matrix, _Matrix]:
    """Return minus the logarithm of the posterior, its gradient (n+1,) and its Hessian (n+1, n+1)."""
    n = len(games)
    strength, advantage = parameters[:n], parameters[n]
    logit = strength[:, None] - strength[None, :] + advantage  # [black, white]
    # -log P(black wins) = log(1 + exp(-logit)); a loss costs `logit` more
    value = (games * np.logaddexp(0, -logit) + (games - black_points) * logit).sum()
    value += 0.5 * precision * (parameters**2).sum()
    win = 1 / (1 + np.exp(-np.clip(logit, -700, 700)))
    residual = games * win - black_points
    gradient = precision * parameters
    gradient[:n] += residual.sum(axis=1) - residual.sum(axis=0)
    gradient[n] += residual.sum()
    weight = games * win * (1 - win)  # Fisher information of each pair's games
    both = weight + weight.T
    hessian = precision * np.eye(n + 1)
    hessian[:n, :n] += np.diag(both.sum(axis=1)) - both
    hessian[n, n] += weight.sum()
    across = weight.sum(axis=1) - weight.sum(axis=0)
    hessian[:n, n] += across
    hessian[n, :n] += across
    return float(value), gradient, hessian
