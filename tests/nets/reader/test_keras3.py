"""Networks that the installed Keras saves as .h5 come back with the same outputs, operation by operation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nets.inference.engines import open_engine
from nets.inference.keras_graph import build_model
from nets.reader.understand import understand

Tensor = Any
NETWORKS: dict[str, Callable[[Any, Tensor], Tensor]] = {}


def network(make: Callable[[Any, Tensor], Tensor]) -> Callable[[Any, Tensor], Tensor]:
    NETWORKS[make.__name__] = make
    return make


@pytest.fixture(scope="module")
def keras() -> Any:
    return pytest.importorskip("keras")


@pytest.fixture
def board() -> np.ndarray:
    return np.random.default_rng(6).random((2, 19, 19, 6), dtype=np.float32)


@pytest.mark.filterwarnings("ignore:You passed `rms_scaling=True`")
@pytest.mark.parametrize("name", NETWORKS_BY_NAME := [])  # filled at the end of the file
def test_it_is_understood(keras: Any, name: str, tmp_path: Path, board: np.ndarray) -> None:
    keras.utils.set_random_seed(7)
    planes = keras.Input((19, 19, 6), name="board")
    y = NETWORKS[name](keras, planes)
    policy = keras.layers.Softmax(name="policy")(keras.layers.Flatten()(keras.layers.Conv2D(1, 1)(y)))
    pooled = keras.layers.GlobalAveragePooling2D()(y)
    model = keras.Model(planes, [policy, keras.layers.Dense(1, activation="sigmoid", name="value")(pooled)])
    randomize(model)
    path = tmp_path / "network.h5"
    model.save(path)
    expected = [np.asarray(output) for output in model(board, training=False)]

    understood = understand(path)

    assert understood.parameters_total == model.count_params()
    assert (understood.policy_name, understood.value_name) == ("policy", "value")
    for output, wanted in zip(open_engine(understood, "openvino", "float32").run(board), expected, strict=True):
        np.testing.assert_allclose(output, wanted, rtol=1e-3, atol=1e-5)
    # and what was understood is a Keras model of plain layers again
    rebuilt = build_model(understood, plain=name not in NOT_PLAIN)
    for output, wanted in zip(rebuilt(board, training=False), expected, strict=True):
        np.testing.assert_allclose(output, wanted, rtol=1e-3, atol=1e-5)


def test_a_class_for_training_is_read_by_its_graph(keras: Any, tmp_path: Path, board: np.ndarray) -> None:
    class GoNetwork(keras.Model):  # type: ignore[misc]
        def train_step(self, data: Any) -> dict[str, Any]:
            return {}

    planes = keras.Input((19, 19, 6))
    policy = keras.layers.Softmax(name="policy")(
        keras.layers.Flatten()(keras.layers.Conv2D(1, 3, padding="same")(planes))
    )
    value = keras.layers.Dense(1, activation="tanh", name="value")(keras.layers.GlobalMaxPooling2D()(planes))
    model = GoNetwork(planes, [policy, value])
    model.save(tmp_path / "network.h5")

    understood = understand(tmp_path / "network.h5")

    assert "the class 'GoNetwork', whose code is not in the file" in understood.warnings[0]
    for output, wanted in zip(open_engine(understood, "openvino", "float32").run(board), model(board), strict=True):
        np.testing.assert_allclose(output, wanted, rtol=1e-3, atol=1e-5)


def randomize(model: Any) -> None:
    """Give every weight a value that matters: fresh biases are zero and fresh moving averages neutral."""
    generator = np.random.default_rng(3)
    for weight in model.weights:
        noise = generator.normal(size=weight.shape) * 0.3
        weight.assign(np.asarray(weight) + (np.abs(noise) if "variance" in weight.path else noise))


NOT_PLAIN = (
    "averages_and_sums",
    "divided_by_the_deviation",
    "shrinking",
    "arithmetic_of_two_tensors",
    "moments",
    "sums_of_products",
    "comparisons_and_choices",
)


@network
def arithmetic(keras, x):
    y = keras.layers.Conv2D(4, 3, padding="same")(x)
    return (2.0 - y) * y + y / 4.0 + keras.ops.maximum(y, 0.1) - keras.ops.minimum(0.2, y) + y**2


@network
def arithmetic_of_two_tensors(keras, x):
    ops = keras.ops
    y, z = keras.layers.Conv2D(4, 3, padding="same")(x), ops.abs(keras.layers.Dense(4)(x)) + 1.0
    return (
        y / z
        + ops.power(z, 1.5)
        + ops.sqrt(z)
        + ops.log(z)
        + ops.exp(y)
        + ops.square(y)
        + ops.rsqrt(z)
        - ops.negative(y)
    )


@network
def indexing(keras, x):
    y = keras.layers.Conv2D(6, 3, padding="same")(x)
    centre = y[:, 9:10, 9:10, :3]
    return keras.ops.concatenate([y[..., :3] * centre, y[:, :, :, 3:6:2]], axis=-1) + y[:, 3, 4, None, None, 1:6]


@network
def splitting(keras, x):
    y = keras.layers.Conv2D(6, 3, padding="same")(x)
    a, b, c = keras.ops.split(y, 3, axis=-1)
    d, e = keras.ops.split(y, [2], axis=-1)
    return keras.ops.concatenate([b, c, a, e, d], axis=-1)


@network
def rearranging(keras, x):
    ops = keras.ops
    y = ops.reshape(keras.layers.Conv2D(6, 3, padding="same")(x), (-1, 19, 19, 2, 3))
    y = ops.reshape(ops.transpose(y, (0, 1, 2, 4, 3)), (-1, 19, 19, 6))
    y = ops.swapaxes(y, 1, 2)
    return ops.expand_dims(ops.squeeze(ops.expand_dims(y, 1), 1), -1)[..., 0] + ops.repeat(y[..., :2], 3, axis=-1)


@network
def reducing(keras, x):
    ops = keras.ops
    y = keras.layers.Conv2D(4, 3, padding="same")(x)
    channels = (
        ops.mean(y, axis=-1, keepdims=True) + ops.max(y, axis=-1, keepdims=True) - ops.min(y, axis=3, keepdims=True)
    )
    return y * ops.mean(y, axis=(1, 2), keepdims=True) + channels + ops.sum(y, axis=1, keepdims=True) / 19


@network
def moments(keras, x):
    ops = keras.ops
    y = keras.layers.Conv2D(4, 3, padding="same")(x)
    return (y - ops.mean(y, axis=-1, keepdims=True)) / (ops.std(y, axis=-1, keepdims=True) + 0.1) + ops.var(
        y, axis=1, keepdims=True
    )


@network
def padding(keras, x):
    y = keras.ops.pad(x, ((0, 0), (1, 1), (2, 0), (0, 0)))
    z = keras.ops.pad(x, ((0, 0), (1, 1), (0, 2), (1, 0)), mode="reflect")
    return keras.layers.Conv2D(4, 3)(y) + keras.layers.Conv2D(4, 3)(z)


@network
def functions(keras, x):
    ops = keras.ops
    y = keras.layers.Conv2D(2, 3, padding="same")(x)
    plain = (ops.relu, ops.relu6, ops.leaky_relu, ops.elu, ops.selu, ops.silu, ops.sigmoid, ops.tanh, ops.softplus)
    parts = [function(y) for function in (*plain, ops.softsign, ops.hard_sigmoid, ops.hard_silu, ops.log_sigmoid)]
    return ops.concatenate([*parts, ops.gelu(y), ops.gelu(y, approximate=False), ops.softmax(y, axis=1)], axis=-1)


NAMES = """
    relu relu6 leaky_relu elu celu selu gelu silu sigmoid tanh softplus softsign hard_sigmoid hard_silu mish exponential
    log_sigmoid tanh_shrink hard_tanh squareplus soft_shrink hard_shrink sparse_plus linear
