"""Translate recorded operations that compute: arithmetic, activation functions, reductions, products."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from nets.reader.builder import Builder, Tensor
from nets.reader.call import activate
from nets.reader.description import Weight
from nets.reader.errors import NetworkError
from nets.reader.recorded_values import BATCH, Batch, Translate, Value, numbers, tensor


def binary(function: str, compute: Callable[[Any, Any], Any], sizes_only: bool = False) -> Translate:
    """Combine two values; two sizes are computed at once."""

    def operation(b: Builder, x: Value, y: Value) -> Value:
        if sizes_only and (isinstance(x, Tensor) or isinstance(y, Tensor)):
            raise NetworkError(f"{function} of tensors is not understood: it is meant for sizes")
        if isinstance(x, Tensor) and isinstance(y, Tensor):
            if x.rank != y.rank:
                raise NetworkError(
                    f"{function} of tensors of different rank, {x.shape} and {y.shape}: reshape the smaller one first"
                )
            return b.elementwise(function, x, y)
        if isinstance(x, Tensor):
            return b.constant(function, x, numbers(y))
        if isinstance(y, Tensor):
            return b.constant(function, y, numbers(x), side="left")
        if isinstance(x, Batch) or isinstance(y, Batch):
            return BATCH  # a size that depends on the batch: usable as the first size of a shape alone
        result = compute(numbers(x), numbers(y))
        return result.item() if result.ndim == 0 else result

    return operation


def n_ary_add(b: Builder, x: Value) -> Value:
    """tf.math.add_n."""
    return b.elementwise("add", *[tensor(one) for one in x])


def unary(function: str, compute: Callable[[Any], Any] | None = None) -> Translate:
    """Apply a function of one argument."""

    def operation(b: Builder, x: Value) -> Value:
        if isinstance(x, Tensor):
            return b.activation(x, function)
        if compute is None:
            raise NetworkError(f"{function} of {x!r:.60}")
        return compute(numbers(x))

    return operation


def clip(b: Builder, x: Value, low: Value = None, high: Value = None) -> Value:
    """tf.clip_by_value, keras.ops.clip."""
    if low is not None:
        x = b.constant("maximum", tensor(x), numbers(low))
    return b.constant("minimum", tensor(x), numbers(high)) if high is not None else x


def activation(function: str) -> Translate:
    """Apply an activation function without parameters."""

    def operation(b: Builder, x: Value, old: bool) -> Value:
        # tf.nn and keras.ops have the formulas of Keras 3 in every version
        return activate(b, tensor(x), {"function": function}, False)

    return operation


def relu(b: Builder, x: Value, alpha: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Value:
    """Relu of TensorFlow, Keras and its backend."""
    return b.activation(
        tensor(x), "relu", negative_slope=float(alpha or 0), threshold=float(threshold or 0), max_value=max_value
    )


def leaky_relu(b: Builder, x: Value, alpha: float = 0.2) -> Value:
    """leaky_relu; 0.2 is the slope of both libraries."""
    return b.activation(tensor(x), "relu", negative_slope=float(alpha), threshold=0.0, max_value=None)


def elu(b: Builder, x: Value, alpha: float = 1.0) -> Value:
    """Elu."""
    return b.activation(tensor(x), "elu", alpha=float(alpha))


def gelu(b: Builder, x: Value, approximate: bool = False) -> Value:
    """tf.nn.gelu, exact by default."""
    return b.activation(tensor(x), "gelu_tanh" if approximate else "gelu")


def keras_gelu(b: Builder, x: Value, approximate: bool = True) -> Value:
    """keras.ops.gelu, approximate by default."""
    return gelu(b, x, approximate)


def silu(b: Builder, x: Value, beta: float = 1.0) -> Value:
    """silu, with TensorFlow's beta."""
    if beta in (1, 1.0, None):
        return b.activation(tensor(x), "silu")
    return b.elementwise("multiply", tensor(x), b.activation(b.constant("multiply", tensor(x), beta), "sigmoid"))


def softmax(b: Builder, x: Value, axis: Any = -1) -> Value:
    """Softmax along one axis."""
    x = tensor(x)
    return b.node("Softmax", x, axes=x.axes(-1 if axis is None else axis))


def log_softmax(b: Builder, x: Value, axis: Any = -1) -> Value:
    """The logarithm of softmax."""
    return b.activation(softmax(b, x, axis), "log")


def bias_add(b: Builder, x: Value, bias: Value) -> Value:
    """tf.nn.bias_add."""
    return b.constant("add", tensor(x), numbers(bias))


def reduce(function: str) -> Translate:
    """Reduce a tensor along named axes, or a list of sizes."""

    def operation(b: Builder, x: Value, axis: Any = None, keepdims: bool = False) -> Value:
        if not isinstance(x, Tensor):
            compute: Any = {"prod": math.prod, "sum": sum, "max": max, "min": min}.get(function)
            if compute is None or any(isinstance(one, Batch) for one in x):
                raise NetworkError(f"{function} of {x!r:.60}")
            return compute(x)
        if axis is None:
            raise NetworkError(f"{function} over all axes mixes the positions of a batch: name the axes")
        return b.reduce(function, x, x.axes(axis), bool(keepdims))

    return operation


def variance(b: Builder, x: Value, axis: Any = None, keepdims: bool = False) -> Value:
    """The mean squared deviation."""
    mean = reduce("mean")(b, x, axis, True)
    centred = b.elementwise("subtract", x, mean)
    return reduce("mean")(b, b.elementwise("multiply", centred, centred), axis, keepdims)


def deviation(b: Builder, x: Value, axis: Any = None, keepdims: bool = False) -> Value:
    """The standard deviation."""
    return b.activation(variance(b, x, axis, keepdims), "sqrt")


