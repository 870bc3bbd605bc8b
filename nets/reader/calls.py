"""Read the calls of a model's layers, in whatever form Keras wrote them.

Keras 2 writes a call as [[layer, node, tensor, {keyword arguments}], ...], Keras 3 as {"args": ..., "kwargs": ...} with
tensors as "__keras_tensor__". Both become arguments in which `Reference` stands for a tensor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from nets.reader.errors import NetworkError

Value = Any


@dataclass(frozen=True)
class Reference:
    """Output `tensor` of call number `call` of a layer."""

    layer: str
    call: int
    tensor: int


def references(value: Value) -> Iterator[Reference]:
    """Yield the references inside of a structure of arguments."""
    if isinstance(value, Reference):
        yield value
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from references(entry)
    elif isinstance(value, dict):
        for entry in value.values():
            yield from references(entry)


def decode(value: Any) -> Value:
    """Turn the JSON of an argument into references, slices, arrays and plain values."""
    if isinstance(value, list):
        if _is_reference(value):
            return Reference(value[0], value[1], value[2])
        if len(value) == 3 and value[:2] == ["_CONSTANT_VALUE", -1]:
            return value[2]
        return [decode(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    kind, config = value.get("class_name"), value.get("config")
    if kind == "__keras_tensor__" and isinstance(config, dict):
        layer, call, tensor = config["keras_history"]
        return Reference(str(layer), int(call), int(tensor))
    if kind in ("__numpy__", "__tensor__") and isinstance(config, dict):
        return np.asarray(config.get("value"), np.float32)
    if kind == "__ellipsis__":
        return Ellipsis
    if kind in ("__tuple__", "TensorShape"):
        return decode(value.get("items", config))
    inner = config if kind == "__slice__" and isinstance(config, dict) else value
    if set(inner) == {"start", "stop", "step"}:
        parts = [decode(inner[key]) for key in ("start", "stop", "step")]
        if not all(part is None or isinstance(part, int) for part in parts):
            raise NetworkError("a slice whose ends are computed by the network is not understood: use plain numbers")
        return slice(*parts)
    return {str(key): decode(entry) for key, entry in value.items()}


def _is_reference(value: list[Any]) -> bool:
    if not 3 <= len(value) <= 4 or not isinstance(value[0], str) or value[0] == "_CONSTANT_VALUE":
        return False
    return type(value[1]) is int and type(value[2]) is int and (len(value) == 3 or isinstance(value[3], dict))


def calls(layer: dict[str, Any]) -> list[tuple[list[Value], dict[str, Value]]]:
    """Return the positional and keyword arguments of every call of a layer.

    Raises:
        NetworkError: when a call is written in no form that Keras writes.
    """
    found = []
    for node in layer.get("inbound_nodes") or []:
        try:
            if isinstance(node, dict):
                found.append((as_list(decode(node.get("args", []))), dict(decode(node.get("kwargs") or {}))))
            else:
                found.append(_old_call(node))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise NetworkError(f"layer {name_of(layer)!r}: a call written as {node!r:.80} is not understood") from error
    return found


def _old_call(node: list[Any]) -> tuple[list[Value], dict[str, Value]]:
    """Read a call as Keras 2 writes it: one entry or nested lists of entries, keyword arguments in the first."""
    keywords: dict[str, Value] = {}

    def entry(item: Any) -> Value:
        if isinstance(item, list) and item and isinstance(item[0], str):
            if len(item) > 3 and isinstance(item[3], dict):
                for key, value in item[3].items():
                    keywords.setdefault(str(key), decode(value))
            return item[2] if item[0] == "_CONSTANT_VALUE" else Reference(item[0], int(item[1]), int(item[2]))
        if isinstance(item, list):
            return [entry(part) for part in item]
        if isinstance(item, dict):
            return {str(key): entry(part) for key, part in item.items()}
        return item

    if node and isinstance(node[0], str):
        return [entry(node)], keywords
    inputs = entry(node)
    return [inputs[0] if len(inputs) == 1 else inputs], keywords


def endpoints(value: Any) -> list[tuple[str, int, int]]:
    """Return a model's `input_layers` or `output_layers` as (layer, call, tensor)."""
    if isinstance(value, dict):
        value = [value[key] for key in sorted(value)]  # the order in which Keras 3 counts the outputs
    if isinstance(value, list) and len(value) == 3 and isinstance(value[0], str):
        value = [value]
    try:
        return [(str(layer), int(call), int(tensor)) for layer, call, tensor, *_ in value]
    except (TypeError, ValueError) as error:
        raise NetworkError(f"the model's inputs or outputs are written as {value!r:.80}, not understood") from error


def as_list(value: Value) -> list[Value]:
    """Return a list as it is and anything else in a list of one."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def name_of(layer: dict[str, Any]) -> str:
    """Return the name by which calls refer to a layer's entry; a recorded operation has another one inside."""
    config = layer.get("config")
    name = config.get("name") if isinstance(config, dict) else None
    return str(layer.get("name") or name or layer.get("class_name"))
