"""What one evaluation of a node costs, in multiplications."""

from __future__ import annotations

import math
from collections.abc import Sequence

from nets.reader.shapes import Shape

# the kinds whose multiplications count as a network's cost
PRODUCTS = (
    "Convolution",
    "DepthwiseConvolution",
    "TransposedConvolution",
    "Dense",
    "MatMul",
    "Einsum",
    "MultiHeadAttention",
)


def operations(kind: str, inputs: Sequence[Shape], weights: Sequence[Shape], output: Shape) -> int:
    """Return the multiplications of one evaluation of a node, approximately (weight layers exactly)."""
    if kind in ("Convolution", "DepthwiseConvolution"):
        per_output = math.prod(weights[0][:-1]) if kind == "Convolution" else math.prod(weights[0][:-2])
        return math.prod(output) * per_output
    if kind == "TransposedConvolution":
        return math.prod(inputs[0]) * math.prod(weights[0][:-1])
    if kind == "Dense":
        return math.prod(inputs[0]) * weights[0][-1]
    if kind == "MatMul":
        return math.prod(output) * max(inputs[0][-2:])
    if kind == "Einsum":  # every combination of the letters: at most all inputs times the output
        return max(math.prod(shape) for shape in (*inputs, *weights)) * math.prod(output)
    if kind == "MultiHeadAttention":
        queries, keys = math.prod(inputs[0][:-1]), math.prod(inputs[1][:-1])
        width = math.prod(weights[0][1:]) if len(weights[0]) > 1 else weights[0][0]
        return sum(max(queries, keys) * math.prod(shape) for shape in weights) + 2 * queries * keys * width
    return math.prod(output) + sum(math.prod(shape) for shape in inputs)
