"""Batch normalisation: each channel with mean 0 and deviation 1, inside the network too.

Ioffe and Szegedy (2015). In training, each channel is normalised with the mean and variance of the *batch* and then
scaled by a learnt gamma and shifted by a learnt beta; running means of both statistics are kept. Afterwards, these
running means are used, so that one picture's answer does not depend on its neighbours in the batch. Two consequences:
the convolution before it needs no bias (the mean takes it away again; beta replaces it), and the activation comes
after it (a ReLU before would have cut half of the distribution off already).
"""

from __future__ import annotations

import keras
import numpy as np
from keras import layers, ops

from nets.lectures import mnist_cnn
from nets.lectures.options import Options
from nets.lectures.report import Report

# --- Data: digits, from `mnist_cnn` ----------------------------------------------------------------------------

DIGITS = 10_000  # enough to see the difference; --samples chooses another number

# --- Model -----------------------------------------------------------------------------------------------------


def build(normalised: bool, depth: int = 6, filters: int = 16, steps: int = 1000) -> keras.Model:
    """A deep, narrow stack of convolutions: convolution, (normalisation,) activation."""
    picture = keras.Input((28, 28, 1))
    x = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=not normalised)(picture)
    for number in range(depth):
        if number:
            x = layers.Conv2D(filters, 3, padding="same", use_bias=not normalised)(x)
        if normalised:
            x = layers.BatchNormalization(momentum=0.9)(x)  # 0.99, the usual, remembers hundreds of batches
        x = layers.Activation("sigmoid")(x)  # the sigmoid of the paper's experiment: hard without normalisation
    x = layers.GlobalAveragePooling2D()(x)
    model = keras.Model(picture, layers.Dense(10, activation="softmax")(x))
    # The rate falls to 0 over the run. While the weights move fast, the running means lag behind them and the test mode
    # is far worse than the training mode; when they come to rest, the two agree. Try a constant rate.
    rate = keras.optimizers.schedules.CosineDecay(0.01, steps)
    model.compile(keras.optimizers.Adam(rate), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# --- The layer by hand -----------------------------------------------------------------------------------------


def normalise(x: np.ndarray, epsilon: float = 0.001) -> np.ndarray:
    """What the layer computes in training, with gamma 1 and beta 0: x (B, H, W, C)."""
    mean, variance = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
    return (x - mean) / np.sqrt(variance + epsilon)


def behaviour(seed: int, report: Report) -> None:
    """Compare training and test behaviour of one layer on channels of mean 5 and deviation 3."""
    x = np.random.default_rng(seed).normal(5, 3, (64, 4, 4, 2)).astype(np.float32)
    layer = layers.BatchNormalization(momentum=0.9)
    untrained = np.asarray(layer(x, training=False))
    report.result("before training, test mode: mean", untrained.mean())  # the running mean is still 0, variance 1
    in_training = np.asarray(layer(x, training=True))
    report.result("training mode: mean", in_training.mean())
    report.result("training mode: deviation", in_training.std())
    report.result("training mode, against NumPy: largest difference", np.abs(in_training - normalise(x)).max())
    report.result("running mean after 1 batch (0.9 * 0 + 0.1 * 5)", ops.mean(layer.moving_mean))
    for _ in range(99):
        layer(x, training=True)
    report.result("running mean after 100 batches", ops.mean(layer.moving_mean))
    alone = np.asarray(layer(x[:1], training=False))
    together = np.asarray(layer(x, training=False))[:1]
    report.result("test mode: one picture alone against in its batch", np.abs(alone - together).max())
    shifted = np.asarray(layer(x + 7, training=True))
    report.result("training mode: effect of a bias of 7 before it", np.abs(shifted - in_training).max())


# --- Training and evaluation -----------------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """The behaviour of one layer, then a deep network without and with it."""
    behaviour(options.seed, report)
    (x, y), test = mnist_cnn.load(options)
    if options.samples is None:
        x, y = x[:DIGITS], y[:DIGITS]
    depth, filters = options.choose((6, 16), (3, 8))
    curves = {}
    for name, normalised in [("without", False), ("with", True)]:
        epochs = options.epochs_or(6)
        model = build(normalised, depth, filters, steps=epochs * -(-len(x) // 32))
        history = model.fit(x, y, batch_size=32, epochs=epochs, verbose=options.verbose).history
        curves[name] = history["loss"]
        report.result(f"{name} normalisation: training loss", history["loss"][-1])
        report.result(f"{name} normalisation: test accuracy", model.evaluate(*test, verbose=0)[1])
    report.curves("batchnorm", curves)


# --- What to try next ------------------------------------------------------------------------------------------
# Batches of 2: how noisy do mean and variance become? Set layer.trainable = False: a frozen layer always runs in
# test mode. Before a Go network plays, its normalisations can be folded into the convolutions: write down how.
