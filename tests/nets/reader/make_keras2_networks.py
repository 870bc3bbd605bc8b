"""Write small networks of every kind as Keras 2 saves them, and what Keras 2 computes.

Needs Keras 2, which the tests do not. TensorFlow 2.3 records calls in another form, so networks are made twice:

    pip install tf_keras          && python tests/nets/reader/make_keras2_networks.py keras2_networks.json.xz
    pip install tensorflow==2.3.4 && python tests/nets/reader/make_keras2_networks.py tensorflow23_networks.json.xz

The second needs Python 3.8; networks whose layers a version does not have yet are left out.

Each entry holds the architecture, the names and shapes of the weights (their numbers come from a generator seeded with
the entry's place, see `keras2.py`) and the outputs for the input of `keras2.py`.
"""

from __future__ import annotations

import json
import lzma
import sys
import tempfile
from pathlib import Path
from typing import Any

import h5py
import tensorflow as tf
from keras2 import board, next_weight, numbers
from keras2_zoo import NETWORKS, L, conv, network

try:
    import tf_keras
except ImportError:
    tf_keras = tf.keras


@network
def multi_head_attention(x):
    y = L.Reshape((361, 8))(conv(x, 8))
    y = L.Add()([y, L.MultiHeadAttention(num_heads=2, key_dim=4)(y, y)])
    y = L.LayerNormalization(epsilon=1e-6)(y)
    y = L.Add()([y, L.MultiHeadAttention(num_heads=2, key_dim=3, value_dim=5, use_bias=False)(y, y, y)])
    return L.Reshape((19, 19, 8))(y)


@network
def attention_over_the_board(x):
    y = conv(x, 4)
    return L.MultiHeadAttention(num_heads=2, key_dim=2, attention_axes=(1, 2))(y, y)


@network
def luong_attention(x):
    y = L.Reshape((361, 4))(conv(x, 4))
    z = L.Attention(use_scale=True)([y, L.Dense(4)(y)])
    return L.Reshape((19, 19, 4))(z)


@network
def dot_products(x):
    y = L.Reshape((361, 4))(conv(x, 4))
    gram = L.Dot(axes=1)([y, y])
    similar = L.Dot(axes=(2, 2), normalize=True)([y, y])
    z = L.Dot(axes=(2, 1))([similar, y])
    return L.Reshape((19, 19, 4))(L.Dot(axes=2)([z, gram]))


@network
def separable(x):
    y = L.SeparableConv2D(6, 3, padding="same", depth_multiplier=2, activation="relu")(x)
    y = L.DepthwiseConv2D(5, padding="same", depth_multiplier=2, use_bias=False)(y)
    return L.DepthwiseConv2D(3, padding="same", dilation_rate=2, activation="swish")(y)


@network
def grouped_and_dilated(x):
    y = L.Conv2D(8, 3, padding="same", groups=2, dilation_rate=2)(x)
    return L.Conv2D(6, 1, groups=2, use_bias=False)(y)


@network
def strided_and_transposed(x):
    y = L.Conv2D(4, 3, strides=2, padding="same", activation="relu")(x)
    y = L.Conv2DTranspose(4, 3, strides=2, padding="same")(y)
    z = L.Conv2DTranspose(4, 3, padding="valid")(L.Conv2D(4, 3)(x))
    return L.Cropping2D(((0, 1), (1, 0)))(y) + z


@network
def pooling_and_up_sampling(x):
    y = L.MaxPooling2D(2, padding="same")(conv(x))
    z = L.AveragePooling2D(3, strides=2, padding="same")(conv(x))
    up = L.UpSampling2D(2)(y) + L.UpSampling2D((2, 2), interpolation="bilinear")(z)
    same = L.AveragePooling2D(3, strides=1, padding="same")(conv(x)) + L.MaxPooling2D(3, 1, padding="same")(conv(x))
    return L.Cropping2D(((1, 0), (0, 1)))(up) + same


@network
def normalizations(x):
    y = L.BatchNormalization(scale=False)(conv(x))
    y = L.BatchNormalization(center=False, epsilon=1e-5)(y) + L.BatchNormalization(axis=1)(y)
    y = L.LayerNormalization(axis=[1, 2, 3])(y) + L.LayerNormalization(center=False)(y)
    return L.GroupNormalization(groups=2)(y) + L.UnitNormalization()(y)


