"""From a file to an understood network: read, refuse, wire, find the outputs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from nets.reader.builder import Builder, Tensor
from nets.reader.calls import name_of
from nets.reader.description import Network
from nets.reader.errors import NetworkError
from nets.reader.hdf5 import StoredModel, read_bytes, read_model
from nets.reader.limits import BOARD_SIZES, DEFAULT_LIMITS, Limits
from nets.reader.wiring import (
    MODELS,
    MODULES,
    PACKAGES,
    RECORDED,
    WRAPPERS,
    Wiring,
    is_model,
    is_operation,
    refusal,
    row_of,
)

USUAL_SIZE = 19  # of a network whose input leaves the board's size open
PLANES = (6, 8, 21, 31)


class RefusedError(NetworkError):
    """A network with several problems: the message holds one on each line.

    Attributes:
        problems: the lines.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def understand(path: str | os.PathLike[str], limits: Limits = DEFAULT_LIMITS) -> Network:
    """Read a network file in this process.

    Untrusted files are read in a subprocess: `nets.reader.sandbox.understand_safely`.

    Raises:
        NetworkError: what is wrong, where, and what to do.
    """
    return understand_model(read_model(read_bytes(path, limits), limits), limits)


def understand_model(stored: StoredModel, limits: Limits = DEFAULT_LIMITS) -> Network:
    """Turn what a file holds into an understood network."""
    model = stored.config
    kind = model.get("class_name")
    if not (isinstance(kind, str) and is_model(kind, model.get("config"))):
        raise NetworkError(
            f"the model is of class {model.get('class_name')!r}, whose code is not in the file: build it as "
            "keras.Model(inputs, outputs) from layers of Keras and save again"
        )
    foreign: dict[str, list[str]] = {}
    for number, (name, reason) in enumerate(_judged_layers(model)):
        if number >= limits.layers:
            raise NetworkError(f"the model and the models in it list more than {limits.layers:,} layers")
        if reason:
            foreign.setdefault(reason, []).append(name)
    if foreign:
        raise RefusedError([f"{_listed(names)}: {reason}" for reason, names in foreign.items()])
    builder = Builder(limits)
    size, planes = _input_shape(model)
    board = builder.node("Input", shape=[size, size, planes])
    old = not stored.keras_version or stored.keras_version[0] in "012"
    wiring = Wiring(builder, stored.weights, old)
    outputs, names = wiring.top_level(model, board)
    policy, value = find_outputs(outputs, names, size)
    wiring.assign_weights()
    ends = [_flat(builder, outputs[policy]), _flat(builder, outputs[value])]
    total, trainable = wiring.parameters()
    network = Network(
        nodes=builder.nodes,
        policy=ends[0].node,
        value=ends[1].node,
        policy_name=names[policy],
        value_name=names[value],
        parameters_total=total,
        parameters_trainable=trainable,
        digest=stored.digest,
        keras_version=stored.keras_version,
    )
    if kind not in MODELS:
        network.warnings.append(
            f"the model is of the class {kind!r}, whose code is not in the file: it plays as its graph of layers says; "
            "save keras.Model(model.inputs, model.outputs) if your class changes more than the training"
        )
    _drop_unused(network)
    return network


def find_outputs(outputs: list[Any], names: list[str], size: int = USUAL_SIZE) -> tuple[int, int]:
    """Return the places of policy and value among the outputs of a network for a board: by name, else by shape.

    Raises:
        NetworkError: listing the outputs when there are none that fit.
    """
    if not all(isinstance(output, Tensor) for output in outputs):
        raise NetworkError(f"the outputs {names} are not tensors")
    sizes = [_size(output) for output in outputs]
    listed = ", ".join(f"{name!r} {output.shape}" for name, output in zip(names, outputs, strict=True))

    def find(role: str, wanted: tuple[int, ...], words: str) -> int:
        by_shape = [place for place, size in enumerate(sizes) if size in wanted]
        named = [place for place in range(len(names)) if role in names[place].lower()]
        both = [place for place in by_shape if place in named]
        if len(both) == 1 or (both and role == names[both[0]].lower()):
            return both[0]
        if named and not both:
            raise NetworkError(
                f"the output {names[named[0]]!r} has {sizes[named[0]]} numbers, expected {words}: "
                f"the network's outputs are {listed}"
            )
        if not by_shape:
            raise NetworkError(f"no output is a {role} ({words}): the network's outputs are {listed}")
        if len(by_shape) != 1:
            raise NetworkError(
                f"{len(by_shape)} outputs could be the {role} ({words}): the network's outputs are {listed}; "
                f"name one of them {role!r}"
            )
        return by_shape[0]

    points = size * size
    policy = find("policy", (points, points + 1), f"{points} moves, or {points + 1} with pass")
    return policy, find("value", (1,), "1 number")


