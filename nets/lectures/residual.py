"""Residual networks: depth needs a way around.

He et al. (2016): more layers ought to be at least as good, since the additional ones could compute the identity.
Trained plainly they are worse, even on the *training* data: the identity is hard to learn for a stack of
convolutions. So it is given for nothing: a block computes y = x + f(x) and f only learns what to change. The
gradient takes the same way back, dy/dx = 1 + f'(x), past all the layers that would make it vanish. AlphaGo Zero
and every strong Go network since are towers of such blocks.

The weighted form y = f(x) W1 + x W2 learns how much of each to take, and may change the number of channels.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers, ops

from nets.lectures import cifar10
from nets.lectures.options import Options
from nets.lectures.report import Report

PICTURES = 10_000  # of CIFAR-10; --samples chooses another number
MOMENTUM = 0.9  # of the running means: these are short runs (lecture batchnorm)

# --- Model: the block as a layer of its own --------------------------------------------------------------------


class ResidualBlock(layers.Layer):
    """f(x) = convolution, normalisation, ReLU, convolution, normalisation; the output depends on `form`.

    Args:
        filters: channels of the output.
        form: "identity": x + f(x); "weighted": f(x) W1 + x W2; "plain": f(x) with a ReLU, no way around.
    """

    def __init__(self, filters: int, form: str = "identity", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.filters, self.form = filters, form
        self.convolutions = [layers.Conv2D(filters, 3, padding="same", use_bias=False) for _ in range(2)]
        # gamma 0 makes f(x) = 0 at first: a new residual block is the identity (Goyal et al. 2017)
        last_gamma = "ones" if form == "plain" else "zeros"
        first = layers.BatchNormalization(momentum=MOMENTUM)
        self.norms = [first, layers.BatchNormalization(momentum=MOMENTUM, gamma_initializer=last_gamma)]

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the weights, now that the number of input channels is known."""
        channels = input_shape[-1]
        if self.form == "identity" and channels != self.filters:
            raise ValueError(f"x + f(x) needs as many channels in as out, not {channels} and {self.filters}")
        shape = tuple(input_shape)
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            convolution.build(shape)
            shape = (*shape[:-1], self.filters)
            norm.build(shape)
        if self.form == "weighted":
            self.w1 = self.add_weight(shape=(self.filters, self.filters), initializer="identity", name="w1")
            self.w2 = self.add_weight(shape=(channels, self.filters), initializer="identity", name="w2")

    def call(self, x: Any, training: bool = False) -> Any:
        """From x (B, H, W, C) to (B, H, W, filters)."""
        f = ops.relu(self.norms[0](self.convolutions[0](x), training=training))
        f = self.norms[1](self.convolutions[1](f), training=training)
        if self.form == "identity":
            return x + f
        if self.form == "weighted":
            return f @ self.w1 + x @ self.w2  # a matrix on the channels of every point: a 1x1 convolution
        return ops.relu(f)

    def get_config(self) -> dict[str, Any]:
        """What Keras needs to build the block again from a file."""
        return super().get_config() | {"filters": self.filters, "form": self.form}


def build(form: str, blocks: int, filters: int = 16, steps: int = 1000) -> keras.Model:
    """A stem that halves the picture, the tower of blocks, the mean of each channel, ten classes."""
    picture = keras.Input((32, 32, 3))
    x = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False)(picture)  # (B, 16, 16, filters)
    x = layers.ReLU()(layers.BatchNormalization(momentum=MOMENTUM)(x))
    for _ in range(blocks):
        x = ResidualBlock(filters, form)(x)
    x = layers.GlobalAveragePooling2D()(layers.ReLU()(x))
    model = keras.Model(picture, layers.Dense(10, activation="softmax")(x))
    rate = keras.optimizers.schedules.CosineDecay(0.005, steps)
    model.compile(keras.optimizers.Adam(rate), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# --- Data, training and evaluation -----------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """Plain against residual by depth on CIFAR-10, and the weighted form at the middle depth."""
    (x, y), (x_test, y_test) = cifar10.load(options)
    x_test, y_test = x_test[:2000], y_test[:2000]  # enough for two digits of accuracy
    if options.samples is None:
        x, y = x[:PICTURES], y[:PICTURES]
    filters = options.choose(16, 8)
    depths = options.choose((2, 6, 12), (1,))
    block = ResidualBlock(filters)
    some = np.random.default_rng(options.seed).normal(size=(2, 8, 8, filters)).astype(np.float32)
    report.result("a new block: largest |y - x|", np.abs(np.asarray(block(some)) - some).max())

    epochs = options.epochs_or(5)
    trials = [(form, depth) for depth in depths for form in ("plain", "identity")] + [
        ("weighted", depths[len(depths) // 2])
    ]
    losses, errors, accuracies, rows = {}, {}, {}, []
    for form, depth in trials:
        model = build(form, depth, filters, steps=epochs * -(-len(x) // 64))
        history = model.fit(x, y, batch_size=64, epochs=epochs, validation_data=(x_test, y_test), verbose=0).history
        name = f"{form}, {2 * depth + 2} layers"
        losses[name], accuracies[name] = history["loss"], history["val_accuracy"]
        errors[name] = 1 - np.array(history["accuracy"])
        rows.append([name, model.count_params(), history["loss"][-1], float(errors[name][-1]), accuracies[name][-1]])
        report.say(f"{name}: training loss {history['loss'][-1]:.3f}")
        report.result(f"{name}: training loss", history["loss"][-1])
        report.result(f"{name}: test accuracy", accuracies[name][-1])
    report.table("By depth", ["", "parameters", "training loss", "training error", "test accuracy"], rows)
    report.curves("residual_training_error", errors, y_label="training error")
    report.curves("residual_test_accuracy", accuracies, y_label="test accuracy")


# --- What to try next ------------------------------------------------------------------------------------------
# Print w2 of the weighted form after training: does it stay near the identity? Start with gamma 1 instead of 0. Cut
# out one block of a trained tower: a residual network hardly notices (Veit et al. 2016), a plain one is lost.
