"""The commands `golois tournament team`: who may submit to the site that `golois serve` shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from golois.errors import GoloisError
from tournament.folder import DEFAULT_FOLDER

if TYPE_CHECKING:
    from tournament.teams import Teams


@click.group()
def team() -> None:
    """Give teams the tokens with which they submit over the network.

    \b
    golois tournament team add "Ada and Grace" Charles
    golois tournament team list
    """


def _folder_option(command: Any) -> Any:
    kind = click.Path(file_okay=False, path_type=Path)
    return click.option("--tournament", "folder", default=DEFAULT_FOLDER, show_default=True, type=kind)(command)


@team.command()
@click.argument("names", nargs=-1)
@click.option(
    "--from", "file", type=click.File(encoding="utf-8"), help="A file of names, one a line; - reads them here."
)
@_folder_option
def add(names: tuple[str, ...], file: Iterable[str] | None, folder: Path) -> None:
    """Add teams and print the token of each, once: it is kept only as a hash."""
    wanted = [*names, *(line.strip() for line in file or () if line.strip())]
    if not wanted:
        raise GoloisError("give the names of the teams, or --from FILE with one a line")
    from tournament.teams import Teams

    _print_tokens(wanted, folder, Teams.add)


@team.command()
@click.argument("names", nargs=-1, required=True)
@_folder_option
def renew(names: tuple[str, ...], folder: Path) -> None:
    """Print a new token for teams that have lost theirs; the old one is worth nothing from now on."""
    from tournament.teams import Teams

    _print_tokens(names, folder, Teams.renew)


@team.command()
@click.argument("names", nargs=-1, required=True)
@_folder_option
def remove(names: tuple[str, ...], folder: Path) -> None:
    """Let teams submit no more; what they have submitted plays on."""
    from tournament.folder import Tournament
    from tournament.teams import Teams

    with Tournament.open(folder) as tournament:
        for name in names:
            Teams(tournament.database).remove(name)
            click.echo(f"{name} can submit no more.")


@team.command(name="list")
@_folder_option
def list_teams(folder: Path) -> None:
    """List the teams that have a token."""
    from tournament.folder import Tournament
    from tournament.teams import Teams

    with Tournament.open(folder) as tournament:
        teams = Teams(tournament.database).all()
    if not teams:
        click.echo('No team has a token; `golois tournament team add "NAME"` gives one.')
    for team in teams:
        click.echo(f"{team.made_at}\t{team.name}")


def _print_tokens(names: Iterable[str], folder: Path, make: Callable[[Teams, str], str]) -> None:
    """Print `TOKEN<tab>NAME`, a line as soon as each is made."""
    from tournament.folder import Tournament
    from tournament.teams import Teams

    with Tournament.open(folder) as tournament:
        for name in names:
            click.echo(f"{make(Teams(tournament.database), name)}\t{name}")
