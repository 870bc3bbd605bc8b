"""`golois benchmark search`: what the search costs beside the network that it asks."""

from __future__ import annotations

import json
import statistics
import time
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from golois.errors import GoloisError
from nets.pretrained import shipped_network

if TYPE_CHECKING:
    from golois.evaluator import Evaluator

TREES = 256  # games of the measurement without a network
VISITS = 200  # of each of them


@click.command()
@click.option("--network", "-n", type=click.Path(), help="An .h5 file; the best shipped one when left out.")
@click.option("--no-network", is_flag=True, help="Measure the trees alone.")
@click.option(
    "--batch",
    "batches",
    type=click.IntRange(1, 1024),
    multiple=True,
    default=(8, 32),
    show_default=True,
    help="Batch size; may be repeated.",
)
@click.option(
    "--seconds", type=click.FloatRange(0.1), default=3.0, show_default=True, help="How long each measurement runs."
)
@click.option("--engine", default="auto", show_default=True, help="What runs the network.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def search(
    network: str | None, no_network: bool, batches: tuple[int, ...], seconds: float, engine: str, as_json: bool
) -> None:
    """Measure the search: its trees alone, and the network inside it beside the network by itself.

    The trees alone run on one thread, with a network that always answers the same, in 256 games at once; planes
    are included. With the network, as many games are searched as the batch has positions, one leaf each, and
    the same batch size is measured without a search around it.
    """
    figures: dict[str, Any] = measure_trees()
    rows: list[dict[str, float]] = []
    if not no_network:
        try:
            path = network or shipped_network()
        except GoloisError as error:
            raise GoloisError(f"{error}; or measure the trees alone with --no-network") from error
        from nets.inference import load_evaluator

        evaluator = load_evaluator(path, engine, max_batch=max(batches))
        figures["network"] = evaluator.name
        rows = [measure_network(evaluator, batch, seconds) for batch in batches]
        figures["batches"] = rows
    if as_json:
        click.echo(json.dumps(figures, indent=2))
        return
    click.echo(
        f"trees alone: {figures['simulations_per_second']:,.0f} simulations/s on one thread, "
        f"{figures['microseconds_per_simulation']:.2f} µs each, {figures['bytes_per_node']} bytes a node"
    )
    if rows:
        from rich.console import Console
        from rich.table import Table

        table = Table(title=figures["network"], title_justify="left")
        for column in ("batch", "network alone, evaluations/s", "inside the search", "share"):
            table.add_column(column, justify="right")
        for row in rows:
            table.add_row(f"{row['batch']}", f"{row['alone']:,.0f}", f"{row['in_search']:,.0f}", f"{row['share']:.1%}")
        Console().print(table)


class ConstantEvaluator:
    """Always the same answer at no cost: what is left is the search."""

    def __init__(self, planes: int = 6) -> None:
        self.name = "constant"
        self.board_size = 19
        self.planes = planes
        self.moves = 362
        policy = np.random.default_rng(0).dirichlet(np.full(362, 0.3)).astype(np.float32)
        self._policy = np.repeat(policy[None], TREES, axis=0)
        self._value = np.full(TREES, 0.5, np.float32)

    def evaluate(self, planes: Any) -> tuple[Any, Any]:
        """Return the first rows of the same arrays."""
        return self._policy[: len(planes)], self._value[: len(planes)]


def measure_trees() -> dict[str, Any]:
    """Measure the trees without a network, by processor time of this thread."""
    from golois.game import Game
    from golois.search import Budget, Search
    from golois.search.tree import NODE

    trees = Search(ConstantEvaluator(), games=TREES, leaves=1, capacity=VISITS + 10)
    for slot in range(TREES):
        trees.place(slot, Game())
    trees.run(Budget(visits=2))  # compiles
    started = time.thread_time()
    trees.run(Budget(visits=VISITS + 2))
    spent = time.thread_time() - started
    simulations = TREES * VISITS
    return {
        "simulations_per_second": simulations / spent,
        "microseconds_per_simulation": spent / simulations * 1e6,
        "bytes_per_node": NODE.itemsize + 4 * 362,
    }


def measure_network(evaluator: Evaluator, batch: int, limit: float) -> dict[str, float]:
    """Measure evaluations per second alone and inside the search, in turns, by the clock."""
    from golois.game import Game
    from golois.search import Budget, Search
    from nets.reader.trial import positions

    trees = Search(evaluator, games=batch, leaves=1, capacity=1 << 14)
    for slot in range(batch):
        trees.place(slot, Game(trees.size))
    trees.begin(Budget(visits=1 << 30))
    trees.step()
    real = positions(evaluator.planes, trees.size)  # on noise a network with swish is a quarter slower than on Go
    planes = np.resize(real, (batch, *real.shape[1:]))
    evaluator.evaluate(planes)
    ends = time.perf_counter() + limit
    seconds: dict[str, list[float]] = {"alone": [], "in_search": []}
    # in turns of one batch, and the median of them: other programs on the machine disturb both alike
    while time.perf_counter() < ends:
        for kind, turns in seconds.items():
            started = time.perf_counter()
            if kind == "alone":
                evaluator.evaluate(planes)
                done = batch
            else:
                done = trees.step()
            turns.append((time.perf_counter() - started) / done)
    alone, inside = (1 / statistics.median(turns) for turns in seconds.values())
    return {"batch": batch, "alone": alone, "in_search": inside, "share": inside / alone}
