"""The curves of a run: strength, losses, window and speed over its generations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from golois.files import write_whole
from selfplay.elo import Rated, rate_run
from selfplay.folder import RunFolder


def draw_curves(folder: RunFolder, path: Path) -> None:
    """Draw curves.png anew, whole or not at all."""
    from matplotlib.figure import Figure  # without pyplot: no window, no global state

    figure = Figure(figsize=(12, 8), layout="constrained")
    (elo, losses), (games, speed) = figure.subplots(2, 2)
    _elo(elo, rate_run(folder))
    trained, played = folder.stages("train"), folder.stages("play")
    _two_scales(
        losses,
        "losses against the window",
        ("policy, cross-entropy", *_series(trained, lambda facts: facts["policy_loss"])),
        ("value, squared error", *_series(trained, lambda facts: facts["value_loss"])),
    )
    games.plot(*_series(played, lambda facts: facts["positions"] / max(1, facts["games"])), label="moves of a game")
    games.plot(
        *_series(played, lambda facts: 100 * facts["black_wins"] / max(1, facts["games"])), label="% won by Black"
    )
    games.plot(*_series(played, lambda facts: 100 * facts["draws"] / max(1, facts["games"])), label="% drawn")
    games.set(title="games")
    _two_scales(
        speed,
        "speed and window",
        ("games an hour", *_series(played, lambda facts: 3600 * facts["games"] / max(1e-9, facts["seconds"]))),
        ("positions in the window", *_series(trained, lambda facts: facts["window_positions"])),
    )
    for axes in (elo, losses, games, speed):
        axes.set_xlabel("generation")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3)
        if axes.get_legend_handles_labels()[0]:
            axes.legend()
    write_whole(path, lambda temporary: figure.savefig(temporary, dpi=100, format="png"))


def _two_scales(axes: Any, title: str, *lines: tuple[str, list[int], list[float]]) -> None:
    """Draw two lines of different units over the same generations, the second on a scale at the right."""
    axes.set_title(title)
    for (name, numbers, values), side, colour in zip(lines, (axes, axes.twinx()), ("C0", "C1"), strict=True):
        side.plot(numbers, values, color=colour)
        side.set_ylabel(name, color=colour)
        side.tick_params(axis="y", labelcolor=colour)
        side.set_ylim(bottom=0)
        side.yaxis.set_major_formatter("{x:,g}")


def _elo(axes: Any, rated: list[Rated]) -> None:
    axes.set(title="Elo with 95% intervals", ylabel="random player = 0")
    generations = [one for one in rated if one.generation is not None]
    for name, players in (
        ("with search", generations),
        ("policy alone", [one for one in rated if one.name.startswith("policy ")]),
    ):
        if players:
            elo = [one.elo for one in players]
            below, above = [one.elo - one.low for one in players], [one.high - one.elo for one in players]
            numbers = [int(one.name.split()[-1]) for one in players]
            axes.errorbar(numbers, elo, yerr=[below, above], marker=".", capsize=2, label=name)
    for one in rated:
        if one.name in ("random", "gnugo"):
            line = axes.axhline(one.elo, linestyle="--", linewidth=1, color="grey")
            axes.annotate(one.name, (0.01, one.elo), xycoords=("axes fraction", "data"), va="bottom", fontsize=8)
            line.set_zorder(0)


def _series(stages: list[tuple[int, dict[str, Any]]], value: Any) -> tuple[list[int], list[float]]:
    return [number for number, _ in stages], [value(facts) for _, facts in stages]
