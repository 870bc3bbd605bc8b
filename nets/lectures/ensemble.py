"""An ensemble: several networks averaged into one.

Hansen and Salamon (1990). Networks that start from different random weights make different mistakes; their mean
probability is right more often than each of them. With the functional API the ensemble is itself one model: the same
input through all members, an Average layer at the end. The price is that every member has to be computed.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

from nets.lectures import mnist_dense
from nets.lectures.options import Options
from nets.lectures.report import Report

MEMBERS, DIGITS = 5, 5_000  # few digits for each, so that there are mistakes to average away

# --- Data and model --------------------------------------------------------------------------------------------


def build_member(number: int, hidden: int = 64) -> keras.Model:
    """A dense digit network like that of `mnist_dense`, smaller, with a name of its own."""
    pixels = keras.Input((784,))
    x = layers.Dense(hidden, activation="relu")(pixels)
    model = keras.Model(pixels, layers.Dense(10, activation="softmax")(x), name=f"member_{number}")
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def build_ensemble(members: list[keras.Model]) -> keras.Model:
    """One model: the mean of the members' probabilities."""
    pixels = keras.Input((784,))
    model = keras.Model(pixels, layers.Average()([member(pixels) for member in members]), name="ensemble")
    model.compile(loss="categorical_crossentropy", metrics=["accuracy"])
    return model


# --- Training and evaluation -----------------------------------------------------------------------------------


def train(members: list[keras.Model], x: np.ndarray, y: np.ndarray, options: Options) -> None:
    """Each member sees its own sample of the digits, drawn with replacement: bagging (Breiman 1996)."""
    random = np.random.default_rng(options.seed)
    for member in members:
        chosen = random.integers(0, len(x), min(len(x), DIGITS))
        member.fit(x[chosen], y[chosen], batch_size=32, epochs=options.epochs_or(8, quick=4), verbose=0)


def run(options: Options, report: Report) -> None:
    """Train the members apart, then compare them with their mean."""
    (x, y), (x_test, y_test) = mnist_dense.load(options)
    members = [build_member(number) for number in range(options.choose(MEMBERS, 3))]
    train(members, x, y, options)
    ensemble = build_ensemble(members)
    scores = [member.evaluate(x_test, y_test, verbose=0) for member in members]
    rows = [[member.name, *score] for member, score in zip(members, scores, strict=True)]
    loss, accuracy = ensemble.evaluate(x_test, y_test, verbose=0)
    report.table("On digits never seen", ["", "loss", "accuracy"], [*rows, ["ensemble", loss, accuracy]])
    report.result("mean of the members: loss", np.mean(scores, axis=0)[0])
    report.result("mean of the members: accuracy", np.mean(scores, axis=0)[1])
    report.result("best member: accuracy", np.max(scores, axis=0)[1])
    report.result("ensemble: loss", loss)
    report.result("ensemble: accuracy", accuracy)
    by_hand = np.mean([member.predict(x_test, verbose=0) for member in members], axis=0)
    difference = np.abs(by_hand - ensemble.predict(x_test, verbose=0)).max()
    report.result("Average layer against the mean by hand", difference)


# --- What to try next ------------------------------------------------------------------------------------------
# The cross-entropy of the mean is never above the mean of the cross-entropies: which inequality says so? Average the
# *weights* of the members instead: why does that fail? A Go network asked about all eight symmetries of a position
# and averaged is an ensemble too.
