"""Check the options of a layer, value by value: every number bounded, every word from a list.

A checker takes the JSON value and returns the Python value, or raises `NetworkError` quoting what it was given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from nets.reader.errors import NetworkError

Checker = Callable[[Any], Any]

# Names under which Keras of every generation, and the layers of tensorflow-addons, write activation functions.
_SAME_NAME = (
    "linear relu relu6 elu selu gelu sigmoid tanh softmax silu softplus softsign hard_sigmoid hard_silu exponential "
    "mish log_softmax log_sigmoid tanh_shrink hard_tanh celu squareplus leaky_relu soft_shrink hard_shrink sparse_plus"
)
ACTIVATIONS = {
    **{name: name for name in _SAME_NAME.split()},
    "swish": "silu",
    "hard_swish": "hard_silu",
    "hardswish": "hard_silu",
    "HardSwish": "hard_silu",
    "exp": "exponential",
    "logsigmoid": "log_sigmoid",
    "Swish": "silu",
    "Mish": "mish",
    "ReLU": "relu",
    "LeakyReLU": "leaky_relu",
    "ELU": "elu",
    "Softmax": "softmax",
    "hardshrink": "hard_shrink",
    "softshrink": "soft_shrink",
    "tanhshrink": "tanh_shrink",
    "lisht": "lisht",
    "squared_relu": "squared_relu",
    "gelu_tanh": "gelu_tanh",
    # functions of tf.math and tf.nn given as an activation
    **{name: name for name in ("sin", "cos", "abs", "square", "sqrt", "erf", "negative")},
    "identity": "linear",
    "softmax_v2": "softmax",
    "log_softmax_v2": "log_softmax",
    "leaky_relu_v2": "leaky_relu",
}
# the package in which an activation may be registered: those whose functions have one meaning
PACKAGES = ("keras", "Keras", "Addons", "builtins", "tf", "keras.activations", "tensorflow")


def integer(low: int, high: int) -> Checker:
    """A whole number within bounds."""

    def check(value: Any) -> int:
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if isinstance(value, bool) or not whole:
            raise NetworkError(f"expected a whole number, found {_short(value)}")
        if not low <= value <= high:
            raise NetworkError(f"{int(value):,} is outside {low:,}..{high:,}")
        return int(value)

    return check


def number(value: Any) -> float:
    """A finite number."""
    if isinstance(value, dict):  # a float wrapped by Keras 3: {"class_name": "__tensor__", "config": {"value": ...}}
        value = value.get("config", {}).get("value") if isinstance(value.get("config"), dict) else value.get("value")
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= 1e30:
        raise NetworkError(f"expected a number, found {_short(value)}")
    return float(value)


def numbers(value: Any) -> float | list[Any]:
    """A number, or nested lists of at most a thousand numbers."""
    if isinstance(value, list):
        if len(value) > 1000:
            raise NetworkError(f"{len(value):,} numbers where at most 1000 are expected")
        return [numbers(entry) for entry in value]
    return number(value)


def boolean(value: Any) -> bool:
    """True or False."""
    if value not in (True, False, 0, 1) or isinstance(value, float):
        raise NetworkError(f"expected true or false, found {_short(value)}")
    return bool(value)


def optional(check: Checker) -> Checker:
    """None, or what another checker accepts."""
    return lambda value: None if value is None else check(value)


def word(*allowed: Any) -> Checker:
    """One of a few words."""

    def check(value: Any) -> Any:
        plain = value.lower() if isinstance(value, str) else value
        if isinstance(plain, (dict, list)) or plain not in allowed:
            raise NetworkError(f"{_short(value)} is not one of {', '.join(str(one) for one in allowed)}")
        return plain

    return check


def text(pattern: str) -> Checker:
    """A short text of the given form."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or len(value) > 200 or not re.fullmatch(pattern, value):
            raise NetworkError(f"{_short(value)} is not understood")
        return value

    return check


def integers(low: int, high: int, most: int = 4) -> Checker:
    """A whole number or a list of them, nested at most once (a pair for each axis)."""
    one = integer(low, high)

    def check(value: Any, level: int = 0) -> Any:
        if not isinstance(value, (list, tuple)):
            return one(value)
        if len(value) > most or level > 1:
            raise NetworkError(f"expected at most {most} whole numbers, found {_short(value)}")
        return [check(entry, level + 1) for entry in value]

    return check


def sizes(low: int, high: int) -> Callable[[int], Checker]:
    """One whole number for every spatial axis: `sizes(1, 19)(2)` accepts 3 and [3, 3] and returns [3, 3]."""
    one = integer(low, high)

    def for_rank(rank: int) -> Checker:
        def check(value: Any) -> list[int]:
            if isinstance(value, (list, tuple)) and len(value) == rank:
                return [one(entry) for entry in value]
            return [one(value)] * rank

        return check

    return for_rank


def activation(value: Any) -> dict[str, Any]:
    """An activation function: returns {"function": name} with its parameters.

    Keras writes a name, a serialized function, or an activation layer with its options; a function of the author's own
    is refused, since its code is not in the file.
    """
    if value is None:
        return {"function": "linear"}
    parameters: dict[str, Any] = {}
    if isinstance(value, dict):
        registered = str(value.get("registered_name") or "").partition(">")
        if registered[1] and registered[0] not in PACKAGES:
            raise NetworkError(f"the activation {_short(value['registered_name'])} is the author's own function")
        config = value.get("config")
        if value.get("class_name") == "function" or isinstance(config, str):
            value = config
        else:
            value, config = value.get("class_name"), config if isinstance(config, dict) else {}
            names = ("alpha", "negative_slope", "max_value", "threshold")
            parameters = {key: number(config[key]) for key in names if config.get(key) is not None}
            if value == "Softmax" and config.get("axis") is not None:
                parameters["axis"] = integers(-8, 8, 8)(config["axis"])
            if value == "Activation":
                return activation(config.get("activation"))
    if not isinstance(value, str):
        raise NetworkError(f"expected the name of an activation function, found {_short(value)}")
    package, separator, name = value.rpartition(">")
    name = name if not separator or package in PACKAGES else value
    if (package, name) == ("Addons", "gelu"):  # tensorflow-addons approximates by default
        name = "gelu_tanh"
    if name not in ACTIVATIONS:
        raise NetworkError(
            f"the activation function {_short(value)} is not one of Keras: its code is not in the file and would not "
            "be run; use one of relu, swish, gelu, sigmoid, tanh, softmax ..."
        )
    return {"function": ACTIVATIONS[name], **parameters}


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def as_list(value: Any) -> list[Any]:
    """Return a list as it is and anything else in a list of one."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def np_array(value: Any) -> npt.NDArray[np.float32]:
    """Return checked numbers as an array."""
    return np.asarray(value, np.float32)


def positive_root(variance: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the standard deviation that Keras's Normalization divides by."""
    return np.maximum(np.sqrt(np.maximum(variance, 0)), np.float32(1e-7))
