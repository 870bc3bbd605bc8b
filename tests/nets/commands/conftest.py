"""Commands called as a user calls them, with stand-ins for networks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import nets.inference
from golois.errors import GoloisError
from golois.evaluator import UniformEvaluator


@pytest.fixture
def _uniform_networks(monkeypatch: pytest.MonkeyPatch):
    """Every file that exists is a network that knows nothing."""

    def load(path: Any, *arguments: Any, **options: Any) -> UniformEvaluator:
        if not Path(path).exists():
            raise GoloisError(f"{path}: there is no such file")
        return UniformEvaluator(name=Path(path).stem, board_size=9 if Path(path).stem == "nine" else 19)

    monkeypatch.setattr(nets.inference, "load_evaluator", load)


@pytest.fixture
def network(tmp_path: Path) -> str:
    """A file that exists."""
    path = tmp_path / "any.h5"
    path.touch()
    return str(path)
