"""Film reviews, good or bad: a network that learns its training data by heart, and four cures.

Maas et al. (2011): 50,000 reviews, half of them for training. A review becomes 10,000 zeros and ones: which of the
most frequent words does it hold? 160,000 weights for 25,000 examples: the training loss goes to zero while the
validation loss turns round and climbs. The cures are weight decay (L2), sparse weights (L1), dropout (Srivastava
et al. 2014) and stopping in time. After Chollet, "Deep Learning with Python", chapters 3 and 4.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers, regularizers

from nets.lectures import data
from nets.lectures.options import Options
from nets.lectures.report import Report

WORDS = 10_000

# --- Data ------------------------------------------------------------------------------------------------------


def load(options: Options) -> tuple[data.Split, data.Split, data.Split]:
    """Multi-hot reviews and labels: for training, for validation (two fifths of the training reviews), for testing."""
    (x, y), (x_test, y_test) = data.imdb(options, WORDS)
    x, y = data.multi_hot(x, WORDS), y.astype(np.float32)[:, None]
    held_out = len(x) * 2 // 5
    train, validation = (x[held_out:], y[held_out:]), (x[:held_out], y[:held_out])
    return train, validation, (data.multi_hot(x_test, WORDS), y_test.astype(np.float32)[:, None])


# --- Model -----------------------------------------------------------------------------------------------------


def build(penalty: Any = None, dropout: float = 0.0) -> keras.Model:
    """Two layers of 16 ReLU units and the probability that the review is good.

    Args:
        penalty: a Keras regularizer: what the loss pays for large weights.
        dropout: the share of units silenced at random in each training step.
    """
    model = keras.Sequential([keras.Input((WORDS,))])
    for _ in range(2):
        model.add(layers.Dense(16, activation="relu", kernel_regularizer=penalty))
        if dropout:
            model.add(layers.Dropout(dropout))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy", "binary_crossentropy"])
    return model


VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "L2 0.001": {"penalty": regularizers.L2(0.001)},
    "L1 0.001": {"penalty": regularizers.L1(0.001)},
    "dropout 0.5": {"dropout": 0.5},
}

# --- Training --------------------------------------------------------------------------------------------------


def train(
    model: keras.Model, train: data.Split, validation: data.Split, options: Options, **more: Any
) -> dict[str, Any]:
    """Fit in batches of 512; returns Keras's history."""
    epochs, batch = options.epochs_or(20, quick=8), options.choose(512, 64)
    return model.fit(
        *train, batch_size=batch, epochs=epochs, validation_data=validation, verbose=options.verbose, **more
    ).history


def share_near_zero(model: keras.Model) -> float:
    """Share of the first layer's weights smaller than 0.001: L1 drives them there, L2 only makes them small."""
    return float(np.mean(np.abs(model.layers[0].get_weights()[0]) < 0.001))


# --- Evaluation ------------------------------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """Train each variant, draw its validation loss; then stop early and test."""
    training, validation, test = load(options)
    curves, accuracies = {}, {}
    for name, settings in VARIANTS.items():
        model = build(**settings)
        history = train(model, training, validation, options)
        # the bare cross-entropy: the loss itself also holds the penalty and could not be compared
        curves[name] = history["val_binary_crossentropy"]
        accuracies[name] = history["val_accuracy"]
        if name == "plain":
            report.curves("imdb_overfitting", {"training": history["loss"], "validation": history["val_loss"]})
            report.result("plain: training loss, last epoch", history["loss"][-1])
        report.result(f"{name}: validation loss, best epoch", min(curves[name]))
        report.result(f"{name}: validation loss, last epoch", curves[name][-1])
        report.result(f"{name}: validation accuracy, last epoch", accuracies[name][-1])
        report.result(f"{name}: share of weights near 0", share_near_zero(model))
    report.curves("imdb_validation_loss", curves, y_label="validation cross-entropy")
    report.curves("imdb_validation_accuracy", accuracies, y_label="validation accuracy")

    model = build()
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=1, restore_best_weights=True)
    history = train(model, training, validation, options, callbacks=[stop])
    report.result("early stopping: epochs run", len(history["loss"]))
    report.result("early stopping: test accuracy", model.evaluate(*test, verbose=0)[1])


# --- What to try next ------------------------------------------------------------------------------------------
# Four units instead of 16: the simplest cure of all. 1,000 words instead of 10,000. tanh and mse, as networks were
# built in the nineties. What does the network say of your own review? The order of the words is lost here: which
# reviews must it get wrong?
