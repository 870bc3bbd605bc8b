"""The compiled swish of a training is the swish that the saved network has."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from nets.architectures import NetworkShape, build_network
from nets.training import TrainingConfig
from nets.training.activations import speed_up_swish
from nets.training.model import compiled_model

pytestmark = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="only TensorFlow needs its own swish")


def planes(count: int) -> np.ndarray:
    random = np.random.default_rng(1)
    return (random.random((count, 9, 9, 6)) < 0.3).astype(np.float32)


def test_a_network_answers_as_before() -> None:
    model = build_network("senet", blocks=2, filters=16, board_size=9)
    random = np.random.default_rng(2)
    for weight in model.trainable_weights:
        if weight.path.endswith("kernel"):  # some begin as zeros, behind which nothing would show
            weight.assign(random.normal(0, 0.2, weight.shape))
    policy, value = model(planes(4))
    speed_up_swish(model)
    faster_policy, faster_value = model(planes(4))
    np.testing.assert_allclose(faster_policy, policy, atol=1e-6)
    np.testing.assert_allclose(faster_value, value, atol=1e-6)


def test_its_slope_is_that_of_swish() -> None:
    import tensorflow as tf

    board = keras.Input((9, 9, 3))
    model = keras.Model(board, keras.layers.Activation("swish")(board))
    points = tf.constant(np.linspace(-12, 12, 243, dtype=np.float32).reshape(1, 9, 9, 3))

    def slope() -> np.ndarray:
        with tf.GradientTape() as tape:
            tape.watch(points)
            answer = model(points)
        return np.asarray(tape.gradient(answer, points))

    plain = slope()
    speed_up_swish(model)
    assert model.layers[1].activation is not keras.activations.silu
    np.testing.assert_allclose(slope(), plain, atol=1e-6)


def test_a_training_has_it_on_whole_boards_only() -> None:
    model = compiled_model(TrainingConfig(games=("none",), shape=NetworkShape("senet", 1, 16), positions=128))
    plain = {layer.name for layer in model.layers if getattr(layer, "activation", None) is keras.activations.silu}
    assert plain == {"block1_squeeze"}
