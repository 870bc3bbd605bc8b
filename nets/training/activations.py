"""Swish as one kernel each way, for training on a CPU with TensorFlow."""

from __future__ import annotations

from typing import Any

import keras

from nets.training.precision import gpu_present


def speed_up_swish(model: keras.Model) -> None:
    """Let the swishes of a model over whole boards run as one compiled kernel forwards and one backwards.

    TensorFlow computes swish and its gradient operation by operation, each a walk through memory, in more than twice
    the time. The rest of the model is better off without XLA, whose convolutions are slow on a CPU. What the model
    computes and what is saved of it stay the same.
    """
    if keras.backend.backend() != "tensorflow" or gpu_present():
        return
    swish = _compiled_swish()  # one for all layers: it is compiled once for each shape, not once for each layer
    for layer in model.layers:
        if getattr(layer, "activation", None) is keras.activations.silu and len(layer.output.shape) == 4:
            layer.activation = swish


def _compiled_swish() -> Any:
    import tensorflow as tf

    @tf.function(jit_compile=True)
    def forwards(x: Any) -> Any:
        wide = tf.cast(x, tf.float32)
        return tf.cast(wide * tf.sigmoid(wide), x.dtype)

    @tf.function(jit_compile=True)
    def backwards(x: Any, gradient: Any) -> Any:
        wide = tf.cast(x, tf.float32)
        share = tf.sigmoid(wide)
        slope = share + wide * share * (1 - share)
        return tf.cast(tf.cast(gradient, tf.float32) * slope, x.dtype)

    @tf.custom_gradient
    def swish(x: Any) -> Any:
        return forwards(x), lambda gradient: backwards(x, gradient)

    return swish
