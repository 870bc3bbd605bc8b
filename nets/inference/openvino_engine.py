"""OpenVINO: the fastest engine on a CPU, and the one that starts without TensorFlow."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt

from nets.inference.openvino_graph import build, ov
from nets.reader.description import Network

Floats = npt.NDArray[np.float32]


@cache
def _core() -> ov.Core:
    return ov.Core()


class OpenVinoBackend:
    """Compiles a network for the CPU.

    Args:
        network: what was understood of a file.
        precision: "bf16" lets processors that have it compute in bfloat16; others compute in float32 anyway.
    """

    name = "openvino"
    splits = True

    def __init__(self, network: Network, precision: str) -> None:
        self._network = network
        self._planes = network.planes
        self._options = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "bf16" if precision == "bf16" and _has_bf16() else "f32",
        }

    def compile(self, batch: int) -> _OpenVinoFunction:
        """Compile for one batch size."""
        model = build(self._network)
        model.reshape([batch, 19, 19, self._planes])
        return _OpenVinoFunction(_core().compile_model(model, "CPU", self._options))


def _has_bf16() -> bool:
    return "BF16" in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


class _OpenVinoFunction:
    """A compiled model with one request for each thread that calls it."""

    def bare(self, planes: Floats) -> Callable[[], object]:
        """Return the engine's own call on fixed planes, without anything of ours: what a benchmark compares with."""
        request = self._compiled.create_infer_request()
        request.set_input_tensor(ov.Tensor(planes, shared_memory=True))
        return request.infer

    def __init__(self, compiled: ov.CompiledModel) -> None:
        self._compiled = compiled
        self._requests = threading.local()

    def __call__(self, planes: Floats) -> tuple[Floats, Floats]:
        request = getattr(self._requests, "request", None)
        if request is None:
            request = self._requests.request = self._compiled.create_infer_request()
        outputs = request.infer([planes], share_inputs=True, share_outputs=True)
        # the request's own memory is overwritten by the next call
        return outputs[0].copy(), outputs[1].copy()
