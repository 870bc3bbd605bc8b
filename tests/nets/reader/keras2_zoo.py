"""What the networks of Keras 2 are made of, first part: recorded calls and activations (needs tf_keras)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

try:
    from tf_keras import layers as L
except ImportError:  # TensorFlow before 2.16 has Keras 2 itself
    L = tf.keras.layers

Tensor = Any
NETWORKS: dict[str, Callable[[Tensor], Tensor]] = {}


def network(make: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    NETWORKS[make.__name__] = make
    return make


def conv(x: Tensor, filters: int = 4, **options: Any) -> Tensor:
    return L.Conv2D(filters, 3, padding="same", **options)(x)


@network
def split_and_concat(x):
    a, b = tf.split(conv(x, 4), 2, axis=-1)
    return tf.concat([a, b * 2.0, a + b], axis=-1)


@network
def split_by_sizes(x):
    a, b, c = tf.split(conv(x, 6), [1, 2, 3], axis=3)
    return tf.concat([c, a, b], -1)


@network
def slicing(x):
    y = conv(x, 6)
    return L.Concatenate()([y[..., :2], y[:, :, :, 2:5], y[..., -1:]])


@network
def slicing_points(x):
    y = conv(x, 4)
    centre = y[:, 9, 9, :]
    corner = y[:, 0:19:18, 0:1, :]
    return y * centre[:, tf.newaxis, tf.newaxis, :] + tf.reduce_mean(corner, axis=[1, 2], keepdims=True)


@network
def arithmetic(x):
    y = conv(x)
    z = conv(x)
    return (1.0 - y) * z + y / 3.0 - z * y + tf.square(y) - (-z)


@network
def more_arithmetic(x):
    y = tf.abs(conv(x)) + 0.5
    return (
        tf.sqrt(y) + tf.exp(-y) + tf.math.log(y) + tf.math.rsqrt(y) + y**2.0 + tf.maximum(y, 0.7) - tf.minimum(y, 1.0)
    )


@network
def constants(x):
    y = conv(x, 3)
    return y * tf.constant([1.0, 2.0, 3.0]) + tf.constant([[[[0.1, 0.2, 0.3]]]])


@network
def clip(x):
    return tf.clip_by_value(conv(x), -0.1, 0.2)


@network
def activations_of_tf(x):
    y = conv(x)
    parts = [tf.nn.relu(y), tf.nn.leaky_relu(y), tf.nn.leaky_relu(y, alpha=0.1), tf.nn.silu(y), tf.nn.gelu(y)]
    parts += [tf.nn.sigmoid(y), tf.tanh(y), tf.nn.softplus(y), tf.nn.elu(y), tf.nn.relu6(y), tf.nn.softmax(y, axis=-1)]
    parts += [tf.nn.gelu(y, approximate=True), tf.nn.softsign(y), tf.nn.selu(y)]
    return tf.concat(parts, -1)


NAMES = """
    relu elu selu gelu sigmoid tanh softplus softsign hard_sigmoid swish exponential linear mish softmax
