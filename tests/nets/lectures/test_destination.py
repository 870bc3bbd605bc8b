"""The Go network: on random data, and on games."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from nets.lectures import go_random, go_real
from nets.lectures.report import Report

Run = Callable[..., Report]


def test_noise_is_learnt_by_heart_and_not_predicted(run: Run) -> None:
    results = run("go_random").results
    assert results["training policy loss, last epoch"] < results["training policy loss, first epoch"]
    assert results["new noise: policy loss"] > results["policy loss of knowing nothing, log 362"] - 0.1
    assert results["new noise: policy accuracy"] < 0.1


def test_the_go_network_has_the_shapes_that_the_rest_of_golois_expects() -> None:
    model = go_random.build(filters=8, blocks=1)
    assert model.input_shape == (None, 19, 19, 6)
    assert model.output_shape == [(None, 362), (None, 1)]
    planes, _ = go_random.random_data(4, np.random.default_rng(0))
    policy, value = (np.asarray(output) for output in model(planes))
    np.testing.assert_allclose(policy.sum(axis=1), 1, rtol=1e-5)
    assert ((value > 0) & (value < 1)).all()


@pytest.mark.skipif(not go_real.SHIPPED_GAMES.exists(), reason="the games that come with Golois are not there")
def test_a_few_epochs_on_real_games_beats_knowing_nothing(run: Run) -> None:
    results = run("go_real").results
    assert results["validation policy loss"] < results["policy loss of knowing nothing, log 362"]
    first, five = (
        results[f"validation: {what}"] for what in ("the move played is the first choice", "it is among the first five")
    )
    assert 0 <= first <= five < 1
    assert 0 < results["validation value mse"] < 0.5
