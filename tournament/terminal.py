"""Tables and progress in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tournament.runner import Progress as RunProgress
from tournament.standings import Standings


def print_standings(table: Standings, console: Console | None = None) -> None:
    """Print the standings as a table, best first, and under it the course's lines."""
    console = console or Console()
    ranked = [line for line in table.lines if line.rank]
    drawing = Table(
        title="Standings", title_justify="left", title_style="bold", header_style="dim", box=None, padding=(0, 2, 0, 0)
    )
    drawing.add_column("#", justify="right", no_wrap=True)
    drawing.add_column("team", overflow="fold", min_width=12)
    for title in ("Elo", "± 95 %", "wins", "games", "win rate", "± σ", "superior"):
        drawing.add_column(title, justify="right", no_wrap=True)
    for line in ranked:
        drawing.add_row(
            str(line.rank),
            escape(line.submission.team),
            f"{round(line.elo):+d}",
            f"{(line.high - line.low) / 2:.0f}",
            str(line.wins),
            str(line.games),
            f"{line.win_rate:.3f}",
            f"{line.sigma:.3f}",
            "" if line.superiority is None else f"{100 * line.superiority:.1f} %",
        )
    console.print(drawing)
    for line in ranked:
        console.print(f"{line.submission.team}: {line.course_line}", markup=False, highlight=False, soft_wrap=True)


@contextmanager
def run_progress(console: Console | None = None) -> Iterator[Callable[[RunProgress], None]]:
    """Show a bar for the games of a run; yields the function to call with each step."""
    columns = (
        TextColumn("Playing"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("games"),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("", total=None)

        def step(state: RunProgress) -> None:
            progress.update(bar, completed=state.played, total=state.planned, description=state.message)
            if state.is_failure:
                progress.console.print(state.message, markup=False, highlight=False, soft_wrap=True)

        yield step
