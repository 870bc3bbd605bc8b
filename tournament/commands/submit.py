"""The command `golois submit`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from tournament.folder import DEFAULT_FOLDER


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
@click.option("--limit", type=click.IntRange(0), help="Most parameters, instead of the tournament's own limit; 0: any.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as one JSON object.")
def submit(file: Path, team: str, folder: Path, limit: int | None, as_json: bool) -> None:
    """Check a network and enter it into a tournament.

    The network is read without running any code from it and evaluated as the tournament will. It enters, in place of
    the team's earlier one, or you read what to mend, one reason a line; the exit status is 0 only when it entered.
    """
    from rich.console import Console
    from rich.markup import escape

    from tournament.submission import SubmissionRefused
    from tournament.submission import submit as enter

    try:
        with Console(stderr=True).status(f"Checking {escape(file.name)}"):
            entry = enter(file, team, folder, limit=limit)
    except SubmissionRefused as error:
        if as_json:
            click.echo(
                json.dumps(
                    {"accepted": False, "team": team, "reasons": error.reasons, **error.report}, ensure_ascii=False
                )
            )
        else:
            click.echo(f"Refused: {file}", err=True)
            click.echo("\n".join(error.reasons), err=True)
        sys.exit(1)
    if as_json:
        facts = {"accepted": True, "team": entry.team, "digest": entry.digest, "submitted_at": entry.submitted_at}
        click.echo(json.dumps({**entry.report, **facts}, ensure_ascii=False))
        return
    report = entry.report
    click.echo(f"Accepted: {file.name} for {entry.team} in {folder}")
    click.echo(f"  parameters  {report['parameters_total']:,} in total, {report['parameters_trainable']:,} trainable")
    click.echo(f"  planes      {report['planes']}")
    click.echo(f"  outputs     policy {report['policy_outputs']}, value {report['value_activation']}")
    if report.get("milliseconds") is not None:
        click.echo(f"  speed       {report['milliseconds']:.2f} ms per position")
    click.echo(f"  digest      {entry.digest}")
    for warning in entry.warnings:
        click.echo(f"  note        {warning}")
