"""How fast a network runs: positions a second for each engine and batch size."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from nets.inference.evaluator import NetworkEvaluator
from nets.reader.errors import NetworkError
from nets.reader.trial import positions


def measure(evaluator: NetworkEvaluator, batches: Sequence[int], seconds: float) -> list[dict[str, Any]]:
    """Time an evaluator, and the engine under it without the evaluator, in turns.

    Args:
        evaluator: the network, ready to run.
        batches: batch sizes.
        seconds: how long each of the two is run for each size.

    Returns:
        for each batch size: batch, milliseconds, positions_per_second, gflops (GFLOP/s), bare_positions_per_second
        and share_of_bare, the evaluator's speed divided by the bare engine's.
    """
    engine = evaluator.current_engine
    real = positions(evaluator.planes, evaluator.board_size)
    rows = []
    for batch in batches:
        planes = np.resize(real, (batch, *real.shape[1:]))
        function = engine.function(batch)
        bare = function.bare(planes) if hasattr(function, "bare") else partial(function, planes)
        ours, theirs = _best_seconds(partial(evaluator.evaluate, planes), bare, seconds)
        rows.append(
            {
                "batch": batch,
                "milliseconds": ours * 1e3,
                "positions_per_second": batch / ours,
                "gflops": evaluator.network.flops * batch / ours / 1e9,
                "bare_positions_per_second": batch / theirs,
                "share_of_bare": theirs / ours,
            }
        )
    return rows


def _best_seconds(first: Callable[[], object], second: Callable[[], object], seconds: float) -> tuple[float, float]:
    """Return the best times of two functions that take turns, so that both see the same machine."""
    times: tuple[list[float], list[float]] = ([], [])
    for function in (first, second):
        function()
    end = time.perf_counter() + 2 * seconds
    while len(times[1]) < 3 or time.perf_counter() < end:
        for function, taken in zip((first, second), times, strict=True):
            start = time.perf_counter()
            function()
            taken.append(time.perf_counter() - start)
    return min(times[0]), min(times[1])


def measure_elsewhere(command: Sequence[str]) -> dict[str, Any]:
    """Measure another engine in a process of its own: Keras holds one backend for each process.

    Args:
        command: arguments of `golois benchmark network` that print JSON.

    Raises:
        NetworkError: with the last line of the other process when it fails.
    """
    done = subprocess.run([sys.executable, "-m", "golois", *command], capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise NetworkError(lines[-1] if lines else f"exit status {done.returncode}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result
