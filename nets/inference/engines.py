"""The engines that can run an understood network, and the choice between them.

An engine turns planes (B, s, s, P) into the network's raw outputs. `run` splits a batch into the sizes for which a
function is compiled, so that no shape is ever compiled twice and no time is lost on padding.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from nets.quiet import import_keras
from nets.reader.description import Network
from nets.reader.errors import NetworkError

Floats = npt.NDArray[np.float32]
Compiled = Callable[[Floats], tuple[Floats, Floats]]

PRECISIONS = ("bf16", "float32")
KERAS_BACKENDS = ("tensorflow", "jax", "torch")
ENGINES = ("openvino", *KERAS_BACKENDS)


class Backend(Protocol):
    """What an engine's own module provides: `nets.inference.openvino_engine` and `nets.inference.keras_engine`."""

    name: str
    splits: bool  # whether a batch is split exactly (CPU) or padded up to the next size (GPU)

    def compile(self, batch: int) -> Compiled:
        """Return a function for batches of exactly this size."""
        ...


class Engine:
    """A network ready to run, compiled for each batch size when it is first needed.

    Safe to call from several threads.

    Args:
        backend: compiles the network.
        max_batch: the largest size that is compiled; larger batches run in parts.
    """

    def __init__(self, backend: Backend, max_batch: int = 512) -> None:
        self.backend = backend
        self.name = backend.name
        self.max_batch = max_batch
        self._compiled: dict[int, Compiled] = {}
        self._lock = threading.Lock()

    def run(self, planes: Floats) -> tuple[Floats, Floats]:
        """Evaluate a batch.

        Args:
            planes: (B, s, s, P), contiguous float32, B at least 1.

        Returns:
            the network's raw outputs: policy (B, moves) and value (B, 1), float32; the caller may keep them.
        """
        batch = len(planes)
        compiled = self._compiled.get(batch)
        if compiled is not None:
            return compiled(planes)
        policies, values = [], []
        start = 0
        while start < batch:
            size = self._size(batch - start)
            part = planes[start : start + size]
            if len(part) < size:
                part = np.concatenate([part, np.zeros((size - len(part), *planes.shape[1:]), np.float32)])
            policy, value = self.function(size)(part)
            policies.append(policy[: batch - start])
            values.append(value[: batch - start])
            start += size
        return (policies[0], values[0]) if len(policies) == 1 else (np.concatenate(policies), np.concatenate(values))

    def _size(self, rest: int) -> int:
        """Return the size of the next part: the power of two below (or, where padding is cheap, above)."""
        size = 1 << (rest.bit_length() - 1)
        if size < rest and not self.backend.splits:
            size *= 2
        return min(size, self.max_batch)

    def function(self, batch: int) -> Compiled:
        """Return the function for one batch size, compiling it when it is new."""
        compiled = self._compiled.get(batch)
        if compiled is None:
            with self._lock:
                compiled = self._compiled.get(batch) or self.backend.compile(batch)
                self._compiled[batch] = compiled
        return compiled

    @property
    def sizes(self) -> list[int]:
        """The batch sizes compiled so far."""
        return sorted(self._compiled)


def available_engines() -> list[str]:
    """Return the engines whose libraries are installed, without importing them."""
    found = [name for name in ENGINES if importlib.util.find_spec(name) is not None]
    keras = importlib.util.find_spec("keras") is not None
    return [name for name in found if name == "openvino" or keras]


def chosen_engine(engine: str = "auto") -> str:
    """Return the engine that a name stands for.

    "auto" is OpenVINO, except on a machine with an NVIDIA GPU and a Keras backend that drives it; "keras" is the
    backend that KERAS_BACKEND names, else TensorFlow.

    Raises:
        NetworkError: when there is no such engine, or its library is missing.
    """
    present = available_engines()
    if engine == "auto":
        keras_backend = os.environ.get("KERAS_BACKEND")
        if has_gpu() and (keras_backend in present or "tensorflow" in present):
            return keras_backend if keras_backend in present else "tensorflow"
        if "openvino" in present:
            return "openvino"
        engine = "keras"
    if engine == "keras":
        engine = os.environ.get("KERAS_BACKEND", "tensorflow")
    if engine not in ENGINES:
        raise NetworkError(f"no engine {engine!r}: choose auto, keras or one of {', '.join(ENGINES)}")
    if engine not in present:
        raise NetworkError(
            f"the engine {engine!r} is not installed (pip install {engine}); present: {', '.join(present)}"
        )
    return engine


def has_gpu() -> bool:
    """Whether an NVIDIA GPU is visible, without asking a library that takes seconds to import."""
    return Path("/dev/nvidiactl").exists() and os.environ.get("CUDA_VISIBLE_DEVICES", "all") not in ("", "-1")


def open_engine(network: Network, engine: str = "auto", precision: str = "bf16", max_batch: int = 512) -> Engine:
    """Make a network ready to run.

    Args:
        network: what was understood of a file.
        engine: "auto", "openvino", "keras", "tensorflow", "jax" or "torch".
        precision: "bf16" (faster; moves the policy by 1e-4 and the value by 1e-3) or "float32" (reproducible).
        max_batch: the largest batch that is compiled as one.

    Raises:
        NetworkError: when engine or precision cannot be had.
    """
    if precision not in PRECISIONS:
        raise NetworkError(f"no precision {precision!r}: choose bf16 or float32")
    name = chosen_engine(engine)
    if name == "openvino":
        from nets.inference.openvino_engine import OpenVinoBackend

        return Engine(OpenVinoBackend(network, precision), max_batch)
    _fix_keras_backend(name)
    from nets.inference.keras_engine import KerasBackend

    return Engine(KerasBackend(network, precision), max_batch)


def _fix_keras_backend(name: str) -> None:
    """Make Keras use a backend: it decides once, when it is first imported."""
    if "keras" in sys.modules:
        current = sys.modules["keras"].config.backend()
        if current != name:
            raise NetworkError(
                f"Keras already runs on {current} in this process: set KERAS_BACKEND={name} before the start"
            )
    os.environ["KERAS_BACKEND"] = name
    import_keras()
