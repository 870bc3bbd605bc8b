"""A siamese network: one network applied to two inputs.

Bromley et al. (1993) compared signatures: the same network reads both, and the distance of its two answers says
whether one hand wrote them. Shared weights halve the parameters, make the comparison symmetric, and the network can
compare classes that it was never trained on. Written twice: with the functional API, where an encoder is called on two
tensors, and as a subclass of keras.Model, where `call` is plain Python.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers, ops

from nets.lectures import data
from nets.lectures.options import Options
from nets.lectures.report import Report

# --- Data ------------------------------------------------------------------------------------------------------


def make_pairs(
    x: np.ndarray, y: np.ndarray, count: int, random: np.random.Generator
) -> tuple[list[np.ndarray], np.ndarray]:
    """`count` pairs of digits, half of them alike: two arrays (count, 784) and the target (count, 1), 1 for alike."""
    places = [np.flatnonzero(y == digit) for digit in np.unique(y)]
    left, right = np.empty(count, int), np.empty(count, int)
    for pair in range(count):
        first, second = random.choice(len(places), 2, replace=False)
        if pair % 2:
            second = first
        left[pair], right[pair] = random.choice(places[first]), random.choice(places[second])
    pixels = x.reshape(len(x), 784).astype(np.float32) / 255
    return [pixels[left], pixels[right]], (np.arange(count) % 2).astype(np.float32)[:, None]


# --- Model -----------------------------------------------------------------------------------------------------


def build_encoder(hidden: int = 128, code: int = 32) -> keras.Model:
    """784 pixels -> a point in 32 dimensions."""
    return keras.Sequential(
        [keras.Input((784,)), layers.Dense(hidden, activation="relu"), layers.Dense(code, activation="relu")],
        name="encoder",
    )


def functional(encoder: keras.Model) -> keras.Model:
    """One encoder, called twice: two ends of the graph, one set of weights."""
    left, right = keras.Input((784,), name="left"), keras.Input((784,), name="right")
    difference = ops.abs(encoder(left) - encoder(right))  # symmetric: left and right may be exchanged
    return keras.Model([left, right], layers.Dense(1, activation="sigmoid", name="alike")(difference))


class Siamese(keras.Model):
    """The same as a subclass: layers are attributes, `call` says what happens."""

    def __init__(self, encoder: keras.Model, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.encoder = encoder
        self.alike = layers.Dense(1, activation="sigmoid", name="alike")

    def call(self, inputs: list[Any]) -> Any:
        """Two batches (B, 784) -> the probability that they are alike (B, 1)."""
        left, right = inputs
        return self.alike(ops.abs(self.encoder(left) - self.encoder(right)))


# --- Training and evaluation -----------------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """Train on pairs of the digits 0 to 7; test on new pairs, and on the digits 8 and 9 it never saw."""
    random = np.random.default_rng(options.seed)
    (x, y), (x_test, y_test) = data.mnist(options)
    count, test_count = options.choose((20_000, 4_000), (1024, 256))
    pairs, alike = make_pairs(x[y < 8], y[y < 8], options.samples or count, random)
    known = make_pairs(x_test[y_test < 8], y_test[y_test < 8], test_count, random)
    unknown = make_pairs(x_test[y_test >= 8], y_test[y_test >= 8], test_count, random)

    encoder = build_encoder()
    model, twin = functional(encoder), Siamese(encoder)
    twin([part[:2] for part in pairs])  # a subclass has no weights before it is called
    twin.alike.set_weights(model.get_layer("alike").get_weights())
    some = [part[:64] for part in pairs]
    answers = np.asarray(model(some))
    report.result("functional against subclass: largest difference", np.abs(answers - np.asarray(twin(some))).max())
    report.result("left and right exchanged: largest difference", np.abs(answers - np.asarray(model(some[::-1]))).max())
    report.result("parameters", model.count_params(), digits=6)
    report.result("parameters of the encoder", encoder.count_params(), digits=6)

    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    batch, epochs = options.choose(128, 32), options.epochs_or(8, quick=4)
    history = model.fit(pairs, alike, batch_size=batch, epochs=epochs, verbose=options.verbose).history
    report.result("training loss, first epoch", history["loss"][0])
    report.result("training loss, last epoch", history["loss"][-1])
    report.result("new pairs of 0 to 7: accuracy", model.evaluate(*known, verbose=0)[1])
    report.result("pairs of 8 and 9, never seen: accuracy", model.evaluate(*unknown, verbose=0)[1])
    report.curves("siamese", {"training": history["loss"]})


# --- What to try next ------------------------------------------------------------------------------------------
# Replace the dense layer by a distance and the contrastive loss (Hadsell et al. 2006). Name a digit by comparing it
# with one example of each: one-shot learning. Use two encoders that do not share: what happens to symmetry?
