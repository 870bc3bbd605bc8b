"""Runs that take seconds: a tiny network on a tiny board."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from selfplay.config import Config
from selfplay.folder import RunFolder

TINY: dict[str, dict[str, object]] = {
    "board": {"size": 5, "komi": 2.0},
    "network": {"blocks": 1, "filters": 8, "planes": 6},
    "play": {"games": 8, "parallel": 8, "visits": 6, "fast_visits": 2, "considered": 4, "move_limit": 1.0},
    "window": {"least": 100},
    "train": {"batch": 16, "passes": 1.0, "warmup": 2},
    "gate": {"every": 1, "anchor_every": 2, "games": 4, "anchor_games": 4, "visits": 4, "opponents": 1},
}


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., RunFolder]:
    """Make the folder of a tiny run; sections given replace single settings."""

    def make(**changes: dict[str, object]) -> RunFolder:
        tables = {name: values | changes.get(name, {}) for name, values in TINY.items()}
        path = tmp_path / "run" / "run.toml"
        path.parent.mkdir()
        path.write_text(Config.from_tables(tables).to_toml(), encoding="utf-8")
        return RunFolder(path)

    return make
