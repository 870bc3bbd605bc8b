"""The command `golois submit`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from golois.errors import GoloisError
from tournament.folder import DEFAULT_FOLDER

if TYPE_CHECKING:
    from tournament.database import Submission
    from tournament.verdict import Verdict


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--team", required=True, help="The team's name; spaces, dots, accents and dates are welcome.")
@click.option(
    "--tournament",
    "folder",
    default=DEFAULT_FOLDER,
    show_default=True,
    type=click.Path(path_type=Path),
    help="The tournament's folder, made if missing.",
)
@click.option("--server", metavar="URL", help="Submit to the site at this address instead (golois serve).")
@click.option(
    "--token",
    envvar="GOLOIS_TOKEN",
    help="The team's token for --server; better in the environment variable GOLOIS_TOKEN, where others cannot see it.",
)
@click.option("--limit", type=click.IntRange(0), help="Most parameters, instead of the tournament's own limit; 0: any.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as one JSON object.")
def submit(
    file: Path, team: str, folder: Path, server: str | None, token: str | None, limit: int | None, as_json: bool
) -> None:
    """Check a network and enter it into a tournament.

    The network is read without running any code from it and evaluated as the tournament will. It enters, in place of
    the team's earlier one, or you read what to mend, one reason a line; the exit status is 0 only when it entered.
    """
    from tournament.submission import SubmissionRefused
    from tournament.verdict import accepted, facts, refused

    try:
        verdict = _send(file, team, server, token, limit) if server else accepted(_enter(file, team, folder, limit))
    except SubmissionRefused as error:
        if as_json:
            click.echo(json.dumps(refused(team, error), ensure_ascii=False))
        else:
            click.echo(f"Refused: {file}", err=True)
            click.echo("\n".join(error.reasons), err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(verdict, ensure_ascii=False))
        return
    click.echo(f"Accepted: {file.name} for {verdict['team']} {f'at {server}' if server else f'in {folder}'}")
    for name, value in facts(verdict):
        click.echo(f"  {name:10}  {value}")


def _enter(file: Path, team: str, folder: Path, limit: int | None) -> Submission:
    from rich.console import Console
    from rich.markup import escape

    from tournament.submission import submit as enter

    with Console(stderr=True).status(f"Checking {escape(file.name)}"):
        return enter(file, team, folder, limit=limit)


def _send(file: Path, team: str, server: str, token: str | None, limit: int | None) -> Verdict:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from tournament.client import submit_to_server

    if not token:
        raise GoloisError("--server needs the team's token: --token, or the environment variable GOLOIS_TOKEN")
    if limit is not None:
        raise GoloisError("--limit is the organiser's: with --server the tournament's own limit holds")
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Sending", total=None)

        def wait(place: int) -> None:
            waiting = "Checking" if place == 0 else f"Waiting for the check, {place} before this one"
            progress.update(task, description=waiting)

        return submit_to_server(
            file,
            team,
            token,
            server,
            on_sent=lambda sent, total: progress.update(task, completed=sent, total=total),
            on_wait=wait,
        )
