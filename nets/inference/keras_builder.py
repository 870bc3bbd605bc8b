"""Put a Keras model together from an understood network: names, shared layers, fused activations."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from nets.reader.description import Array, Network, Node
from nets.reader.errors import NetworkError

KerasTensor = Any
# activation functions that have the same name and formula in Keras
PLAIN_ACTIVATIONS = frozenset(
    [
        "selu",
        "gelu",
        "sigmoid",
        "tanh",
        "silu",
        "softplus",
        "softsign",
        "hard_sigmoid",
        "hard_silu",
        "hard_tanh",
        "exponential",
        "mish",
        "log_sigmoid",
        "tanh_shrink",
        "squareplus",
        "soft_shrink",
        "hard_shrink",
        "sparse_plus",
    ]
)
WEIGHT_LAYERS = ("Convolution", "DepthwiseConvolution", "TransposedConvolution", "Dense")


class KerasBuilder:
    """Translates node by node; layers with the same weights become one shared layer."""

    def __init__(self, network: Network, plain: bool, exact_outputs: bool) -> None:
        import keras

        self.keras = keras
        self.layers = keras.layers
        self.network = network
        self.plain = plain
        self.shared: dict[tuple[int, ...], Any] = {}
        self.names: set[str] = set()
        self.values: list[KerasTensor] = []
        self.exact = self._last_activations() if exact_outputs else set()
        self.activation_of = self._fused_activations() if plain else {}

    def build(self, operations: Mapping[str, Callable[[KerasBuilder, Node, list[KerasTensor]], KerasTensor]]) -> Any:
        """Return the model; the table has one function for every kind of node."""
        nodes = self.network.nodes
        reserved = {nodes[self.network.policy].name, nodes[self.network.value].name}
        fused = {activation: index for index, activation in self.activation_of.items()}
        for index, node in enumerate(nodes):
            inputs = [self.values[i] for i in node.inputs]
            if node.kind == "Input":
                self.values.append(self.keras.Input(tuple(node.shape), name="board"))
                continue
            if index in fused:
                self.values.append(self.values[fused[index]])
                continue
            # the layer that ends a group of nodes carries the file's name
            last = self.activation_of.get(index, index)
            ends_group = not any(other.name == node.name for other in nodes[last + 1 :])
            self.name = node.name if ends_group or node.name not in reserved else f"{node.name}_{node.kind.lower()}"
            self.index = index
            self.values.append(operations[node.kind](self, node, inputs))
        outputs = [self.values[self.network.policy], self.values[self.network.value]]
        outputs = [self._named(output, name) for output, name in zip(outputs, self._output_names(), strict=True)]
        return self.keras.Model(self.values[0], outputs, name="network")

    def _output_names(self) -> tuple[str, str]:
        return self.network.policy_name, self.network.value_name

    def _named(self, output: KerasTensor, name: str) -> KerasTensor:
        """Let an output carry the name that it has in the file."""
        if output._keras_history.operation.name == name:
            return output
        if name in self.names:
            name = self.unique(f"{name}_output")
        self.names.add(name)
        return self.layers.Activation("linear", name=name)(output)

    def _last_activations(self) -> set[int]:
        """Return the nodes from each output back to its last activation, which is included."""
        found = set()
        for output in self.outputs:
            end, node = output, self.network.nodes[output]
            while node.kind in ("Reshape", "Permute"):
                found.add(end)
                end = node.inputs[0]
                node = self.network.nodes[end]
            if node.kind in ("Softmax", "Activation"):
                found.add(end)
        return found

    def _fused_activations(self) -> dict[int, int]:
        """Map a layer with weights to the activation of the same layer that follows it."""
        users: dict[int, list[int]] = {}
        for index, node in enumerate(self.network.nodes):
            for source in node.inputs:
                users.setdefault(source, []).append(index)
        pairs = {}
        for index, node in enumerate(self.network.nodes):
            following = users.get(index, [])
            if node.kind in WEIGHT_LAYERS and len(following) == 1 and index not in self.outputs:
                after = self.network.nodes[following[0]]
                if after.name == node.name and plain_activation(after) is not None:
                    pairs[index] = following[0]
        calls: dict[tuple[int, ...], int] = {}
        for index in pairs:  # a shared layer is built once, with one activation: leave those as they are
            key = tuple(id(weight) for weight in self.network.nodes[index].weights)
            calls[key] = calls.get(key, 0) + 1
        once = {index for index in pairs if calls[tuple(id(w) for w in self.network.nodes[index].weights)] == 1}
        return {index: after for index, after in pairs.items() if index in once}

    @property
    def outputs(self) -> tuple[int, int]:
        """The nodes of policy and value."""
        return self.network.policy, self.network.value

    def unique(self, name: str) -> str:
        """Return a name that no layer has yet; a name of Keras's has no slash."""
        name = name.replace("/", "_")
        candidates = itertools.chain([name], (f"{name}_{number}" for number in itertools.count(1)))
        return next(one for one in candidates if one not in self.names)

    def layer(self, kind: str, **options: Any) -> Any:
        """Make a layer named after the node."""
        name = self.unique(self.name)
        self.names.add(name)
        if self.index in self.exact:
            options["dtype"] = "float32"
        return getattr(self.layers, kind)(name=name, **options)

    def weighted(self, node: Node, kind: str, arrays: Sequence[Array], *inputs: Any, **options: Any) -> KerasTensor:
        """Apply a layer with weights, the same one for nodes that share them."""
        key = tuple(id(weight.source or weight) for weight in node.weights)
        layer = self.shared.get(key) if key else None
        if layer is None:
            if self.index in self.activation_of:
                options["activation"] = plain_activation(self.network.nodes[self.activation_of[self.index]])
            layer = self.layer(kind, **options)
            result = layer(*inputs)
            layer.set_weights([np.asarray(array) for array in arrays])
            layer.trainable = any(weight.trainable for weight in node.weights) or not node.weights
            self.shared[key] = layer
            return result
        return layer(*inputs)

    def impossible(self, what: str) -> None:
        """Refuse what no plain layer expresses, when the model is to be saved."""
        if self.plain:
            raise NetworkError(
                f"layer {self.name!r}: {what} cannot be written as plain layers; the file plays as it is, only "
                "`golois convert` cannot rewrite it"
            )

    # -- shorthands

    def reshape(self, x: KerasTensor, shape: Sequence[int]) -> KerasTensor:
        """Rearrange all but the batch."""
        return x if tuple(x.shape[1:]) == tuple(shape) else self.layer("Reshape", target_shape=tuple(shape))(x)

    def permute(self, x: KerasTensor, axes: Sequence[int]) -> KerasTensor:
        """Transpose; axes name the whole tensor, the batch first."""
        axes = list(axes)
        return x if axes == list(range(len(axes))) else self.layer("Permute", dims=tuple(axes[1:]))(x)

    def affine(self, x: KerasTensor, scale: Any, offset: Any = 0.0) -> KerasTensor:
        """Return scale * x + offset."""
        return self.layer("Rescaling", scale=scale, offset=offset)(x)

    def activation(self, x: KerasTensor, function: str) -> KerasTensor:
        """Apply a function that Keras knows by name."""
        return self.layer("Activation", activation=function)(x)

    def merge(self, kind: str, *inputs: KerasTensor) -> KerasTensor:
        """Apply a merging layer."""
        return self.layer(kind)(list(inputs))


def plain_activation(node: Node) -> str | None:
    """Return the name by which Keras knows a node's function, None when it needs more than a name."""
    if node.kind == "Softmax":
        return "softmax" if node.options["axes"] == [len(node.shape)] else None
    if node.kind != "Activation":
        return None
    options, function = node.options, node.options["function"]
    if function == "relu":
        if options["negative_slope"] or options["threshold"]:
            return None
        return {None: "relu", 6.0: "relu6"}.get(options["max_value"])
    if function == "elu":
        return "elu" if options["alpha"] == 1.0 else None
    return str(function) if function in PLAIN_ACTIVATIONS else None
