"""Small photographs: when memorising is easy, and invented variety the best cure.

CIFAR-10 (Krizhevsky 2009): 50,000 colour pictures of 32x32 pixels in ten classes. Much harder than digits: the plain
network soon knows its training pictures by heart. Dropout and pooling help; augmentation helps more: a mirrored,
slightly moved cat is still a cat, so the network never sees quite the same picture twice. The pictures flow
through a tf.data pipeline that prepares the next batches while the network works on this one.
"""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from nets.lectures import data
from nets.lectures.options import Options
from nets.lectures.report import Report

CLASSES = ("aeroplane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "lorry")

# --- Data ------------------------------------------------------------------------------------------------------


def load(options: Options) -> tuple[data.Split, data.Split]:
    """Pictures (N, 32, 32, 3) float32 in 0..1 and classes (N,)."""
    (x, y), (x_test, y_test) = data.cifar10(options)
    return (x.astype(np.float32) / 255, y), (x_test.astype(np.float32) / 255, y_test)


def flow(x: np.ndarray, y: np.ndarray, batch: int, seed: int, augmented: bool) -> tf.data.Dataset:
    """Batches in a new order each epoch; augmented: mirrored at random and moved by up to an eighth."""
    flip = layers.RandomFlip("horizontal", seed=seed)
    move = layers.RandomTranslation(0.125, 0.125, fill_mode="reflect", seed=seed)
    batches = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(x), seed=seed).batch(batch)
    if augmented:
        batches = batches.map(lambda pictures, classes: (move(flip(pictures, training=True), training=True), classes))
    return batches.prefetch(tf.data.AUTOTUNE)


# --- Model -----------------------------------------------------------------------------------------------------


def build(filters: int = 32, hidden: int = 256, cures: bool = False) -> keras.Model:
    """Two pairs of convolutions and a dense head; with the cures, each pair ends in pooling and dropout."""
    picture = keras.Input((32, 32, 3))
    x = picture
    for width in (filters, 2 * filters):
        x = layers.Conv2D(width, 3, padding="same", activation="relu")(x)
        # without pooling a stride makes the picture smaller, so that both networks have the same size
        x = layers.Conv2D(width, 3, padding="same", activation="relu", strides=1 if cures else 2)(x)
        if cures:
            x = layers.MaxPooling2D(2)(x)
            x = layers.Dropout(0.25)(x)
    x = layers.Flatten()(x)  # (B, 8 * 8 * 64)
    x = layers.Dense(hidden, activation="relu")(x)
    if cures:
        x = layers.Dropout(0.5)(x)
    model = keras.Model(picture, layers.Dense(10, activation="softmax")(x))
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


VARIANTS = {  # name -> (cures, augmented)
    "plain": (False, False),
    "dropout, pooling": (True, False),
    "dropout, pooling, augmentation": (True, True),
}

# --- Training and evaluation -----------------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """Train the three and compare what they know of the training and of the test pictures."""
    (x, y), test = load(options)
    sizes = options.choose((32, 256), (8, 32))
    batch = options.choose(64, 32)
    curves: dict[str, list[float]] = {}
    rows = []
    for name, (cures, augmented) in VARIANTS.items():
        model = build(*sizes, cures=cures)
        batches = flow(x, y, batch, options.seed, augmented)
        history = model.fit(
            batches, epochs=options.epochs_or(10), shuffle=False, validation_data=test, verbose=options.verbose
        ).history
        curves |= {f"{name}: training": history["accuracy"], f"{name}: test": history["val_accuracy"]}
        rows.append([name, model.count_params(), history["accuracy"][-1], history["val_accuracy"][-1]])
        report.result(f"{name}: training accuracy", history["accuracy"][-1])
        report.result(f"{name}: test accuracy", history["val_accuracy"][-1])
    report.table("Accuracy, last epoch", ["", "parameters", "training", "test"], rows)
    report.curves("cifar10", curves, y_label="accuracy")
    augmented_pictures = next(iter(flow(x[:6], y[:6], 6, options.seed, augmented=True)))
    report.pictures(
        "cifar10_augmented",
        {
            f"{place}: {CLASSES[int(label)]}": np.clip(picture, 0, 1)
            for place, (picture, label) in enumerate(zip(*map(np.asarray, augmented_pictures), strict=True))
        },
    )


# --- What to try next ------------------------------------------------------------------------------------------
# Why does the augmented network know the training pictures *less* well than the test pictures? Which augmentation
# would be wrong for digits, and which eight are exactly right for Go?