def _size(tensor: Tensor) -> int:
    size = 1
    for one in tensor.shape:
        size *= one
    return size


def _flat(builder: Builder, tensor: Tensor) -> Tensor:
    return builder.reshape(tensor, [_size(tensor)])


def _input_shape(model: dict[str, Any]) -> tuple[int, int]:
    """Return the board's size and the number of planes of the network's only input."""
    config = model.get("config")
    if isinstance(config, list) and model["class_name"] != "Sequential":  # Keras 2.2 wrote a Sequential as a list
        config = None
    layers = config if isinstance(config, list) else config.get("layers") if isinstance(config, dict) else None
    if not layers or not isinstance(layers, list) or not all(isinstance(layer, dict) for layer in layers):
        raise NetworkError("the model has no list of layers: save the network again with model.save('network.h5')")
    inputs = [layer for layer in layers if layer.get("class_name") == "InputLayer"]
    if not inputs and model["class_name"] == "Sequential":
        inputs = layers[:1]
    if len(inputs) != 1:
        names = ", ".join(repr(name_of(layer)) for layer in inputs)
        raise NetworkError(f"the network has {len(inputs)} inputs ({names}), expected one: the board's planes")
    options = inputs[0].get("config") or {}
    shape = options.get("batch_shape") or options.get("batch_input_shape")
    wanted = "expected (19, 19, P) with P one of 6, 8, 21, 31, or a square board of another size from 2 to 25"
    if not isinstance(shape, list) or len(shape) != 4:
        raise NetworkError(f"the input {name_of(inputs[0])!r} has shape {shape!r:.60}, {wanted}")
    rows, columns, planes = shape[1:]
    size = columns if rows is None else rows
    size = USUAL_SIZE if size is None else size
    whole = all(isinstance(number, int) and not isinstance(number, bool) for number in (size, planes))
    square = rows in (size, None) and columns in (size, None)
    if not (whole and square and size in BOARD_SIZES and planes in PLANES):
        raise NetworkError(f"the input {name_of(inputs[0])!r} has shape {tuple(shape[1:])}, {wanted}")
    return size, planes


def _listed(names: list[str]) -> str:
    """Return the names of layers, the first three of many."""
    shown = ", ".join(repr(name) for name in names[:3])
    return f"layer{'s' if len(names) > 1 else ''} {shown}" + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _judged_layers(model: Any, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield for every layer, at any depth, its name and why it is refused by its class ("" when it is not)."""
    config = model.get("config") if isinstance(model, dict) else None
    layers = config if isinstance(config, list) else config.get("layers") if isinstance(config, dict) else None
    for layer in layers if isinstance(layers, list) else []:
        if not isinstance(layer, dict):
            continue
        kind, options = str(layer.get("class_name")), layer.get("config")
        reason = _why_foreign(kind, options, layer.get("module"), layer.get("registered_name"))
        yield name_of(layer), f"({kind}) {reason}" if reason else ""
        if is_model(kind, options) and depth < 20:
            yield from _judged_layers(layer, depth + 1)
        elif kind in WRAPPERS and isinstance(options, dict) and isinstance(options.get("layer"), dict):
            yield from _judged_layers({"config": [options["layer"]]}, depth + 1)


def _why_foreign(kind: str, options: Any, module: Any, registered: Any) -> str:
    """Return why a layer is refused by its name, "" when it is not."""
    if is_model(kind, options):
        return ""  # the layers of a model are judged one by one
    if not (kind in (*RECORDED, *WRAPPERS, "InputLayer") or row_of(kind) or is_operation(kind, options)):
        return refusal(kind)
    if isinstance(module, str) and module.split(".", maxsplit=1)[0] not in MODULES:
        return f"comes from the module {module!r}, which is not Keras: its code would not be run"
    if isinstance(registered, str) and ">" in registered and registered.split(">")[0] not in PACKAGES:
        return f"is registered as {registered!r}, which is not Keras: its code would not be run"
    if _holds_code(options):
        return "holds marshalled program code (__lambda__) in an option, which is never run: use a plain name"
    return ""


def _holds_code(options: Any) -> bool:
    if isinstance(options, dict):
        return options.get("class_name") == "__lambda__" or any(_holds_code(entry) for entry in options.values())
    return isinstance(options, list) and any(_holds_code(entry) for entry in options)


def _drop_unused(network: Network) -> None:
    """Remove the nodes on which neither output depends: other outputs and what leads to them."""
    needed = {0, network.policy, network.value}
    for index in range(len(network.nodes) - 1, -1, -1):
        if index in needed:
            needed.update(network.nodes[index].inputs)
    order = sorted(needed)
    place = {old: new for new, old in enumerate(order)}
    nodes = [network.nodes[index] for index in order]
    for node in nodes:
        node.inputs = tuple(place[index] for index in node.inputs)
    network.nodes, network.policy, network.value = nodes, place[network.policy], place[network.value]
