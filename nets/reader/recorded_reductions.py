"""Translate recorded operations that sum: reductions along axes, norms, products of tensors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nets.reader.builder import Builder, Tensor
from nets.reader.description import Weight
from nets.reader.errors import NetworkError
from nets.reader.recorded_shapes import squeeze
from nets.reader.recorded_values import Batch, Outputs, Translate, Value, numbers, tensor


def reduce(function: str) -> Translate:
    """Reduce a tensor along named axes, or a list of sizes."""

    def operation(b: Builder, x: Value, axis: Any = None, keepdims: bool = False) -> Value:
        if isinstance(x, list) and x and all(isinstance(one, Tensor) for one in x):
            return _across(b, function, x, axis, keepdims)
        if not isinstance(x, Tensor):
            compute: Any = {"prod": math.prod, "sum": sum, "max": max, "min": min}.get(function)
            if compute is None or any(isinstance(one, Batch) for one in x):
                raise NetworkError(f"{function} of {x!r:.60}")
            return compute(x)
        if axis is None:
            raise NetworkError(f"{function} over all axes mixes the positions of a batch: name the axes")
        return b.reduce(function, x, x.axes(axis), bool(keepdims))

    return operation


# the function of two tensors that reduces a list of them
PAIRWISE = {"mean": "average", "sum": "add", "max": "maximum", "min": "minimum", "prod": "multiply"}


def _across(b: Builder, function: str, x: list[Tensor], axis: Any, keepdims: bool) -> Value:
    """Reduce tensors that were stacked before the batch, as an ensemble does, along that axis."""
    if axis not in (0, [0]) or keepdims:
        raise NetworkError(f"{function} of stacked tensors along {axis!r} is not understood, only along axis 0")
    return b.elementwise(PAIRWISE[function], *x) if len(x) > 1 else x[0]


def variance(b: Builder, x: Value, axis: Any = None, keepdims: bool = False) -> Value:
    """The mean squared deviation."""
    mean = reduce("mean")(b, x, axis, True)
    centred = b.elementwise("subtract", x, mean)
    return reduce("mean")(b, b.elementwise("multiply", centred, centred), axis, keepdims)


def deviation(b: Builder, x: Value, axis: Any = None, keepdims: bool = False) -> Value:
    """The standard deviation."""
    return b.activation(variance(b, x, axis, keepdims), "sqrt")


def norm(b: Builder, x: Value, ord: Any = "euclidean", axis: Any = None, keepdims: bool = False) -> Value:
    """The Euclidean norm, the sum of the absolute values (1) or the largest of them (infinity)."""
    if ord in (1, math.inf):
        return reduce("sum" if ord == 1 else "max")(b, b.activation(tensor(x), "abs"), axis, keepdims)
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


def dot(b: Builder, x: Value, y: Value) -> Value:
    """keras.ops.dot with a constant matrix; of two tensors it would mix the positions of a batch."""
    if isinstance(y, Tensor):
        raise NetworkError("dot of two tensors mixes the positions of a batch: use matmul or the layer Dot")
    return matmul(b, tensor(x), y)


def _dense(b: Builder, x: Tensor, matrix: Any) -> Value:
    weight = Weight("kernel", matrix.shape, trainable=False, values=matrix, constant=True)
    return b.node("Dense", x, weights=[weight])


def einsum(b: Builder, *factors: Value, equation: Value = None) -> Value:
    """Translate keras.ops.einsum of one or two tensors, every axis named by a letter."""
    if not isinstance(equation, str) or len(equation) > 200:
        raise NetworkError("Keras 2 did not save what einsum was applied to: use tf.matmul or the layer Dot")
    return b.node("Einsum", *[tensor(factor) for factor in factors], equation=equation.replace(" ", ""))


def log_sum_exp(b: Builder, x: Value, axis: Any = None, keepdims: bool = False) -> Value:
    """The logarithm of the sum of exponentials, shifted by the maximum."""
    largest = reduce("max")(b, x, axis, True)
    powers = b.activation(b.elementwise("subtract", tensor(x), largest), "exponential")
    result = b.elementwise("add", b.activation(reduce("sum")(b, powers, axis, True), "log"), largest)
    return result if keepdims else squeeze(b, result, axis)


def local_response(
    b: Builder, x: Value, depth_radius: Value = 5, bias: float = 1.0, alpha: float = 1.0, beta: float = 0.5
) -> Value:
    """Local response normalization (Krizhevsky et al. 2012): x / (bias + alpha * sum of squares nearby) ** beta."""
    places = np.arange(tensor(x).shape[-1])
    b.bounded(places.size, places.size)
    near = np.abs(places[:, None] - places) <= int(5 if depth_radius is None else depth_radius)
    squares = b.along(b.elementwise("multiply", x, x), x.rank - 1, near)
    base = b.constant("add", b.constant("multiply", squares, alpha), bias)
    return b.elementwise("multiply", x, b.constant("power", base, -beta))


def cumulative_sum(b: Builder, x: Value, axis: Any = 0, exclusive: bool = False, reverse: bool = False) -> Value:
    """Sums of all entries up to each place along one axis."""
    place = tensor(x).axis(axis)
    entries = np.arange(x.shape[place - 1])
    b.bounded(entries.size, entries.size)
    before = entries[:, None] < entries if exclusive else entries[:, None] <= entries
    return b.along(x, place, before[::-1, ::-1] if reverse else before)


def average(b: Builder, x: Value, axis: Any = None, weights: Value = None) -> Value:
    """keras.ops.average; its weights are numbers, one for each place of one axis."""
    if weights is None:
        return reduce("mean")(b, x, axis, False)
    parts = np.asarray(numbers(weights), np.float32)
    place = tensor(x).axis(axis)
    if parts.shape != (x.shape[place - 1],):
        raise NetworkError(f"an average with weights of shape {parts.shape} along axis {axis!r:.20} is not understood")
    return squeeze(b, b.along(x, place, parts[:, None] / parts.sum()), place)


def moments(b: Builder, x: Value, axes: Any, keepdims: bool = False, synchronized: bool = False) -> Value:
    """keras.ops.moments: the mean and the variance."""
    return Outputs([reduce("mean")(b, x, axes, keepdims), variance(b, x, axes, keepdims)])


def dot_product_attention(b: Builder, x: Value, y: Value, values: Value, scale: Any = None) -> Value:
    """keras.ops.dot_product_attention of query, key and value (places, heads, width)."""
    query, key, value = (b.permute(tensor(one), [0, 2, 1, 3]) for one in (x, y, values))
    scores = b.node("MatMul", query, key, transpose_left=False, transpose_right=True)
    scores = b.constant("multiply", scores, query.shape[-1] ** -0.5 if scale is None else scale)
    attention = b.node("Softmax", scores, axes=[3])
    mixed = b.node("MatMul", attention, value, transpose_left=False, transpose_right=False)
    return b.permute(mixed, [0, 2, 1, 3])


def is_finite(b: Builder, x: Value) -> Value:
    """Whether x is finite, which a log_sum_exp of TensorFlow asks: a network whose numbers are not is refused."""
    return b.constant("add", b.constant("multiply", tensor(x), 0.0), 1.0)
