"""Transfer: a network trained on a million photographs lends its first layers.

VGG19 (Simonyan and Zisserman 2014) was trained on ImageNet. Its first layers found edges, its next ones textures and
shapes; none of that is special to ImageNet. So its activations are good features for other pictures: keep the first
layers fixed, put a small new head on them, and train only the head. Few pictures suffice.

The weights (80 MB) are Keras's own and are downloaded on first use. Without them `--pretrained FILE` names a weights
file (vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5), and `--pretrained random` runs with random weights: that
shows how it is done, not that it works.
"""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
from keras import layers

from golois.errors import GoloisError
from nets.lectures import data
from nets.lectures.options import Options
from nets.lectures.report import Report

PICTURES, TEST_PICTURES = 5_000, 1_000  # of CIFAR-10; --samples chooses another number for training
CUT = "block3_pool"  # the new head is put on here: (B, 4, 4, 256) for pictures of 32x32
SHOWN = ("block1_conv1", "block1_conv2", "block2_conv2")

# --- Model -----------------------------------------------------------------------------------------------------


def vgg19(pretrained: str) -> keras.Model:
    """VGG19 without its dense layers, for pictures (32, 32, 3); "imagenet", "random" or a weights file."""
    weights: str | None = pretrained
    if pretrained == "random":
        weights = None
    elif pretrained != "imagenet" and not Path(pretrained).is_file():
        raise GoloisError(f"--pretrained {pretrained}: there is no such weights file; or say imagenet or random")
    try:
        return keras.applications.VGG19(weights=weights, include_top=False, input_shape=(32, 32, 3))
    except Exception as error:  # Keras raises a bare Exception when a download fails
        raise GoloisError(
            f"VGG19's weights cannot be had ({error}): give a weights file (--pretrained FILE), or run with random "
            "weights (--pretrained random), which shows the way but not the benefit"
        ) from error


def features(vgg: keras.Model, names: tuple[str, ...]) -> keras.Model:
    """A model with several outputs: the activations of the named layers. Layers are shared, nothing is copied."""
    return keras.Model(vgg.input, [vgg.get_layer(name).output for name in names])


def with_new_head(vgg: keras.Model, hidden: int = 128) -> tuple[keras.Model, keras.Model]:
    """The first layers of VGG19, and a new head for ten classes on them."""
    body = keras.Model(vgg.input, vgg.get_layer(CUT).output, name="first_layers")
    body.trainable = False
    activation = keras.Input(body.output.shape[1:])
    x = layers.GlobalAveragePooling2D()(activation)
    x = layers.Dense(hidden, activation="relu")(x)
    head = keras.Model(activation, layers.Dense(10, activation="softmax")(x), name="new_head")
    return body, head


# --- Data, training and evaluation -----------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """Look at intermediate activations; then train a new head on the first layers."""
    pretrained = "random" if options.quick else options.pretrained
    vgg = vgg19(pretrained)
    if pretrained == "random":
        report.say("RANDOM WEIGHTS: this shows how transfer is done. That it helps needs the ImageNet weights.\n")
    (x, y), (x_test, y_test) = data.cifar10(options)
    count, test_count = options.choose((options.samples or PICTURES, TEST_PICTURES), (64, 32))
    x, y, x_test, y_test = x[:count], y[:count], x_test[:test_count], y_test[:test_count]
    # VGG19 expects blue, green, red with ImageNet's means taken off, not numbers in 0..1
    inputs, inputs_test = (keras.applications.vgg19.preprocess_input(part.astype(np.float32)) for part in (x, x_test))

    activations = features(vgg, SHOWN)(inputs[:1])
    pictures = {"picture": x[0]}
    for name, activation in zip(SHOWN, activations, strict=True):
        for channel in range(3):
            pictures[f"{name}, {channel}"] = np.asarray(activation)[0, :, :, channel]
    report.pictures("transfer_activations", pictures, columns=5)

    body, head = with_new_head(vgg)
    # the first layers do not change: their answers are computed once, not once an epoch
    seen, seen_test = (body.predict(part, batch_size=64, verbose=0) for part in (inputs, inputs_test))
    deviation = seen.std() + 1e-6  # activations of VGG19 go into the hundreds
    head.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    history = head.fit(seen / deviation, y, epochs=options.epochs_or(20), verbose=0).history
    report.result("fixed parameters of the first layers", body.count_params(), digits=8)
    report.result("trained parameters of the head", head.count_params(), digits=8)
    report.result(f"{pretrained} weights: training loss, first epoch", history["loss"][0])
    report.result(f"{pretrained} weights: training loss, last epoch", history["loss"][-1])
    report.result(f"{pretrained} weights: test accuracy", head.evaluate(seen_test / deviation, y_test, verbose=0)[1])


# --- What to try next ------------------------------------------------------------------------------------------
# Cut at block1_pool and at block5_pool: which layers transfer best to pictures this small? Then set trainable and a
# learning rate of 0.00001 for the last block: fine-tuning.
