"""Handwritten digits with dense layers: the first real network.

LeCun, Cortes and Burges's MNIST: 70,000 digits of 28x28 grey pixels. A picture becomes a vector of 784 numbers; the
softmax layer answers with ten probabilities; categorical cross-entropy punishes little probability for the right
digit. The network follows Chollet, "Deep Learning with Python", chapter 2.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

from nets.lectures import data
from nets.lectures.options import Options
from nets.lectures.report import Report

# --- Data ------------------------------------------------------------------------------------------------------


def load(options: Options) -> tuple[data.Split, data.Split]:
    """Pixels as 784 numbers in 0..1 and one-hot digits, for training and for testing."""
    train, test = data.mnist(options)
    return prepare(*train), prepare(*test)


def prepare(x: np.ndarray, y: np.ndarray) -> data.Split:
    """Flatten and scale (N, 28, 28) -> (N, 784); one-hot (N,) -> (N, 10)."""
    return x.reshape(-1, 784).astype(np.float32) / 255, keras.utils.to_categorical(y, 10)


# --- Model -----------------------------------------------------------------------------------------------------


def build(hidden: int = 512) -> keras.Model:
    """784 -> 512 ReLU -> 10 softmax: 407,050 parameters."""
    return keras.Sequential(
        [keras.Input((784,)), layers.Dense(hidden, activation="relu"), layers.Dense(10, activation="softmax")]
    )


# --- Training --------------------------------------------------------------------------------------------------


def train(model: keras.Model, x: np.ndarray, y: np.ndarray, options: Options) -> keras.callbacks.History:
    """Mini-batches of 128; a tenth of the training digits is kept back to watch for overfitting."""
    model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    epochs = options.epochs_or(5, quick=5)
    batch = options.choose(128, 32)
    return model.fit(x, y, batch_size=batch, epochs=epochs, validation_split=0.1, verbose=options.verbose)


# --- Evaluation ------------------------------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """Train, measure on digits never seen, and look at the mistakes."""
    (x, y), (x_test, y_test) = load(options)
    model = build()
    history = train(model, x, y, options).history
    loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
    report.result("parameters", model.count_params(), digits=6)
    report.result("training loss, first epoch", history["loss"][0])
    report.result("training loss, last epoch", history["loss"][-1])
    report.result("test loss", loss)
    report.result("test accuracy", accuracy)
    report.curves("mnist_dense", {"training": history["loss"], "validation": history["val_loss"]})

    answers = model.predict(x_test, verbose=0).argmax(axis=1)
    truth = y_test.argmax(axis=1)
    wrong = np.flatnonzero(answers != truth)[:12]
    if len(wrong):
        titles = {f"{i}: {truth[i]}, not {answers[i]}": x_test[i].reshape(28, 28) for i in wrong}
        report.pictures("mnist_dense_mistakes", titles)


# --- What to try next ------------------------------------------------------------------------------------------
# Leave out the division by 255. Hide 16 units instead of 512. Shuffle the pixels, the same way in every picture:
# the accuracy stays, because a dense layer does not know which pixels are neighbours. `mnist_cnn` does.