"""


@network
def names_of_activations(keras, x):
    conv = keras.layers.Conv2D
    return keras.layers.Concatenate()([conv(2, 3, padding="same", activation=name)(x) for name in NAMES.split()])


@network
def convolutions(keras, x):
    layers = keras.layers
    y = layers.SeparableConv2D(8, 3, padding="same", depth_multiplier=2, activation="relu")(x)
    y = layers.DepthwiseConv2D(5, padding="same", activation="swish", use_bias=False)(y)
    y = layers.Conv2D(8, 3, padding="same", groups=4, dilation_rate=2)(y)
    y = layers.Conv2D(8, 3, strides=2, padding="same")(y)
    y = layers.Conv2DTranspose(4, 3, strides=2, padding="same", activation="tanh")(y)
    return layers.Cropping2D(((0, 1), (1, 0)))(y)


@network
def normalizing(keras, x):
    layers = keras.layers
    y = layers.BatchNormalization(scale=False)(layers.Conv2D(4, 3, padding="same")(x))
    y = layers.LayerNormalization(axis=(1, 2, 3))(y) + layers.GroupNormalization(groups=2)(y)
    return layers.UnitNormalization()(y) + layers.RMSNormalization()(y) + layers.GroupNormalization(groups=-1)(y)


@network
def normalizing_by_an_operation(keras, x):
    return keras.ops.normalize(keras.layers.Conv2D(4, 3, padding="same")(x), axis=-1)


@network
def spectral_normalization(keras, x):
    return keras.layers.SpectralNormalization(keras.layers.Conv2D(4, 3, padding="same"))(x)


@network
def attention(keras, x):
    layers = keras.layers
    y = layers.Reshape((361, 6))(x)
    y = y + layers.MultiHeadAttention(2, 3, value_dim=4)(y, y)
    y = layers.Attention(use_scale=True)([y, layers.Dense(6)(y)])
    y = layers.MultiHeadAttention(3, 2, use_bias=False, output_shape=4)(y, y, key=layers.Dense(5)(y))
    return layers.Reshape((19, 19, 4))(y)


@network
def attention_by_products(keras, x):
    ops = keras.ops
    y = ops.transpose(ops.reshape(keras.layers.Conv2D(6, 1)(x), (-1, 361, 2, 3)), (0, 2, 1, 3))
    scores = ops.softmax(ops.matmul(y, ops.transpose(y, (0, 1, 3, 2))) / 3.0)
    return ops.reshape(ops.transpose(ops.matmul(scores, y), (0, 2, 1, 3)), (-1, 19, 19, 6))


@network
def sums_of_products(keras, x):
    ops = keras.ops
    y = ops.reshape(x, (-1, 361, 6))
    z = ops.einsum("bij,bkj->bik", y, y) / 361.0
    return ops.reshape(
        keras.layers.EinsumDense("abc,cd->abd", (361, 6), bias_axes="d")(ops.einsum("bik,bkj->bij", z, y)),
        (-1, 19, 19, 6),
    )


@network
def comparisons_and_choices(keras, x):
    ops = keras.ops
    y = keras.layers.Conv2D(6, 3, padding="same")(x)
    empty = ops.less_equal(ops.sum(x[..., 2:4], axis=-1, keepdims=True), 0.7)
    y = ops.where(y > 0, y, 0.1 * y) + ops.where(empty, -1.0, y)
    both = ops.logical_and(ops.greater_equal(y, -0.5), ops.logical_not(ops.less(0.5, y)))
    either = ops.logical_or(both, ops.not_equal(ops.sign(x), ops.equal(ops.floor_divide(6, 6), ops.sign(x))))
    return ops.where(either, y, ops.cast(both, "float32")) + ops.softmax(ops.where(empty, -1e9, y), axis=2)


@network
def an_ensemble_inside_the_model(keras, x):
    ops, inner = keras.ops, keras.layers.Conv2D(4, 3, padding="same")
    turned = [ops.rot90(inner(ops.rot90(x, k, axes=(1, 2))), -k, axes=(1, 2)) for k in range(4)]
    return ops.mean(ops.stack(turned, axis=0), axis=0) + ops.flip(inner(x), axis=1)[:, ::-1]


@network
def averages_and_sums(keras, x):
    ops = keras.ops
    y = keras.layers.Conv2D(4, 3, padding="same")(x)
    mean, variance = ops.moments(y, axes=[1, 2], keepdims=True)
    weighted = ops.expand_dims(ops.average(y, axis=-1, weights=np.arange(1.0, 5.0, dtype="float32")), -1)
    y = (y - mean) / (variance + 1.0) + weighted + ops.dot(y, np.ones((4, 4), "float32"))
    return y + ops.cumsum(y, axis=2) / 19.0 + ops.logaddexp(y, mean) + ops.divide_no_nan(y, ops.relu(y))


@network
def resizing(keras, x):
    ops, layers = keras.ops, keras.layers
    y = layers.AdaptiveAveragePooling2D((7, 5))(layers.Conv2D(4, 3, padding="same")(x))
    y = layers.Resizing(19, 19)(y) + layers.Resizing(19, 19, interpolation="nearest")(y)
    return y + ops.image.resize(layers.AdaptiveMaxPooling2D(4)(y), (19, 19))


@network
def attention_along_one_axis(keras, x):
    y = keras.layers.Conv2D(4, 3, padding="same")(x)
    y = y + keras.layers.MultiHeadAttention(2, 3, attention_axes=(2,))(y, y)
    points = keras.ops.reshape(y, (-1, 361, 2, 2))
    return keras.ops.reshape(keras.ops.dot_product_attention(points, points, points), (-1, 19, 19, 4))


@network
def shrinking(keras, x):
    ops = keras.ops
    y = keras.layers.Conv2D(4, 3, padding="same")(x)
    return ops.concatenate([ops.soft_shrink(y, 0.2), ops.celu(y, 2.0), ops.log1p(ops.exp(y)), ops.sinh(y)], -1)


@network
def divided_by_the_deviation(keras, x):
    return keras.layers.LayerNormalization(rms_scaling=True, axis=(1, 3))(keras.layers.Conv2D(4, 3, padding="same")(x))


@network
def named_inputs_and_outputs(keras, x):
    start = keras.Input((19, 19, 6), name="planes")
    parts = {"b": keras.layers.Conv2D(3, 3, padding="same")(start), "a": keras.layers.Dense(2)(start)}
    made = keras.Model({"planes": start}, parts)({"planes": x})
    return keras.layers.Concatenate()([made["b"], made["a"]])


@network
def augmentation(keras, x):
    return keras.layers.RandomTranslation(0.1, 0.1)(keras.layers.RandomFlip()(x))


@network
def rolling_and_flipping(keras, x):
    return keras.ops.roll(x, 2, axis=1) + keras.ops.flip(x, axis=2) * keras.ops.ones_like(x)


@network
def pooling(keras, x):
    layers = keras.layers
    y = layers.AveragePooling2D(3, strides=1, padding="same")(x) + layers.MaxPooling2D(3, strides=1, padding="same")(x)
    z = layers.UpSampling2D(2)(layers.MaxPooling2D(2)(y))
    return layers.ZeroPadding2D(((0, 1), (1, 0)))(z) + y * layers.GlobalMaxPooling2D(keepdims=True)(y)


@network
def nesting(keras, x):
    layers = keras.layers
    inner = keras.Sequential([layers.Conv2D(6, 3, padding="same"), layers.BatchNormalization(), layers.ReLU()])
    start = keras.Input((19, 19, 6))
    block = keras.Model(start, layers.Add()([inner(start), layers.Dense(6)(start)]), name="block")
    return block(block(x)) + layers.Rescaling(0.5, 1.0)(x)


@network
def sharing(keras, x):
    shared = keras.layers.Conv2D(6, 3, padding="same", activation="relu")
    return shared(shared(x)) + keras.layers.Dropout(0.3)(keras.layers.SpatialDropout2D(0.2)(shared(x)))


@network
def parametric_activations(keras, x):
    layers = keras.layers
    y = layers.Conv2D(4, 3, padding="same")(x)
    parts = [layers.PReLU(shared_axes=(1, 2))(y), layers.PReLU()(y), layers.LeakyReLU(0.15)(y), layers.ELU(0.7)(y)]
    return layers.Concatenate()([*parts, layers.ReLU(max_value=0.4, negative_slope=0.1, threshold=0.1)(y)])


NETWORKS_BY_NAME.extend(NETWORKS)
