"""The description of a network: what was understood of a file, and all that is ever run.

A network is a list of nodes in the order of computation. Each node names one of the operations of
`nets.reader.shapes`, its inputs (earlier nodes), its options (plain numbers and words) and its arrays. Shapes leave
out the batch; axes count the batch as axis 0, as Keras does. The description holds no code and no names of classes,
is written as one .npz without pickle, and is checked again when it is read.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from nets.reader.cost import PRODUCTS, operations
from nets.reader.errors import NetworkError
from nets.reader.shapes import output_shape

Array = npt.NDArray[np.float32]
Shape = tuple[int, ...]
FORMAT = 1


@dataclass
class Weight:
    """An array of a layer: its shape is known from the architecture, its values come from the file later.

    Attributes:
        role: what the layer calls it: kernel, bias, gamma ...
        shape: its shape, in Keras's layout.
        trainable: whether Keras counts it as trainable.
        values: the numbers, float32; None until they are assigned.
        constant: whether it was written in the architecture (a number in a recorded operation): no parameter.
        source: the weight of which this one is another shape, None for a weight of its own.
    """

    role: str
    shape: Shape
    trainable: bool = True
    values: Array | None = None
    constant: bool = False
    source: Weight | None = None
    _views: dict[Shape, Weight] = field(default_factory=dict, repr=False)

    def view(self, *shape: int) -> Weight:
        """Return the same numbers in another shape; calls with the same shape return the same weight."""
        if shape not in self._views:
            self._views[shape] = Weight(self.role, shape, self.trainable, constant=self.constant, source=self)
        return self._views[shape]

    @property
    def array(self) -> Array:
        """The numbers, float32."""
        if self.source is not None:
            return self.source.array.reshape(self.shape)
        assert self.values is not None, f"{self.role} {self.shape} was never assigned"
        return self.values


@dataclass
class Node:
    """One operation: `kind` of the table `nets.reader.shapes.KINDS`, applied to earlier nodes."""

    kind: str
    inputs: tuple[int, ...]
    shape: Shape
    name: str
    options: dict[str, Any] = field(default_factory=dict)
    weights: list[Weight] = field(default_factory=list)


@dataclass
class Network:
    """An understood network.

    Attributes:
        nodes: in order of computation; node 0 is the board, (s, s, P).
        policy: the node of the policy, (s * s,) or (s * s + 1,).
        value: the node of the value, (1,).
        policy_name: the name of the policy's layer in the file.
        value_name: the name of the value's layer in the file.
        parameters_total: number of parameters, as Keras's summary counts them.
        parameters_trainable: without moving averages and frozen layers.
        digest: SHA-256 of the file it was read from, "" for a network that was not read.
        keras_version: that wrote the file.
        warnings: what a careful reader would tell the author.
    """

    nodes: list[Node]
    policy: int
    value: int
    policy_name: str = "policy"
    value_name: str = "value"
    parameters_total: int = 0
    parameters_trainable: int = 0
    digest: str = ""
    keras_version: str = ""
    warnings: list[str] = field(default_factory=list)

    @property
    def board_size(self) -> int:
        """The size s of the boards that the network plays on."""
        return self.nodes[0].shape[0]

    @property
    def planes(self) -> int:
        """Number of input planes P."""
        return self.nodes[0].shape[2]

    @property
    def moves(self) -> int:
        """Length of the policy: s * s, or s * s + 1 with the pass."""
        return math.prod(self.nodes[self.policy].shape)

    @property
    def flops(self) -> int:
        """Floating point operations of one position: two for each multiplication of convolutions and products."""
        return sum(self.flops_of(node) for node in self.nodes)

    def flops_of(self, node: Node) -> int:
        """Those of one node; 0 for all that multiplies no weights and no two tensors."""
        if node.kind not in PRODUCTS:
            return 0
        inputs = [self.nodes[index].shape for index in node.inputs]
        return 2 * operations(node.kind, inputs, [weight.shape for weight in node.weights], node.shape)

    @property
    def value_activation(self) -> str:
        """The end of the value head: "sigmoid" (0..1), "tanh" (-1..1) or "other"."""
        end = self._end(self.value)
        function = end.options.get("function", "") if end.kind == "Activation" else ""
        return function if function in ("sigmoid", "tanh") else "other"

    @property
    def policy_activation(self) -> str:
        """The end of the policy head: "softmax" or "other"."""
        return "softmax" if self._end(self.policy).kind == "Softmax" else "other"

    def _end(self, index: int) -> Node:
        """Return the last node before an output that computes rather than rearranges."""
        node = self.nodes[index]
        while node.kind in ("Reshape", "Permute"):
            node = self.nodes[node.inputs[0]]
        return node

    def to_bytes(self) -> bytes:
        """Write the description as an .npz: one JSON text, and every array once."""
        arrays: dict[str, Any] = {}
        places: dict[int, int] = {}

        def place(weight: Weight) -> dict[str, Any]:
            if id(weight) not in places:
                places[id(weight)] = len(places)
                arrays[f"w{places[id(weight)]}"] = weight.array
            entry: dict[str, Any] = {"array": places[id(weight)], "role": weight.role}
            return entry | {"trainable": weight.trainable, "constant": weight.constant}

        text = json.dumps(
            {
                "format": FORMAT,
                "nodes": [
                    {
                        "kind": node.kind,
                        "inputs": node.inputs,
                        "shape": node.shape,
                        "name": node.name,
                        "options": node.options,
                        "weights": [place(weight) for weight in node.weights],
                    }
                    for node in self.nodes
                ],
                **{key: getattr(self, key) for key in _PLAIN_FIELDS},
            }
        )
        file = io.BytesIO()
        np.savez(file, description=np.frombuffer(text.encode(), np.uint8), **arrays)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Network:
        """Read what `to_bytes` wrote; every node is checked against the table of operations again.

        Raises:
            NetworkError: when the bytes are damaged or of another version.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as stored:
                text = json.loads(stored["description"].tobytes().decode())
                if text["format"] != FORMAT:
                    raise NetworkError(f"a description of version {text['format']}, expected {FORMAT}")
                weights: dict[int, Weight] = {}

                def weight(entry: dict[str, Any]) -> Weight:
                    index = int(entry["array"])
                    if index not in weights:
                        values = np.asarray(stored[f"w{index}"], np.float32, order="C")
                        flags = bool(entry["trainable"]), values, bool(entry["constant"])
                        weights[index] = Weight(str(entry["role"]), values.shape, *flags)
                    return weights[index]

                nodes: list[Node] = []
                for entry in text["nodes"]:
                    inputs = tuple(int(i) for i in entry["inputs"])
                    if not all(0 <= i < len(nodes) for i in inputs):
                        raise NetworkError(f"node {len(nodes)} of the description has the inputs {inputs}")
                    arrays = [weight(one) for one in entry["weights"]]
                    shapes = [nodes[i].shape for i in inputs]
                    shape = output_shape(entry["kind"], shapes, entry["options"], [one.shape for one in arrays])
                    nodes.append(Node(entry["kind"], inputs, shape, str(entry["name"]), entry["options"], arrays))
                return cls(nodes, **{key: text[key] for key in _PLAIN_FIELDS})
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, OSError, zipfile.BadZipFile) as error:
            raise NetworkError(f"a damaged description of a network ({type(error).__name__}: {error})") from error


_PLAIN_FIELDS = (
    "policy",
    "value",
    "policy_name",
    "value_name",
    "parameters_total",
    "parameters_trainable",
    "digest",
    "keras_version",
    "warnings",
)
