"""What the commands of this package show while they work."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column

from golois.errors import GoloisError

if TYPE_CHECKING:
    from golois.records.store import GameStore
    from nets.training.progress import Report

_SHOWN_PROBLEMS = 5
_PLAIN_SECONDS = 60.0  # how often a log file gets a line


class TrainingDisplay:
    """Shows reports: use it as `with TrainingDisplay(console) as display: train(config, display.show)`."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.bar = Progress(
            TextColumn("epoch {task.fields[epoch]}"),
            BarColumn(bar_width=12),
            TaskProgressColumn(),
            TextColumn("{task.fields[numbers]}", table_column=Column(no_wrap=True)),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self.task = self.bar.add_task("", total=1.0, epoch=1, numbers="compiling ...")
        self.printed = time.monotonic()

    def __enter__(self) -> TrainingDisplay:
        self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.stop()

    def show(self, report: Report) -> None:
        """Show one report."""
        numbers = describe(report)
        self.bar.update(self.task, completed=report.part, epoch=report.epoch, numbers=numbers)
        if report.epoch_ends:
            self._print(f"epoch {report.epoch}: {report.positions:,} positions, {describe_epoch(report)}")
        elif not self.console.is_terminal and time.monotonic() - self.printed > _PLAIN_SECONDS:
            self._print(f"epoch {report.epoch} {report.part:.1%}: {numbers}")

    def _print(self, line: str) -> None:
        self.printed = time.monotonic()
        self.console.print(line, highlight=False, soft_wrap=True)


def open_games_shown(sources: Sequence[str], console: Console, size: int = 19) -> GameStore:
    """Open game records with a progress bar while a store is made of them; tell what had to be left out."""
    from golois.records.sources import count_bytes
    from nets.data.sources import open_games

    problems = 0

    def tell(problem: GoloisError) -> None:
        nonlocal problems
        problems += 1
        if problems <= _SHOWN_PROBLEMS:
            console.print(f"left out: {problem}", highlight=False, markup=False, soft_wrap=True)

    columns = (TextColumn("reading games"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("", total=None)

        def advance(count: int) -> None:
            if progress.tasks[bar].total is None:
                progress.update(bar, total=sum(count_bytes(source) for source in sources))
            progress.advance(bar, count)

        store = open_games(sources, size, tell, advance)
    if problems > _SHOWN_PROBLEMS:
        console.print(f"left out: {problems} records in all", highlight=False)
    return store


@contextlib.contextmanager
def shown_progress(console: Console, title: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function (done, total) that moves a progress bar."""
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("", total=None)
        yield lambda done, total: progress.update(bar, completed=done, total=total)


def describe(report: Report) -> str:
    """Return the numbers of a running epoch in one line."""
    return (
        f"loss {report.loss:.2f}  policy {report.policy_accuracy:.1%}  value {report.value_mse:.3f}  "
        f"{report.speed:,.0f} pos/s  {duration(report.seconds_left)} left"
    )


def describe_epoch(report: Report) -> str:
    """Return what an epoch reached."""
    training = f"loss {report.loss:.3f}, policy {report.policy_accuracy:.1%}"
    measured = report.validation
    if measured is None:
        return f"{training}; no validation games"
    text = (
        f"{training}; validation: top-1 {measured.top1:.1%}, top-5 {measured.top5:.1%}, "
        f"cross-entropy {measured.policy_loss:.3f}"
    )
    if measured.all_ended_alike:
        return f"{text}; all its games ended alike, so they say nothing about the value"
    text += f", value mse {measured.value_mse:.4f} (constant {measured.constant_mse:.4f})"
    return text + (" - the value head has learned nothing yet" if measured.dead_value else "")


def duration(seconds: float) -> str:
    """Return hours, minutes and seconds as 1:02:03 or 2:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
