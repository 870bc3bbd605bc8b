"""Follow a model's graph call by call and translate each call into nodes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from nets.reader.assignment import Bag, StoredWeights, assign
from nets.reader.builder import Builder, Tensor
from nets.reader.call import Call
from nets.reader.calls import Reference, Value, as_list, calls, endpoints, name_of, references
from nets.reader.errors import NetworkError
from nets.reader.layers import ALIASES, CODE_LAYERS, LAYERS, Layer
from nets.reader.operations import OPERATIONS, translate
from nets.reader.recorded_nodes import translate_node
from nets.reader.recorded_values import Outputs

MODELS = ("Functional", "Model", "Sequential")
RECORDED = ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer")
WRAPPERS = ("TimeDistributed", "SpectralNormalization")
# where a layer's class may come from: the module, and the package before ">" in a registered name
MODULES = ("keras", "tf_keras", "keras_core", "tensorflow", "builtins", "tensorflow_addons")
PACKAGES = ("keras", "Keras", "keras.layers", "keras.src", "Addons", "tf", "builtins")
# arguments of a call that Keras writes although they say nothing
SILENT_ARGUMENTS = ("training",)
ATTENTION_ARGUMENTS = ("value", "key", "use_causal_mask", "q", "k")


class Wiring:
    """Builds the nodes of a model and of the models nested in it.

    Args:
        builder: takes the nodes.
        weights: stored arrays by the name of the top-level layer.
        old: whether Keras 2 wrote the file.

    Attributes:
        bags: the weights of the top-level layers, by the layer's name.
    """

    def __init__(self, builder: Builder, weights: dict[str, Any], old: bool) -> None:
        self.builder = builder
        self.weights: dict[str, StoredWeights] = weights
        self.old = old
        self.bags: dict[str, Bag] = {}
        self._calls = 0

    def parameters(self) -> tuple[int, int]:
        """Return the number of parameters of all layers, in total and trainable, as Keras's summary counts them."""
        weights = [weight for bag in self.bags.values() for _, weight in bag.everything()]
        sizes = [(math.prod(weight.shape), weight.trainable) for weight in weights]
        return sum(size for size, _ in sizes), sum(size for size, trainable in sizes if trainable)

    def top_level(self, model: dict[str, Any], board: Tensor) -> tuple[list[Tensor], list[str]]:
        """Wire the whole model; return its outputs and their names.

        Raises:
            NetworkError: naming the layer that is not understood.
        """
        kind, config = model.get("class_name"), model.get("config")
        bags = self.bags
        if kind == "Sequential":
            outputs, names = [self._sequential(config, board, bags, 0)], ["output"]
        else:
            assert isinstance(config, dict), "checked by nets.reader.understand"
            outputs = as_list(self._functional(config, [board], bags, 0))
            names = [layer for layer, _, _ in endpoints(config.get("output_layers"))]
        return outputs, names

    def assign_weights(self) -> None:
        """Give all weights the numbers that the file stores.

        Raises:
            NetworkError: naming the layer whose weights are missing or of another shape.
        """
        for name, bag in self.bags.items():
            try:
                assign(bag, self.weights.get(name, []))
            except NetworkError as error:
                raise NetworkError(f"layer {name!r}: {error}") from error

    def _sequential(self, config: Any, x: Value, bags: dict[str, Bag], depth: int) -> Value:
        for layer in layers_of(config):
            if layer.get("class_name") != "InputLayer":
                x = self._apply(layer, [x], {}, bags, depth)
        return x

    def _functional(self, config: Any, inputs: Sequence[Value], bags: dict[str, Bag], depth: int) -> Value:
        """Call every layer as soon as what it needs is there."""
        layers = [layer for layer in layers_of(config) if layer.get("class_name") != "InputLayer"]
        if len(inputs) == 1 and isinstance(inputs[0], dict):
            inputs = [inputs[0][key] for key in sorted(inputs[0])]
        starts, ends = endpoints(config.get("input_layers")), endpoints(config.get("output_layers"))
        if len(starts) != len(inputs):
            raise NetworkError(f"the model {config.get('name')!r} has {len(starts)} inputs, given {len(inputs)}")
        made: dict[tuple[str, int], Value] = {(start[0], 0): x for start, x in zip(starts, inputs, strict=True)}
        waiting = []
        last_call = {name: call for name, call, _ in ends}
        number_of_calls: dict[str, int] = {}
        for layer in layers:
            name = name_of(layer)
            bags.setdefault(name, Bag(name))  # in the order of the model, which is that of the stored weights
            for number, (args, kwargs) in enumerate(calls(layer)):
                needs = [*references(args), *references(kwargs)]
                for need in needs:
                    last_call[need.layer] = max(last_call.get(need.layer, 0), need.call)
                waiting.append((layer, number, args, kwargs, needs))
                number_of_calls[name] = number + 1
        while waiting:
            postponed = []
            for layer, number, args, kwargs, needs in waiting:
                if not all((need.layer, need.call) in made for need in needs):
                    postponed.append((layer, number, args, kwargs, needs))
                    continue
                name = name_of(layer)
                # the construction of a nested model counts as its call 0
                first = max(0, last_call.get(name, 0) - (number_of_calls[name] - 1))
                result = self._apply(layer, _resolve(args, made), _resolve(kwargs, made), bags, depth)
                made[name, number + first] = result
            if len(postponed) == len(waiting):
                layer, missing = postponed[0][0], postponed[0][4]
                lost = next(need.layer for need in missing if (need.layer, need.call) not in made)
                raise NetworkError(f"layer {name_of(layer)!r} needs {lost!r}, which is nowhere computed")
            waiting = postponed
        missing_ends = [end[0] for end in ends if end[:2] not in made]
        if missing_ends:
            raise NetworkError(f"the output {missing_ends[0]!r} is nowhere computed")
        outputs = Outputs(_resolve(Reference(*end), made) for end in ends)
        return outputs if len(outputs) > 1 else outputs[0]

    def _apply(
        self, layer: dict[str, Any], args: list[Value], kwargs: dict[str, Value], bags: dict[str, Bag], depth: int
    ) -> Value:
        """Apply a layer once; every problem in it names it."""
        kind, name = str(layer.get("class_name")), name_of(layer)
        self._calls += 1
        if self._calls > self.builder.limits.layers:
            raise NetworkError(f"more than {self.builder.limits.layers:,} calls of layers")
        config = layer.get("config") if isinstance(layer.get("config"), (dict, list)) else {}
        bag = bags.setdefault(name, Bag(name))
        bag.trainable = not (isinstance(config, dict) and config.get("trainable") is False)
        bag.restart()
        try:
            with self.builder.naming(name):
                return self._translate(kind, config, args, kwargs, bag, depth)
        except NetworkError as error:
            raise NetworkError(f"layer {name!r} ({kind}): {error}") from error
        except KeyError as error:
            raise NetworkError(f"layer {name!r} ({kind}): the option {error} is missing") from error
        except (TypeError, ValueError, AttributeError, IndexError) as error:
            raise NetworkError(
                f"layer {name!r} ({kind}): its options or inputs are not understood ({error})"
            ) from error

    def _translate(
        self, kind: str, config: Any, args: list[Value], kwargs: dict[str, Value], bag: Bag, depth: int
    ) -> Value:
        if is_model(kind, config):
            if depth >= self.builder.limits.model_depth:
                raise NetworkError(f"models nest more than {self.builder.limits.model_depth} deep")
            inputs = args[0] if len(args) == 1 else args
            if kind == "Sequential":
                return self._sequential(config, inputs, bag.children, depth + 1)
            return self._functional(config, as_list(inputs), bag.children, depth + 1)
        if kind == "TensorFlowOpLayer":
            return translate_node(self.builder, config, args)
        if kind in RECORDED:
            return translate(self.builder, str(config["function"]), args, kwargs, self.old)
        if not self.old and is_operation(kind, config):
            options = {key: value for key, value in config.items() if key != "name"}
            return translate(self.builder, kind, args, {**options, **kwargs}, self.old)
        if kind in WRAPPERS:
            return self._wrapper(kind, config, args, bag, depth)
        row = row_of(kind)
        if row is None:
            raise NetworkError(f"this class {refusal(kind)}")
        return self._call(row, config, args, kwargs, bag)

    def _call(self, row: Layer, config: Any, args: list[Value], kwargs: dict[str, Value], bag: Bag) -> Value:
        """Check the options of a layer, then translate its call."""
        options: dict[str, Any] = {}
        for key, checker in row.options.items():
            if key in config:
                try:
                    options[key] = checker(config[key])
                except NetworkError as error:
                    raise NetworkError(f"{key}: {error}") from error
        given = {key: value for key, value in kwargs.items() if key not in SILENT_ARGUMENTS and not _is_unset(value)}
        for key in ("inputs", "query"):
            if key in given:
                args = [given.pop(key), *args]
        strange = [key for key in given if key not in ATTENTION_ARGUMENTS]
        if strange:
            raise NetworkError(f"called with {strange[0]}=..., which is not understood: leave it out")
        x = args[0] if len(args) == 1 else args
        call = Call(self.builder, options, bag, self.old, given)
        if options.get("data_format") == "channels_first" and row.channels_last_inside:
            return self._channels_first(row, call, x)
        if options.get("data_format", 1) is None:
            del options["data_format"]
        return row.translate(call, x)

    def _channels_first(self, row: Layer, call: Call, x: Value) -> Tensor:
        y = row.translate(call, self.builder.permute(x, [0, *range(2, x.rank), 1]))
        return self.builder.permute(y, [0, y.rank - 1, *range(1, y.rank - 1)])

    def _wrapper(self, kind: str, config: Any, args: list[Value], bag: Bag, depth: int) -> Value:
        inner = config["layer"]
        inner_kind, x = str(inner.get("class_name")), args[0]
        inner_bag = bag.children.setdefault(name_of(inner), Bag(name_of(inner)))
        if kind == "SpectralNormalization":  # the stored kernel is the normalized one
            y = self._translate(inner_kind, inner["config"], [x], {}, inner_bag, depth)
            bag("vector_u", (1, inner_bag.weights[0].shape[-1]), False)
            return y
        if inner_kind in ("Dense", "Activation", "ReLU", "Dropout"):  # these work on the last axis anyway
            return self._translate(inner_kind, inner["config"], [x], {}, inner_bag, depth)
        results = []
        for step in range(x.shape[0]):
            inner_bag.restart()
            part = self.builder.reshape(self.builder.slice(x, 1, step, step + 1), x.shape[1:])
            y = self._translate(inner_kind, inner["config"], [part], {}, inner_bag, depth)
            results.append(self.builder.reshape(y, (1, *y.shape)))
        return self.builder.node("Concatenate", *results, axis=1) if len(results) > 1 else results[0]


