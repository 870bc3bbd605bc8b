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
        self._options = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "bf16" if precision == "bf16" and _has_bf16() else "f32",
        }

    def compile(self, batch: int) -> _OpenVinoFunction:
        """Compile for one batch size."""
        model = build(self._network)
        model.reshape([batch, *self._network.nodes[0].shape])
        return _OpenVinoFunction(_core().compile_model(model, "CPU", self._options))


def _has_bf16() -> bool:
    return "BF16" in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


class _OpenVinoFunction:
    """A compiled model, with a request and memory of its own for each thread that calls it."""

    def __init__(self, compiled: ov.CompiledModel) -> None:
        self._compiled = compiled
        self._threads = threading.local()

    def __call__(self, planes: Floats) -> tuple[Floats, Floats]:
        request = getattr(self._threads, "request", None)
        if request is None:
            request = self._threads.request = _Request(self._compiled)
        return request.run(planes)

    def bare(self, planes: Floats) -> Callable[[], object]:
        """Return the engine's own call on fixed planes, without anything of ours: what a benchmark compares with."""
        request = _Request(self._compiled)
        np.copyto(request.planes, planes)
        return request.infer


class _Request:
    """One request, bound for good to arrays for input and outputs: binding anew costs more than copying.

    The request does not keep the arrays alive, this object does.
    """

    def __init__(self, compiled: ov.CompiledModel) -> None:
        request = compiled.create_infer_request()
        arrays = [np.zeros(tuple(port.shape), np.float32) for port in (*compiled.inputs, *compiled.outputs)]
        self.planes, self.policy, self.value = arrays
        self._tensors = [ov.Tensor(array, shared_memory=True) for array in arrays]
        request.set_input_tensor(0, self._tensors[0])
        request.set_output_tensor(0, self._tensors[1])
        request.set_output_tensor(1, self._tensors[2])
        self._request = request

    def infer(self) -> None:
        """Run on the arrays as they are."""
        self._request.infer(share_outputs=True)

    def run(self, planes: Floats) -> tuple[Floats, Floats]:
        np.copyto(self.planes, planes)
        self.infer()
        return self.policy.copy(), self.value.copy()
