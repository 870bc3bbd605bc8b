"""A request's `overrideSettings`: KataGo's parameters, as far as they have a meaning for this search."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from golois.errors import GoloisError
from golois.search import SearchSettings

WINRATES = ("BLACK", "WHITE", "SIDETOMOVE")
MOST_VISITS = 1 << 50  # that a request may name
POINTS = 361  # KataGo spreads its root noise over so many moves

# KataGo's parameters and what it allows for them; the other settings of this search have no counterpart
_RANGES: dict[str, tuple[float, float]] = {
    "maxVisits": (1, MOST_VISITS),
    "maxPlayouts": (1, MOST_VISITS),
    "maxTime": (0, 1e20),
    "cpuctExploration": (0, 10),
    "cpuctExplorationBase": (10, 100000),
    "fpuReductionMax": (0, 2),
    "rootFpuReductionMax": (0, 2),
    "rootPolicyTemperature": (0.01, 100),
    "wideRootNoise": (0, 5),
    "rootDirichletNoiseWeight": (0, 1),
    "rootDirichletNoiseTotalConcentration": (0.001, 10000),
    "lcbStdevs": (1, 12),
    "minVisitPropForLCB": (0, 1),
}
_SWITCHES = ("rootNoiseEnabled", "useLcbForSelection")


@dataclass(frozen=True)
class Overrides:
    """What a request changes.

    Attributes:
        settings: of its search.
        visits: most of them, None where it does not say.
        seconds: most of them, None for no limit.
        winrates_as: BLACK, WHITE or SIDETOMOVE.
        unknown: parameters that change nothing here.
    """

    settings: SearchSettings
    visits: int | None
    seconds: float | None
    winrates_as: str
    unknown: list[str]


def read_overrides(given: Mapping[str, Any], settings: SearchSettings, winrates_as: str) -> Overrides:
    """Read overrides of the engine's own settings.

    KataGo's values are those of a utility from -1 to 1; here a value is a probability, so weights of exploration and
    first-play urgency count half. The wide noise at the root is KataGo's flattening of the policy alone.

    Raises:
        GoloisError: a value that the parameter cannot have.
    """
    numbers = {name: _number(name, value) for name, value in given.items() if name in _RANGES}
    switches = {name: _switch(name, value) for name, value in given.items() if name in _SWITCHES}
    winrates = str(given.get("reportAnalysisWinratesAs", winrates_as)).upper()
    if winrates not in WINRATES:
        raise GoloisError(f"reportAnalysisWinratesAs must be one of {', '.join(WINRATES)}")
    visits = [int(numbers[name]) for name in ("maxVisits", "maxPlayouts") if name in numbers]
    return Overrides(
        settings=_change(settings, numbers, switches),
        visits=min(visits) if visits else None,
        seconds=numbers.get("maxTime"),
        winrates_as=winrates,
        unknown=sorted(set(given) - set(_RANGES) - set(_SWITCHES) - {"reportAnalysisWinratesAs"}),
    )


def _change(settings: SearchSettings, numbers: Mapping[str, float], switches: Mapping[str, bool]) -> SearchSettings:
    changes: dict[str, float] = {}
    for name, own, factor in (
        ("cpuctExploration", "cpuct", 0.5),
        ("cpuctExplorationBase", "cpuct_base", 1.0),
        ("fpuReductionMax", "fpu_reduction", 0.5),
        ("rootFpuReductionMax", "root_fpu_reduction", 0.5),
        ("rootPolicyTemperature", "policy_temperature", 1.0),
        ("lcbStdevs", "lcb_deviations", 1.0),
        ("minVisitPropForLCB", "lcb_visits", 1.0),
    ):
        if name in numbers:
            changes[own] = factor * numbers[name]
    if switches.get("useLcbForSelection") is False:
        changes["lcb_deviations"] = 0.0
    if "wideRootNoise" in numbers:
        temperature = changes.get("policy_temperature", settings.policy_temperature)
        changes["policy_temperature"] = min(temperature * (1 + 4 * numbers["wideRootNoise"]), 100.0)
    if "rootNoiseEnabled" in switches:
        weight = numbers.get("rootDirichletNoiseWeight", 0.25)
        changes["noise_weight"] = weight if switches["rootNoiseEnabled"] else 0.0
    if "rootDirichletNoiseTotalConcentration" in numbers:
        changes["noise_alpha"] = numbers["rootDirichletNoiseTotalConcentration"] / POINTS
    return replace(settings, **changes) if changes else settings  # type: ignore[arg-type]


def _number(name: str, value: object) -> float:
    least, most = _RANGES[name]
    try:
        number = math.nan if isinstance(value, bool | list | dict | None) else float(value)  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        number = math.nan
    if not least <= number <= most:
        raise GoloisError(f"{name} must be a number from {least:g} to {most:g}, not {str(value)[:40]}")
    return number


def _switch(name: str, value: object) -> bool:
    word = str(value).lower()
    if word not in ("true", "false"):
        raise GoloisError(f"{name} must be true or false, not {str(value)[:40]}")
    return word == "true"
