"""Translate the attention layers of Keras and its Dot."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from nets.reader.builder import Builder, Tensor
from nets.reader.description import Weight
from nets.reader.errors import NetworkError

if TYPE_CHECKING:
    from nets.reader.call import Call


def multi_head_attention(call: Call, x: Any) -> Tensor:
    """Multi-head attention (Vaswani et al. 2017) with Keras's projections, along one or several axes."""
    o, b = call.options, call.builder
    if "d_model" in o:
        return _tutorial_attention(call, x)
    query, value, key = _three(call, x)
    causal = bool(o.get("use_causal_mask") or call.arguments.get("use_causal_mask"))
    axes = o.get("attention_axes")
    attended = query.axes(axes) if axes is not None else list(range(1, query.rank - 1))
    heads, size = o["num_heads"], o["key_dim"]
    width = o.get("value_dim") or size
    shape = o.get("output_shape")
    result = (query.shape[-1],) if shape is None else tuple(shape if isinstance(shape, list) else [shape])
    weights: list[Weight] = []
    bias = o.get("use_bias", True)
    for role, source, last in (("query", query, size), ("key", key, size), ("value", value, width)):
        weights.append(call.weight(f"{role}/kernel", (source.shape[-1], heads, last)))
        if bias:
            weights.append(call.weight(f"{role}/bias", (heads, last)))
    weights.append(call.weight("attention_output/kernel", (heads, width, *result)))
    if bias:
        weights.append(call.weight("attention_output/bias", result))
    if causal or attended != list(range(1, query.rank - 1)):
        return _step_by_step(b, (query, value, key), attended, weights, bias, causal)
    if query.rank > 3:
        return _over_the_board(b, (query, value, key), weights, heads, size, width, bias)
    return b.node(
        "MultiHeadAttention",
        query,
        value,
        key,
        weights=weights,
        heads=heads,
        key_size=size,
        value_size=width,
        bias=bias,
    )


def _over_the_board(
    b: Builder, tensors: tuple[Tensor, ...], weights: list[Weight], heads: int, size: int, width: int, bias: bool
) -> Tensor:
    """Attend along all spatial axes of a board at once by treating its points as one sequence."""
    flat = [b.reshape(x, (math.prod(x.shape[:-1]), x.shape[-1])) for x in tensors]
    y = b.node("MultiHeadAttention", *flat, weights=weights, heads=heads, key_size=size, value_size=width, bias=bias)
    return b.reshape(y, (*tensors[0].shape[:-1], *y.shape[1:]))


def _step_by_step(
    b: Builder, tensors: tuple[Tensor, ...], axes: list[int], weights: list[Weight], bias: bool, causal: bool
) -> Tensor:
    """Attend along some axes (the rows alone, say), or to earlier places only, with a product for each step."""
    kernels, biases = (weights[::2], weights[1::2]) if bias else (weights, [])
    rank = tensors[0].rank
    rest = [place for place in range(1, rank - 1) if place not in axes]

    def project(x: Tensor, place: int) -> Tensor:
        channels, heads, width = kernels[place].shape
        flat = [
            kernels[place].view(channels, heads * width),
            *(one.view(heads * width) for one in biases[place : place + 1]),
        ]
        y = b.permute(x, [0, *rest, *axes, rank - 1])
        y = b.node("Dense", b.reshape(y, (-1, math.prod(x.shape[axis - 1] for axis in axes), channels)), weights=flat)
        y = b.reshape(y, (*y.shape[:-1], heads, width))
        return b.permute(y, [0, 1, 3, 2, 4])  # (the rest, heads, attended places, width)

    query, value, key = tensors
    scores = b.node("MatMul", project(query, 0), project(key, 1), transpose_left=False, transpose_right=True)
    scores = b.constant("multiply", scores, 1 / math.sqrt(kernels[0].shape[-1]))
    if causal:
        rows, columns = b.bounded(*scores.shape[-2:])
        scores = b.constant("add", scores, np.triu(np.full((rows, columns), -1e9), 1))
    attention = b.node("Softmax", scores, axes=[scores.rank - 1])
    y = b.node("MatMul", attention, project(value, 2), transpose_left=False, transpose_right=False)
    y = b.permute(y, [0, 1, 3, 2, 4])
    heads, width, *result = kernels[3].shape
    flat = [kernels[3].view(heads * width, math.prod(result)), *(one.view(math.prod(result)) for one in biases[3:])]
    y = b.node("Dense", b.reshape(y, (*y.shape[:2], heads * width)), weights=flat)
    order = [*rest, *axes]
    y = b.reshape(y, (*(query.shape[axis - 1] for axis in order), *result))
    last = range(rank - 1, rank - 1 + len(result))
    return b.permute(y, [0, *(order.index(axis) + 1 for axis in range(1, rank - 1)), *last])