@network
def one_dimensional(x):
    y = L.Reshape((361, 4))(conv(x, 4))
    y = L.Conv1D(4, 3, padding="causal", dilation_rate=2)(y) + L.Conv1D(4, 5, padding="same", activation="tanh")(y)
    y = L.SeparableConv1D(4, 3, padding="same")(y)
    y = y + L.RepeatVector(361)(L.GlobalAveragePooling1D()(y))
    return L.Reshape((19, 19, 4))(y)


@network
def three_dimensional(x):
    y = L.Reshape((19, 19, 6, 1))(x)
    y = L.Conv3D(2, 3, padding="same")(y)
    return L.Reshape((19, 19, 12))(L.MaxPooling3D((1, 1, 1))(y))


@network
def noise_and_regularization(x):
    y = L.GaussianNoise(0.1)(conv(x, kernel_regularizer="l2", kernel_constraint="max_norm"))
    y = L.SpatialDropout2D(0.2)(L.Dropout(0.5)(y))
    return L.ActivityRegularization(0.1)(L.AlphaDropout(0.1)(L.GaussianDropout(0.2)(y)))


@network
def shared_layers(x):
    shared = L.Conv2D(6, 3, padding="same", activation="relu")
    norm = L.BatchNormalization()
    return shared(norm(shared(norm(shared(x)))))


@network
def nested_model(x):
    i = tf_keras.Input((19, 19, 6))
    y = L.BatchNormalization()(L.Conv2D(6, 3, padding="same")(i))
    block = tf_keras.Model(i, L.Add()([L.ReLU()(y), i]), name="block")
    return block(block(x)) + x


@network
def nested_sequential(x):
    block = tf_keras.Sequential([L.Conv2D(6, 3, padding="same"), L.BatchNormalization(), L.ReLU()])
    return block(x) + tf_keras.Sequential([L.InputLayer((19, 19, 6)), L.Dense(6), L.BatchNormalization()])(x)


@network
def nested_twice(x):
    inner = tf_keras.Sequential([L.Dense(4), L.BatchNormalization(), L.Dense(6)])
    i = tf_keras.Input((19, 19, 6))
    outer = tf_keras.Model(i, [inner(i) + i, L.BatchNormalization()(i)])
    a, b = outer(x)
    return a * b


@network
def frozen_layers(x):
    frozen = L.Conv2D(6, 3, padding="same", trainable=False)
    block = tf_keras.Sequential([L.Conv2D(6, 1, trainable=False), L.BatchNormalization(), L.Dense(6)])
    return block(frozen(x))


@network
def time_distributed(x):
    y = L.TimeDistributed(L.Conv1D(4, 3, padding="same"))(x)
    return L.TimeDistributed(L.Dense(5, activation="relu"))(y)


@network
def channels_first(x):
    y = L.Permute((3, 1, 2))(x)
    y = L.BatchNormalization(axis=1)(y)
    y = L.MaxPooling2D(3, strides=1, padding="same", data_format="channels_first")(y)
    return L.Permute((2, 3, 1))(y)


@network
def space_to_depth(x):
    y = L.ZeroPadding2D(((0, 1), (0, 1)))(conv(x))
    y = L.Conv2D(16, 1)(tf.nn.space_to_depth(y, 2))
    return L.Cropping2D(((0, 1), (0, 1)))(tf.nn.depth_to_space(y, 2))


@network
def convolutional_block_attention(x):
    y = conv(x, 8)
    dense1, dense2 = L.Dense(2, activation="relu"), L.Dense(8)
    average, largest = L.GlobalAveragePooling2D()(y), L.GlobalMaxPooling2D()(y)
    channel = L.Activation("sigmoid")(L.Add()([dense2(dense1(average)), dense2(dense1(largest))]))
    y = L.Multiply()([y, L.Reshape((1, 1, 8))(channel)])
    spatial = L.Concatenate()([tf.reduce_mean(y, -1, keepdims=True), tf.reduce_max(y, -1, keepdims=True)])
    return y * L.Conv2D(1, 7, padding="same", activation="sigmoid")(spatial)


