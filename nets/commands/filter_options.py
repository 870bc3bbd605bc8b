"""Options that choose among games, the same for training and for measuring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from nets.data import GameFilter

F = TypeVar("F", bound=Callable[..., Any])


def filter_options(command: F) -> F:
    """Add --min-rank, --no-handicap, --komi, --min-length and --max-length to a command."""
    options = [
        click.option(
            "--min-rank", default="", metavar="RANK", help="Only games of two players of at least this rank: 6d, 1p."
        ),
        click.option("--no-handicap", is_flag=True, help="Only even games."),
        click.option("--komi", type=(float, float), metavar="LEAST MOST", help="Only games with komi in this range."),
        click.option("--min-length", type=int, default=0, help="Only games of at least so many moves."),
        click.option("--max-length", type=int, help="Only games of at most so many moves."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def game_filter(options: Mapping[str, Any]) -> GameFilter:
    """The filter that the values of these options make."""
    from nets.data import GameFilter

    return GameFilter(
        minimum_rank=options["min_rank"],
        handicap=not options["no_handicap"],
        komi=options["komi"],
        minimum_moves=options["min_length"],
        maximum_moves=options["max_length"],
    )
