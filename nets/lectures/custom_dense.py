"""Layers of one's own, and what a saved network is.

A Keras layer has three parts: `build` makes the weights once the input's shape is known, `call` computes, and
`get_config` says with which arguments the layer was made. Layers that behave differently in training, like dropout,
take `training` in `call`. Whoever reads the file must know the class of every layer of one's own: in a tournament,
where others load the network, plain Keras layers are the better choice.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
from keras import layers, ops

from nets.lectures import mnist_dense
from nets.lectures.options import Options
from nets.lectures.report import Report

# --- Model: two layers of our own ------------------------------------------------------------------------------


class OwnDense(layers.Layer):
    """activation(x W + b), as keras.layers.Dense.

    Args:
        units: number of neurons.
        activation: a name that Keras knows, or None.
    """

    def __init__(self, units: int, activation: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units, self.activation = units, activation

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """W (inputs, units) and b (units,)."""
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="w")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")

    def call(self, x: Any) -> Any:
        """From x (B, inputs) to (B, units)."""
        return keras.activations.get(self.activation)(ops.matmul(x, self.w) + self.b)

    def get_config(self) -> dict[str, Any]:
        """Our own arguments, beside those of every layer."""
        return super().get_config() | {"units": self.units, "activation": self.activation}


class OwnDropout(layers.Layer):
    """In training each number becomes 0 with probability `rate`; the others grow so that the mean stays.

    Growing in training (inverted dropout) lets the test mode do nothing at all.
    """

    def __init__(self, rate: float, seed: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate, self.seed = rate, seed
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, x: Any, training: bool = False) -> Any:
        """The same shape."""
        if not training or self.rate == 0:
            return x
        kept = keras.random.uniform(ops.shape(x), seed=self.generator) >= self.rate
        return x * ops.cast(kept, x.dtype) / (1 - self.rate)

    def get_config(self) -> dict[str, Any]:
        """Our own arguments, beside those of every layer."""
        return super().get_config() | {"rate": self.rate, "seed": self.seed}


OWN = {"OwnDense": OwnDense, "OwnDropout": OwnDropout}


def build(hidden: int = 64, dropout: float = 0.2) -> keras.Model:
    """The digit network of `mnist_dense`, made of our layers."""
    pixels = keras.Input((784,))
    x = OwnDropout(dropout)(OwnDense(hidden, "relu", name="hidden")(pixels))
    return keras.Model(pixels, OwnDense(10, "softmax", name="digit")(x))


# --- Saving and reading ----------------------------------------------------------------------------------------


def save_and_read(model: keras.Model, x: np.ndarray, folder: Path, report: Report) -> None:
    """Weights alone, weights with the architecture, and single weights straight from the file."""
    answers = np.asarray(model(x))
    model.save_weights(folder / "digits.weights.h5")  # needs the program that builds the same network
    again = build(model.get_layer("hidden").units)
    again.load_weights(folder / "digits.weights.h5")
    report.result("weights alone: largest difference", np.abs(np.asarray(again(x)) - answers).max())

    model.save(folder / "digits.keras")  # architecture, weights and optimizer: needs only the classes
    whole = keras.saving.load_model(folder / "digits.keras", custom_objects=OWN)
    report.result("weights and architecture: largest difference", np.abs(np.asarray(whole(x)) - answers).max())

    w, b = whole.get_layer("hidden").get_weights()
    report.say(f"layer hidden: w {w.shape}, b {b.shape}, w[0, 0] = {w[0, 0]:.6f}, |w| up to {np.abs(w).max():.3f}")
    with h5py.File(folder / "digits.weights.h5") as file:
        arrays: dict[str, np.ndarray] = {}
        file.visititems(lambda name, node: arrays.update({name: node[()]}) if isinstance(node, h5py.Dataset) else None)
    in_layers = {name: array for name, array in arrays.items() if name.startswith("layers/")}
    report.table("The weights file", ["where", "shape"], [[name, array.shape] for name, array in in_layers.items()])
    found = any(array.shape == w.shape and np.array_equal(array, w) for array in in_layers.values())
    report.result("w read straight from the file is the layer's (1 = yes)", found)


# --- Training and evaluation -----------------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """Our layers against Keras's, dropout in both modes, a short training, then the files."""
    (x, y), test = mnist_dense.load(options)
    model = build()
    theirs = layers.Dense(64, activation="relu")
    theirs.build((None, 784))
    theirs.set_weights(model.get_layer("hidden").get_weights())
    ours = np.asarray(model.get_layer("hidden")(x[:32]))
    report.result("OwnDense against Dense: largest difference", np.abs(ours - np.asarray(theirs(x[:32]))).max())
    ones = np.ones((100, 1000), np.float32)
    dropout = OwnDropout(0.3)
    report.result("dropout 0.3, training: share of zeros", np.mean(np.asarray(dropout(ones, training=True)) == 0))
    report.result("dropout 0.3, training: mean", np.mean(dropout(ones, training=True)))
    report.result("dropout 0.3, test: largest change", np.abs(np.asarray(dropout(ones)) - ones).max())

    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    epochs, batch = options.epochs_or(3), options.choose(128, 32)
    history = model.fit(x, y, batch_size=batch, epochs=epochs, verbose=options.verbose).history
    report.result("training loss, first epoch", history["loss"][0])
    report.result("training loss, last epoch", history["loss"][-1])
    report.result("test accuracy", model.evaluate(*test, verbose=0)[1])
    with tempfile.TemporaryDirectory() as folder:
        save_and_read(model, x[:32], Path(folder), report)


# --- What to try next ------------------------------------------------------------------------------------------
# Read the .keras file without custom_objects: what does Keras say? Unzip it: config.json is the architecture. Add a
# weight to OwnDense that is not trained and counts the calls.
