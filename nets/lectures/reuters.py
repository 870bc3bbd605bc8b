"""News in brief, 46 topics: how wide, how deep, and what a bottleneck destroys.

11,228 Reuters telegrams of 1987. Many classes change little: 46 softmax units at the end. But no hidden layer
should be much narrower than the answer: what does not fit through a layer of four numbers is lost for all layers
behind it. After Chollet, "Deep Learning with Python", chapter 3.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

from nets.lectures import data
from nets.lectures.options import Options
from nets.lectures.report import Report

WORDS, TOPICS = 10_000, 46

# --- Data ------------------------------------------------------------------------------------------------------


def load(options: Options) -> tuple[data.Split, data.Split, data.Split]:
    """Multi-hot telegrams and topic numbers: for training, for validation (1,000 on the real data), for testing."""
    (x, y), (x_test, y_test) = data.reuters(options, WORDS)
    x = data.multi_hot(x, WORDS)
    held_out = min(1000, len(x) // 4)
    return (x[held_out:], y[held_out:]), (x[:held_out], y[:held_out]), (data.multi_hot(x_test, WORDS), y_test)


# --- Model -----------------------------------------------------------------------------------------------------


def build(units: list[int]) -> keras.Model:
    """Hidden ReLU layers of the given sizes, then the probabilities of the 46 topics."""
    model = keras.Sequential([keras.Input((WORDS,))])
    for size in units:
        model.add(layers.Dense(size, activation="relu"))
    model.add(layers.Dense(TOPICS, activation="softmax"))
    # sparse: the target is the topic's number; the one-hot vector is left to the loss
    model.compile(optimizer="rmsprop", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


GRID = [[units] * depth for depth in (1, 2, 3) for units in (32, 64, 128)]
BOTTLENECK = [64, 4]

# --- Training --------------------------------------------------------------------------------------------------


def train(
    units: list[int], training: data.Split, validation: data.Split, options: Options
) -> tuple[keras.Model, list[float]]:
    """Fit one network; returns it with its validation accuracy per epoch."""
    model = build(units)
    history = model.fit(
        *training,
        batch_size=options.choose(512, 32),
        epochs=options.epochs_or(9, quick=4),
        validation_data=validation,
        verbose=0,
    )
    return model, history.history["val_accuracy"]


# --- Evaluation ------------------------------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """Compare widths and depths on the validation telegrams; test the best; then the bottleneck."""
    training, validation, test = load(options)
    grid = options.choose(GRID, [[64], [64, 64]])
    curves, rows, best = {}, [], None
    for units in [*grid, BOTTLENECK]:
        name = "-".join(map(str, units))
        model, curve = train(units, training, validation, options)
        curves[name] = curve
        rows.append([name, model.count_params(), max(curve), curve[-1]])
        report.result(f"{name}: validation accuracy", curve[-1])
        if units != BOTTLENECK and (best is None or curve[-1] > best[0]):
            best = (curve[-1], name, model)
    report.table("Validation accuracy", ["hidden units", "parameters", "best epoch", "last epoch"], rows)
    report.curves("reuters", curves, y_label="validation accuracy")
    if best is not None:
        report.say(f"chosen on the validation telegrams: {best[1]}")
        report.result("chosen network: test accuracy", best[2].evaluate(*test, verbose=0)[1])
    labels = test[1]
    report.result("always the commonest topic: test accuracy", np.mean(labels == np.bincount(training[1]).argmax()))


# --- What to try next ------------------------------------------------------------------------------------------
# One-hot targets and categorical_crossentropy give the same network: check it. Plot accuracy against the width of
# the bottleneck, 1 to 64. Which topics are confused with which?
