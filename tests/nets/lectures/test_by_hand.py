"""The lectures in NumPy: neurons, backpropagation, a perceptron, convolutions."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from nets.lectures import backprop, convolution, neuron, numpy_mlp
from nets.lectures.report import Report

Run = Callable[..., Report]


def test_one_neuron_computes_and_and_or_but_no_neuron_computes_xor(run: Run) -> None:
    results = run("neuron").results
    assert results["AND right"] == results["OR right"] == 1
    assert results["XOR right, best of 2000 random neurons"] == 0.75


@pytest.mark.parametrize("name", neuron.ACTIVATIONS)
def test_each_derivative_is_the_slope_of_its_activation(name: str) -> None:
    activation, derivative = neuron.ACTIVATIONS[name]
    z = np.array([-3.1, -0.4, 0.3, 2.7])  # away from the corners
    slope = (activation(z + 1e-6) - activation(z - 1e-6)) / 2e-6
    np.testing.assert_allclose(derivative(z), slope, atol=1e-8)


def test_the_sigmoid_and_softmax_do_not_overflow() -> None:
    np.testing.assert_array_equal(neuron.sigmoid(np.array([-1e4, 0, 1e4])), [0, 0.5, 1])
    np.testing.assert_array_equal(neuron.softmax(np.array([1e4, 0.0])), [1, 0])


def test_the_softmax_jacobian_is_its_derivative() -> None:
    z, h = np.array([0.3, -1.0, 2.0]), 1e-6
    columns = [(neuron.softmax(z + h * e) - neuron.softmax(z - h * e)) / (2 * h) for e in np.eye(3)]
    np.testing.assert_allclose(neuron.softmax_jacobian(z), np.transpose(columns), atol=1e-9)


def test_losses() -> None:
    y, t = np.array([0.9, 0.2]), np.array([1.0, 0.0])
    assert neuron.mse(y, t) == pytest.approx((0.01 + 0.04) / 2)
    assert neuron.mae(y, t) == pytest.approx(0.15)
    assert neuron.logistic_loss(y, t) == pytest.approx(-(np.log(0.9) + np.log(0.8)) / 2)
    two_classes = np.stack([1 - y, y], axis=1)
    assert neuron.cross_entropy(two_classes, np.eye(2)[[1, 0]]) == pytest.approx(neuron.logistic_loss(y, t))


def test_backpropagation_gives_the_lectures_figures(run: Run) -> None:
    results = run("backprop").results
    exact = {
        "out_h1": 0.593269992,
        "out_h2": 0.596884378,
        "out_o1": 0.75136507,
        "out_o2": 0.772928465,
        "E": 0.298371109,
        "dE/dw5": 0.082167041,
        "new w1": 0.149780716,
        "new w2": 0.19956143,
        "new w3": 0.24975114,
        "new w4": 0.29950229,
        "new w5": 0.35891648,
        "new w6": 0.408666186,
        "new w7": 0.511301270,
        "new w8": 0.561370121,
        "E after 1 step, moved in turn": 0.291027924,
        "out_o1 after 10,000 steps, moved in turn": 0.015912196,
        "out_o2 after 10,000 steps, moved in turn": 0.984065734,
    }
    for name, figure in exact.items():
        assert results[name] == pytest.approx(figure, abs=5e-9), name
    assert results["net_h1"] == pytest.approx(0.3775, abs=1e-12)
    assert results["E after 10,000 steps, moved in turn"] == pytest.approx(0.000035085, abs=5e-10)
    # moving all weights at once, the true gradient, ends a little elsewhere: the lecture's program moved them in turn
    assert results["E after 1 step, moved at once"] == pytest.approx(0.291027774, abs=1e-9)


def test_the_column_and_the_row_form_are_the_step_by_hand() -> None:
    w = backprop.step(backprop.WEIGHTS)
    network, x, t = backprop.matrix_network(), np.array([backprop.INPUTS]), np.array([backprop.TARGETS])
    columns, error = backprop.step_columns(network, x.T, t.T)
    np.testing.assert_allclose(np.concatenate([columns.w1.ravel(), columns.w2.ravel()]), w, rtol=1e-14)
    assert error == pytest.approx(0.298371109, abs=1e-9)
    turned = backprop.Network(network.w1.T, network.w2.T, network.b1, network.b2)
    rows, _ = backprop.step_rows(turned, x, t)
    np.testing.assert_allclose(rows.w1.T, columns.w1, rtol=1e-14)
    np.testing.assert_allclose(rows.w2.T, columns.w2, rtol=1e-14)


def test_every_derivative_by_hand_is_the_numerical_one() -> None:
    w, h = np.array(backprop.WEIGHTS), 1e-6
    for place, ours in enumerate(backprop.backward(backprop.WEIGHTS, backprop.forward(backprop.WEIGHTS))):
        above, below = w.copy(), w.copy()
        above[place] += h
        below[place] -= h
        slope = (backprop.forward(tuple(above)).error - backprop.forward(tuple(below)).error) / (2 * h)
        assert ours == pytest.approx(slope, abs=1e-10)


def test_the_2_1_1_exercise_reaches_its_target(run: Run) -> None:
    results = run("backprop").results
    assert results["2-1-1: E after 1,000 steps"] < 1e-6
    assert results["2-1-1: column form against row form"] < 1e-12


def test_gradients_vanish_through_sigmoids_and_not_through_relus() -> None:
    sigmoids = backprop.gradient_by_layer("sigmoid")
    assert all(earlier < later / 2 for earlier, later in pairwise(sigmoids))
    relus = backprop.gradient_by_layer("ReLU")
    assert 0.1 < relus[0] / relus[-1] < 10


def test_the_perceptrons_gradients_are_right_and_it_learns(run: Run) -> None:
    results = run("numpy_mlp").results
    assert results["gradient, against differences (sigmoid, mse)"] < 1e-8
    assert results["gradient, against differences (ReLU, cross-entropy)"] < 1e-8
    assert results["gradient, against Keras (float32)"] < 1e-6
    assert results["sine: mse against the noiseless curve"] < 0.1  # always saying 0: 0.5
    assert results["spirals: accuracy on new points"] > 0.8
    assert results["MNIST: loss of the last epoch"] < 0.8 * results["MNIST: loss of the first epoch"]


def test_training_visits_every_example_of_the_last_short_batch_too() -> None:
    seen: list[int] = []

    def loss(y: np.ndarray, t: np.ndarray) -> tuple[float, np.ndarray]:
        seen.extend(t[:, 0].astype(int))
        return numpy_mlp.mse(y, t)

    random = np.random.default_rng(0)
    network = numpy_mlp.Network([numpy_mlp.Dense(1, 1, random)], loss)
    numpy_mlp.train(network, np.ones((10, 1)), np.arange(10.0)[:, None], epochs=1, rate=0.1, random=random, batch=4)
    assert sorted(seen) == list(range(10))


def test_two_dice() -> None:
    law = convolution.law_of_sum(convolution.DIE, convolution.DIE)
    np.testing.assert_allclose(law * 36, [1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1])


def test_convolutions_are_those_of_keras(run: Run) -> None:
    differences = {name: value for name, value in run("convolution").results.items() if "Keras" in name}
    assert len(differences) == 6
    assert max(differences.values()) < 1e-5


def test_max_pooling_keeps_the_largest_of_each_square() -> None:
    square = np.array([[1, 3, 2, 1], [4, 2, 0, 1], [5, 1, 8, 2], [0, 2, 3, 4]])
    np.testing.assert_array_equal(convolution.max_pool(square), [[4, 2], [5, 8]])


def test_edges_are_found_where_they_are() -> None:
    picture = np.zeros((6, 6))
    picture[:, 3:] = 1
    edges = convolution.convolve_2d(picture, convolution.EDGES["vertical edges"], "valid")
    np.testing.assert_array_equal(edges, [[0, 4, 4, 0]] * 4)
    flat = convolution.convolve_2d(picture.T, convolution.EDGES["vertical edges"], "valid")
    np.testing.assert_array_equal(flat, np.zeros((4, 4)))


def test_a_causal_convolution_never_looks_ahead() -> None:
    x = np.random.default_rng(0).normal(size=12)
    changed = x.copy()
    changed[7:] = 99
    kernel = np.array([0.5, -1.0, 2.0])
    before, after = convolution.causal(x, kernel, 2), convolution.causal(changed, kernel, 2)
    np.testing.assert_array_equal(before[:7], after[:7])


def test_a_dynamic_convolution_with_equal_scores_is_a_moving_mean() -> None:
    x = np.arange(6.0)[:, None]
    np.testing.assert_allclose(convolution.dynamic(x, np.zeros((1, 2)))[1:, 0], [0.5, 1.5, 2.5, 3.5, 4.5])