def _is_unset(value: Value) -> bool:
    """Whether an argument says nothing: None, False, or as the masks of Keras 3 before 3.4 a list of None."""
    return value is None or value is False or (isinstance(value, list) and all(one is None for one in value))


def _resolve(value: Value, made: dict[tuple[str, int], Value]) -> Value:
    """Replace the references in a structure of arguments by what they refer to."""
    if isinstance(value, Reference):
        result = made[value.layer, value.call]
        if isinstance(result, Outputs):
            if not 0 <= value.tensor < len(result):
                raise NetworkError(f"output {value.tensor} of layer {value.layer!r}, which has {len(result)}")
            return result[value.tensor]
        return result
    if isinstance(value, list):
        return [_resolve(entry, made) for entry in value]
    if isinstance(value, dict):
        return {key: _resolve(entry, made) for key, entry in value.items()}
    return value


def layers_of(config: Any) -> list[dict[str, Any]]:
    """Return the entries of a model's layers.

    Raises:
        NetworkError: when the model has none.
    """
    layers = config if isinstance(config, list) else config.get("layers") if isinstance(config, dict) else None
    if not isinstance(layers, list) or not layers or not all(isinstance(layer, dict) for layer in layers):
        raise NetworkError("the model has no list of layers: save the network again with model.save('network.h5')")
    return layers


