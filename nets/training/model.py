"""The network of a run, ready for `fit`, and the average of its weights."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras

from golois.errors import GoloisError
from nets.architectures.build import build
from nets.inference.cache import understood
from nets.training.activations import speed_up_swish
from nets.training.callbacks import synchronize
from nets.training.checkpoint import Weights
from nets.training.config import TrainingConfig
from nets.training.optimizer import build_optimizer
from nets.training.precision import computing_in, fastest_precision


def compiled_model(config: TrainingConfig, start_from: str | None = None) -> keras.Model:
    """Build the network of a run and compile it with the run's optimizer and losses.

    Args:
        config: the run.
        start_from: an .h5 of the same shape whose weights to take.

    Raises:
        GoloisError: a shape that cannot be built, or a file of another network.
    """
    precision = fastest_precision() if config.precision == "auto" else config.precision
    with _strategy(config.distribute), computing_in(precision):
        model = build(config.shape)
        if start_from:
            _start_from(model, Path(start_from))
        if config.only_value:
            for layer in model.layers:
                layer.trainable = layer.name.startswith("value")
        speed_up_swish(model)
        model.compile(
            optimizer=build_optimizer(config),
            loss={
                "policy": keras.losses.CategoricalCrossentropy(label_smoothing=config.label_smoothing),
                "value": keras.losses.MeanSquaredError(),
            },
            loss_weights={"policy": 0.0 if config.only_value else 1.0, "value": config.value_weight},
            metrics={"policy": keras.metrics.CategoricalAccuracy(name="accuracy")},
            jit_compile="auto" if config.jit is None else config.jit,
        )
    return model


@contextlib.contextmanager
def averaged_weights(model: keras.Model) -> Iterator[Weights]:
    """Inside, the model has its averaged weights; they are what is given."""
    synchronize(model)
    own: Weights = model.get_weights()
    model.optimizer.finalize_variable_values(model.trainable_variables)
    averaged: Weights = model.get_weights()
    model.set_weights(averaged)  # on JAX they still share the optimizer's buffers, which a prediction frees
    try:
        yield averaged
    finally:
        model.set_weights(own)


def _strategy(distribute: str) -> Any:
    """Where the variables live: all GPUs of this machine, or wherever Keras puts them."""
    if not distribute:
        return contextlib.nullcontext()
    if keras.backend.backend() != "tensorflow":
        raise GoloisError(f"sharing batches among GPUs needs TensorFlow; Keras runs on {keras.backend.backend()}")
    import tensorflow as tf

    return tf.distribute.MirroredStrategy().scope()


def _start_from(model: keras.Model, path: Path) -> None:
    """Copy the weights of a network of the same shape, for boards of any size: none of them depends on it.

    A network of an earlier version lacks layers of the value head; these begin as in an untrained network.
    """
    stored: dict[str, list[Any]] = {}
    for node in understood(path).nodes:
        arrays = [weight.array for weight in node.weights if not weight.constant]
        if arrays:
            stored[node.name] = arrays
    layers = [layer for layer in model.layers if layer.weights]
    if len(stored) != len(layers):
        layers = [layer for layer in layers if layer.name in stored or not layer.name.startswith("value")]
    found = list(stored.values())
    if [[w.shape for w in layer.weights] for layer in layers] != [[array.shape for array in one] for one in found]:
        raise GoloisError(
            f"{path} is another network than {model.name}: {sum(map(len, found))} arrays of weights against "
            f"{len(model.weights)}, or of other shapes; give the architecture, blocks, filters, planes and moves that "
            "it was built with"
        )
    for layer, arrays in zip(layers, found, strict=True):
        layer.set_weights(arrays)
