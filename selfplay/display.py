"""The terminal's view of a run: a live panel, or a line for each stage where there is no terminal."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table

from golois.match.statistics import Score
from selfplay.elo import Rated, rate_run
from selfplay.folder import RunFolder
from selfplay.watch import Progress

_LATEST = 8  # generations in the table


class Display:
    """Shows what the stages tell; use it in a `with` statement. A `Watcher`."""

    def __init__(self, folder: RunFolder, console: Console) -> None:
        self.folder = folder
        self.console = console
        self._line = "starting ..."
        self._name, self._generation = "", 0
        self._table = Table()
        self._live = Live(console=console, get_renderable=self._render, refresh_per_second=4, transient=True)
        self._began = time.monotonic()

    def __enter__(self) -> Display:
        self._table = summary(self.folder)
        if self.console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.console.is_terminal:
            self._live.stop()
        if kind is None:
            self._print_last()

    def _render(self) -> Table:
        outer = Table.grid()
        outer.add_row(self._table)
        outer.add_row(f"generation {self._generation} {self._name}: {self._line}")
        return outer

    def stage(self, name: str, generation: int) -> None:
        """See `selfplay.watch.Watcher`."""
        self._print_last()
        self._name, self._generation, self._line = name, generation, "..."
        if name == "play":
            self._table = summary(self.folder)

    def playing(self, games: int, wanted: int, facts: dict[str, Any]) -> None:
        """See `selfplay.watch.Watcher`."""
        self._line = f"{games} of {wanted} games, {facts['games']:.1f} games/s, {facts['positions']:.0f} positions/s"

    def training(self, progress: Progress) -> None:
        """See `selfplay.watch.Watcher`."""
        self._line = (
            f"step {progress.step} of {progress.steps}, policy loss {progress.policy_loss:.3f}, "
            f"value loss {progress.value_loss:.4f}"
        )

    def match(self, opponent: str, score: Score, games: int) -> None:
        """See `selfplay.watch.Watcher`."""
        self._line = (
            f"against {opponent}: {score.wins} wins, {score.draws} draws, {score.losses} losses; "
            f"{score.games} of at most {games}"
        )

    def note(self, text: str) -> None:
        """See `selfplay.watch.Watcher`."""
        self.console.print(text, highlight=False, soft_wrap=True)

    def _print_last(self) -> None:
        """Where there is no live panel, leave a line of the stage that has ended."""
        if self._name and not self.console.is_terminal:
            facts = self.folder.stage(self._name, self._generation) or {}
            text = _LINES[self._name](facts, self.folder) if facts else self._line
            clock = time.strftime("%H:%M:%S")
            self.console.print(
                f"{clock} generation {self._generation} {self._name}: {text}", highlight=False, soft_wrap=True
            )
        self._name = ""


def _played(facts: dict[str, Any], _: RunFolder) -> str:
    seconds = max(1e-9, facts["seconds"])
    return (
        f"{facts['games']} games, {facts['positions']} positions, {3600 * facts['games'] / seconds:.0f} games an hour, "
        f"{facts['evaluated'] / seconds:.0f} evaluations/s in batches of "
        f"{facts['evaluated'] / max(1, facts['batches']):.0f}, "
        f"{facts['busy'] / seconds:.0%} of the time and "
        f"{1 - facts['cpu_beside'] / max(1e-9, facts['cpu']):.0%} of the CPU time in the network"
    )


def _trained(facts: dict[str, Any], _: RunFolder) -> str:
    return (
        f"{facts['steps']} steps in {facts['seconds']:.0f} s, window {facts['window_positions']} positions, "
        f"policy loss {facts['policy_loss']:.3f}, value loss {facts['value_loss']:.4f}"
    )


def _judged(facts: dict[str, Any], folder: RunFolder) -> str:
    own = [one for one in rate_run(folder) if one.generation is not None]
    matches = ", ".join(
        f"{match['black_points'] + match['white_points']:g}/{match['black_games'] + match['white_games']} against "
        f"{match['opponent']}"
        for match in facts["matches"]
    )
    verdict = "" if facts["accepted"] else "refused; "
    elo = f"; Elo {own[-1].elo:.0f} ({own[-1].low:.0f} to {own[-1].high:.0f})" if own else ""
    return verdict + (matches or "no match") + (elo if matches else "")


_LINES: dict[str, Callable[[dict[str, Any], RunFolder], str]] = {"play": _played, "train": _trained, "gate": _judged}


def summary(folder: RunFolder) -> Table:
    """Return the latest generations as a table: games, window, losses, strength."""
    rated = {one.generation: one for one in rate_run(folder) if one.generation is not None}
    played, trained, judged = (dict(folder.stages(name)) for name in ("play", "train", "gate"))
    board, network = folder.config.board, folder.config.network
    table = Table(
        title=f"{folder.path}: {board.size}x{board.size}, komi {board.komi:g}, {network.family} "
        f"{network.blocks}x{network.filters}",
        caption="network: share of the playing time in it; losses against visits and results; Elo ± 95%",
    )
    gated = folder.config.gate.method != "none"
    for name in ("", "games", "games/h", "network", "window", "policy", "value", "Elo", *(["gate"] if gated else [])):
        table.add_column(name, justify="right", no_wrap=True)
    for generation in sorted({*played, *trained})[-_LATEST:]:
        table.add_row(
            str(generation),
            *_play_cells(played.get(generation)),
            *_train_cells(trained.get(generation)),
            _elo_cell(rated.get(generation)),
            *([_gate_cell(judged.get(generation))] if gated else []),
        )
    return table


def _play_cells(facts: dict[str, Any] | None) -> tuple[str, str, str]:
    if facts is None:
        return "", "", ""
    seconds = max(1e-9, facts["seconds"])
    games = f"{facts['games']}" + ("" if facts["complete"] else "...")
    return games, f"{3600 * facts['games'] / seconds:,.0f}", f"{facts['busy'] / seconds:.0%}"


def _train_cells(facts: dict[str, Any] | None) -> tuple[str, str, str]:
    if facts is None:
        return "", "", ""
    return f"{facts['window_positions']:,}", f"{facts['policy_loss']:.3f}", f"{facts['value_loss']:.4f}"


def _gate_cell(facts: dict[str, Any] | None) -> str:
    return "" if facts is None else "taken" if facts["accepted"] else "refused"


def _elo_cell(one: Rated | None) -> str:
    return "" if one is None else f"{one.elo:.0f} ±{one.high - one.elo:.0f}"
