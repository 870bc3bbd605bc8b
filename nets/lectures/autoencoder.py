"""An autoencoder: an encoder, a decoder, and their chain.

The network is asked for its own input, through a narrow middle: 32 numbers for 784 pixels. What it keeps there is a
code of its own making (Hinton and Salakhutdinov 2006). With the functional API three models share the same layers:
the encoder, the decoder, and the autoencoder that is nothing but decoder(encoder(x)); training the chain trains both.
A linear autoencoder finds the principal components, so these are the measure of what the non-linear layers add.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

from nets.lectures import data
from nets.lectures.options import Options
from nets.lectures.report import Report

# --- Data ------------------------------------------------------------------------------------------------------


def load(options: Options) -> tuple[np.ndarray, np.ndarray]:
    """Digits as (N, 784) in 0..1, for training and for testing; the pictures are their own targets."""
    (x, _), (x_test, _) = data.mnist(options)
    return x.reshape(-1, 784).astype(np.float32) / 255, x_test.reshape(-1, 784).astype(np.float32) / 255


# --- Model -----------------------------------------------------------------------------------------------------


def build(code: int = 32, hidden: int = 256) -> tuple[keras.Model, keras.Model, keras.Model]:
    """Encoder, decoder and autoencoder; a model is called on a tensor like a layer."""
    picture = keras.Input((784,), name="picture")
    x = layers.Dense(hidden, activation="relu")(picture)
    encoder = keras.Model(picture, layers.Dense(code, name="code")(x), name="encoder")

    short = keras.Input((code,), name="short")
    x = layers.Dense(hidden, activation="relu")(short)
    decoder = keras.Model(short, layers.Dense(784, activation="sigmoid")(x), name="decoder")

    autoencoder = keras.Model(picture, decoder(encoder(picture)), name="autoencoder")
    autoencoder.compile(optimizer="adam", loss="mse")
    return encoder, decoder, autoencoder


def principal_components(x: np.ndarray, x_test: np.ndarray, code: int) -> np.ndarray:
    """The test pictures rebuilt from `code` principal components of the training pictures."""
    mean = x.mean(axis=0)
    _, _, directions = np.linalg.svd(x[:5000] - mean, full_matrices=False)
    kept = directions[:code]  # (code, 784)
    rebuilt: np.ndarray = (x_test - mean) @ kept.T @ kept + mean
    return rebuilt


# --- Training and evaluation -----------------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """Train the chain, then use its halves alone."""
    x, x_test = load(options)
    code = options.choose(32, 16)
    encoder, decoder, autoencoder = build(code, options.choose(256, 64))
    history = autoencoder.fit(
        x, x, batch_size=options.choose(128, 32), epochs=options.epochs_or(10, quick=4), verbose=options.verbose
    ).history
    codes = encoder.predict(x_test, verbose=0)  # (N, 32)
    rebuilt = decoder.predict(codes, verbose=0)  # (N, 784)
    chained = autoencoder.predict(x_test, verbose=0)
    report.result("training loss, first epoch", history["loss"][0])
    report.result("training loss, last epoch", history["loss"][-1])
    report.result("decoder(encoder(x)) against autoencoder(x)", np.abs(rebuilt - chained).max())
    report.result(f"test mse, {code} numbers of the encoder", np.mean((rebuilt - x_test) ** 2))
    linear = principal_components(x, x_test, code)
    report.result(f"test mse, {code} principal components", np.mean((linear - x_test) ** 2))
    report.result("test mse of the mean picture", np.mean((x.mean(axis=0) - x_test) ** 2))
    report.curves("autoencoder", {"training": history["loss"]}, y_label="mse")

    pictures = {}
    for place in range(6):
        pictures[f"digit {place}"] = x_test[place].reshape(28, 28)
    for title, batch in [("autoencoder", rebuilt), ("components", linear)]:
        pictures |= {f"{title} {place}": batch[place].reshape(28, 28) for place in range(6)}
    report.pictures("autoencoder_pictures", pictures, columns=6)


# --- What to try next ------------------------------------------------------------------------------------------
# code=2, and draw the codes in the plane, a colour per digit. Decode a random code: is it a digit? Decode points on
# the line between two codes. Noise in, clean picture out: `golois lecture run unet`.
