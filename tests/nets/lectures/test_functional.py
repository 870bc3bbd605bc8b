"""The lectures on the functional API."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import keras
import numpy as np
import pytest

from nets.lectures import ensemble, siamese, tickets, unet
from nets.lectures.custom_dense import OwnDropout
from nets.lectures.report import Report

Run = Callable[..., Report]


def test_an_autoencoder_is_its_halves_in_a_chain(run: Run) -> None:
    results = run("autoencoder").results
    assert results["decoder(encoder(x)) against autoencoder(x)"] < 1e-6
    assert results["training loss, last epoch"] < results["training loss, first epoch"] / 2
    assert results["test mse, 16 numbers of the encoder"] < results["test mse of the mean picture"]


def test_skip_connections_help_to_take_noise_off(run: Run) -> None:
    results = run("unet").results
    assert results["with skips: test loss"] < results["without skips: test loss"]
    for name in unet.LECTURE_LOSS:
        assert results[f"{name}: training loss, last epoch"] < results[f"{name}: training loss, first epoch"]


def test_skips_concatenate_pictures_of_the_same_size() -> None:
    joined = [layer for layer in unet.build(skips=True).layers if isinstance(layer, keras.layers.Concatenate)]
    assert [layer.output.shape for layer in joined] == [(None, 14, 14, 96), (None, 28, 28, 48)]
    assert not any(isinstance(layer, keras.layers.Concatenate) for layer in unet.build(skips=False).layers)


def test_an_ensemble_is_the_mean_of_its_members_and_no_worse(run: Run) -> None:
    results = run("ensemble").results
    assert results["Average layer against the mean by hand"] < 1e-6
    assert results["ensemble: loss"] <= results["mean of the members: loss"] + 1e-6  # Jensen's inequality


def test_the_members_of_an_ensemble_start_differently() -> None:
    first, second = (ensemble.build_member(number).get_weights()[0] for number in range(2))
    assert not np.allclose(first, second)


def test_tickets_have_two_answers_and_one_understanding_of_words(run: Run) -> None:
    results = run("tickets").results
    assert results["untrained loss, by list"] == pytest.approx(results["untrained loss, by name"])
    assert results["1.0 * priority loss + 0.2 * department loss"] == pytest.approx(
        results["trained loss, new tickets"], rel=1e-3
    )
    assert results["priority: accuracy"] > 0.8
    assert results["department: accuracy"] > 0.5
    assert results["embeddings in the network"] == 1


def test_the_urgent_word_may_stand_in_the_title_or_in_the_text() -> None:
    inputs, targets = tickets.make_tickets(200, np.random.default_rng(0))
    urgent = targets["priority"][:, 0] == 1
    title, text = ((inputs[part] <= tickets.URGENT).any(axis=1) for part in ("title", "text"))
    np.testing.assert_array_equal(title | text, urgent)
    assert (title & ~text).any()
    assert (text & ~title).any()


def test_gates_multiply_attend_and_remember(run: Run) -> None:
    results = run("gates").results
    assert results["XOR by a product: largest mistake"] < 0.01
    assert results["attention: each query's gates sum to"] == pytest.approx(1)
    assert results["attention against Keras: largest difference"] < 1e-6
    assert results["our cell against Keras's GRU: largest difference"] < 1e-6
    assert results["gated cell: accuracy after 12 steps"] > 0.9


def test_a_siamese_network_shares_one_encoder(run: Run) -> None:
    results = run("siamese").results
    assert results["functional against subclass: largest difference"] < 1e-6
    assert results["left and right exchanged: largest difference"] < 1e-6
    assert results["parameters"] == results["parameters of the encoder"] + 32 + 1
    assert results["training loss, last epoch"] < results["training loss, first epoch"]
    assert results["new pairs of 0 to 7: accuracy"] > 0.6


def test_half_of_the_pairs_are_alike() -> None:
    y = np.arange(40) % 4
    x = np.repeat(y[:, None] * 60, 784, axis=1).reshape(-1, 28, 28).astype(np.uint8)
    (left, right), alike = siamese.make_pairs(x, y, 50, np.random.default_rng(0))
    np.testing.assert_array_equal((left[:, 0] == right[:, 0]), alike[:, 0] == 1)
    assert alike.mean() == 0.5


def test_layers_of_our_own_and_their_files(run: Run) -> None:
    results = run("custom_dense").results
    assert results["OwnDense against Dense: largest difference"] < 1e-6
    assert results["dropout 0.3, training: share of zeros"] == pytest.approx(0.3, abs=0.01)
    assert results["dropout 0.3, training: mean"] == pytest.approx(1, abs=0.02)
    assert results["dropout 0.3, test: largest change"] == 0
    assert results["training loss, last epoch"] < results["training loss, first epoch"]
    assert results["weights alone: largest difference"] == 0
    assert results["weights and architecture: largest difference"] == 0
    assert results["w read straight from the file is the layer's (1 = yes)"] == 1


def test_dropout_draws_anew_each_time() -> None:
    layer, x = OwnDropout(0.5), np.ones((1, 50), np.float32)
    assert not np.array_equal(np.asarray(layer(x, training=True)), np.asarray(layer(x, training=True)))


def test_two_devices_have_the_gradients_of_one() -> None:
    # in a process of its own: a processor can only be split before TensorFlow starts
    program = (
        "import io\n"
        "from rich.console import Console\n"
        "from nets.lectures import distributed\n"
        "from nets.lectures.options import Options\n"
        "from nets.lectures.report import Report\n"
        "report = Report(console=Console(file=io.StringIO()))\n"
        "distributed.run(Options(quick=True), report)\n"
        "found = report.results\n"
        "assert found['devices'] == 2\n"
        "assert found['largest gradient'] > 0.01\n"
        "assert found['one device against two: largest difference'] < 1e-6\n"
        "assert found['training loss, last epoch'] < found['training loss, first epoch']\n"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
