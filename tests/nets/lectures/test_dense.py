"""The lectures on dense networks."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import pytest

from nets.lectures import boston, data, imdb, reuters
from nets.lectures.optimizers import AdaBound
from nets.lectures.options import Options
from nets.lectures.report import Report

Run = Callable[..., Report]


def test_two_layers_solve_xor_and_one_neuron_does_not(run: Run) -> None:
    results = run("xor", epochs=6).results
    assert results["two layers: cases right"] == 4
    assert results["two layers: loss"] < 0.2
    assert results["one neuron: cases right"] < 4
    assert results["one neuron: loss"] > 0.6


def test_dense_layers_read_digits(run: Run) -> None:
    report = run("mnist_dense")
    assert report.results["parameters"] == 784 * 512 + 512 + 512 * 10 + 10
    assert report.results["training loss, last epoch"] < report.results["training loss, first epoch"] / 2
    assert report.results["test accuracy"] > 0.5
    assert report.plots is not None
    assert (report.plots / "mnist_dense.png").stat().st_size > 0


def test_l1_makes_weights_sparse_and_l2_does_not(run: Run) -> None:
    results = run("imdb", epochs=4).results
    assert results["L1 0.001: share of weights near 0"] > 0.5
    assert results["L2 0.001: share of weights near 0"] < 0.3
    assert results["plain: training loss, last epoch"] < 0.6
    assert results["early stopping: epochs run"] <= 4


def test_reviews_keep_their_parts_apart() -> None:
    training, validation, test = imdb.load(Options(quick=True))
    assert [len(part[0]) for part in (training, validation, test)] == [308, 204, 128]
    assert training[0].shape[1] == imdb.WORDS
    assert training[1].shape == (308, 1)


def test_multi_hot_marks_the_words_of_a_text() -> None:
    texts = np.empty(2, object)
    texts[:] = [[1, 3, 3], [0]]
    np.testing.assert_array_equal(data.multi_hot(texts, 5), [[0, 1, 0, 1, 0], [1, 0, 0, 0, 0]])


def test_a_bottleneck_of_four_units_loses_topics(run: Run) -> None:
    results = run("reuters").results
    assert results["64: validation accuracy"] > 3 * results["64-4: validation accuracy"]
    assert results["chosen network: test accuracy"] > 0.3


def test_the_reuters_grid_has_every_width_and_depth() -> None:
    assert {(units[0], len(units)) for units in reuters.GRID} == {(w, d) for w in (32, 64, 128) for d in (1, 2, 3)}


def test_house_prices_by_cross_validation(run: Run) -> None:
    results = run("boston").results
    assert 1 <= results["chosen epochs"] <= 10
    assert results["test MAE, 1000 dollars"] < 12  # always saying 0: 22


def test_every_district_validates_exactly_once() -> None:
    pairs = boston.folds(404)
    assert len(pairs) == 3
    np.testing.assert_array_equal(np.sort(np.concatenate([validate for _, validate in pairs])), np.arange(404))
    for train, validate in pairs:
        assert not set(train) & set(validate)


def test_scaling_uses_the_training_part_only() -> None:
    x = np.array([[0.0, 10.0], [2.0, 30.0]])
    scaled, other = boston.scale(x, np.array([[4.0, 20.0]]))
    np.testing.assert_allclose(scaled, [[-1, -1], [1, 1]])
    np.testing.assert_allclose(other, [[3, 0]])


def test_seven_optimizers_start_alike_and_learn(run: Run) -> None:
    results = run("optimizers", epochs=2).results
    losses = [value for name, value in results.items() if name.endswith("training loss")]
    assert len(losses) == 7
    assert max(losses) < 2.32  # log 10 = 2.303: knowing nothing
    assert results["momentum: training loss"] < results["SGD: training loss"]


def test_adabound_is_adam_at_first_and_sgd_at_last() -> None:
    variable = keras.Variable(np.array([1.0, -2.0], np.float32))
    gradient = np.array([0.5, 100.0], np.float32)
    start = variable.numpy()
    optimizer = AdaBound(0.001)
    optimizer.apply([gradient], [variable])
    np.testing.assert_allclose(start - variable.numpy(), [0.001, 0.001], rtol=1e-3)  # Adam: the gradient's sign

    late = AdaBound(0.001, final_rate=0.1, beta_1=0.0, gamma=1e6)  # the bounds are closed from the start
    start = variable.numpy()
    late.apply([gradient], [variable])
    np.testing.assert_allclose(start - variable.numpy(), 0.1 * gradient, rtol=1e-3)


def test_adabound_can_be_written_and_built_again() -> None:
    config = AdaBound(0.01, final_rate=0.2, gamma=0.5).get_config()
    again = AdaBound.from_config(config)
    assert (again.final_rate, again.gamma) == (0.2, 0.5)
    assert float(again.learning_rate) == pytest.approx(0.01)
