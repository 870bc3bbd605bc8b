"""Data parallel training: one step on two devices is one step on one.

Each device holds a copy of the weights and gets its share of the batch; the gradients are summed over the devices
(all-reduce) and every copy takes the same step. As the gradient of a mean is the mean of the gradients, nothing
changes but the time: two devices with 32 examples each take the step of one with 64. A laptop has one processor, but
TensorFlow can split it into two virtual devices, which is enough to see that it is true.
"""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from golois.errors import GoloisError
from nets.lectures import mnist_dense
from nets.lectures.options import Options
from nets.lectures.report import Report

DEVICES, BATCH = 2, 64

# --- Devices ---------------------------------------------------------------------------------------------------


def virtual_devices() -> list[str]:
    """Split the processor in two; possible only before TensorFlow computes anything."""
    processor = tf.config.list_physical_devices("CPU")[0]
    try:
        tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * DEVICES)
    except RuntimeError as error:
        raise GoloisError("the processor can only be split before TensorFlow starts: run in a new process") from error
    return [device.name for device in tf.config.list_logical_devices("CPU")]


# --- Model -----------------------------------------------------------------------------------------------------


def build() -> keras.Model:
    """784 -> 32 -> 10 class scores."""
    return keras.Sequential([keras.Input((784,)), layers.Dense(32, activation="relu"), layers.Dense(10)])


def summed_loss(model: keras.Model, x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """Cross-entropy of this share of the batch, divided by the size of the *whole* batch.

    Dividing by the size of the share is the classical mistake: the sum over the devices is then twice too large.
    """
    return tf.reduce_sum(keras.losses.categorical_crossentropy(y, model(x), from_logits=True)) / BATCH


# --- Training: one step, on one device and on two --------------------------------------------------------------


def gradients_on_one(model: keras.Model, x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
    """The gradient of the whole batch, on one device."""
    with tf.GradientTape() as tape:
        loss = summed_loss(model, tf.constant(x), tf.constant(y))
    return [gradient.numpy() for gradient in tape.gradient(loss, model.trainable_variables)]


def gradients_on_all(
    strategy: tf.distribute.Strategy, model: keras.Model, x: np.ndarray, y: np.ndarray
) -> list[np.ndarray]:
    """Each device's gradient of its share, summed over the devices."""

    @tf.function
    def step(share_x: tf.Tensor, share_y: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            loss = summed_loss(model, share_x, share_y)
        gradients = tape.gradient(loss, model.trainable_variables)
        return tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, gradients)

    batches = tf.data.Dataset.from_tensor_slices((x, y)).batch(BATCH)
    shares = next(iter(strategy.experimental_distribute_dataset(batches)))
    per_device = strategy.run(step, args=shares)
    return [strategy.experimental_local_results(gradient)[0].numpy() for gradient in per_device]


# --- Data and evaluation ---------------------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """Compare the gradients, then train with Keras's own fit on both devices."""
    names = virtual_devices()
    report.say(f"devices: {', '.join(names)}")
    (x, y), test = mnist_dense.load(options)
    strategy = tf.distribute.MirroredStrategy(names)
    single = build()
    with strategy.scope():  # weights made in here are mirrored on every device
        mirrored = build()
    mirrored.set_weights(single.get_weights())
    report.result("devices", strategy.num_replicas_in_sync)
    one = gradients_on_one(single, x[:BATCH], y[:BATCH])
    many = gradients_on_all(strategy, mirrored, x[:BATCH], y[:BATCH])
    report.result("largest gradient", max(np.abs(gradient).max() for gradient in one))
    report.result(
        "one device against two: largest difference",
        max(np.abs(a - b).max() for a, b in zip(one, many, strict=True)),
    )

    with strategy.scope():
        loss = keras.losses.CategoricalCrossentropy(from_logits=True)
        mirrored.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    count = len(x) // BATCH * BATCH  # every device needs a share of every batch
    batches = tf.data.Dataset.from_tensor_slices((x[:count], y[:count])).shuffle(count, seed=options.seed).batch(BATCH)
    history = mirrored.fit(batches, epochs=options.epochs_or(2), shuffle=False, verbose=options.verbose).history
    report.result("training loss, first epoch", history["loss"][0])
    report.result("training loss, last epoch", history["loss"][-1])
    answers = mirrored(test[0]).numpy().argmax(axis=1)
    report.result("test accuracy", np.mean(answers == test[1].argmax(axis=1)))


# --- What to try next ------------------------------------------------------------------------------------------
# Divide by the share instead of by the batch and read the difference. With eight devices and 64 examples each a step
# sees 512: why is the learning rate then raised (Goyal et al. 2017)? Where do batch normalisation's statistics go?
