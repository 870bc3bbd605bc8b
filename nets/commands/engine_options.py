"""Options that the commands with search share, and the file they can be kept in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from golois.errors import GoloisError
from golois.search.settings import SearchSettings
from golois.toml_settings import read_toml

if TYPE_CHECKING:
    from golois.evaluator import Evaluator
    from golois.players import PolicyPlayer

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_VISITS = 200
CONFIGURED = "golois.search"  # where a command keeps the table [search] of its configuration


def search_options(command: F) -> F:
    """Add --network, --visits, --seconds, --leaves, --setting and --engine to a command."""
    options = [
        click.option("--network", "-n", type=click.Path(), help="An .h5 file; the best shipped one when left out."),
        click.option(
            "--visits", type=click.IntRange(1), help=f"Visits of a search; {DEFAULT_VISITS} when nothing is given."
        ),
        click.option("--seconds", type=click.FloatRange(0, min_open=True), help="Seconds of a search."),
        click.option(
            "--leaves",
            type=click.IntRange(1, 1024),
            default=8,
            show_default=True,
            help="Leaves of a tree evaluated in one batch.",
        ),
        click.option(
            "--setting",
            multiple=True,
            metavar="NAME=VALUE",
            help="A constant of the search, e.g. cpuct=1.5; may be repeated.",
        ),
        click.option(
            "--engine", default="auto", show_default=True, help="What runs the network: openvino, tensorflow, ..."
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def read_budget(visits: int | None, seconds: float | None) -> tuple[Any, bool]:
    """The budget of a search, and whether the user has given it."""
    from golois.search import Budget

    given = visits is not None or seconds is not None
    return Budget(visits=visits if given else DEFAULT_VISITS, seconds=seconds), given


def read_settings(pairs: tuple[str, ...] | list[str], configured: bool = False) -> SearchSettings:
    """Read NAME=VALUE pairs; `configured` takes the others from the command's configuration file."""
    values: dict[str, str] = dict(click.get_current_context().meta.get(CONFIGURED, {})) if configured else {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator:
            raise GoloisError(f"setting '{pair}': expected NAME=VALUE, e.g. cpuct=1.5")
        values[name.strip()] = value.strip()
    return SearchSettings.from_text(values)


def policy_player(evaluator: Evaluator, settings: SearchSettings, **arguments: Any) -> PolicyPlayer:
    """A player of the policy alone, of which the only setting of a search that counts is the symmetry.

    Args:
        evaluator: the network.
        settings: what the user has set.
        arguments: of `PolicyPlayer`.
    """
    from golois.evaluator import AveragedEvaluator
    from golois.players import PolicyPlayer

    if settings.symmetry == "random":
        raise GoloisError("symmetry=random is for a search; one visit, the policy alone, takes 'none' or 'average'")
    return PolicyPlayer(AveragedEvaluator(evaluator) if settings.symmetry == "average" else evaluator, **arguments)


def configuration(context: click.Context, parameter: click.Parameter, path: str | None) -> None:
    """Take the values of a TOML file as the command's defaults; the command line overrides them."""
    if path is None:
        return
    content = read_toml(Path(path))
    known = {option.name: option for option in context.command.params if option.name and option.expose_value}
    values: dict[str, Any] = {}
    for key, value in content.items():
        name = key.replace("-", "_")
        if key == "search" and isinstance(value, dict):
            context.meta[CONFIGURED] = {constant: str(chosen) for constant, chosen in value.items()}
        elif name in known:
            _check_value(context, known[name], value, f"{path}: {key} = {value!r}")
            values[name] = value
        else:
            names = ", ".join(sorted(name.replace("_", "-") for name in known))
            raise GoloisError(f"{path}: unknown option '{key}'; known are {names}, and a table [search]")
    context.default_map = values


def _check_value(context: click.Context, option: click.Parameter, value: Any, place: str) -> None:
    """Refuse what the option does not take, naming the file, since click would name the command line."""
    if isinstance(option.type, click.Path) and not isinstance(value, str):
        raise GoloisError(f"{place}: expected a path in quotes")
    if isinstance(value, bool) != isinstance(option.type, click.types.BoolParamType):
        raise GoloisError(f"{place}: expected {'no ' if isinstance(value, bool) else ''}true or false")
    if isinstance(option.type, click.types.IntParamType) and not isinstance(value, int):
        raise GoloisError(f"{place}: expected a whole number")
    try:
        option.type_cast_value(context, value)
    except click.BadParameter as error:
        raise GoloisError(f"{place}: {error.message}") from error
