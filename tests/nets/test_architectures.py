"""The families of networks: what every one promises, their counts, and the limits."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from golois.errors import GoloisError
from golois.planes import PLANE_SETS
from nets.architectures import FAMILIES, NetworkShape, build_network, measure, network_within, shape_within
from nets.reader.understand import understand
from nets.training.checkpoint import save_h5


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("normalization", ["none", "batch"])
def test_every_family_gives_a_policy_that_sums_to_one_and_a_value_between_zero_and_one(
    family: str, normalization: str
) -> None:
    network = build_network(family, planes=8, moves=361, blocks=1, filters=16, normalization=normalization)
    board = np.random.default_rng(1).random((3, 19, 19, 8), np.float32)
    policy, value = (np.asarray(output) for output in network.predict_on_batch(board))
    assert policy.shape == (3, 361)
    assert value.shape == (3, 1)
    np.testing.assert_allclose(policy.sum(axis=1), 1, atol=1e-5)
    assert ((value > 0) & (value < 1)).all()


@pytest.mark.parametrize("family", FAMILIES)
def test_no_weight_depends_on_the_size_of_the_board(family: str) -> None:
    small, usual = build_network(family, blocks=1, filters=8, board_size=7), build_network(family, blocks=1, filters=8)
    small.set_weights(usual.get_weights())
    policy, value = small.predict_on_batch(np.random.default_rng(5).random((2, 7, 7, 6), np.float32))
    assert policy.shape == (2, 50)
    assert value.shape == (2, 1)


def test_a_board_has_2_to_25_lines_and_moves_of_its_own() -> None:
    assert NetworkShape(board_size=9).moves == 82
    with pytest.raises(GoloisError, match="362 moves: a 9x9 board has 81 points, and 82 moves with the pass"):
        build_network("residual", board_size=9, moves=362)
    with pytest.raises(GoloisError, match="a board of 26 lines: its size is from 2 to 25"):
        build_network("residual", board_size=26)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_names_are_those_of_the_course(family: str) -> None:
    network = build_network(family, blocks=1, filters=8)
    assert network.inputs[0].name == "board"
    assert network.output_names == ["policy", "value"]
    assert network.output_shape == [(None, 362), (None, 1)]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_saved_network_is_loaded_by_plain_keras_with_the_same_answers(family: str, tmp_path: Path) -> None:
    network = build_network(family, blocks=1, filters=8)
    save_h5(network, tmp_path / "network.h5")
    again = keras.models.load_model(tmp_path / "network.h5", compile=False)
    board = np.random.default_rng(2).random((2, 19, 19, 6), np.float32)
    for before, after in zip(network.predict_on_batch(board), again.predict_on_batch(board), strict=True):
        np.testing.assert_allclose(before, after, atol=1e-6)


@pytest.mark.parametrize("family", FAMILIES)
def test_an_untrained_block_passes_its_input_on(family: str) -> None:
    """Networks of one and of three blocks start as the same function: depth costs nothing at the start."""
    board = np.random.default_rng(3).random((2, 19, 19, 6), np.float32)
    shallow = build_network(family, blocks=1, filters=8)
    deep = build_network(family, blocks=3, filters=8)
    for layer in shallow.layers:
        if not layer.name.startswith("block"):
            deep.get_layer(layer.name).set_weights(layer.get_weights())
    np.testing.assert_allclose(shallow.predict_on_batch(board)[0], deep.predict_on_batch(board)[0], atol=1e-6)


def test_the_value_starts_with_the_sign_of_the_turn() -> None:
    """What speaks for the side to move speaks for White only when White is to move."""
    network = build_network("residual", blocks=1, filters=8)
    sign = keras.Model(network.input, network.get_layer("value_sign").output)
    board = np.random.default_rng(4).random((2, 19, 19, 6), np.float32)
    board[:, :, :, PLANE_SETS[6].index("to move")] = [[[1.0]], [[0.0]]]
    np.testing.assert_allclose(sign.predict_on_batch(board).ravel(), [-1.0, 1.0], atol=1e-6)


@pytest.mark.parametrize("family", FAMILIES)
def test_an_untrained_network_knows_no_winner(family: str) -> None:
    board = np.random.default_rng(5).random((2, 19, 19, 6), np.float32)
    assert build_network(family, blocks=1, filters=8).predict_on_batch(board)[1].tolist() == [[0.5], [0.5]]


def test_parameters_and_operations_of_a_residual_network_are_those_counted_by_hand() -> None:
    size = measure(build_network("residual", planes=6, moves=361, blocks=2, filters=16))
    stem, convolution = 3 * 3 * 6 * 16, 3 * 3 * 16 * 16
    heads = 16 * 32 + 32 + 16 * 32
    dense = (32 + 6) * 64 + 64 + 6  # hidden, own, sign of the turn
    biases = 16 + 4 * 16 + 32 + 1 + 32 + 64 + 1 + 1
    scale, statistics = 2 * 32, 2 * 32  # of the value's features: gamma and beta; mean and variance
    assert size.trainable == stem + 4 * convolution + heads + dense + biases + scale
    assert size.parameters == size.trainable + statistics
    assert size.flops == 2 * (361 * (stem + 4 * convolution + heads) + dense)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_network_is_counted_alike_before_it_is_saved_and_after_it_was_read(family: str, tmp_path: Path) -> None:
    network = build_network(family, planes=8, blocks=2, filters=16, board_size=9)
    save_h5(network, tmp_path / "network.h5")
    read = understand(tmp_path / "network.h5")
    size = measure(network)
    assert (read.parameters_total, read.parameters_trainable) == (size.parameters, size.trainable)
    assert read.flops == size.flops


def test_batch_normalization_has_weights_that_are_not_trained() -> None:
    size = measure(build_network("residual", blocks=1, filters=8, normalization="batch"))
    assert size.parameters - size.trainable == 3 * 2 * 8 + 2 * 32  # mean and variance: three convolutions, value


@pytest.mark.parametrize(("family", "limit"), [*((family, 100_000) for family in FAMILIES), ("residual", 1_000_000)])
def test_a_limit_is_used_up_but_not_exceeded(family: str, limit: int) -> None:
    size = measure(network_within(family, limit))
    assert 0.85 * limit < size.parameters <= limit


def test_a_limit_below_the_smallest_network_is_told() -> None:
    with pytest.raises(GoloisError, match="no residual network has 1,000 parameters or fewer: the smallest has"):
        shape_within(NetworkShape("residual"), 1_000)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"family": "unet"}, "no family of networks is called 'unet'"),
        ({"family": "residual", "planes": 7}, "7 input planes"),
        ({"family": "residual", "moves": 360}, "360 moves"),
        ({"family": "residual", "filters": 20}, "20 filters"),
        ({"family": "residual", "blocks": 0}, "0 blocks"),
        ({"family": "residual", "normalization": "layer"}, "normalization 'layer'"),
    ],
)
def test_a_shape_that_cannot_be_built_is_told_with_its_value(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(GoloisError, match=message):
        build_network(**wrong)  # type: ignore[arg-type]