def norm(b: Builder, x: Value, ord: Any = "euclidean", axis: Any = None, keepdims: bool = False) -> Value:
    """The Euclidean norm."""
    if ord not in ("euclidean", 2, None):
        raise NetworkError(f"a norm of order {ord!r} is not understood")
    square = b.elementwise("multiply", tensor(x), x)
    return b.activation(reduce("sum")(b, square, axis, keepdims), "sqrt")


def l2_normalize(b: Builder, x: Value, axis: Any = None, epsilon: float = 1e-12) -> Value:
    """Divide by the Euclidean norm."""
    return b.node("UnitNormalization", tensor(x), axes=x.axes(-1 if axis is None else axis), epsilon=float(epsilon))


def normalize(b: Builder, x: Value, axis: Any = -1, order: int = 2, epsilon: float | None = None) -> Value:
    """Keras 3's division by a norm, of which the Euclidean one is understood."""
    if order != 2:
        raise NetworkError(f"normalize of order {order!r} is not understood, only of order 2")
    smallest = 1e-7 if epsilon is None else float(epsilon)  # of the norm; the node bounds its square
    return b.node("UnitNormalization", tensor(x), axes=x.axes(axis), epsilon=smallest**2)


def matmul(b: Builder, x: Value, y: Value, transpose_a: bool = False, transpose_b: bool = False) -> Value:
    """The matrix product of the last two axes, or of the last axis and a constant matrix."""
    left, right = bool(transpose_a), bool(transpose_b)
    if isinstance(x, Tensor) and not isinstance(y, Tensor) and not left:
        matrix = numbers(y).astype(np.float32)
        return _dense(b, x, matrix.T if right else matrix)
    if tensor(x).rank != tensor(y).rank or x.rank < 3:
        raise NetworkError(f"a product of {x.shape} and {y.shape} is not understood")
    return b.node("MatMul", x, y, transpose_left=left, transpose_right=right)


def tensordot(b: Builder, x: Value, y: Value, axes: Value) -> Value:
    """tf.tensordot of the last axis with the first of a constant matrix."""
    matrix = numbers(y).astype(np.float32)
    if matrix.ndim != 2 or (axes != 1 and axes not in ([[-1], [0]], [[tensor(x).rank - 1], [0]])):
        raise NetworkError(f"a product along the axes {axes!r:.40} is not understood: use Dense")
    return _dense(b, tensor(x), matrix)


def _dense(b: Builder, x: Tensor, matrix: Any) -> Value:
    weight = Weight("kernel", matrix.shape, trainable=False, values=matrix, constant=True)
    return b.node("Dense", x, weights=[weight])


def einsum(b: Builder, *factors: Value, equation: Value = None) -> Value:
    """Translate keras.ops.einsum of one or two tensors, every axis named by a letter."""
    if not isinstance(equation, str) or len(equation) > 200:
        raise NetworkError("Keras 2 did not save what einsum was applied to: use tf.matmul or the layer Dot")
    return b.node("Einsum", *[tensor(factor) for factor in factors], equation=equation.replace(" ", ""))


def zeros_like(b: Builder, x: Value) -> Value:
    """Zeros in the shape of x."""
    return b.constant("multiply", tensor(x), 0.0)


def ones_like(b: Builder, x: Value) -> Value:
    """Ones in the shape of x."""
    return b.constant("add", zeros_like(b, x), 1.0)


def crelu(b: Builder, x: Value, axis: int = -1) -> Value:
    """Put relu of x and of -x side by side."""
    parts = [relu(b, x), relu(b, b.constant("multiply", tensor(x), -1.0))]
    return b.node("Concatenate", *parts, axis=x.axis(axis))


def log_sum_exp(b: Builder, x: Value, axis: Any = None, keepdims: bool = False) -> Value:
    """The logarithm of the sum of exponentials, shifted by the maximum."""
    largest = reduce("max")(b, x, axis, True)
    powers = b.activation(b.elementwise("subtract", tensor(x), largest), "exponential")
    result = b.elementwise("add", b.activation(reduce("sum")(b, powers, axis, True), "log"), largest)
    return result if keepdims else b.reshape(result, reduce("sum")(b, x, axis, False).shape)


def pool(function: str) -> Translate:
    """tf.nn.max_pool, tf.nn.avg_pool: ksize and strides for rows and columns, or for all four axes."""

    def operation(
        b: Builder, x: Value, ksize: Value, strides: Value, padding: Value, data_format: Value = "NHWC"
    ) -> Value:
        def window(value: Value) -> list[int]:
            sizes = [int(one) for one in (value if isinstance(value, (list, tuple)) else [value])]
            return sizes[1:3] if len(sizes) == 4 else sizes if len(sizes) == 2 else sizes * 2

        if data_format not in ("NHWC", None) or str(padding).lower() not in ("same", "valid"):
            raise NetworkError(f"pooling with {data_format!r:.20} and {padding!r:.20} is not understood")
        word = str(padding).lower()
        return b.node("Pool", tensor(x), function=function, size=window(ksize), strides=window(strides), padding=word)

    return operation


def resize(b: Builder, x: Value, size: Value, method: str = "bilinear") -> Value:
    """tf.image.resize to a multiple of the size."""
    rows, columns, _ = tensor(x).shape
    height, width = (int(one) for one in numbers(size).ravel())
    if height % rows or width % columns or method not in ("bilinear", "nearest"):
        raise NetworkError(f"resizing {rows} x {columns} to {height} x {width} by {method!r:.20} is not understood")
    return b.node("Resize", x, size=[height // rows, width // columns], interpolation=method)
