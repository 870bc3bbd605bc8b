"""`golois selfplay run`, `play`, `train` and `gate`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

_config = click.option(
    "--config",
    required=True,
    type=click.Path(path_type=Path),
    help="The run's configuration; everything else lies beside it.",
)
_keep_going = click.option(
    "--keep-going", is_flag=True, help="Go on with the next, waiting for the other stages, until stopped."
)


@click.command()
@_config
@click.option("--generations", type=click.IntRange(1), help="End when so many networks are made.")
@click.option("--hours", type=click.FloatRange(0, min_open=True), help="Begin no stage after so many hours.")
@click.option("--ray", "address", metavar="ADDRESS", help="Play on this Ray cluster; `local` starts one here.")
@click.option("--actors", type=click.IntRange(1), help="The most that play on it.  [default: as many as have room]")
def run(config: Path, generations: int | None, hours: float | None, address: str | None, actors: int | None) -> None:
    """Play, learn and judge, generation after generation.

    The folder of the configuration holds the whole run. It may be killed at any moment: the same command goes on.

    \b
      golois selfplay new first-steps --size 7
      golois selfplay run --config first-steps/run.toml --hours 1

    With --ray games are played by actors on a cluster, which may come and go; this process stores, learns and judges.
    """
    if actors and not address:
        raise click.UsageError("--actors without --ray: actors play on a cluster.")

    def work(folder: Any, display: Any) -> None:
        from selfplay.run import run_loop

        if not address:
            run_loop(folder, display, generations=generations, hours=hours)
            return
        from golois.cluster import connected
        from selfplay.cluster import ClusterPlay

        with connected(address):
            play = ClusterPlay(folder, display, actors)
            try:
                run_loop(folder, display, generations=generations, hours=hours, play=play)
            finally:
                play.close()

    _watched(config, work)


@click.command()
@_config
@_keep_going
def play(config: Path, keep_going: bool) -> None:
    """Play the games of the next generation.

    All games are played to their ends. With --keep-going one generation may be played ahead of its network, so
    that playing and learning in two processes do not wait for each other.
    """
    _alone(config, "play", keep_going, "the network of this generation is not there yet: `golois selfplay train`")


@click.command()
@_config
@_keep_going
def train(config: Path, keep_going: bool) -> None:
    """Make the next network from the latest games."""
    _alone(config, "train", keep_going, "the games of this generation are not there yet: `golois selfplay play`")


@click.command()
@_config
@_keep_going
def gate(config: Path, keep_going: bool) -> None:
    """Let the newest network meet earlier ones and fixed opponents."""
    _alone(config, "gate", keep_going, "every network has been judged: `golois selfplay train` makes the next")


def _alone(config: Path, stage: str, keep_going: bool, nothing: str) -> None:
    from selfplay.run import run_stage

    def work(folder: Any, display: Any) -> None:
        if not run_stage(folder, stage, display, keep_going):
            click.echo(nothing)

    _watched(config, work)


def _watched(config: Path, work: Callable[[Any, Any], None]) -> None:
    from rich.console import Console

    from golois.errors import GoloisError
    from selfplay.display import Display
    from selfplay.folder import RunFolder

    folder = RunFolder(config)
    try:
        with Display(folder, Console()) as display:
            work(folder, display)
    except KeyboardInterrupt:
        raise GoloisError("interrupted; the same command goes on where it was") from None
