"""Golois: Go itself and search, in NumPy and Numba.

The names below are loaded when they are first used, so that `import golois` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "1.0.0"

_PUBLIC = {
    "Game": "golois.game",
    "Rules": "golois.rules",
    "GameStore": "golois.records.store",
    # the course's module
    "getBatch": "golois.course",
    "getValidation": "golois.course",
    "getBatchVal": "golois.course",
    "setSoft": "golois.course",
}

__all__ = ["Game", "GameStore", "Rules", "__version__", "getBatch", "getBatchVal", "getValidation", "setSoft"]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'golois' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
