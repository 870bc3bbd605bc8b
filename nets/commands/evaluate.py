"""`golois evaluate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nets.commands.filter_options import filter_options, game_filter

if TYPE_CHECKING:
    from rich.console import Console

    from nets.evaluation import Evaluation


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--games",
    multiple=True,
    metavar="RECORDS...",
    help="Game records: a folder of SGF, .sgf, .tsv.xz, games.data or a game store (.h5). Several may follow.",
)
@click.argument("more_games", nargs=-1, metavar="")
@click.option(
    "--split",
    type=click.Choice(["validation", "train", "all"]),
    default="validation",
    show_default=True,
    help="Validation games are never trained on: one game in a hundred, by its id.",
)
@click.option("--positions", type=int, help="Draw so many positions at random.  [default: all of them]")
@filter_options
@click.option("--symmetries", is_flag=True, help="Average the answers over the eight symmetries.")
@click.option("--batch", type=int, default=256, show_default=True, help="Positions evaluated together.")
@click.option("--engine", default="auto", show_default=True, help="openvino, tensorflow, jax or torch.")
@click.option("--precision", type=click.Choice(["float32", "bf16"]), default="float32", show_default=True)
@click.option("--seed", type=int, default=0, show_default=True, help="Decides which positions are drawn.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw the value's calibration into this PNG.")
def evaluate(
    file: Path,
    games: tuple[str, ...],
    more_games: tuple[str, ...],
    split: str,
    positions: int | None,
    symmetries: bool,
    batch: int,
    engine: str,
    precision: str,
    seed: int,
    as_json: bool,
    plot: Path | None,
    **filters: Any,
) -> None:
    """Measure a network's policy and value on game records.

    Prints how often the played move is the network's first choice (top-1) or among its first five (top-5), the
    policy's cross-entropy, and the value's mean squared error beside that of the best constant.

    \b
      golois evaluate network.h5 --games kgs6d.tsv.xz --min-rank 6d --no-handicap
    """
    if not games:
        raise click.UsageError("Missing option '--games': name the records to measure on.")
    from rich.console import Console

    from nets.commands.display import open_games_shown, shown_progress
    from nets.data import select_positions
    from nets.evaluation import evaluate as measure
    from nets.inference import load_evaluator

    evaluator = load_evaluator(file, engine=engine, precision=precision, max_batch=batch)
    size = evaluator.board_size
    with open_games_shown(games + more_games, Console(stderr=True), size) as store:
        selected = select_positions(store, split, game_filter(filters), evaluator.planes, evaluator.moves, size)
        with shown_progress(Console(stderr=True), "evaluating") as progress:
            result = measure(
                evaluator.evaluate,
                selected,
                positions,
                batch=batch,
                symmetries=symmetries,
                seed=seed,
                on_progress=progress,
            )
    if plot:
        from nets.plots import draw_calibration

        draw_calibration(result, plot)
    if as_json:
        click.echo(json.dumps({"network": str(file), "games": len(selected.games), "split": split} | result.as_dict()))
    else:
        _print(Console(), result, f"{file} on {len(selected.games):,} {split} games")


def _print(console: Console, result: Evaluation, title: str) -> None:
    from rich.table import Table

    console.print(title, highlight=False, soft_wrap=True)
    table = Table(show_header=False)
    table.add_row("positions", f"{result.positions:,}")
    table.add_row("top-1", f"{result.top1:.2%}")
    table.add_row("top-5", f"{result.top5:.2%}")
    table.add_row("policy cross-entropy", f"{result.policy_loss:.4f}")
    table.add_row("value mse", f"{result.value_mse:.4f}")
    judged = f": the value's is {_difference(result.value_gain)}" if not result.all_ended_alike else ""
    table.add_row("best constant's mse", f"{result.constant_mse:.4f}{judged}")
    for phase in result.phases:
        table.add_row(
            f"{phase.name}, {phase.positions:,} positions", f"top-1 {phase.top1:.2%}, value mse {phase.value_mse:.4f}"
        )
    console.print(table)
    if result.all_ended_alike:
        console.print("All these games ended alike: they say nothing about the value.")
    elif result.dead_value:
        console.print("The value head does no better than a constant: it has learned nothing.", style="bold red")
    console.print("Calibration: the positions by their predicted value")
    table = Table()
    for heading in ("positions", "predicted", "White won"):
        table.add_column(heading, justify="right")
    for row in result.calibration:
        table.add_row(f"{row.positions:,}", f"{row.predicted:.3f}", f"{row.actual:.3f}")
    console.print(table)


def _difference(gain: float) -> str:
    return f"{abs(gain):.1%} {'below' if gain > 0 else 'above'}"
