"""`golois selfplay status` and `report`."""

from __future__ import annotations

from pathlib import Path

import click

_config = click.option(
    "--config", required=True, type=click.Path(path_type=Path), help="The run's configuration, in the run's folder."
)


@click.command()
@_config
def status(config: Path) -> None:
    """Show how far a run is."""
    from rich.console import Console

    from selfplay.display import summary
    from selfplay.folder import STAGES, RunFolder

    folder = RunFolder(config)
    console = Console()
    console.print(summary(folder))
    running = [stage for stage in STAGES if folder.is_running(stage)]
    console.print(
        f"running: {', '.join(running) or 'nothing'}; {folder.played} generations played, {folder.trained} networks "
        f"made, {folder.judged} judged; generation {folder.best} plays",
        highlight=False,
    )


@click.command()
@_config
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The page.  [default: report.html in the folder]")
def report(config: Path, output: Path | None) -> None:
    """Write a run's report as one HTML page."""
    from selfplay.folder import RunFolder
    from selfplay.report import write_report

    folder = RunFolder(config)
    path = output or folder.path / "report.html"
    write_report(folder, path)
    click.echo(f"wrote {path}")
