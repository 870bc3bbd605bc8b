"""The command `golois benchmark selfplay`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--config", type=click.Path(path_type=Path), help="A run's configuration, whose newest network plays.")
@click.option("--size", default=19, show_default=True, type=click.IntRange(3, 19), help="The board, without --config.")
@click.option("--network", type=click.Path(path_type=Path), help="The .h5 that plays; one is made when left out.")
@click.option("--parallel", type=click.IntRange(1, 65536), help="Games at once.  [default: the configuration's]")
@click.option("--threads", type=click.IntRange(1, 64), help="Groups of them.  [default: the configuration's]")
@click.option("--seconds", default=60.0, show_default=True, type=click.FloatRange(1), help="How long to measure.")
def selfplay(
    config: Path | None,
    size: int,
    network: Path | None,
    parallel: int | None,
    threads: int | None,
    seconds: float,
) -> None:
    """Measure games an hour, how full the batches are, and the share of the time in the network.

    Without --config the game is played as `golois selfplay new` with this size would have it; speed does not depend
    on what the network has learned.
    """
    from dataclasses import replace
    from tempfile import TemporaryDirectory

    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from nets.inference import load_evaluator
    from selfplay.benchmark import measure
    from selfplay.folder import RunFolder
    from selfplay.presets import starting_config

    folder = RunFolder(config) if config else None
    chosen = folder.config if folder else starting_config(size)
    play = chosen.play
    play = replace(play, parallel=parallel or play.parallel, threads=threads or play.threads)
    with TemporaryDirectory() as scratch:
        path = network
        if path is None and folder and folder.network(folder.best).exists():
            path = folder.network(folder.best)
        if path is None:
            from nets.quiet import import_keras

            import_keras()
            from nets.architectures.build import build
            from nets.training.checkpoint import save_h5

            path = Path(scratch) / "newborn.h5"
            save_h5(build(chosen.shape), path)
        evaluator = load_evaluator(path, play.engine, max_batch=play.parallel)
    if evaluator.board_size != chosen.board.size:
        raise click.UsageError(f"{network} plays on {evaluator.board_size}x{evaluator.board_size}: give --size")
    bar = Progress(TextColumn("Self-play"), BarColumn(), TimeRemainingColumn(), console=Console(stderr=True))
    with bar:
        task = bar.add_task("", total=seconds)
        speed = measure(evaluator, chosen.board, play, seconds, lambda passed: bar.update(task, completed=passed))
    load = speed.load
    click.echo(
        f"{chosen.board.size}x{chosen.board.size}, {evaluator.parameters:,} parameters on {evaluator.engine}, "
        f"{play.parallel} games in {play.threads} groups, {play.visits} and {play.fast_visits} visits\n"
        f"{speed.games_per_hour:,.0f} games an hour of {speed.length:.0f} moves"
        f"{'' if speed.is_measured else ' (a typical length: too few games have ended)'}, "
        f"{speed.moves / speed.seconds:,.0f} moves/s, {load.positions / speed.seconds:,.0f} evaluations/s\n"
        f"batches of {load.batch:.0f} of {speed.group}: {speed.occupancy:.0%} full\n"
        f"in the network: {load.share:.0%} of the time, {load.cpu_share:.0%} of the CPU time"
    )
