"""A U-Net takes noise off pictures: why skip connections carry the detail.

Ronneberger, Fischer and Brox (2015). Going down, pooling makes the picture small and the view wide: the network
learns *what* is there. Going up, it must paint the answer in full size, but *where* exactly every edge was has been
pooled away. The skip connection hands each level of the way up the picture of the same size from the way down,
concatenated channel by channel. The same network without these skips is the test of the idea.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

from nets.lectures import data
from nets.lectures.options import Options
from nets.lectures.report import Report

NOISE = 0.5  # standard deviation, pixels being in 0..1
TEST = 2_000  # test pictures looked at after each epoch

# --- Data ------------------------------------------------------------------------------------------------------


def load(options: Options) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Noisy and clean digits (N, 28, 28, 1) in 0..1, for training, then for testing."""
    (x, _), (x_test, _) = data.mnist(options)
    x_test = x_test[:TEST]
    random = np.random.default_rng(options.seed)
    clean, clean_test = (part[..., None].astype(np.float32) / 255 for part in (x, x_test))
    return add_noise(clean, random), clean, add_noise(clean_test, random), clean_test


def add_noise(x: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Add normal noise and clip to what a picture can show."""
    return np.clip(x + NOISE * random.standard_normal(x.shape, np.float32), 0, 1)


# --- Model -----------------------------------------------------------------------------------------------------


def build(skips: bool, filters: int = 16) -> keras.Model:
    """28x28 -> 14x14 -> 7x7 -> 14x14 -> 28x28; with skips, the way up sees the way down."""

    def convolve(x: keras.KerasTensor, width: int) -> keras.KerasTensor:
        return layers.Conv2D(width, 3, padding="same", activation="relu")(x)

    picture = keras.Input((28, 28, 1))
    large = convolve(picture, filters)  # (B, 28, 28, 16)
    middle = convolve(layers.MaxPooling2D(2)(large), 2 * filters)  # (B, 14, 14, 32)
    small = convolve(layers.MaxPooling2D(2)(middle), 4 * filters)  # (B, 7, 7, 64)
    x = layers.UpSampling2D(2)(small)
    if skips:
        x = layers.Concatenate()([x, middle])
    x = layers.UpSampling2D(2)(convolve(x, 2 * filters))
    if skips:
        x = layers.Concatenate()([x, large])
    x = convolve(x, filters)
    model = keras.Model(picture, layers.Conv2D(1, 3, padding="same", activation="sigmoid")(x))
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["mse"])
    return model


LECTURE_LOSS = {"without skips": 0.1664, "with skips": 0.14}  # after 20 epochs

# --- Training and evaluation -----------------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """Train without and with skips on the same noisy digits."""
    noisy, clean, noisy_test, clean_test = load(options)
    report.result("test mse of the noisy pictures", np.mean((noisy_test - clean_test) ** 2))
    # a grey pixel cannot be predicted to a loss of 0: its own entropy remains
    p = np.clip(clean_test, 1e-7, 1 - 1e-7)
    report.result(
        "least possible loss (entropy of the clean pictures)", np.mean(-p * np.log(p) - (1 - p) * np.log(1 - p))
    )
    curves: dict[str, list[float]] = {}
    pictures = {}
    for place in range(4):
        pictures[f"clean {place}"] = clean_test[place]
    pictures |= {f"noisy {place}": noisy_test[place] for place in range(4)}
    for name, skips in [("without skips", False), ("with skips", True)]:
        model = build(skips, options.choose(16, 4))
        history = model.fit(
            noisy,
            clean,
            batch_size=options.choose(64, 32),
            epochs=options.epochs_or(20, quick=3),
            validation_data=(noisy_test, clean_test),
            verbose=options.verbose,
        ).history
        curves |= {f"{name}: training": history["loss"], f"{name}: test": history["val_loss"]}
        # the lecture's losses belong to its full run, not to a few epochs on invented digits
        theirs = None if options.quick else LECTURE_LOSS[name]
        report.result(f"{name}: training loss, first epoch", history["loss"][0])
        report.result(f"{name}: training loss, last epoch", history["loss"][-1], theirs)
        report.result(f"{name}: test loss", history["val_loss"][-1])
        report.result(f"{name}: test mse", history["val_mse"][-1])
        answers = model.predict(noisy_test[:4], verbose=0)
        pictures |= {f"{name} {place}": answers[place] for place in range(4)}
    report.curves("unet", curves, y_label="binary cross-entropy")
    report.pictures("unet_pictures", pictures, columns=4)


# --- What to try next ------------------------------------------------------------------------------------------
# More noise: when do the skips stop helping? Add instead of concatenating. Hide a square of the picture instead of
# adding noise, and let the network paint it back.