def _tutorial_attention(call: Call, value: Tensor) -> Tensor:
    """The class of the same name in TensorFlow's transformer tutorial: MultiHeadAttention(d_model, num_heads)(v, k, q).

    Four Dense layers (query, key, value, output) of d_model units, split into heads of d_model / num_heads.
    """
    heads, width = call.options["num_heads"], call.options["d_model"]
    if width % heads:
        raise NetworkError(f"d_model {width} cannot be divided into {heads} heads")
    size = width // heads
    query, key = call.arguments["q"], call.arguments["k"]
    weights = []
    for role, channels in (("query", query.shape[-1]), ("key", key.shape[-1]), ("value", value.shape[-1])):
        weights.append(call.weight(f"{role}/kernel", (channels, width)).view(channels, heads, size))
        weights.append(call.weight(f"{role}/bias", (width,)).view(heads, size))
    weights.append(call.weight("output/kernel", (width, width)).view(heads, size, width))
    weights.append(call.weight("output/bias", (width,)))
    options = {"heads": heads, "key_size": size, "value_size": size, "bias": True}
    return call.builder.node("MultiHeadAttention", query, value, key, weights=weights, **options)


def _three(call: Call, x: Any) -> tuple[Tensor, Tensor, Tensor]:
    """Return query, value and key of a call, the key being the value when it is not given."""
    given = list(x) if isinstance(x, (list, tuple)) else [x]
    for name in ("value", "key")[len(given) - 1 :]:
        if call.arguments.get(name) is not None:
            given.append(call.arguments[name])
    if len(given) == 2:
        given.append(given[1])
    if len(given) != 3 or not all(isinstance(tensor, Tensor) for tensor in given):
        raise NetworkError(f"expected the tensors query, value and perhaps key, found {len(given)}")
    return given[0], given[1], given[2]


def attention(call: Call, x: Any) -> Tensor:
    """Dot-product attention (Luong et al. 2015): softmax(query keyᵀ) value."""
    b = call.builder
    query, value, key = _three(call, x)
    if call.options.get("score_mode", "dot") == "concat":
        return _concatenated(call, query, value, key)
    scores = b.node("MatMul", query, key, transpose_left=False, transpose_right=True)
    if call.options.get("use_scale"):
        scores = _scaled(call, scores, ())
    weights = b.node("Softmax", scores, axes=[scores.rank - 1])
    return b.node("MatMul", weights, value, transpose_left=False, transpose_right=False)


def _scaled(call: Call, x: Tensor, shape: tuple[int, ...], role: str = "scale") -> Tensor:
    weight = call.weight(role, shape)
    return call.builder.node("Elementwise", x, weights=[weight], function="multiply", constant="right")


def _sums(b: Builder, query: Tensor, key: Tensor) -> Tensor:
    """Return query + key for every pair of places: (rows, columns, width)."""
    (rows, width), columns = query.shape, key.shape[0]
    return b.elementwise("add", b.reshape(query, (rows, 1, width)), b.reshape(key, (1, columns, width)))


def _concatenated(call: Call, query: Tensor, value: Tensor, key: Tensor) -> Tensor:
    """Keras's score_mode="concat": the sum of tanh(scale (query + key)) times one weight."""
    b = call.builder
    total = _sums(b, query, key)
    if call.options.get("use_scale"):
        total = _scaled(call, total, ())
    scores = b.reduce("sum", b.activation(total, "tanh"), [3], keepdims=False)
    weights = b.node("Softmax", _scaled(call, scores, (), "concat_score_weight"), axes=[scores.rank - 1])
    return b.node("MatMul", weights, value, transpose_left=False, transpose_right=False)


def additive_attention(call: Call, x: Any) -> Tensor:
    """Additive attention (Bahdanau et al. 2015): softmax(sum(scale tanh(query + key))) value."""
    b = call.builder
    query, value, key = _three(call, x)
    activated = b.activation(_sums(b, query, key), "tanh")
    if call.options.get("use_scale", True):
        activated = _scaled(call, activated, (query.shape[-1],))
    scores = b.reduce("sum", activated, [3], keepdims=False)
    weights = b.node("Softmax", scores, axes=[scores.rank - 1])
    return b.node("MatMul", weights, value, transpose_left=False, transpose_right=False)


def dot(call: Call, x: Any) -> Tensor:
    """Keras's Dot: contract one axis of two tensors of two or three dimensions."""
    b = call.builder
    if not isinstance(x, (list, tuple)) or len(x) != 2:
        raise NetworkError("expected two tensors")
    left, right = x
    axes = call.options.get("axes", 1)
    first, second = (axes, axes) if isinstance(axes, int) else axes
    first, second = left.axis(first), right.axis(second)
    if left.rank > 3 or right.rank > 3:
        raise NetworkError(f"Dot of {left.shape} and {right.shape} is not understood: reshape to (points, channels)")
    if call.options.get("normalize"):
        left = b.node("UnitNormalization", left, axes=[first], epsilon=1e-12)
        right = b.node("UnitNormalization", right, axes=[second], epsilon=1e-12)
    rank = left.rank + right.rank - 3  # dimensions of the result, the batch left out
    if left.rank == 2:
        left, first = b.reshape(left, (1, *left.shape)), 2
    if right.rank == 2:
        right, second = b.reshape(right, (*right.shape, 1)), 1
    y = b.node("MatMul", left, right, transpose_left=first == 1, transpose_right=second == 2)
    shape = [size for size, keep in zip(y.shape, (x[0].rank == 3, x[1].rank == 3), strict=True) if keep]
    return b.reshape(y, shape or [1]) if rank < 2 else y
