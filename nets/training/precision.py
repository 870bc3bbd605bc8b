"""Which arithmetic trains fastest on this machine, and layers that compute in it."""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Iterator
from pathlib import Path

import keras


def fastest_precision() -> str:
    """Return "mixed_bfloat16" where a GPU or the CPU multiplies bfloat16 in hardware, else "float32"."""
    if gpu_present() or _cpu_flags() & {"avx512_bf16", "amx_bf16"}:
        return "mixed_bfloat16"
    return "float32"


def gpu_present() -> bool:
    """Whether Keras's backend sees a GPU."""
    if keras.backend.backend() == "torch":  # for which Keras lists no devices
        import torch

        return bool(torch.cuda.is_available())
    return any(device.lower().startswith(("gpu", "cuda")) for device in keras.distribution.list_devices())


@contextlib.contextmanager
def computing_in(precision: str) -> Iterator[None]:
    """Layers built inside compute in this precision; Keras's own setting is left as it was."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _cpu_flags() -> set[str]:
    """What the processor can do, as Linux tells it; nothing is known elsewhere."""
    path = Path("/proc/cpuinfo")
    if platform.system() != "Linux" or not path.exists():
        return set()
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("flags"))
    return set(next(lines, "").split())
