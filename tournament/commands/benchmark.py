"""The command `golois benchmark tournament`."""

from __future__ import annotations

from pathlib import Path

import click

from golois.errors import GoloisError
from nets.pretrained import shipped_networks


@click.command()
@click.argument("networks", nargs=-1, type=click.Path(path_type=Path))
@click.option("--games", default=64, show_default=True, type=click.IntRange(2), help="Games to play, an even number.")
def tournament(networks: tuple[Path, ...], games: int) -> None:
    """Measure games a minute by policy alone, and the share of the time spent in the networks.

    NETWORKS are two .h5 files, or one that plays against itself; without them, two of those that come with Golois
    play.
    """
    from rich.console import Console
    from rich.progress import Progress

    from tournament.benchmark import measure

    console = Console(stderr=True)
    first, second = _two(networks)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("Loading", total=games)
        speed = measure(
            first,
            second,
            games + games % 2,
            lambda played: progress.update(task, completed=played, description="Playing"),
        )
    click.echo(f"{first.name} against {second.name}, 19x19, policy alone, {speed.games} games at once")
    beside = 1e6 * speed.cpu_seconds_beside / speed.positions
    click.echo(f"  {speed.games_per_minute:,.0f} games a minute, {speed.positions / speed.games:.0f} moves a game")
    click.echo(f"  {speed.positions / speed.seconds:,.0f} positions a second")
    click.echo(
        f"  {speed.share_in_networks:.1%} of the time in the networks by the clock, "
        f"{speed.cpu_share_in_networks:.1%} of the CPU time; beside them {beside:.0f} µs of CPU a position"
    )


def _two(networks: tuple[Path, ...]) -> tuple[Path, Path]:
    if len(networks) > 2:
        raise GoloisError(f"{len(networks)} networks were given; expected two, or none for those that come with Golois")
    networks = networks or shipped_networks()[:2]
    return networks[0], networks[-1]
