"""Digits again, with convolutions: the network knows which pixels are neighbours.

LeCun's LeNet (1989, 1998). A 3x3 convolution looks for the same small pattern everywhere; max pooling keeps the
strongest answer of each 2x2 square, so that a digit may move a little; dropout keeps the dense part from learning
by heart. The same network is written twice, as a sequence and with the functional API, where a layer is a function
of tensors: that is the form all later networks need, the Go network too.
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
    """Pictures (N, 28, 28, 1) in 0..1 and digits (N,): a convolution wants a channel axis."""
    train, test = data.mnist(options)
    return prepare(*train), prepare(*test)


def prepare(x: np.ndarray, y: np.ndarray) -> data.Split:
    """Scale, and add the channel axis."""
    return x[..., None].astype(np.float32) / 255, y


# --- Model -----------------------------------------------------------------------------------------------------


def plain(filters: int = 32, hidden: int = 128) -> keras.Model:
    """Two convolutions and a dense head. Nearly all parameters sit where the pictures are flattened."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(filters, 3, activation="relu"),  # (B, 26, 26, 32)
            layers.Conv2D(2 * filters, 3, activation="relu"),  # (B, 24, 24, 64)
            layers.Flatten(),  # (B, 36864)
            layers.Dense(hidden, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def pooled(filters: int = 32, hidden: int = 128) -> keras.Model:
    """Max pooling and dropout added, as a sequence."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(filters, 3, activation="relu"),
            layers.Conv2D(2 * filters, 3, activation="relu"),
            layers.MaxPooling2D(2),  # (B, 12, 12, 64): a quarter of the weights behind it
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(hidden, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )


def pooled_functional(filters: int = 32, hidden: int = 128) -> keras.Model:
    """The same network with the functional API: layers are called on tensors, the model is named by its ends."""
    picture = keras.Input((28, 28, 1), name="picture")
    x = layers.Conv2D(filters, 3, activation="relu")(picture)
    x = layers.Conv2D(2 * filters, 3, activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Dropout(0.25)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(hidden, activation="relu")(x)
    x = layers.Dropout(0.5)(x)
    digit = layers.Dense(10, activation="softmax", name="digit")(x)
    return keras.Model(inputs=picture, outputs=digit)


# --- Training and evaluation -----------------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """Train without and with pooling and dropout; show that both ways of writing give one network."""
    (x, y), test = load(options)
    sizes = options.choose((32, 128), (8, 32))
    sequence, functional = pooled(*sizes), pooled_functional(*sizes)
    functional.set_weights(sequence.get_weights())
    difference = np.abs(np.asarray(sequence(x[:16])) - np.asarray(functional(x[:16]))).max()
    report.result("sequential against functional: largest difference", difference)

    curves: dict[str, list[float]] = {}
    for name, model in [("plain", plain(*sizes)), ("pooling, dropout", functional)]:
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        history = model.fit(
            x,
            y,
            batch_size=options.choose(128, 32),
            epochs=options.epochs_or(3),
            validation_split=0.1,
            verbose=options.verbose,
        ).history
        curves |= {f"{name}: training": history["loss"], f"{name}: validation": history["val_loss"]}
        report.result(f"{name}: parameters", model.count_params(), digits=7)
        report.result(f"{name}: training loss, first epoch", history["loss"][0])
        report.result(f"{name}: training loss, last epoch", history["loss"][-1])
        report.result(f"{name}: test accuracy", model.evaluate(*test, verbose=0)[1])
    report.curves("mnist_cnn", curves)

    kernels = functional.layers[1].get_weights()[0]  # (3, 3, 1, filters)
    report.pictures("mnist_cnn_kernels", {f"kernel {k}": kernels[:, :, 0, k] for k in range(8)}, columns=8)


# --- What to try next ------------------------------------------------------------------------------------------
# Shift every test digit by three pixels: how much does each network lose, and how much the dense one? Replace
# Flatten by GlobalAveragePooling2D. Use stride 2 instead of pooling.
