"""Run an understood network on real positions: finite, a distribution, a value, how fast, alive."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nets.reader.description import Network

Floats = npt.NDArray[np.float32]
POSITIONS = Path(__file__).with_name("positions.npz")
# rows of the 31 planes that make the smaller sets
PLANES_OF_31 = {6: [0, 1, 11, 12, 13, 14], 8: [0, 1, 11, 12, 13, 14, 15, 16], 21: list(range(21)), 31: list(range(31))}
LARGEST_SUM_ERROR = 1e-2
# a head that moves less than this over positions from opening to endgame has learned nothing
DEAD_VALUE, DEAD_POLICY = 1e-3, 1e-5


def positions(planes: int, size: int = 19) -> Floats:
    """Return (32, size, size, planes) float32: positions of professional games, opening to endgame.

    For a smaller board a corner is cut out of each, for a larger one its lines are repeated: no position of a game,
    but stones and liberties as a network sees them.
    """
    with np.load(POSITIONS, allow_pickle=False) as stored:
        bits = np.unpackbits(stored["bits"])[: 32 * 361 * 31].reshape(32, 19, 19, 31)
    lines = np.arange(size) % 19
    return np.ascontiguousarray(bits[:, lines][:, :, lines][..., PLANES_OF_31[planes]], np.float32)


def try_out(network: Network) -> dict[str, Any]:
    """Return problems, warnings and the seconds of one evaluation.

    The network runs in float32 on the engine that matches use by default.
    """
    from nets.inference.engines import open_engine

    engine = open_engine(network, "auto", "float32")
    planes = positions(network.planes, network.board_size)
    policy, value = engine.run(planes)
    seconds = _seconds_per_evaluation(engine, planes[:1])
    problems = judge(network, policy.reshape(len(planes), -1), value.reshape(len(planes)))
    warnings = warn(network, policy.reshape(len(planes), -1), value.reshape(len(planes))) if not problems else []
    return {"problems": problems, "warnings": warnings, "seconds_per_evaluation": seconds}


def judge(network: Network, policy: Floats, value: Floats) -> list[str]:
    """Return what makes the outputs unusable: policy (B, moves) and value (B,) on the trial's positions."""
    problems = []
    for name, output in ((network.policy_name, policy), (network.value_name, value)):
        if not np.isfinite(output).all():
            problems.append(
                f"the output {name!r} is NaN or infinite on real positions: training diverged; submit an earlier "
                "checkpoint or train with a smaller learning rate"
            )
    if problems:
        return problems
    sums = policy.sum(axis=1)
    if policy.min() < 0 or np.abs(sums - 1).max() > LARGEST_SUM_ERROR:
        problems.append(
            f"the policy {network.policy_name!r} is no distribution: on real positions its smallest entry is "
            f"{policy.min():.3g} and its sum {sums[np.abs(sums - 1).argmax()]:.4g}; end it in activation='softmax'"
        )
    low, high = (-1, 1) if network.value_activation == "tanh" else (0, 1)
    if value.min() < low - 1e-3 or value.max() > high + 1e-3:
        problems.append(
            f"the value {network.value_name!r} leaves {low}..{high} on real positions ({value.min():.3g} to "
            f"{value.max():.3g}): end it in activation='sigmoid'"
        )
    return problems


def warn(network: Network, policy: Floats, value: Floats) -> list[str]:
    """Return what an author would want to know although the network can play."""
    warnings = []
    if value.max() - value.min() < DEAD_VALUE:
        warnings.append(
            f"the value {network.value_name!r} is {value.mean():.4g} on every position: a dead value head; check its "
            "loss weight, its targets and its last activation"
        )
    if np.ptp(policy, axis=0).max() < DEAD_POLICY:
        warnings.append(
            f"the policy {network.policy_name!r} is the same on every position: it ignores its input; check the "
            "connections, and for units that are dead"
        )
    return warnings


def _seconds_per_evaluation(engine: Any, planes: Floats) -> float:
    """Return the median time of one position alone, over at most a second."""
    engine.run(planes)
    times: list[float] = []
    end = time.perf_counter() + 1
    while len(times) < 50 and (not times or time.perf_counter() < end):
        start = time.perf_counter()
        engine.run(planes)
        times.append(time.perf_counter() - start)
    return float(np.median(times))
