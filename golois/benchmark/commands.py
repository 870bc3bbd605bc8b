"""The group `golois benchmark`: a table of measurements, each loaded only when it is called."""

from __future__ import annotations

import click

from golois.lazy_group import LazyGroup, Table

# name -> (where the click command is, its summary: the first sentence of its own help)
BENCHMARKS: Table = {
    "board": ("golois.benchmark.board:board", "Measure the board, the input planes and the course's batches."),
    "network": (
        "nets.commands.benchmark_network:network",
        "Measure positions a second of FILE (the shipped network when left out) on every engine that is installed.",
    ),
    "search": (
        "nets.commands.benchmark_search:search",
        "Measure the search: its trees alone, and the network inside it beside the network by itself.",
    ),
    "train": ("nets.commands.benchmark_train:train", "Measure a training step with and without the data pipeline."),
    "tournament": (
        "tournament.commands.benchmark:tournament",
        "Measure games a minute by policy alone, and the share of the time spent in the networks.",
    ),
    "selfplay": (
        "selfplay.commands.benchmark:selfplay",
        "Measure games an hour, how full the batches are, and the share of the time in the network.",
    ),
    "serve": (
        "tournament.commands.benchmark_serve:serve",
        "Measure how fast the site answers while a tournament is being played on the same machine.",
    ),
}


@click.group(cls=LazyGroup, table=BENCHMARKS)
def benchmark() -> None:
    """Measure speed on this machine."""
