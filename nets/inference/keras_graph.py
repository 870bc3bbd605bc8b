"""An understood network as a Keras model: one function for every row of `nets.reader.shapes.KINDS`.

The model consists of plain layers: no Lambda, no recorded operations, nothing that another version of Keras would not
read. A few rare operations have no plain layer; they run through `keras.ops`, and a model with them can be evaluated
but not written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nets.inference import keras_layers as layers
from nets.inference import keras_rearranging as rearranging
from nets.inference.keras_builder import KerasBuilder, KerasTensor
from nets.reader.description import Network, Node

OPERATIONS: dict[str, Callable[[KerasBuilder, Node, list[KerasTensor]], KerasTensor]] = {
    "Convolution": layers.convolution,
    "DepthwiseConvolution": layers.depthwise,
    "TransposedConvolution": layers.transposed,
    "Dense": layers.dense,
    "BatchNormalization": layers.batch_normalization,
    "LayerNormalization": layers.layer_normalization,
    "RMSNormalization": layers.root_mean_square,
    "GroupNormalization": layers.group_normalization,
    "UnitNormalization": layers.unit_normalization,
    "PReLU": layers.prelu,
    "MultiHeadAttention": layers.attention,
    "Activation": layers.activation,
    "Softmax": layers.softmax,
    "Elementwise": rearranging.elementwise,
    "Concatenate": rearranging.concatenate,
    "MatMul": rearranging.matmul,
    "Einsum": rearranging.einsum,
    "Slice": rearranging.slice,
    "Reshape": lambda b, node, inputs: b.reshape(inputs[0], node.shape),
    "Permute": lambda b, node, inputs: b.permute(inputs[0], node.options["axes"]),
    "Pad": rearranging.pad,
    "Reduce": rearranging.reduce,
    "Pool": rearranging.pool,
    "Resize": rearranging.resize,
    "Tile": rearranging.tile,
}


def build_model(network: Network, *, plain: bool = True, exact_outputs: bool = False) -> Any:
    """Return the network as a `keras.Model`, input "board", outputs policy and value.

    Args:
        network: what was understood of a file.
        plain: refuse operations that have no plain layer, for models that are to be saved.
        exact_outputs: compute the last activations in float32 whatever the precision of the rest.

    Raises:
        NetworkError: naming the layer that no plain layer can express.
    """
    return KerasBuilder(network, plain, exact_outputs).build(OPERATIONS)
