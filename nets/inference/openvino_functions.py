"""Activation functions and multi-head attention in OpenVINO."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from nets.inference.openvino_library import Output, constant, integers, op, transpose
from nets.reader.description import Node


def _relu(x: Output, options: dict[str, Any]) -> Any:
    slope, threshold, limit = options["negative_slope"], options["threshold"], options["max_value"]
    if not threshold:
        y = op.prelu(x, constant(np.asarray([slope]))) if slope else op.relu(x)
    else:
        above = op.greater_equal(x, constant(threshold))
        y = op.select(above, x, op.multiply(op.subtract(x, constant(threshold)), constant(slope)))
    return op.minimum(y, constant(limit)) if limit is not None else y


def _clipped_line(x: Output, slope: float, offset: float) -> Any:
    return op.clamp(op.add(op.multiply(x, constant(slope)), constant(offset)), 0.0, 1.0)


def _elu(x: Output, options: dict[str, Any]) -> Any:
    return op.elu(x, options["alpha"])


def _celu(x: Output, options: dict[str, Any]) -> Any:
    alpha = options["alpha"]
    return op.multiply(op.elu(op.divide(x, constant(alpha)), 1.0), constant(alpha))


def _threshold(x: Output, options: dict[str, Any]) -> Any:
    return op.select(op.greater(x, constant(options["threshold"])), x, constant(0.0))


def _shrink(x: Output, hard: bool) -> Any:
    if hard:
        return op.select(op.greater(op.abs(x), constant(0.5)), x, constant(0.0))
    return op.subtract(x, op.clamp(x, -0.5, 0.5))


def _sparse_plus(x: Output) -> Any:
    inside = op.multiply(constant(0.25), op.power(op.add(x, constant(1.0)), constant(2.0)))
    high = op.select(op.greater_equal(x, constant(1.0)), x, inside)
    return op.select(op.less_equal(x, constant(-1.0)), constant(0.0), high)


FUNCTIONS: dict[str, Callable[[Output], Any]] = {
    "selu": lambda x: op.selu(x, constant([1.67326324]), constant([1.05070098])),
    "gelu": lambda x: op.gelu(x, "ERF"),
    "gelu_tanh": lambda x: op.gelu(x, "TANH"),
    "sigmoid": op.sigmoid,
    "tanh": op.tanh,
    "silu": op.swish,
    "softplus": op.softplus,
    "softsign": op.softsign,
    "hard_sigmoid": lambda x: _clipped_line(x, 1 / 6, 0.5),
    "hard_sigmoid_2": lambda x: _clipped_line(x, 0.2, 0.5),
    "hard_silu": op.hswish,
    "hard_tanh": lambda x: op.clamp(x, -1.0, 1.0),
    "exponential": op.exp,
    "mish": op.mish,
    "log_sigmoid": lambda x: op.negative(op.softplus(op.negative(x))),
    "tanh_shrink": lambda x: op.subtract(x, op.tanh(x)),
    "squareplus": lambda x: op.multiply(op.add(x, op.sqrt(op.add(op.multiply(x, x), constant(4.0)))), constant(0.5)),
    "soft_shrink": lambda x: _shrink(x, hard=False),
    "hard_shrink": lambda x: _shrink(x, hard=True),
    "sparse_plus": _sparse_plus,
    "lisht": lambda x: op.multiply(x, op.tanh(x)),
    "squared_relu": lambda x: op.power(op.relu(x), constant(2.0)),
    "negative": op.negative,
    "abs": op.abs,
    "log": op.log,
    "sqrt": op.sqrt,
    "rsqrt": lambda x: op.power(x, constant(-0.5)),
    "square": lambda x: op.multiply(x, x),
    "sign": op.sign,
    "sin": op.sin,
    "cos": op.cos,
    "erf": op.erf,
    "floor": op.floor,
    "ceil": op.ceil,
    "round": lambda x: op.round(x, "half_to_even"),
    "reciprocal": lambda x: op.divide(constant(1.0), x),
}
PARAMETRIC = {"relu": _relu, "elu": _elu, "celu": _celu, "threshold": _threshold}


def multi_head_attention(node: Node, query: Output, value: Output, key: Output) -> Output:
    """Project, attend head by head, project back; all heads in one product."""
    o, weights = node.options, [weight.array for weight in node.weights]
    step = 2 if o["bias"] else 1
    heads, size, width = o["heads"], o["key_size"], o["value_size"]

    def project(x: Output, place: int, last: int) -> Output:
        kernel = weights[place * step]
        y = op.matmul(x, constant(kernel.reshape(kernel.shape[0], -1)), False, False)
        if o["bias"]:
            y = op.add(y, constant(weights[place * step + 1].reshape(-1)))
        return transpose(op.reshape(y, integers([0, 0, heads, last]), True).output(0), [0, 2, 1, 3])

    scaled = op.multiply(project(query, 0, size), constant(1 / math.sqrt(size)))
    scores = op.softmax(op.matmul(scaled, project(key, 1, size), False, True), 3)
    attended = transpose(op.matmul(scores, project(value, 2, width), False, False).output(0), [0, 2, 1, 3])
    kernel = weights[3 * step]
    flat = op.reshape(attended, integers([0, 0, heads * width]), True)
    y = op.matmul(flat, constant(kernel.reshape(heads * width, -1)), False, False)
    if o["bias"]:
        y = op.add(y, constant(weights[3 * step + 1].reshape(-1)))
    return y.output(0)