"""


@network
def activation_names(x):
    return L.Concatenate()([L.Activation(name)(conv(x, 2)) for name in NAMES.split()])


@network
def activation_functions(x):
    y = conv(x, activation=tf.nn.silu)
    y = L.Activation(tf.nn.relu6)(y)
    return L.Activation(tf.nn.leaky_relu)(y)


@network
def activation_layers(x):
    y = conv(x)
    parts = [L.ReLU(max_value=0.3, negative_slope=0.1, threshold=0.05)(y), L.LeakyReLU(0.2)(y), L.ELU(0.5)(y)]
    parts += [L.PReLU(shared_axes=[1, 2])(y), L.PReLU()(y), L.ThresholdedReLU(0.1)(y), L.Softmax(axis=-1)(y)]
    return L.Concatenate()(parts)


@network
def activation_objects(x):
    y = L.Conv2D(4, 3, padding="same", activation=L.LeakyReLU(0.05))(x)
    return L.Dense(3, activation=L.ReLU(max_value=1.0))(y)


@network
def reductions(x):
    y = conv(x)
    spatial = tf.reduce_mean(y, axis=[1, 2], keepdims=True) + tf.reduce_max(y, axis=(1, 2), keepdims=True)
    channels = tf.reduce_mean(y, axis=-1, keepdims=True) + tf.reduce_max(y, axis=3, keepdims=True)
    rows = tf.reduce_sum(y, axis=1, keepdims=True) - tf.reduce_min(y, axis=2, keepdims=True)
    return y * spatial + channels + rows + tf.math.reduce_std(y, axis=-1, keepdims=True)


@network
def squeeze_and_excite(x):
    y = conv(x, 8)
    s = tf.reduce_mean(y, axis=[1, 2])
    s = L.Dense(8, activation="sigmoid")(L.Dense(2, activation="relu")(s))
    return y * tf.reshape(s, [-1, 1, 1, 8])


@network
def squeeze_and_excite_layers(x):
    y = conv(x, 8)
    s = L.GlobalAveragePooling2D(keepdims=True)(y)
    s = L.Conv2D(8, 1, activation="hard_sigmoid")(L.Conv2D(2, 1, activation="swish")(s))
    return L.Multiply()([y, s])


@network
def merging_of_different_rank(x):
    y = conv(x, 8)
    return L.Multiply()([y, L.Reshape((1, 1, 8))(L.Dense(8, activation="sigmoid")(L.GlobalMaxPooling2D()(y)))])


@network
def channel_shuffle(x):
    y = conv(x, 6)
    y = tf.reshape(y, [-1, 19, 19, 2, 3])
    y = tf.transpose(y, [0, 1, 2, 4, 3])
    return tf.reshape(y, [-1, 19, 19, 6])


@network
def channel_shuffle_layers(x):
    y = L.Reshape((19, 19, 2, 3))(conv(x, 6))
    return L.Reshape((19, 19, 6))(L.Permute((1, 2, 4, 3))(y))


@network
def computed_shapes(x):
    y = conv(x)
    shape = tf.shape(y)
    flat = tf.reshape(y, [shape[0], shape[1] * shape[2], shape[3]])
    flat = L.Dense(4)(flat)
    return tf.reshape(flat, [-1, shape[1], shape[2], 4]) + y


@network
def stack_and_unstack(x):
    y = conv(x, 3)
    a, b, c = tf.unstack(y, axis=-1)
    return tf.stack([b, c, a, a + b], axis=-1)


@network
def expand_and_squeeze(x):
    y = conv(x, 1)
    return tf.expand_dims(tf.squeeze(y, axis=-1), -1) * conv(x)


@network
def padding(x):
    y = L.Conv2D(4, 3)(tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]))
    z = L.Conv2D(4, 5)(tf.pad(x, [[0, 0], [2, 2], [2, 2], [0, 0]], "REFLECT"))
    return y + z + L.Cropping2D(((1, 2), (2, 1)))(L.ZeroPadding2D(((1, 2), (2, 1)))(y))


@network
def channel_padding(x):
    return conv(x, 8) + tf.pad(conv(x, 4), [[0, 0], [0, 0], [0, 0], [2, 2]], constant_values=0.5)


@network
def tiling(x):
    y = conv(x, 2)
    return tf.tile(y, [1, 1, 1, 3]) + tf.repeat(y, 3, axis=-1) + conv(x, 6)


@network
def einsum_free_attention(x):
    y = L.Reshape((361, 4))(conv(x, 4))
    scores = tf.nn.softmax(tf.matmul(L.Dense(4)(y), L.Dense(4)(y), transpose_b=True) / 2.0)
    return tf.reshape(tf.matmul(scores, L.Dense(4)(y)), [-1, 19, 19, 4])
