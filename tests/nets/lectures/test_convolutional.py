"""The lectures on convolutional networks."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import keras
import numpy as np
import pytest

from golois.errors import GoloisError
from nets.lectures import batchnorm, cifar10, transfer
from nets.lectures.options import Options
from nets.lectures.report import Report
from nets.lectures.residual import ResidualBlock, build

Run = Callable[..., Report]


def test_convolutions_read_digits_and_the_two_ways_of_writing_agree(run: Run) -> None:
    results = run("mnist_cnn").results
    assert results["sequential against functional: largest difference"] == 0
    assert results["pooling, dropout: parameters"] < results["plain: parameters"] / 3
    assert results["plain: training loss, last epoch"] < results["plain: training loss, first epoch"]


def test_photographs_with_and_without_the_cures(run: Run) -> None:
    report = run("cifar10", epochs=2)
    assert report.results["plain: training accuracy"] > 0.15
    assert {f"{name}: test accuracy" for name in cifar10.VARIANTS} <= set(report.results)
    assert report.plots is not None
    assert (report.plots / "cifar10_augmented.png").exists()


def test_augmentation_changes_pictures_and_keeps_their_classes() -> None:
    (x, y), _ = cifar10.load(Options(quick=True))
    plain = {(float(p.sum()), int(c)) for p, c in zip(x[:8], y[:8], strict=True)}
    pictures, classes = next(iter(cifar10.flow(x[:8], y[:8], 8, seed=1, augmented=False)))
    assert {(float(p.numpy().sum()), int(c)) for p, c in zip(pictures, classes, strict=True)} == plain
    changed, classes = next(iter(cifar10.flow(x[:8], y[:8], 8, seed=1, augmented=True)))
    assert sorted(classes.numpy()) == sorted(y[:8])
    assert changed.shape == (8, 32, 32, 3)
    assert not any(np.allclose(picture, other) for picture in changed.numpy() for other in x[:8])


def test_batch_normalisation_in_training_and_afterwards(run: Run) -> None:
    results = run("batchnorm").results
    assert results["training mode: mean"] == pytest.approx(0, abs=1e-5)
    assert results["training mode: deviation"] == pytest.approx(1, abs=1e-3)
    assert results["training mode, against NumPy: largest difference"] < 1e-4
    assert results["running mean after 1 batch (0.9 * 0 + 0.1 * 5)"] == pytest.approx(0.5, abs=0.05)
    assert results["running mean after 100 batches"] == pytest.approx(5, abs=0.2)
    assert results["test mode: one picture alone against in its batch"] < 1e-5
    assert results["training mode: effect of a bias of 7 before it"] < 1e-4


def test_no_bias_and_no_activation_before_a_normalisation() -> None:
    layers = batchnorm.build(normalised=True, depth=3, filters=4).layers
    for before, norm in pairwise(layers):
        if isinstance(norm, keras.layers.BatchNormalization):
            assert isinstance(before, keras.layers.Conv2D)
            assert not before.use_bias


def test_residual_networks_by_depth(run: Run) -> None:
    results = run("residual", epochs=1).results
    assert results["a new block: largest |y - x|"] == 0
    assert sum(name.endswith("training loss") for name in results) == 3


@pytest.mark.parametrize("form", ["identity", "weighted"])
def test_a_new_residual_block_is_the_identity(form: str) -> None:
    x = np.random.default_rng(0).normal(size=(2, 5, 5, 4)).astype(np.float32)
    np.testing.assert_array_equal(np.asarray(ResidualBlock(4, form)(x)), x)


def test_a_deep_residual_network_starts_as_a_shallow_one() -> None:
    x = np.random.default_rng(0).random((2, 32, 32, 3)).astype(np.float32)
    shallow, deep = build("identity", 1, 8), build("identity", 6, 8)
    for one, other in ((shallow.layers[1], deep.layers[1]), (shallow.layers[-1], deep.layers[-1])):
        other.set_weights(one.get_weights())
    np.testing.assert_allclose(np.asarray(deep(x)), np.asarray(shallow(x)), atol=1e-6)


def test_only_the_weighted_form_changes_the_number_of_channels() -> None:
    x = np.ones((1, 3, 3, 2), np.float32)
    assert ResidualBlock(6, "weighted")(x).shape == (1, 3, 3, 6)
    with pytest.raises(ValueError, match="not 2 and 6"):
        ResidualBlock(6)(x)


def test_a_residual_block_survives_its_file(tmp_path: Path) -> None:
    board = keras.Input((5, 5, 4))
    model = keras.Model(board, ResidualBlock(6, "weighted")(board))
    model.save(tmp_path / "block.keras")
    again = keras.saving.load_model(tmp_path / "block.keras", custom_objects={"ResidualBlock": ResidualBlock})
    x = np.random.default_rng(0).normal(size=(2, 5, 5, 4)).astype(np.float32)
    np.testing.assert_array_equal(np.asarray(again(x)), np.asarray(model(x)))


def test_transfer_with_random_weights_says_so(run: Run) -> None:
    report = run("transfer", epochs=3)
    assert "RANDOM WEIGHTS" in report.console.file.getvalue()  # type: ignore[attr-defined]
    assert report.results["trained parameters of the head"] == 256 * 128 + 128 + 128 * 10 + 10
    losses = [report.results[f"random weights: training loss, {epoch} epoch"] for epoch in ("first", "last")]
    assert losses[1] < losses[0]


def test_without_weights_transfer_names_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(**_: object) -> None:
        raise Exception("URL fetch failure")

    monkeypatch.setattr(keras.applications, "VGG19", offline)
    with pytest.raises(GoloisError, match=r"URL fetch failure.*--pretrained random"):
        transfer.vgg19("imagenet")
    with pytest.raises(GoloisError, match=r"missing\.h5: there is no such weights file"):
        transfer.vgg19("missing.h5")
