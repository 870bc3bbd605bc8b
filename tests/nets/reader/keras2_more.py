"""What the networks of Keras 2 are made of, third part: images, stacks, numbers for every position, rarer layers."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras2_zoo import L, conv, network

B = tf.keras.backend


def constant(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).random(shape, dtype=np.float32)


@network
def turned_boards(x):
    y = conv(x)
    turned = tf.image.rot90(y, 1) + tf.image.rot90(y, k=2) - tf.image.rot90(y, 3)
    return turned + tf.image.flip_left_right(y) * tf.image.flip_up_down(y) + tf.image.transpose(y)


@network
def an_ensemble_stacked_before_the_batch(x):
    return tf.reduce_mean(tf.stack([conv(x), conv(x)], axis=0), axis=0) + tf.reduce_max([conv(x), conv(x)], axis=0)


@network
def backwards_and_around(x):
    return conv(x)[:, ::-1] + conv(x)[:, :, ::-1, :] + tf.roll(conv(x), shift=[1, 2], axis=[1, 2])


@network
def coordinates_for_every_position(x):
    places = tf.tile(tf.constant(constant(1, 19, 19, 2)), [tf.shape(x)[0], 1, 1, 1])
    zeros = tf.zeros([tf.shape(x)[0], 19, 19, 1])
    return tf.concat([conv(x), places, zeros, tf.fill([tf.shape(x)[0], 19, 19, 1], 0.5)], -1)


@network
def cut_and_resized(x):
    y = tf.image.crop_to_bounding_box(tf.image.resize(conv(x), [24, 24]), 2, 3, 19, 19)
    z = tf.image.resize_with_crop_or_pad(tf.image.central_crop(conv(x), 0.5), 19, 19)
    return y + z + tf.image.resize(conv(x)[:, :8, :8], (19, 19), method="nearest")


@network
def patches(x):
    return tf.image.extract_patches(x, [1, 3, 3, 1], [1, 1, 1, 1], [1, 2, 2, 1], "SAME")


@network
def kernels_of_numbers(x):
    y = tf.nn.conv2d(x, tf.constant(constant(3, 3, 6, 4)), 1, "SAME")
    return y + tf.nn.depthwise_conv2d(y, tf.constant(constant(3, 3, 4, 1)), [1, 1, 1, 1], "SAME")


@network
def running_sums_and_norms(x):
    y = conv(x)
    norms = tf.norm(y, ord=1, axis=-1, keepdims=True) + tf.math.reduce_euclidean_norm(y, -1, keepdims=True)
    return tf.cumsum(y, axis=1) / 19.0 + norms + tf.nn.local_response_normalization(y, depth_radius=1, alpha=0.5)


@network
def truths(x):
    some, black = tf.reduce_any(x > 0.9, axis=-1, keepdims=True), x[..., :1] > 0.5
    return conv(x) * tf.cast(some, tf.float32) + tf.cast(tf.math.logical_xor(some, black), tf.float32)


@network
def elementary_functions(x):
    y = tf.abs(conv(x, 2)) + 0.5
    parts = [tf.math.log1p(y), tf.math.expm1(-y), tf.math.sinh(y), tf.math.cosh(y), tf.math.tan(y / 9.0)]
    return tf.concat([*parts, tf.floor(3.0 * y), tf.round(3.0 * y), tf.math.ceil(3.0 * y)], -1)


@network
def the_backend(x):
    y = B.permute_dimensions(B.reshape(conv(x, 6), (-1, 19, 19, 2, 3)), (0, 1, 2, 4, 3))
    y = B.reverse(B.squeeze(B.expand_dims(B.reshape(y, (-1, 19, 19, 6)), 1), 1), 1)
    y = B.clip(y, -0.5, 0.5) + B.relu(y, max_value=0.5) + B.std(y, axis=-1, keepdims=True) + B.l2_normalize(y, axis=-1)
    y = B.pool2d(y, (3, 3), (1, 1), "same", pool_mode="avg") + B.repeat_elements(y[..., :3], 2, axis=-1)
    points = L.Reshape((361, 6))(y)
    return B.reshape(
        B.batch_dot(B.batch_dot(points, points, axes=(2, 2)) / 361.0, points, axes=(2, 1)), (-1, 19, 19, 6)
    )


@network
def sizes_taken_apart(x):
    sizes = tf.shape(x)
    y = tf.reshape(conv(x, 6), tf.stack([sizes[0], sizes[1] * sizes[2], 2, sizes[3] // 2]))
    return tf.reshape(tf.transpose(y, [0, 1, 3, 2]), tf.concat([sizes[:3], [6]], 0))


@network
def activations_with_their_parameters(x):
    y = L.Conv2D(4, 3, padding="same", activation=L.ReLU(max_value=1.0, threshold=0.2, negative_slope=0.1))(x)
    return L.Activation(tf.sin)(L.Dense(4, activation=L.Softmax(axis=1))(y))


@network
def batch_renormalization(x):
    return L.BatchNormalization(renorm=True)(conv(x))


@network
def attention_along_the_rows(x):
    y = conv(x, 4)
    rows = L.MultiHeadAttention(2, 3, attention_axes=2)(y, y)
    points = L.Reshape((361, 4))(y)
    return rows + L.Reshape((19, 19, 4))(L.MultiHeadAttention(2, 3)(points, points, use_causal_mask=True))


@network
def attention_by_concatenation(x):
    y = L.Reshape((361, 4))(conv(x, 4))
    return L.Reshape((19, 19, 4))(L.Attention(use_scale=True, score_mode="concat")([L.Dense(3)(y), y, L.Dense(3)(y)]))


@network
def sums_of_products_with_an_ellipsis(x):
    return L.EinsumDense("...x,xy->...y", output_shape=(5,), bias_axes="y", activation="relu")(conv(x))


@network
def normalization_of_everything(x):
    y = L.Normalization(axis=(1, 3))(x) + L.Normalization(axis=None)(x)
    return y + L.Normalization(mean=[0.5] * 6, variance=[0.25] * 6, invert=True)(x)


@network
def resizing_layers(x):
    y = L.Resizing(19, 19)(L.CenterCrop(9, 9)(conv(x)))
    return y + L.Resizing(19, 19, interpolation="nearest")(L.Resizing(7, 7)(conv(x)))


@network
def three_dimensional_layers(x):
    y = L.UpSampling3D((1, 1, 2))(L.Reshape((19, 19, 3, 2))(x))
    return L.Reshape((19, 19, 12))(L.Conv3DTranspose(2, 3, padding="same")(y))
