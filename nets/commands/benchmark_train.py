"""`golois benchmark train`."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from nets.data import Batch, Batches

_ROUNDS = 3  # of each measurement, taking turns: what else the machine does falls on both
_DEMO_GAMES = Path(__file__).resolve().parents[1] / "demo_games" / "gnugo.tsv.xz"


@click.command()
@click.option("--games", metavar="SOURCE", help="Game records.  [default: the demo's]")
@click.option("--architecture", type=click.Choice(["residual", "senet", "mobile", "convnext"]), default="residual",
              show_default=True, help="Family of networks.")  # fmt: skip
@click.option("--blocks", type=int, default=6, show_default=True, help="Blocks of the trunk.")
@click.option("--filters", type=int, default=64, show_default=True, help="Channels of the trunk.")
@click.option("--normalization", type=click.Choice(["none", "batch"]), default="none", show_default=True)
@click.option("--planes", type=click.Choice(["6", "8", "21", "31"]), default="6", show_default=True)
@click.option("--batch", type=int, default=128, show_default=True, help="Positions in a step.")
@click.option("--steps", type=int, default=20, show_default=True, help="Steps of a round.")
@click.option("--threads", type=int, default=1, show_default=True, help="Threads that fill batches.")
def train(
    games: str | None,
    architecture: str,
    blocks: int,
    filters: int,
    normalization: str,
    planes: str,
    batch: int,
    steps: int,
    threads: int,
) -> None:
    """Measure a training step with and without the data pipeline.

    Prints positions per second of the sampler alone on one thread, of the training step on one batch that stays in
    memory, and of the same step fed by the pipeline. The pipeline keeps up when the last two agree within 5%.
    """
    from rich.console import Console
    from rich.table import Table

    from nets.commands.display import open_games_shown
    from nets.quiet import import_keras

    import_keras()
    from nets.architectures import measure
    from nets.data import Batches, GameFilter, select_positions

    console = Console()
    with open_games_shown([games or str(_DEMO_GAMES)], console) as store:
        positions = select_positions(store, "train", GameFilter(), int(planes), board_size=store.size)
        batches = Batches(positions, batch, seed=1, threads=threads)
        model = _compiled(architecture, int(planes), blocks, filters, normalization, store.size)
        console.print(f"{model.name}, {measure(model)}, batches of {batch}", highlight=False)
        with console.status("measuring"):
            sampled = _sampling_speed(batches)
            memory, fed = _training_speeds(model, batches, steps)
    table = Table()
    table.add_column("measured")
    table.add_column("positions/s", justify="right")
    table.add_row(f"sampling {planes} planes, one thread", f"{sampled:,.0f}")
    table.add_row("training step, one batch in memory", f"{memory:,.0f}")
    table.add_row(f"training step, pipeline with {threads} thread{'s' * (threads > 1)}", f"{fed:,.0f}")
    console.print(table)
    console.print(f"The pipeline keeps {fed / memory:.1%} of the step's speed.", highlight=False)


def _compiled(family: str, planes: int, blocks: int, filters: int, normalization: str, size: int) -> Any:
    """A network that trains as `golois train` does by default."""
    from nets.architectures import NetworkShape
    from nets.training.config import TrainingConfig
    from nets.training.model import compiled_model

    shape = NetworkShape(family, blocks, filters, planes, normalization=normalization, board_size=size)
    return compiled_model(TrainingConfig(games=("benchmark",), shape=shape, positions=1_000_000))


def _sampling_speed(batches: Batches, seconds: float = 2.0) -> float:
    """Positions per second of one thread that does nothing else."""
    batches.make(0)  # compiles
    start = time.perf_counter()
    for number in itertools.count(1):
        batches.make(number)
        elapsed = time.perf_counter() - start
        if elapsed > seconds:
            return number * batches.batch / elapsed
    raise AssertionError("the count has no end")


def _training_speeds(model: Any, batches: Batches, steps: int) -> tuple[float, float]:
    """Positions per second on one batch in memory and on the pipeline's batches: the best round of each."""
    kept = batches.make(0)
    stream = batches.stream(first=1)
    try:
        _seconds(model, itertools.repeat(kept), 3)  # compiles
        memory, fed = [], []
        for _ in range(_ROUNDS):
            memory.append(_seconds(model, itertools.repeat(kept), steps))
            fed.append(_seconds(model, stream, steps))
    finally:
        stream.close()
    return steps * batches.batch / min(memory), steps * batches.batch / min(fed)


def _seconds(model: Any, source: Iterator[Batch], steps: int) -> float:
    """Seconds that `model.fit` takes for some steps."""
    examples = ((batch.planes, {"policy": batch.policy, "value": batch.value}) for batch in source)
    start = time.perf_counter()
    model.fit(examples, steps_per_epoch=steps, epochs=1, shuffle=False, verbose=0)
    return time.perf_counter() - start
