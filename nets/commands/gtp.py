"""`golois gtp`: the engine for graphical programs, with a network from a file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from golois.errors import GoloisError
from golois.players import Player


@click.command()
@click.option(
    "--network", "-n", type=click.Path(), help="The network, an .h5 file; the best one shipped when left out."
)
@click.option(
    "--player",
    type=click.Choice(["network", "random"]),
    default="network",
    show_default=True,
    help="random needs no network and plays on any board size.",
)
@click.option(
    "--opening-moves",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="First moves of a game drawn from the policy.",
)
@click.option(
    "--temperature", type=click.FloatRange(0), default=1.0, show_default=True, help="Of those draws; 0 is none."
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed plays the same games.")
def gtp(network: str | None, player: str, opening_moves: int, temperature: float, seed: int) -> None:
    r"""Play through GTP in Sabaki, Lizzie, GoGui and others.

    Give the program `golois` and the arguments `gtp --network FILE` as the engine. To see it work by hand:

        printf 'genmove b\nquit\n' | golois gtp --network FILE
    """
    from golois.gtp.engine import Engine
    from golois.gtp.loop import run

    def load() -> Player:
        if player == "random":
            from golois.players import RandomPlayer

            return RandomPlayer(seed)
        from golois.players import PolicyPlayer
        from nets.inference import load_evaluator

        evaluator = load_evaluator(network or shipped_network(), max_batch=1)
        return PolicyPlayer(evaluator, opening_moves, temperature, seed)

    source = sys.stdin.buffer
    run(Engine(_announcing(load)), getattr(source, "raw", source), sys.stdout.buffer)


def shipped_network() -> Path:
    """The strongest network that comes with the package; GoloisError when none does."""
    import nets.pretrained

    folder = Path(nets.pretrained.__path__[0])
    networks = sorted(folder.glob("*.h5"), key=lambda path: path.stat().st_size)
    if not networks:
        raise GoloisError(
            "no network is given and none comes with this package: use --network FILE (golois train makes one)"
        )
    return networks[-1]


def _announcing(load: Callable[[], Player]) -> Callable[[], Player]:
    """Tell a failure on standard error at once: many programs show that, and the user need not wait for a move."""

    def announce() -> Player:
        try:
            return load()
        except GoloisError as error:
            click.echo(f"Error: {error}", err=True)
            raise
        except Exception as error:
            click.echo(f"Error: the network could not be loaded: {type(error).__name__}: {error}", err=True)
            raise GoloisError(f"the network could not be loaded: {type(error).__name__}: {error}") from error

    return announce
