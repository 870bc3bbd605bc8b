"""The command `golois tournament`: new, add, team, run, status, report, stop."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from golois.errors import GoloisError
from tournament.commands.team import team as team_commands
from tournament.folder import DEFAULT_FOLDER
from tournament.settings import KINDS, Settings

if TYPE_CHECKING:
    from tournament.folder import Tournament

NICENESS = 5
"""A run leaves the processor to those who wait for an answer: readers of the site, people at this machine."""

_DEFAULT = {field.name: field.default for field in dataclasses.fields(Settings)}
_HELP = {field.name: field.metadata["about"] for field in dataclasses.fields(Settings)}


def _folder_argument(command: Any) -> Any:
    return click.argument("folder", default=DEFAULT_FOLDER, type=click.Path(file_okay=False, path_type=Path))(command)


def _json_option(command: Any) -> Any:
    return click.option(
        "--json",
        "as_json",
        is_flag=True,
        help="Print one JSON object instead, the same for run, status and report and in report/tournament.json: "
        "settings, rules, standings, superiority, cross_table, submissions, failures, games, remaining.",
    )(command)


@click.group()
def tournament() -> None:
    """Run a tournament between submitted networks.

    A tournament is a folder: `new` makes it, `golois submit` or `add` enters networks, `run` plays, `status` and
    `report` show the standings. Without a FOLDER it is ./golois-tournament.

    \b
    golois tournament new
    golois submit network.h5 --team "Your name"
    golois tournament run
    """


tournament.add_command(team_commands)


def _setting(name: str, flag: str, kind: Any = None) -> Any:
    """Return the option for a setting: its default and its help are those of the file."""
    return click.option(
        flag,
        name,
        type=kind or type(_DEFAULT[name]),
        default=_DEFAULT[name],
        show_default=True,
        help=_HELP[name][0].upper() + _HELP[name][1:] + ".",
    )


@tournament.command()
@_folder_argument
@_setting("name", "--name")
@_setting("kind", "--kind", click.Choice(KINDS))
@_setting("games", "--games")
@_setting("rounds", "--rounds")
@_setting("champion", "--champion")
@_setting("evaluations", "--evaluations")
@_setting("seconds", "--seconds")
@_setting("rules", "--rules")
@_setting("komi", "--komi")
@_setting("opening_moves", "--opening-moves")
@_setting("temperature", "--temperature")
@_setting("openings", "--openings")
@_setting("move_limit", "--move-limit")
@_setting("limit", "--limit")
@_setting("evaluation_seconds", "--evaluation-seconds")
@_setting("failures", "--failures")
@_setting("prior_elo", "--prior-elo")
@_setting("database", "--database")
@_setting("seed", "--seed")
def new(folder: Path, **settings: Any) -> None:
    """Make the folder of a new tournament; its tournament.toml may be edited afterwards."""
    from tournament.folder import Tournament

    if settings["openings"]:
        book = Path(settings["openings"]).resolve()
        if not book.exists():
            raise GoloisError(f"{book} does not exist: --openings takes a file or folder of game records")
        settings["openings"] = str(book)
    with Tournament.create(folder, Settings(**settings)):
        click.echo(f"Made {folder}. Enter networks with `golois submit FILE --team NAME --tournament {folder}`.")


@tournament.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--tournament", "folder", default=DEFAULT_FOLDER, show_default=True, type=click.Path(path_type=Path))
@click.option("--limit", type=click.IntRange(0), help="Most parameters a network may have, instead of the setting.")
def add(files: tuple[Path, ...], folder: Path, limit: int | None) -> None:
    """Submit many files at once, each under the team that its name tells; a folder means the .h5 files in it."""
    from rich.progress import track

    from tournament.submission import SubmissionRefused, submit, team_of

    paths = [path for file in files for path in (sorted(file.glob("*.h5")) if file.is_dir() else [file])]
    if not paths:
        raise GoloisError(f"no .h5 file in {', '.join(map(str, files))}")
    refused = []
    for path in track(paths, description="Checking", transient=True):
        try:
            entry = submit(path, team_of(path), folder, limit=limit)
            click.echo(f"{entry.team}: accepted, {entry.report['parameters_total']:,} parameters")
        except SubmissionRefused as error:
            refused.append(path)
            click.echo("\n".join(f"{team_of(path)}: {reason}" for reason in error.reasons), err=True)
    if refused:
        raise GoloisError(f"{len(refused)} of {len(paths)} files were refused")


@tournament.command(context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--team", required=True, help="The name in the tables.")
@click.option("--tournament", "folder", default=DEFAULT_FOLDER, show_default=True, type=click.Path(path_type=Path))
def program(command: tuple[str, ...], team: str, folder: Path) -> None:
    """Enter a program that speaks GTP, for an absolute scale.

    Set it to the tournament's rules: it loses a game in which it refuses a legal move. Dead stones are counted as
    alive: let it capture them. GNU Go for the usual rules, tromp-taylor:

    \b
    golois tournament program --team "GNU Go 3.8" -- \\
        gnugo --mode gtp --level 1 --seed 1 --chinese-rules \\
        --allow-suicide --positional-superko --capture-all-dead
    """
    from tournament.submission import enter_program

    entry = enter_program(command, team, folder)
    click.echo(f"{entry.team}: entered, {entry.file_name}")


@tournament.command()
@_folder_argument
@click.option(
    "--until-sigma",
    type=click.FloatRange(0, min_open=True),
    metavar="ELO",
    help="When all is played, go on with the pairings that narrow the intervals most, until the standard deviation "
    "of every rating is at most this.",
)
@click.option("--most-games", type=click.IntRange(1), help="Stop after this many games; run again to go on.")
@click.option(
    "--ray",
    "address",
    metavar="ADDRESS",
    help="Run the networks on the Ray cluster at this address, `local` for one on this machine; needs golois[ray].",
)
@_json_option
def run(folder: Path, until_sigma: float | None, most_games: int | None, address: str | None, as_json: bool) -> None:
    """Play until nothing is left; stopped or killed at any moment, run again to go on.

    A ladder has no end: it plays on and new submissions join, until `golois tournament stop`.
    """
    from contextlib import nullcontext
    from functools import partial

    from rich.console import Console

    from golois.cluster import connected
    from tournament.report import write_report
    from tournament.runner import open_submission
    from tournament.runner import run as run_tournament
    from tournament.terminal import print_standings, run_progress

    if hasattr(os, "nice"):
        os.nice(NICENESS)
    console = Console(stderr=as_json)
    try:
        # a machine that only this run uses may hold more networks than it has cores
        with connected(address, cpus=8) if address else nullcontext(), run_progress(console) as step:
            table = run_tournament(
                folder,
                step,
                until_sigma=until_sigma,
                most_games=most_games,
                open_player=partial(open_submission, on_cluster=address is not None),
            )
    except KeyboardInterrupt:
        raise GoloisError(f"interrupted; `golois tournament run {folder}` goes on where it was") from None
    page = write_report(folder)
    if as_json:
        click.echo(page.with_name("tournament.json").read_text(encoding="utf-8"))
        return
    print_standings(table, console)
    click.echo(f"Report: {page}")


@tournament.command()
@_folder_argument
@_json_option
def status(folder: Path, as_json: bool) -> None:
    """Show the standings so far, also while a run goes on."""
    from tournament.folder import Tournament, who_runs
    from tournament.report.data import collect
    from tournament.standings import standings
    from tournament.terminal import print_standings

    with Tournament.open(folder) as opened:
        if as_json:
            click.echo(json.dumps(collect(opened), ensure_ascii=False, indent=1))
            return
        data = collect(opened)
        settings = opened.settings
        click.echo(
            f"{settings.name}: {settings.kind}, {settings.games} games per pairing,"
            f" {settings.rules} rules, komi {settings.komi:g}"
        )
        running = who_runs(opened)
        click.echo(f"{len(data['games'])} games finished, {_outlook(opened, data['remaining'], bool(running))}")
        if running:
            click.echo(f"Being played by {running}")
        print_standings(standings(opened))
        for entry in data["submissions"]:
            if entry["state"] != "plays":
                reason = f" ({entry['withdrawn']})" if entry["withdrawn"] else ""
                click.echo(f"{entry['team']}, {entry['file_name']}: {entry['state']}{reason}")


def _outlook(opened: Tournament, remaining: int, running: bool) -> str:
    """Say how many games are to come."""
    from tournament.runner import next_plan

    if remaining or running:  # a run plans the next games itself, a moment after the last ones
        return f"{remaining} planned"
    try:
        games = sum(games for *_, games in next_plan(opened))
    except GoloisError as error:
        return f"none can be planned: {error}"
    if games:
        return f"none planned yet: the next `golois tournament run` plans {games}"
    teams = len(opened.database.entrants())
    return "none to come" if teams > 1 else f"none to plan with {teams} team{'' if teams == 1 else 's'}"


@tournament.command()
@_folder_argument
@_json_option
def report(folder: Path, as_json: bool) -> None:
    """Write the report page and its CSV and JSON files, and every missing SGF."""
    from tournament.folder import Tournament
    from tournament.records import write_missing_sgfs
    from tournament.report import write_report

    with Tournament.open(folder) as opened:
        write_missing_sgfs(opened)
    page = write_report(folder)
    click.echo(page.with_name("tournament.json").read_text(encoding="utf-8") if as_json else page)


@tournament.command()
@_folder_argument
@click.option("--team", help="Withdraw this team instead; the run goes on without it.")
@click.option("--reason", default="withdrawn by the organiser", show_default=True, help="What the report says of it.")
def stop(folder: Path, team: str | None, reason: str) -> None:
    """End a run; every finished game is recorded, and `run` goes on from there. Or withdraw a team."""
    from tournament.folder import Tournament, who_runs

    with Tournament.open(folder) as opened:
        if team is None:
            running = who_runs(opened)
            if running:
                opened.database.set_note("stop", "asked by a person")
            click.echo(f"Asked {running} to stop." if running else "Nothing is running.")
            return
        entry = next((entrant for entrant in opened.database.entrants() if entrant.team == team), None)
        if entry is None:
            teams = ", ".join(entrant.team for entrant in opened.database.entrants()) or "none"
            raise GoloisError(f"no team named {team!r} plays; the teams are: {teams}")
        opened.database.withdraw(entry.id, reason)
        click.echo(f"{team} plays no more.")
