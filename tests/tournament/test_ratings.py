"""Ratings against choix, against an independent optimiser and against what the model promises."""

from __future__ import annotations

import choix
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from tournament.ratings import ELO_PER_UNIT, expected_score, information_gain, rate


def two_entrants(wins: float, games: float):
    """Entrant 0 made `wins` points in `games` games against entrant 1, the colours balanced."""
    points = np.array([[0.0, wins / 2], [(games - wins) / 2, 0.0]])
    return points, np.array([[0.0, games / 2], [games / 2, 0.0]])


def random_results(n: int, games: int, seed: int):
    rng = np.random.default_rng(seed)
    strength = rng.normal(size=n)
    points, played = np.zeros((n, n)), np.zeros((n, n))
    for _ in range(games):
        i, j = rng.choice(n, 2, replace=False)
        played[i, j] += 1
        points[i, j] += rng.random() < 1 / (1 + np.exp(-(strength[i] - strength[j] + 0.3)))
    return points, played


@pytest.mark.parametrize("prior_elo", [100.0, 500.0, 2000.0])
def test_strengths_agree_with_choix(prior_elo):
    points, played = random_results(6, 120, seed=1)
    # every result once with each colour, so that the first player's advantage is exactly 0: choix has none
    points, played = points + (played - points).T, played + played.T
    ours = rate(points, played, prior_elo)
    results = []
    for i, j in np.argwhere(played > 0):
        results += [(i, j)] * int(points[i, j]) + [(j, i)] * int(played[i, j] - points[i, j])
    alpha = 0.5 * (ELO_PER_UNIT / prior_elo) ** 2  # choix writes the Gaussian prior as alpha |θ|²
    theirs = choix.opt_pairwise(6, results, alpha=alpha, tol=1e-12)
    np.testing.assert_allclose(ours.elo, (theirs - theirs.mean()) * ELO_PER_UNIT, atol=0.01)
    assert ours.first_player_elo == pytest.approx(0, abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 6), st.integers(1, 60), st.integers(0, 1000))
def test_maximum_agrees_with_a_general_optimiser_and_covariance_with_its_curvature(n, games, seed):
    points, played = random_results(n, games, seed)
    precision = (ELO_PER_UNIT / 400) ** 2

    def minus_log_posterior(x):
        total = 0.5 * precision * (x**2).sum()
        for i, j in np.argwhere(played > 0):
            logit = x[i] - x[j] + x[n]
            total += points[i, j] * np.logaddexp(0, -logit)
            total += (played[i, j] - points[i, j]) * np.logaddexp(0, logit)
        return total

    best = minimize(minus_log_posterior, np.zeros(n + 1), method="BFGS", options={"gtol": 1e-7}).x
    ours = rate(points, played, 400)
    np.testing.assert_allclose(ours.elo, (best[:n] - best[:n].mean()) * ELO_PER_UNIT, atol=0.1)
    assert ours.first_player_elo == pytest.approx(best[n] * ELO_PER_UNIT, abs=0.1)

    # curvature by finite differences along the contrast "0 is stronger than 1"
    h = 1e-3
    unit = np.eye(n + 1)
    curvature = np.array(
        [
            [
                (
                    minus_log_posterior(best + h * (a + b))
                    - minus_log_posterior(best + h * (a - b))
                    - minus_log_posterior(best - h * (a - b))
                    + minus_log_posterior(best - h * (a + b))
                )
                / (4 * h * h)
                for b in unit
            ]
            for a in unit
        ]
    )
    contrast = unit[0] - unit[1]
    variance = contrast @ np.linalg.inv(curvature) @ contrast
    assert ours.difference(0, 1)[1] == pytest.approx(np.sqrt(variance) * ELO_PER_UNIT, rel=1e-3)


def test_an_unbeaten_entrant_is_finite_and_uncertain():
    even = rate(*two_entrants(10, 20))
    unbeaten = rate(*two_entrants(20, 20))
    assert 300 < unbeaten.difference(0, 1)[0] < 1200
    assert unbeaten.difference(0, 1)[1] > 1.5 * even.difference(0, 1)[1]
    assert unbeaten.superiority(0, 1) > 0.99
    assert np.isfinite(unbeaten.covariance).all()


def test_more_games_narrow_the_interval():
    few, many = rate(*two_entrants(6, 10)), rate(*two_entrants(600, 1000))
    assert many.sigma[0] < few.sigma[0] / 5
    # 60% of very many games: 400 log10(0.6/0.4) = 70.4 Elo apart
    assert many.difference(0, 1)[0] == pytest.approx(70.4, abs=1)


def test_black_winning_every_game_is_an_advantage_and_not_a_strength():
    games = np.array([[0.0, 10.0], [10.0, 0.0]])
    ratings = rate(games.copy(), games)
    assert ratings.elo == pytest.approx([0, 0], abs=1e-6)
    assert ratings.first_player_elo > 300


def test_without_games_everyone_is_equal():
    ratings = rate(np.zeros((3, 3)), np.zeros((3, 3)))
    assert ratings.elo == pytest.approx([0, 0, 0])
    assert ratings.superiority(0, 2) == 0.5
    assert rate(np.zeros((0, 0)), np.zeros((0, 0))).elo.shape == (0,)
    assert rate(np.zeros((1, 1)), np.zeros((1, 1))).superiority(0, 0) == 0.5


def test_draws_count_half():
    drawn = rate(*two_entrants(5, 10))
    assert drawn.elo == pytest.approx([0, 0], abs=1e-9)


def test_impossible_results_are_refused():
    with pytest.raises(ValueError, match="between 0 and the number of games"):
        rate(np.array([[0, 2.0], [0, 0]]), np.array([[0, 1.0], [0, 0]]))
    with pytest.raises(ValueError, match="square"):
        rate(np.zeros((2, 2)), np.zeros((3, 3)))


def test_expected_score_is_the_elo_formula():
    assert expected_score(0) == 0.5
    assert expected_score(400) == pytest.approx(10 / 11)
    assert expected_score(1e9) == pytest.approx(1)


def test_information_gain_is_what_the_games_do_to_the_covariance():
    # γ is known after many games, so adding w c cᵀ to the precision is what more games do
    points, played = random_results(4, 2000, seed=3)
    before = rate(points, played)
    win = expected_score(float(before.elo[0] - before.elo[3]))
    more, more_played = points.copy(), played.copy()
    for black, white, p in ((0, 3, win), (3, 0, 1 - win)):
        more_played[black, white] += 25
        more[black, white] += 25 * p
    after = rate(more, more_played)
    gain = np.trace(before.covariance) - np.trace(after.covariance)
    assert information_gain(before, 0, 3, 50) == pytest.approx(gain, rel=0.1)
    assert information_gain(before, 0, 3, 50) > information_gain(before, 0, 3, 10)
