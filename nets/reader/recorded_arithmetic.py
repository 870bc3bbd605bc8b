"""Translate recorded operations that compute: arithmetic, activation functions, reductions, products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nets.reader.builder import Builder, Tensor
from nets.reader.call import activate
from nets.reader.errors import NetworkError
from nets.reader.recorded_values import BATCH, Batch, Translate, Value, numbers, tensor

# bounds that bound nothing, which old Keras wrote into relu and clip: (function, whether the infinity is positive)
NO_BOUND = {("minimum", True), ("maximum", False)}


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
            if np.isinf(numbers(y)).all() and (function, np.all(numbers(y) > 0)) in NO_BOUND:
                return x
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
    x = tensor(x) if low is None else binary("maximum", np.maximum)(b, tensor(x), low)
    return x if high is None else binary("minimum", np.minimum)(b, x, high)


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


def composed(*steps: tuple[str, Any]) -> Translate:
    """A function of one tensor as a chain: a name of an activation function, or arithmetic with a constant."""

    def operation(b: Builder, x: Value) -> Value:
        y = tensor(x)
        for function, constant in steps:
            y = b.activation(y, function) if constant is None else b.constant(function, y, constant)
        return y

    return operation


def hyperbolic(sign: float) -> Translate:
    """Sinh (-1) and cosh (1): half of e ** x, plus or minus half of e ** -x."""

    def operation(b: Builder, x: Value) -> Value:
        rising, falling = (
            b.activation(tensor(x), "exponential"),
            b.activation(b.activation(x, "negative"), "exponential"),
        )
        both = b.elementwise("add" if sign > 0 else "subtract", rising, falling)
        return b.constant("multiply", both, 0.5)

    return operation


def tangent(b: Builder, x: Value) -> Value:
    """The tangent."""
    return b.elementwise("divide", b.activation(tensor(x), "sin"), b.activation(x, "cos"))


def add_exponentials(b: Builder, x: Value, y: Value) -> Value:
    """log(e ** x + e ** y)."""
    largest = binary("maximum", np.maximum)(b, x, y)
    difference = b.activation(binary("subtract", np.subtract)(b, x, y), "abs")
    return b.elementwise("add", largest, b.activation(b.activation(difference, "negative"), "softplus"))


def celu(b: Builder, x: Value, alpha: float = 1.0) -> Value:
    """Celu."""
    return b.activation(tensor(x), "celu", alpha=float(alpha))


def squareplus(b: Builder, x: Value, bend: float = 4.0) -> Value:
    """Half of x + sqrt(x * x + bend)."""
    root = b.activation(b.constant("add", b.elementwise("multiply", tensor(x), x), bend), "sqrt")
    return b.constant("multiply", b.elementwise("add", x, root), 0.5)


def soft_shrink(b: Builder, x: Value, threshold: float = 0.5) -> Value:
    """Towards zero by the threshold, and zero within it."""
    return b.elementwise("subtract", tensor(x), clip(b, x, -float(threshold), float(threshold)))
