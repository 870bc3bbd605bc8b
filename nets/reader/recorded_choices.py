"""Translate recorded comparisons and choices: truth is 1 and falsehood 0, and `where` is a sum of products."""

from __future__ import annotations

import numpy as np

from nets.reader.builder import Builder, Tensor
from nets.reader.recorded_arithmetic import binary
from nets.reader.recorded_values import Translate, Value, numbers

_add = binary("add", np.add)
_subtract = binary("subtract", np.subtract)
_multiply = binary("multiply", np.multiply)
_divide = binary("divide", np.divide)
_maximum = binary("maximum", np.maximum)


def greater(b: Builder, x: Value, y: Value) -> Value:
    """Whether x > y."""
    return _maximum(b, _sign(b, _subtract(b, x, y)), 0.0)


def less(b: Builder, x: Value, y: Value) -> Value:
    """Whether x < y."""
    return greater(b, y, x)


def differs(b: Builder, x: Value, y: Value) -> Value:
    """Whether x != y."""
    difference = _sign(b, _subtract(b, x, y))
    return _multiply(b, difference, difference)


def logical_not(b: Builder, x: Value) -> Value:
    """The opposite of a truth."""
    return _subtract(b, 1.0, x)


def logical_or(b: Builder, x: Value, y: Value) -> Value:
    """Whether one of two holds."""
    return _maximum(b, x, y)


def opposite(relation: Translate) -> Translate:
    """Return the relation that holds where the given one does not."""

    def operation(b: Builder, x: Value, y: Value) -> Value:
        return logical_not(b, relation(b, x, y))

    return operation


def where(b: Builder, condition: Value, x: Value, y: Value) -> Value:
    """X where the condition holds, else y."""
    # exact where both are finite, as y + condition * (x - y) is not: -1e9 of a mask would swallow the digits of x
    return _add(b, _multiply(b, condition, x), _multiply(b, logical_not(b, condition), y))


def divide_or_zero(b: Builder, x: Value, y: Value) -> Value:
    """The quotient, and 0 where y is 0."""
    zero = opposite(differs)(b, y, 0.0)
    return _multiply(b, _divide(b, x, _add(b, y, zero)), logical_not(b, zero))


def _sign(b: Builder, x: Value) -> Value:
    return b.activation(x, "sign") if isinstance(x, Tensor) else np.sign(numbers(x))
