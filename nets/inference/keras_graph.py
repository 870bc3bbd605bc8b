"""An understood network as a Keras model: one function for every row of `nets.reader.shapes.KINDS`.

The model consists of plain layers: no Lambda, no recorded operations, nothing that another version of Keras would not
read. A few rare operations have no plain layer; they run through `keras.ops`, and a model with them can be evaluated
but not written.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nets.reader.description import Array, Network, Node
from nets.reader.errors import NetworkError

KerasTensor = Any
# activation functions that have the same name and formula in Keras
PLAIN_ACTIVATIONS = frozenset(
    "selu gelu sigmoid tanh silu softplus softsign hard_sigmoid hard_silu hard_tanh exponential mish log_sigmoid "
    "tanh_shrink squareplus soft_shrink hard_shrink sparse_plus".split()  # noqa: SIM905
)
WEIGHT_LAYERS = ("Convolution", "DepthwiseConvolution", "TransposedConvolution", "Dense")


def build_model(network: Network, *, plain: bool = True, exact_outputs: bool = False) -> Any:
    """Return the network as a `keras.Model`, input "board", outputs policy and value.

    Args:
        network: what was understood of a file.
        plain: refuse operations that have no plain layer, for models that are to be saved.
        exact_outputs: compute the last activations in float32 whatever the precision of the rest.

    Raises:
        NetworkError: naming the layer that no plain layer can express.
    """
    return _Builder(network, plain, exact_outputs).build()


class _Builder:
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

    def build(self) -> Any:
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
            self.values.append(OPERATIONS[node.kind](self, node, inputs))
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
        for end in (self.network.policy, self.network.value):
            node = self.network.nodes[end]
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
                if after.name == node.name and _plain_activation(after) is not None:
                    pairs[index] = following[0]
        calls: dict[tuple[int, ...], int] = {}
        for index in pairs:  # a shared layer is built once, with one activation: leave those as they are
            key = tuple(id(weight) for weight in self.network.nodes[index].weights)
            calls[key] = calls.get(key, 0) + 1
        once = {index for index in pairs if calls[tuple(id(w) for w in self.network.nodes[index].weights)] == 1}
        return {index: after for index, after in pairs.items() if index in once}

    @property
    def outputs(self) -> tuple[int, int]:
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
                options["activation"] = _plain_activation(self.network.nodes[self.activation_of[self.index]])
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
        return x if tuple(x.shape[1:]) == tuple(shape) else self.layer("Reshape", target_shape=tuple(shape))(x)

    def permute(self, x: KerasTensor, axes: Sequence[int]) -> KerasTensor:
        axes = list(axes)
        return x if axes == list(range(len(axes))) else self.layer("Permute", dims=tuple(axes[1:]))(x)

    def affine(self, x: KerasTensor, scale: Any, offset: Any = 0.0) -> KerasTensor:
        return self.layer("Rescaling", scale=scale, offset=offset)(x)

    def activation(self, x: KerasTensor, function: str) -> KerasTensor:
        return self.layer("Activation", activation=function)(x)

    def merge(self, kind: str, *inputs: KerasTensor) -> KerasTensor:
        return self.layer(kind)(list(inputs))


def _plain_activation(node: Node) -> str | None:
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


# ---------------------------------------------------------------- layers with weights


def _arrays(node: Node) -> list[Array]:
    return [weight.array for weight in node.weights]


def _convolution(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    kernel, o = node.weights[0].shape, node.options
    rank = len(kernel) - 2
    return b.weighted(
        node,
        f"Conv{rank}D",
        _arrays(node),
        inputs[0],
        filters=kernel[-1],
        kernel_size=kernel[:rank],
        strides=tuple(o["strides"]),
        padding=o["padding"],
        dilation_rate=tuple(o["dilation"]),
        groups=o["groups"],
        use_bias=len(node.weights) > 1,
    )


def _depthwise(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    kernel, o = node.weights[0].shape, node.options
    rank = len(kernel) - 2
    return b.weighted(
        node,
        f"DepthwiseConv{rank}D",
        _arrays(node),
        inputs[0],
        kernel_size=kernel[:rank],
        strides=tuple(o["strides"]),
        padding=o["padding"],
        dilation_rate=tuple(o["dilation"]),
        depth_multiplier=kernel[-1],
        use_bias=len(node.weights) > 1,
    )


def _transposed(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    kernel = node.weights[0].shape
    rank = len(kernel) - 2
    return b.weighted(
        node,
        f"Conv{rank}DTranspose",
        _arrays(node),
        inputs[0],
        filters=kernel[-2],
        kernel_size=kernel[:rank],
        strides=tuple(node.options["strides"]),
        padding=node.options["padding"],
        use_bias=len(node.weights) > 1,
    )


def _dense(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    units, bias = node.weights[0].shape[1], len(node.weights) > 1
    return b.weighted(node, "Dense", _arrays(node), inputs[0], units=units, use_bias=bias)


def _batch_normalization(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    return b.weighted(node, "BatchNormalization", _arrays(node), inputs[0], **node.options)


def _layer_normalization(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    options = {key: value for key, value in node.options.items() if key != "axes"}
    axes = node.options["axes"]
    return b.weighted(node, "LayerNormalization", _arrays(node), inputs[0], axis=_one_or_list(axes), **options)


def _root_mean_square(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    options = {"axis": _one_or_list(node.options["axes"]), "epsilon": node.options["epsilon"]}
    return b.weighted(node, "RMSNormalization", _arrays(node), inputs[0], **options)


def _group_normalization(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    return b.weighted(node, "GroupNormalization", _arrays(node), inputs[0], axis=-1, **node.options)


def _unit_normalization(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    return b.layer("UnitNormalization", axis=_one_or_list(node.options["axes"]))(inputs[0])


def _prelu(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    alpha = node.weights[0].shape
    shared = [axis for axis, size in enumerate(alpha, start=1) if size == 1] or None
    return b.weighted(node, "PReLU", _arrays(node), inputs[0], shared_axes=shared)


def _attention(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    query, value, key = inputs
    o = node.options
    return b.weighted(
        node,
        "MultiHeadAttention",
        _arrays(node),
        query,
        value,
        key,
        num_heads=o["heads"],
        key_dim=o["key_size"],
        value_dim=o["value_size"],
        use_bias=o["bias"],
        output_shape=tuple(node.shape[1:]),
    )


def _one_or_list(axes: Sequence[int]) -> int | list[int]:
    return axes[0] if len(axes) == 1 else list(axes)


# ---------------------------------------------------------------- activations


def _activation(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    x, o, function = inputs[0], node.options, node.options["function"]
    name = _plain_activation(node)
    if name is not None:
        return b.activation(x, name)
    if function == "relu":
        slope, threshold = o["negative_slope"], o["threshold"]
        return b.layer("ReLU", max_value=o["max_value"], negative_slope=slope, threshold=threshold)(x)
    if function == "elu":
        return b.layer("ELU", alpha=o["alpha"])(x)
    if function == "celu":
        return b.affine(b.activation(b.affine(x, 1 / o["alpha"]), "elu"), o["alpha"])
    if function == "threshold":
        return b.layer("ReLU", threshold=o["threshold"])(x)
    if function in COMPOSED:
        return COMPOSED[function](b, x)
    b.impossible(f"the function {function}")
    ops = b.keras.ops
    return {"rsqrt": ops.rsqrt, "log": ops.log, "sqrt": ops.sqrt, "sign": ops.sign}.get(
        function, getattr(ops, function, None)
    )(x)


def _gelu_tanh(b: _Builder, x: KerasTensor) -> KerasTensor:
    cubic = b.merge("Add", x, b.affine(b.merge("Multiply", x, x, x), 0.044715))
    half = b.affine(b.activation(b.affine(cubic, math.sqrt(2 / math.pi)), "tanh"), 0.5, 0.5)
    return b.merge("Multiply", x, half)


def _absolute(b: _Builder, x: KerasTensor) -> KerasTensor:
    return b.merge("Add", b.activation(x, "relu"), b.activation(b.affine(x, -1.0), "relu"))


def _squared_relu(b: _Builder, x: KerasTensor) -> KerasTensor:
    positive = b.activation(x, "relu")
    return b.merge("Multiply", positive, positive)


COMPOSED: dict[str, Callable[[_Builder, KerasTensor], KerasTensor]] = {
    "hard_sigmoid_2": lambda b, x: b.layer("ReLU", max_value=1.0)(b.affine(x, 0.2, 0.5)),
    "gelu_tanh": _gelu_tanh,
    "negative": lambda b, x: b.affine(x, -1.0),
    "abs": _absolute,
    "square": lambda b, x: b.merge("Multiply", x, x),
    "squared_relu": _squared_relu,
    "lisht": lambda b, x: b.merge("Multiply", x, b.activation(x, "tanh")),
}


def _softmax(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    axes = node.options["axes"]
    if axes == [len(node.shape)]:
        return b.activation(inputs[0], "softmax")
    return b.layer("Softmax", axis=_one_or_list(axes))(inputs[0])


# ---------------------------------------------------------------- combining


def _elementwise(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    function = node.options["function"]
    if node.options["constant"]:
        return _with_constant(b, node, inputs[0])
    if function in ("add", "subtract", "multiply", "average", "maximum", "minimum"):
        return b.merge(function.capitalize(), *inputs)
    if function == "squared_difference":
        difference = b.merge("Subtract", *inputs)
        return b.merge("Multiply", difference, difference)
    b.impossible(f"{function} of two tensors")
    return {"divide": b.keras.ops.divide, "power": b.keras.ops.power}[function](*inputs)


def _with_constant(b: _Builder, node: Node, x: KerasTensor) -> KerasTensor:
    """Combine a tensor with numbers: a scalar, or one number for each channel."""
    function, left, number = node.options["function"], node.options["constant"] == "left", node.weights[0].array
    channels = number.size == 1 or (number.size == number.shape[-1] == node.shape[-1])
    constant: Any = number.ravel().tolist() if number.size > 1 else number.item()
    if channels and tuple(x.shape[1:]) == node.shape:
        if function == "add":
            return b.affine(x, 1.0, constant)
        if function == "subtract":
            return b.affine(x, -1.0, constant) if left else b.affine(x, 1.0, (-number).ravel().tolist() if number.size > 1 else -constant)
        if function == "multiply":
            return b.affine(x, constant)
        if function == "divide" and not left:
            return b.affine(x, (1 / number).ravel().tolist() if number.size > 1 else 1 / constant)
        if function == "maximum" and number.size == 1:
            return b.affine(b.activation(b.affine(x, 1.0, -constant), "relu"), 1.0, constant)
        if function == "minimum" and number.size == 1:
            return b.affine(b.activation(b.affine(x, -1.0, constant), "relu"), -1.0, constant)
        if function == "power" and not left and number.size == 1 and constant in (1.0, 2.0, 3.0):
            return b.merge("Multiply", *[x] * int(constant)) if constant > 1 else x
        if function == "squared_difference" and number.size == 1:
            difference = b.affine(x, 1.0, -constant)
            return b.merge("Multiply", difference, difference)
    b.impossible(f"{function} with a constant of shape {number.shape}")
    ops = b.keras.ops
    if function == "squared_difference":
        return ops.square(ops.subtract(x, number))
    combine = getattr(ops, function)
    return combine(number, x) if left else combine(x, number)


def _concatenate(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    return b.layer("Concatenate", axis=node.options["axis"])(inputs)


def _matmul(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    axes = (1 if node.options["transpose_left"] else 2, 2 if node.options["transpose_right"] else 1)
    if len(node.shape) == 2:
        return b.layer("Dot", axes=axes)(list(inputs))
    heads = math.prod(node.shape[:-2])  # Keras's Dot knows one batch axis: one product for each of the others
    flat = [b.reshape(x, (heads, *x.shape[-2:])) for x in inputs]
    parts = []
    for head in range(heads):
        pair = [b.reshape(_cut(b, x, 1, head, head + 1), x.shape[2:]) for x in flat]
        parts.append(b.reshape(b.layer("Dot", axes=axes)(pair), (1, *node.shape[-2:])))
    joined = b.layer("Concatenate", axis=1)(parts) if heads > 1 else parts[0]
    return b.reshape(joined, node.shape)


# ---------------------------------------------------------------- rearranging


def _to_front(rank: int, axes: Sequence[int]) -> list[int]:
    """Return the permutation that brings axes right behind the batch."""
    return [0, *axes, *[axis for axis in range(1, rank) if axis not in axes]]


def _cut(b: _Builder, x: KerasTensor, axis: int, start: int, stop: int, step: int = 1) -> KerasTensor:
    """Take a range along one axis, with layers that know only the first axis: crop, then pool by strides."""
    shape, rank = tuple(x.shape[1:]), len(x.shape)
    if start == 0 and stop == shape[axis - 1] and step == 1:
        return x
    forth = _to_front(rank, [axis])
    moved = b.permute(x, forth)
    rest = tuple(moved.shape[2:])
    y = b.reshape(moved, (shape[axis - 1], math.prod(rest)))
    if (start, stop) != (0, shape[axis - 1]):
        y = b.layer("Cropping1D", cropping=(start, shape[axis - 1] - stop))(y)
    if step > 1:
        y = b.layer("MaxPooling1D", pool_size=1, strides=step)(y)
    y = b.reshape(y, (y.shape[1], *rest))
    return b.permute(y, [forth.index(place) for place in range(rank)])


def _slice(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    o = node.options
    return _cut(b, inputs[0], o["axis"], o["start"], o["stop"], o["step"])


def _pad(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    x, pads, value = inputs[0], node.options["pads"][1:], node.options["value"]
    if node.options["mode"] != "constant":
        for axis, (before, after) in enumerate(pads, start=1):
            x = _mirror(b, x, axis, before, after, node.options["mode"])
        return x
    if len(pads) > 3:
        b.impossible("padding of more than three dimensions")
        return b.keras.ops.pad(x, [(0, 0), *map(tuple, pads)], constant_values=value)
    if value:
        x = b.affine(x, 1.0, -value)
    rank = len(pads)
    if rank >= 2 and not any(pads[-1]):
        y = b.layer(f"ZeroPadding{rank - 1}D", padding=tuple(map(tuple, pads[:-1])) if rank > 2 else tuple(pads[0]))(x)
    else:  # channels are padded too: let them be one more dimension
        wide = b.reshape(x, (*[1] * (3 - rank), *x.shape[1:], 1))
        y = b.layer("ZeroPadding3D", padding=((0, 0),) * (3 - rank) + tuple(map(tuple, pads)))(wide)
        y = b.reshape(y, node.shape)
    return b.affine(y, 1.0, value) if value else y


def _mirror(b: _Builder, x: KerasTensor, axis: int, before: int, after: int, mode: str) -> KerasTensor:
    """Pad one axis with its own rows: reflect (without the edge), symmetric (with it) or edge (the edge again)."""
    size = x.shape[axis]
    skip = {"reflect": 1, "symmetric": 0}.get(mode)
    front = [0 if skip is None else place + skip for place in range(before)][::-1]
    back = [size - 1 - (0 if skip is None else place + skip) for place in range(after)]
    parts = [*(_cut(b, x, axis, row, row + 1) for row in front), x, *(_cut(b, x, axis, row, row + 1) for row in back)]
    return b.layer("Concatenate", axis=axis)(parts) if len(parts) > 1 else x


def _reduce(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    x, axes, function, keep = inputs[0], node.options["axes"], node.options["function"], node.options["keepdims"]
    rank = len(x.shape)
    if function == "prod":
        b.impossible("a product along an axis")
        return b.keras.ops.prod(x, axis=tuple(axes), keepdims=keep)
    if function == "min":
        x = b.affine(x, -1.0)
    average = function in ("mean", "sum")
    kind = "Average" if average else "Max"
    if axes == list(range(1, rank - 1)) and rank in (3, 4, 5):
        y = b.layer(f"Global{kind}Pooling{rank - 2}D", keepdims=keep)(x)
    else:
        count = math.prod(x.shape[axis] for axis in axes)
        moved = b.permute(x, _to_front(rank, axes))
        flat = b.reshape(moved, (count, math.prod(x.shape[1:]) // count))
        y = b.reshape(b.layer(f"Global{kind}Pooling1D")(flat), node.shape)
    if function == "sum":
        return b.affine(y, float(math.prod(x.shape[axis] for axis in axes)))
    return b.affine(y, -1.0) if function == "min" else y


def _pool(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    o = node.options
    kind = f"{'Max' if o['function'] == 'max' else 'Average'}Pooling{len(o['size'])}D"
    return b.layer(kind, pool_size=tuple(o["size"]), strides=tuple(o["strides"]), padding=o["padding"])(inputs[0])


def _resize(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    size = node.options["size"]
    if len(size) == 2:
        return b.layer("UpSampling2D", size=tuple(size), interpolation=node.options["interpolation"])(inputs[0])
    return b.layer(f"UpSampling{len(size)}D", size=size[0] if len(size) == 1 else tuple(size))(inputs[0])


def _tile(b: _Builder, node: Node, inputs: list[KerasTensor]) -> KerasTensor:
    x = inputs[0]
    for axis, count in enumerate(node.options["repeats"]):
        if count > 1:
            x = b.layer("Concatenate", axis=axis)([x] * count)
    return x


OPERATIONS: dict[str, Callable[[_Builder, Node, list[KerasTensor]], KerasTensor]] = {
    "Convolution": _convolution,
    "DepthwiseConvolution": _depthwise,
    "TransposedConvolution": _transposed,
    "Dense": _dense,
    "BatchNormalization": _batch_normalization,
    "LayerNormalization": _layer_normalization,
    "RMSNormalization": _root_mean_square,
    "GroupNormalization": _group_normalization,
    "UnitNormalization": _unit_normalization,
    "PReLU": _prelu,
    "MultiHeadAttention": _attention,
    "Activation": _activation,
    "Softmax": _softmax,
    "Elementwise": _elementwise,
    "Concatenate": _concatenate,
    "MatMul": _matmul,
    "Slice": _slice,
    "Reshape": lambda b, node, inputs: b.reshape(inputs[0], node.shape),
    "Permute": lambda b, node, inputs: b.permute(inputs[0], node.options["axes"]),
    "Pad": _pad,
    "Reduce": _reduce,
    "Pool": _pool,
    "Resize": _resize,
    "Tile": _tile,
}
