"""Run a lecture small, silently and repeatably."""

from __future__ import annotations

import io
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from rich.console import Console

from nets.lectures.options import Options
from nets.lectures.report import Report

Run = Callable[..., Report]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A function that runs a lecture on its synthetic set: name, and options to change -> the filled report."""

    def run_lecture(name: str, **options: object) -> Report:
        import keras

        keras.utils.set_random_seed(0)
        report = Report(tmp_path / "plots", Console(file=io.StringIO(), width=200))
        settings = {"quick": True} | options
        import_module(f"nets.lectures.{name}").run(Options(**settings), report)  # type: ignore[arg-type]
        report.summary()
        return report

    return run_lecture
