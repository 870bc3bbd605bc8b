"""`golois genconfig`: measure this machine and write a configuration for `golois gtp`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from golois.errors import GoloisError
from golois.files import write_whole
from nets.pretrained import shipped_network

LEAVES = (1, 2, 4, 8, 16)
GAIN = 1.15  # more leaves in a batch make a tree worse, so they must be worth it


@click.command()
@click.option("--network", "-n", type=click.Path(), help="An .h5 file; the best shipped one when left out.")
@click.option(
    "--seconds-per-move",
    type=click.FloatRange(0.01),
    default=2.0,
    show_default=True,
    help="How long a move may take; the visits are chosen for it.",
)
@click.option("--rules", default="cgos", show_default=True, help="Rules by name.")
@click.option("--engine", default="auto", show_default=True, help="What runs the network.")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    default="golois.toml",
    show_default=True,
    help="The file to write.",
)
@click.option("--force", is_flag=True, help="Replace a file that exists.")
def genconfig(network: str | None, seconds_per_move: float, rules: str, engine: str, output: Path, force: bool) -> None:
    """Measure this machine and write a configuration for gtp.

    The file is TOML and explains itself; use it with `golois gtp --config FILE`.
    """
    from golois.rules import Rules

    if output.exists() and not force:
        raise GoloisError(f"{output} exists: choose another --output, or --force to replace it")
    Rules.from_katago(rules)  # refuses what there is not
    path = Path(network or shipped_network()).resolve()
    speeds = measure(path, engine)
    leaves = choose_leaves(speeds)
    visits = max(1, round(speeds[leaves] * seconds_per_move))
    text = configuration(path, rules, engine, leaves, visits, seconds_per_move, speeds)
    try:
        write_whole(output, text)
    except OSError as error:
        raise GoloisError(f"cannot write {output}: {error.strerror or error}") from error
    for count, speed in speeds.items():
        click.echo(f"{count:3d} leaves a batch: {speed:8,.0f} visits/s{'  <- chosen' if count == leaves else ''}")
    click.echo(f"{output} is written; play with: golois gtp --config {output}")


def measure(path: Path, engine: str) -> dict[int, float]:
    """Visits per second of one game for each number of leaves in a batch."""
    from golois.game import Game
    from golois.search import Budget, Search
    from nets.inference import load_evaluator

    evaluator = load_evaluator(path, engine, max_batch=max(LEAVES))
    speeds = {}
    for leaves in LEAVES:
        search = Search(evaluator, leaves=leaves, capacity=1 << 14)
        search.place(0, Game(evaluator.board_size))
        search.run(Budget(visits=2 * leaves))  # the first batch of a new size takes longer
        before = search.evaluations
        started = time.perf_counter()
        search.run(Budget(seconds=0.7))
        speeds[leaves] = (search.evaluations - before) / (time.perf_counter() - started)
    return speeds


def choose_leaves(speeds: dict[int, float]) -> int:
    """The largest number of leaves that is clearly faster than every smaller one."""
    chosen, best = 1, speeds[1]
    for leaves in sorted(speeds):
        if speeds[leaves] > best * GAIN:
            chosen, best = leaves, speeds[leaves]
    return chosen


def configuration(
    path: Path, rules: str, engine: str, leaves: int, visits: int, seconds: float, speeds: dict[int, float]
) -> str:
    """The text of the file."""
    return f"""# Configuration of `golois gtp --config FILE`. Options on the command line override it.

# The network.
network = {_quoted(str(path))}

# What runs it: auto, openvino, tensorflow, ...
engine = {_quoted(engine)}

# Leaves of the tree evaluated in one batch.
# Measured: {speeds[leaves]:,.0f} visits/s with {leaves}, {speeds[1]:,.0f} with 1.
leaves = {leaves}

# Visits of a search: about {seconds:g} s a move on this machine. Remove the line to let the clock decide alone.
visits = {visits}

# Rules until the controller sets others: tromp-taylor, chinese, aga, new-zealand, japanese.
rules = {_quoted(rules)}

# Think while the opponent does.
ponder = false

# Resign when the win rate was below this for three moves; 0 never does.
resign = 0.05

# Seconds kept in hand at each move under a clock.
lag = 0.5

# Constants of the search: any of SearchSettings, e.g. cpuct, fpu_reduction, lcb_deviations.
[search]
cpuct = 1.25
cache = 16384
"""


def _quoted(text: Any) -> str:
    """A TOML string."""
    return '"' + str(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