@network
def normalization_and_rescaling(x):
    y = L.Rescaling(2.0, offset=-1.0)(x)
    y = L.Normalization(mean=[0.1] * 6, variance=[0.5] * 6)(y)
    return y + L.Normalization()(conv(x, 6))


@network
def backend_functions(x):
    y = conv(x)
    K = tf_keras.backend
    return K.relu(y) + K.mean(y, axis=-1, keepdims=True) + K.sigmoid(y) * K.concatenate([y[..., 2:], y[..., :2]])


@network
def products(x):
    y = L.Reshape((361, 4))(conv(x, 4))
    y = tf.matmul(y, tf.constant([[0.5] * 4] * 4)) + tf.tensordot(y, tf.ones((4, 4)), 1)
    y = L.EinsumDense("abc,cde->abde", output_shape=(None, 2, 3), bias_axes="de")(y)
    return L.Reshape((19, 19, 6))(y)


@network
def more_functions(x):
    y = conv(x)
    pooled = tf.nn.max_pool2d(y, 3, 1, "SAME") - tf.nn.avg_pool2d(y, 3, 1, "SAME")
    mean, variance = tf.nn.moments(y, [1, 2], keepdims=True)
    y = (y - mean) * tf.math.rsqrt(variance + 0.01) + pooled + tf.roll(y, 2, axis=1) + tf.reverse(y, [2])
    return (
        tf.nn.crelu(y) + tf.reduce_logsumexp(y, -1, keepdims=True) + tf.math.scalar_mul(0.5, tf.ones_like(conv(x, 8)))
    )


@network
def resizing(x):
    y = L.MaxPooling2D(2, padding="same")(conv(x))
    up = tf.image.resize(y, (20, 20)) + tf.image.resize(y, (20, 20), method="nearest")
    return L.Cropping2D(((1, 0), (0, 1)))(up + tf_keras.backend.resize_images(y, 2, 2, "channels_last"))


import keras2_more  # noqa: E402, F401  last: the numbers of a network depend on its place


def main(file: str) -> None:
    entries: list[dict[str, Any]] = []
    for name, make in NETWORKS.items():
        try:
            entries.append(describe(name, make, len(entries)))
        except (AttributeError, TypeError, ValueError, tf.errors.OpError) as error:
            print(f"{name}: this version cannot make it ({error})")
        else:
            print(f"{name}: value {entries[-1]['value']}")
    Path(__file__).with_name(file).write_bytes(lzma.compress(json.dumps(entries).encode(), preset=9))


def describe(name: str, make: Any, place: int) -> dict[str, Any]:
    tf_keras.backend.clear_session()
    planes = tf_keras.Input((19, 19, 6), name="board")
    y = make(planes)
    policy = L.Softmax(name="policy")(L.Flatten()(L.Conv2D(1, 1)(y)))
    value = L.Dense(1, activation="sigmoid", name="value")(L.GlobalAveragePooling2D()(y))
    model = tf_keras.Model(planes, [policy, value])
    entry: dict[str, Any] = {"name": name, "weights": {}}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.h5"
        model.save(str(path), include_optimizer=False)
        with h5py.File(path, "r+") as file:
            entry["config"] = json.loads(text(file.attrs["model_config"]))
            entry["keras_version"] = text(file.attrs["keras_version"])
            generator = numbers(place)
            for layer in map(text, file["model_weights"].attrs["layer_names"]):
                group = file["model_weights"][layer]
                stored = []
                for weight in map(text, group.attrs["weight_names"]):
                    shape = group[weight].shape
                    group[weight][...] = next_weight(generator, weight, shape)
                    stored.append([weight, list(shape)])
                entry["weights"][layer] = stored
        model.load_weights(str(path))
        outputs = model(board(), training=False)
    entry["policy"] = outputs[0].numpy()[:, ::10].round(7).tolist()
    entry["value"] = outputs[1].numpy()[:, 0].round(7).tolist()
    return entry


def text(value: Any) -> str:
    """Return an attribute of HDF5 as text: older versions of h5py give bytes."""
    return value.decode() if isinstance(value, bytes) else str(value)


if __name__ == "__main__":
    main(sys.argv[1])
