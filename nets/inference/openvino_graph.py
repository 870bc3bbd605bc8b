"""An understood network as an OpenVINO model: one function for every row of `nets.reader.shapes.KINDS`.

OpenVINO convolves with the channels first, Keras with the channels last. A tensor is kept in whichever order it was
made, and turned only where an operation needs the other one, so that a residual tower is transposed once at each end.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nets.inference import openvino_layers as layers
from nets.inference import openvino_rearranging as rearranging
from nets.inference.openvino_library import integers, op, ov, transpose
from nets.inference.openvino_value import Value, reshape, wrap
from nets.reader.description import Network, Node
from nets.reader.errors import NetworkError


def build(network: Network) -> ov.Model:
    """Return the network as an OpenVINO model: planes (?, s, s, P) in, policy (?, moves) and value (?, 1) out."""
    values: list[Value] = []
    parameter = None
    for node in network.nodes:
        inputs = [values[index] for index in node.inputs]
        if node.kind == "Input":
            parameter = op.parameter([-1, *node.shape], np.float32, name="planes")
            values.append(Value(parameter.output(0), node.shape))
            continue
        try:
            values.append(OPERATIONS[node.kind](node, inputs))
        except (KeyError, RuntimeError) as error:
            raise NetworkError(f"layer {node.name!r}: OpenVINO cannot express {node.kind} ({error})") from error
    results = []
    for name, index in (("policy", network.policy), ("value", network.value)):
        result = op.result(values[index].last)
        result.set_friendly_name(name)
        results.append(result)
    return ov.Model(results, [parameter], "network")


OPERATIONS: dict[str, Callable[[Node, list[Value]], Value]] = {
    "Convolution": layers.convolution,
    "DepthwiseConvolution": layers.depthwise,
    "TransposedConvolution": layers.transposed,
    "Dense": layers.dense,
    "BatchNormalization": layers.batch_normalization,
    "LayerNormalization": layers.layer_normalization,
    "RMSNormalization": layers.root_mean_square,
    "GroupNormalization": layers.group_normalization,
    "UnitNormalization": layers.unit_normalization,
    "Activation": layers.activation,
    "PReLU": layers.prelu,
    "Softmax": layers.softmax,
    "Elementwise": rearranging.elementwise,
    "Concatenate": rearranging.concatenate,
    "Slice": rearranging.slice,
    "Reshape": lambda node, inputs: Value(reshape(inputs[0].last, node.shape), node.shape),
    "Permute": lambda node, inputs: Value(transpose(inputs[0].last, node.options["axes"]), node.shape),
    "Pad": rearranging.pad,
    "Reduce": rearranging.reduce,
    "Pool": layers.pool,
    "Resize": rearranging.resize,
    "Tile": lambda node, inputs: wrap(node, op.tile(inputs[0].last, integers(node.options["repeats"]))),
    "MatMul": rearranging.matmul,
    "Einsum": rearranging.einsum,
    "MultiHeadAttention": rearranging.attention,
}
