"""OpenVINO itself, imported without its usage statistics, and constants for its graphs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

# OpenVINO falls back to a stub when its usage statistics cannot be imported: nothing is ever sent
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

import openvino as ov  # noqa: E402
from openvino import opset15 as op  # noqa: E402

__all__ = ["Output", "constant", "integers", "op", "ov", "transpose"]

Output = Any


def constant(values: Any) -> Output:
    """Return numbers as a float32 constant of the graph."""
    return op.constant(np.asarray(values, np.float32, order="C")).output(0)


def integers(values: Sequence[int] | int) -> Output:
    """Return axes, sizes or places as a constant of the graph."""
    return op.constant(np.asarray(values, np.int64)).output(0)


def transpose(x: Output, axes: Sequence[int]) -> Output:
    """Return a tensor with its axes in another order."""
    return op.transpose(x, integers(axes)).output(0)
