"""`golois analysis`: KataGo's JSON analysis protocol for KaTrain and other programs."""

from __future__ import annotations

import sys
from typing import Any

import click

from golois.errors import GoloisError
from nets.commands.engine_options import configuration, read_settings
from nets.commands.loading import announcing
from nets.pretrained import shipped_network


@click.command()
@click.option(
    "--config",
    type=click.Path(),
    callback=configuration,
    is_eager=True,
    expose_value=False,
    help="A file that holds these options.",
)
@click.option("--network", "-n", "-model", type=click.Path(), help="An .h5 file; the best shipped one when left out.")
@click.option(
    "--visits", type=click.IntRange(1), default=200, show_default=True, help="For requests without maxVisits."
)
@click.option(
    "--positions",
    "-analysis-threads",
    type=click.IntRange(1, 256),
    default=8,
    show_default=True,
    help="Positions searched at the same time.",
)
@click.option(
    "--leaves",
    type=click.IntRange(1, 256),
    default=4,
    show_default=True,
    help="Leaves of a position evaluated in one batch.",
)
@click.option(
    "--capacity",
    type=click.IntRange(100),
    default=20000,
    show_default=True,
    help="Nodes of a tree, 1.5 kB each; a search ends when its tree is full.",
)
@click.option(
    "--winrates-as",
    type=click.Choice(["BLACK", "WHITE", "SIDETOMOVE"], case_sensitive=False),
    default="BLACK",
    show_default=True,
    help="Whose probabilities are reported.",
)
@click.option(
    "--quit-without-waiting",
    "-quit-without-waiting",
    is_flag=True,
    help="End with the input, without finishing what was asked for.",
)
@click.option("--setting", multiple=True, metavar="NAME=VALUE", help="A constant of the search; may be repeated.")
@click.option("--engine", default="auto", show_default=True, help="What runs the network.")
def analysis(network: str | None, winrates_as: str, visits: int, quit_without_waiting: bool, **options: Any) -> None:
    """Answer KataGo's JSON analysis protocol, as KaTrain speaks it.

    In KaTrain give `golois analysis --network FILE` as the command of the engine. One request a line on
    standard input, one result a line on standard output; KataGo's documentation of its analysis engine
    describes both.
    """
    from golois.analysis.loop import AnalysisEngine
    from golois.search import Search

    settings = read_settings(options["setting"], configured=True)
    if settings.gumbel:
        raise GoloisError(
            "gumbel plans its visits ahead, an analysis goes on from what it knows: leave that setting out"
        )

    def load() -> Search:
        from nets.inference import load_evaluator

        batch = options["positions"] * options["leaves"] * settings.views
        return Search(
            load_evaluator(network or shipped_network(), options["engine"], max_batch=batch),
            settings,
            games=options["positions"],
            leaves=options["leaves"],
            capacity=options["capacity"],
        )

    source = sys.stdin.buffer
    failures: list[GoloisError] = []
    engine = AnalysisEngine(announcing(load, failures), visits, winrates_as.upper(), str(network or "shipped network"))
    engine.run(getattr(source, "raw", source), sys.stdout.buffer, quit_without_waiting)
    if failures:
        sys.exit(1)
