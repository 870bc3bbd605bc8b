"""`golois gtp`: the engine for graphical programs, with a network from a file."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from golois.errors import GoloisError
from golois.players import Player
from nets.commands.engine_options import configuration, policy_player, read_budget, read_settings, search_options
from nets.commands.loading import announcing
from nets.pretrained import shipped_network


@click.command()
@click.option(
    "--config",
    type=click.Path(),
    callback=configuration,
    is_eager=True,
    expose_value=False,
    help="A file that holds these options: see golois genconfig.",
)
@search_options
@click.option(
    "--capacity",
    type=click.IntRange(100, 1 << 24),
    help="Nodes of the tree, 1.5 kB each; a search ends when it is full.  [default: 131072, or twice the visits]",
)
@click.option(
    "--player",
    type=click.Choice(["network", "random"]),
    default="network",
    show_default=True,
    help="random needs no network and plays on any board size.",
)
@click.option("--rules", default="cgos", show_default=True, help="Rules by name, e.g. chinese, japanese, aga.")
@click.option("--ponder/--no-ponder", help="Think while the opponent does.")
@click.option(
    "--resign",
    type=click.FloatRange(0, 0.5),
    default=0.0,
    show_default=True,
    help="Resign when the win rate is below this for three moves; 0 never does.",
)
@click.option(
    "--lag",
    type=click.FloatRange(0, 60),
    default=0.5,
    show_default=True,
    help="Seconds kept in hand at each move under a clock.",
)
@click.option("--time-log", type=click.Path(), help="Append a line about each decision on time to this file.")
@click.option(
    "--opening-moves",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="First moves of a game that are drawn by chance.",
)
@click.option(
    "--temperature", type=click.FloatRange(0), default=1.0, show_default=True, help="Temperature of these draws."
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed plays the same games.")
def gtp(player: str, rules: str, ponder: bool, resign: float, lag: float, time_log: str | None, **options: Any) -> None:
    r"""Play through GTP in Sabaki, Lizzie, GoGui and others.

    Give the program `golois` and the arguments `gtp --network FILE` as the engine. To see it work by hand:

        printf 'genmove b\nquit\n' | golois gtp --network FILE

    The engine searches 200 visits a move unless told otherwise; --visits 1 plays the network's policy alone.
    When the controller sets a clock, the clock decides, and --visits holds only where it is given.
    """
    from golois.gtp.engine import Engine, EngineOptions
    from golois.gtp.loop import run
    from golois.rules import Rules

    budget, given = read_budget(options["visits"], options["seconds"])
    settings = read_settings(options["setting"], configured=True)

    def load_network(path: str | Path) -> Player:
        from golois.game import Game
        from golois.gtp.decision import hurried_move
        from golois.search import ROOMY, SearchPlayer, nodes_for
        from golois.search.ownership import estimate_ownership
        from nets.inference import load_evaluator

        draws = {name: options[name] for name in ("opening_moves", "temperature", "seed")}
        evaluator = load_evaluator(path, options["engine"], max_batch=options["leaves"] * settings.views)
        if budget.visits == 1:
            return policy_player(evaluator, settings, **draws)
        capacity = options["capacity"] or max(ROOMY, nodes_for(budget))
        searcher = SearchPlayer(evaluator, budget, settings, leaves=options["leaves"], capacity=capacity, **draws)
        searcher.warm_up()
        # compiled now rather than in the middle of a game, where there may be no time
        game = Game(evaluator.board_size)
        hurried_move(game, 0)
        estimate_ownership(game, playouts=1)
        game.undo(0)
        return searcher

    def load() -> Player:
        if player == "random":
            from golois.players import RandomPlayer

            return RandomPlayer(options["seed"])
        return load_network(options["network"] or shipped_network())

    engine_options = EngineOptions(
        rules=Rules.from_katago(rules),
        budget_holds=given,
        lag=lag,
        resign_below=resign,
        ponder=ponder,
        log_time=_line_writer(time_log) if time_log else None,
    )
    source = sys.stdin.buffer
    failures: list[GoloisError] = []
    engine = Engine(announcing(load, failures), engine_options, load_network)
    run(engine, getattr(source, "raw", source), sys.stdout.buffer)
    if failures:
        sys.exit(1)


def _line_writer(path: str) -> Callable[[str], None]:
    """Append lines to a file, each at once.

    Raises:
        GoloisError: it cannot be written. Later on a line that cannot is left out, for the game goes on.
    """

    def write(text: str) -> None:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)

    def write_line(line: str) -> None:
        with contextlib.suppress(OSError):
            write(f"{line}\n")

    try:
        write("")
    except OSError as error:
        raise GoloisError(f"cannot write the time log {path}: {error.strerror or error}") from error
    return write_line