def is_model(kind: str, config: Any) -> bool:
    """Whether an entry is a model: of Keras, or of an author's class (for its training) around a functional graph."""
    graph = isinstance(config, dict) and {"layers", "input_layers", "output_layers"} <= set(config)
    return kind in MODELS or (graph and row_of(kind) is None and kind not in CODE_LAYERS)


def row_of(kind: str) -> Layer | None:
    """Return the row of a layer's class, whatever package and alias it was written with."""
    if kind in LAYERS:
        return LAYERS[kind]
    if kind in ALIASES:
        return LAYERS[ALIASES[kind]]
    package, separator, name = kind.rpartition(">")
    if separator and package in PACKAGES and package != "Addons":
        return LAYERS.get(ALIASES.get(name, name))
    return None


def is_operation(kind: str, config: Any) -> bool:
    """Whether an entry is a recorded operation of Keras 3: unlike layers, operations have no `trainable`."""
    return kind in OPERATIONS and isinstance(config, dict) and (kind not in LAYERS or "trainable" not in config)


def refusal(kind: str) -> str:
    """Say why a class of layers is refused, and what to do."""
    if kind in CODE_LAYERS:
        return CODE_LAYERS[kind]
    return (
        "is not a layer that is understood: if it is your own, its code is not in the file and would not be run; write "
        "it as a function that calls layers of Keras, so that the file holds plain layers, and save again; replace a "
        "rare layer of Keras by others"
    )
