"""The command `golois benchmark serve`."""

from __future__ import annotations

import click


@click.command()
@click.option("--readers", default=50, show_default=True, type=click.IntRange(1, 1000), help="Readers at once.")
@click.option("--seconds", default=30.0, show_default=True, type=click.FloatRange(1), help="How long to measure.")
@click.option(
    "--pause",
    default=2.0,
    show_default=True,
    type=click.FloatRange(0.01),
    help="Seconds for which a reader looks at a page before opening another, on average.",
)
def serve(readers: int, seconds: float, pause: float) -> None:
    """Measure how fast the site answers while a tournament is being played on the same machine.

    Twelve teams with 1980 finished games play on at full speed, all with the network that comes with Golois. Every
    reader has a page open that follows the tournament: it is read anew after each change, within 0.7 s as in a browser.
    """
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from rich.console import Console
    from rich.table import Table

    from nets.pretrained import shipped_network
    from tournament.demo import demo_records
    from tournament.web.benchmark import measure, prepare

    console = Console(stderr=True)
    with TemporaryDirectory() as made, console.status("Making a tournament") as status:
        folder = Path(made) / "tournament"
        prepare(folder, shipped_network(), demo_records())
        answers = measure(folder, readers, seconds, pause, status.update)
    table = Table(box=None)
    for title in ("milliseconds", "answers", "50 %", "95 %", "99 %", "slowest"):
        table.add_column(title, justify="left" if title == "milliseconds" else "right")
    for page in (*answers.seconds, None):
        times = [f"{1000 * answers.percentile(percent, page):.1f}" for percent in (50, 95, 99, 100)]
        count = sum(len(values) for kind, values in answers.seconds.items() if page in (None, kind))
        table.add_row(page or "all pages", f"{count:,}", *times)
    Console().print(table)
    total = sum(map(len, answers.seconds.values()))
    speed = f"{total / answers.duration:.0f} answers a second, {answers.games_a_minute:.0f} games a minute"
    click.echo(f"{readers} readers, {speed}")
