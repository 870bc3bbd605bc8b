"""Ratings for pairing: what more games between two entrants would tell."""

from __future__ import annotations

from golois.match.ratings import ELO_PER_UNIT, Ratings, expected_score, rate

__all__ = ["ELO_PER_UNIT", "Ratings", "expected_score", "information_gain", "rate"]


def information_gain(ratings: Ratings, i: int, j: int, games: int) -> float:
    """Return by how much `games` more games between i and j would reduce the sum of all variances, in Elo².

    The posterior precision grows by w c cᵀ, where c = e_i - e_j and w is the Fisher information of the games;
    by the Sherman-Morrison formula the covariance C shrinks by w (C c)(C c)ᵀ / (1 + w cᵀ C c).
    """
    win = expected_score(float(ratings.elo[i] - ratings.elo[j]))
    weight = games * win * (1 - win) / ELO_PER_UNIT**2
    column = ratings.covariance[:, i] - ratings.covariance[:, j]
    return weight * float(column @ column) / (1 + weight * float(column[i] - column[j]))
