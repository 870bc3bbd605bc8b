"""The families of networks: planes in, policy and value out.

A family is one file with one function `build(shape) -> keras.Model`; `FAMILIES` names them all. Every network has
the input `board` (B, size, size, planes) and the outputs `policy` (B, moves), a softmax, and `value` (B, 1), a sigmoid:
the probability that White wins. Only plain Keras layers are used, so that any Keras 3 reads the saved .h5 whatever
its backend.
"""

from __future__ import annotations

from nets.architectures.build import FAMILIES, build_network, network_within, shape_within
from nets.architectures.shape import NetworkShape
from nets.architectures.size import NetworkSize, measure

__all__ = [
    "FAMILIES",
    "NetworkShape",
    "NetworkSize",
    "build_network",
    "measure",
    "network_within",
    "shape_within",
]
