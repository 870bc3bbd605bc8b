"""Translate the attention layers of Keras and its Dot."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nets.reader.builder import Builder, Tensor
from nets.reader.errors import NetworkError

if TYPE_CHECKING:
    from nets.reader.call import Call


def multi_head_attention(call: Call, x: Any) -> Tensor:
    """Multi-head attention (Vaswani et al. 2017) with Keras's projections, along one or several axes."""
    o, b = call.options, call.builder
    if "d_model" in o:
        return _tutorial_attention(call, x)
    query, value, key = _three(call, x)
    if o.get("use_causal_mask") or call.arguments.get("use_causal_mask"):
        raise NetworkError("a causal mask is not understood: points of a board have no order in time")
    axes = o.get("attention_axes")
    attended = query.axes(axes) if axes is not None else list(range(1, query.rank - 1))
    heads, size = o["num_heads"], o["key_dim"]
    width = o.get("value_dim") or size
    shape = o.get("output_shape")
    result = (query.shape[-1],) if shape is None else tuple(shape if isinstance(shape, list) else [shape])
    weights = []
    bias = o.get("use_bias", True)
    for role, source, last in (("query", query, size), ("key", key, size), ("value", value, width)):
        weights.append(call.weight(f"{role}/kernel", (source.shape[-1], heads, last)))
        if bias:
            weights.append(call.weight(f"{role}/bias", (heads, last)))
    weights.append(call.weight("attention_output/kernel", (heads, width, *result)))
    if bias:
        weights.append(call.weight("attention_output/bias", result))
    if attended != list(range(1, query.rank - 1)) or query.rank > 3:
        return _along_some_axes(b, (query, value, key), attended, weights, heads, size, width, bias)
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


def _along_some_axes(
    b: Builder,
    tensors: tuple[Tensor, ...],
    axes: list[int],
    weights: list[Any],
    heads: int,
    size: int,
    width: int,
    bias: bool,
) -> Tensor:
    """Attend along all spatial axes of a board at once by treating its points as one sequence."""
    if axes != list(range(1, tensors[0].rank - 1)):
        raise NetworkError(
            f"attention along the axes {axes} of {tensors[0].shape} is not understood: use Reshape before"
        )
    flat = [b.reshape(x, (math.prod(x.shape[:-1]), x.shape[-1])) for x in tensors]
    y = b.node("MultiHeadAttention", *flat, weights=weights, heads=heads, key_size=size, value_size=width, bias=bias)
    return b.reshape(y, (*tensors[0].shape[:-1], *y.shape[1:]))


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
    if call.options.get("score_mode", "dot") != "dot":
        raise NetworkError("score_mode='concat' is not understood: use score_mode='dot'")
    scores = b.node("MatMul", query, key, transpose_left=False, transpose_right=True)
    if call.options.get("use_scale"):
        scale = call.weight("scale", ())
        scores = b.node("Elementwise", scores, weights=[scale], function="multiply", constant="right")
    weights = b.node("Softmax", scores, axes=[scores.rank - 1])
    return b.node("MatMul", weights, value, transpose_left=False, transpose_right=False)


def additive_attention(call: Call, x: Any) -> Tensor:
    """Additive attention (Bahdanau et al. 2015): softmax(sum(scale tanh(query + key))) value."""
    b = call.builder
    query, value, key = _three(call, x)
    (rows, width), columns = query.shape, key.shape[0]
    total = b.elementwise("add", b.reshape(query, (rows, 1, width)), b.reshape(key, (1, columns, width)))
    activated = b.activation(total, "tanh")
    if call.options.get("use_scale", True):
        scale = call.weight("scale", (width,))
        activated = b.node("Elementwise", activated, weights=[scale], function="multiply", constant="right")
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
