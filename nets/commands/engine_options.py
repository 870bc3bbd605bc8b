"""Options that the commands with search share, and the file they can be kept in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from golois.errors import GoloisError
from golois.search.settings import SearchSettings
from golois.toml_settings import read_toml

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_VISITS = 200


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


def read_settings(pairs: tuple[str, ...] | list[str]) -> SearchSettings:
    """Read NAME=VALUE pairs."""
    values = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator:
            raise GoloisError(f"setting '{pair}': expected NAME=VALUE, e.g. cpuct=1.5")
        values[name.strip()] = value.strip()
    return SearchSettings.from_text(values)


def configuration(context: click.Context, parameter: click.Parameter, path: str | None) -> None:
    """Take the values of a TOML file as the command's defaults; the command line overrides them."""
    if path is None:
        return
    content = read_toml(Path(path))
    known = {option.name for option in context.command.params}
    values: dict[str, Any] = {}
    for key, value in content.items():
        if key == "search" and isinstance(value, dict):
            values["setting"] = [f"{name}={constant}" for name, constant in value.items()]
        elif key.replace("-", "_") in known:
            values[key.replace("-", "_")] = value
        else:
            names = ", ".join(sorted(name.replace("_", "-") for name in known if name and name != "config"))
            raise GoloisError(f"{path}: unknown option '{key}'; known are {names}, and a table [search]")
    context.default_map = values


def shipped_network() -> Path:
    """The strongest network that comes with the package; GoloisError when none does."""
    import nets

    networks = sorted((Path(nets.__path__[0]) / "pretrained").glob("*.h5"), key=lambda path: path.stat().st_size)
    if not networks:
        raise GoloisError(
            "no network is given and none comes with this package: use --network FILE (golois train makes one)"
        )
    return networks[-1]
