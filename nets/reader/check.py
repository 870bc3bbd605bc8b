"""Check a submitted network the way a tournament will use it, and say what is wrong with it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nets.reader.description import Network
from nets.reader.errors import NetworkError
from nets.reader.limits import DEFAULT_LIMITS, Limits
from nets.reader.sandbox import run_child


@dataclass
class NetworkReport:
    """The outcome of a check.

    Attributes:
        ok: whether the network can be used.
        problems: what stands against it; each line names what is wrong, where, and what to do.
        warnings: what its author should know although it can be used.
        digest: SHA-256 of the file, hexadecimal; "" when it could not be read.
        planes: number of input planes, 0 when unknown.
        policy_outputs: the board's points, or one more with the pass; 0 when unknown.
        policy_name: name of the policy's output layer.
        value_name: name of the value's output layer.
        value_activation: "sigmoid" (0..1), "tanh" (-1..1) or "other".
        parameters_total: as Keras's summary counts.
        parameters_trainable: without the moving averages and frozen layers.
        keras_version: that wrote the file.
        seconds_per_evaluation: of one position alone, float32, on this machine's CPU; None when it did not run.
        layers: number of operations understood.
        board_size: of the boards that the network plays on, 0 when unknown.
    """

    ok: bool
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    digest: str = ""
    planes: int = 0
    policy_outputs: int = 0
    policy_name: str = ""
    value_name: str = ""
    value_activation: str = ""
    parameters_total: int = 0
    parameters_trainable: int = 0
    keras_version: str = ""
    seconds_per_evaluation: float | None = None
    layers: int = 0
    board_size: int = 0

    def to_json(self) -> str:
        """Return the report as one JSON object."""
        return json.dumps(dataclasses.asdict(self))


def check_network(
    path: str | os.PathLike[str], limit: int | None = None, limits: Limits = DEFAULT_LIMITS, board_size: int = 19
) -> NetworkReport:
    """Check a network file in a subprocess that cannot harm the caller.

    Args:
        path: the .h5 file; its name may hold anything.
        limit: the largest allowed number of parameters (total), None for no limit.
        limits: bounds on the file and on the process that reads it.
        board_size: the size of the boards it is to play on.

    Returns:
        the report; a bad file never raises.
    """
    digest = _digest(path, limits)
    answer, description = run_child(path, limits, evaluate=True)
    report = NetworkReport(False, answer["problems"], digest=digest)
    try:
        network = Network.from_bytes(description) if description is not None else None
    except NetworkError as error:
        report.problems.append(str(error))
        network = None
    if network is not None:
        _describe(report, network, answer)
        if network.board_size != board_size:
            report.problems.append(
                f"the network plays on {network.board_size}x{network.board_size} boards, the games are on "
                f"{board_size}x{board_size}: build it for planes ({board_size}, {board_size}, P) and train it on games "
                "of that size"
            )
        if limit is not None and network.parameters_total > limit:
            report.problems.append(
                f"the network has {network.parameters_total:,} parameters "
                f"({network.parameters_trainable:,} trainable), the limit is {limit:,}: take fewer filters or blocks"
            )
    elif not report.problems:
        report.problems.append("the reader gave no description of the network: the file is damaged or hostile")
    report.ok = not report.problems
    return report


def _describe(report: NetworkReport, network: Network, answer: dict[str, Any]) -> None:
    report.board_size, report.planes, report.policy_outputs = network.board_size, network.planes, network.moves
    report.policy_name, report.value_name = network.policy_name, network.value_name
    report.value_activation, report.keras_version = network.value_activation, network.keras_version
    report.parameters_total, report.parameters_trainable = network.parameters_total, network.parameters_trainable
    report.layers = len(network.nodes)
    report.warnings = [*network.warnings, *(str(line) for line in answer.get("warnings", []))]
    seconds = answer.get("seconds_per_evaluation")
    report.seconds_per_evaluation = float(seconds) if isinstance(seconds, (int, float)) else None


def _digest(path: str | os.PathLike[str], limits: Limits) -> str:
    try:
        if Path(path).stat().st_size > limits.file_bytes or not Path(path).is_file():
            return ""
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
