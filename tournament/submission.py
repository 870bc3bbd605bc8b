"""Submit a network: check it as the tournament will use it, keep it under its digest, write its manifest."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import shlex
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from golois.errors import GoloisError
from golois.files import write_whole
from tournament.database import Submission
from tournament.folder import Tournament

LONGEST_NAME = 80
FACTS = (
    *("planes", "policy_outputs", "value_activation", "parameters_total", "parameters_trainable", "milliseconds"),
    "keras_version",
)
"""What a report says of a network, and leaves empty for a program."""


class SubmissionRefused(GoloisError):
    """A network that did not enter.

    Attributes:
        reasons: what to mend, one sentence each.
        report: what the check found out before it refused.
    """

    def __init__(self, reasons: list[str], report: dict[str, Any] | None = None) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons
        self.report = report or {}


def submit(
    path: str | os.PathLike[str],
    team: str,
    folder: str | os.PathLike[str],
    *,
    limit: int | None = None,
    who: str | None = None,
    name: str | None = None,
) -> Submission:
    """Check a network and enter it into a tournament, in place of the team's earlier one.

    The check runs in a bounded process of its own and runs no code from the file (nets.reader). An accepted file
    is copied to `networks/DIGEST.h5`, with its manifest beside it as `DIGEST.json`.

    Args:
        path: the .h5 file.
        team: the team's name: any text of at most 80 characters on one line.
        folder: the tournament's folder; one with the usual settings is made if there is none.
        limit: the most parameters, instead of the tournament's setting; 0 allows any number.
        who: who submits; the name of the user when left out.
        name: what to call the file in messages and tables, where it lies under another name than its author knows.

    Returns:
        The submission; its `report` holds parameters, planes, outputs and speed, its `warnings` what the team
        should know.

    Raises:
        SubmissionRefused: what to mend, one reason a line.
        GoloisError: the folder cannot be used.
    """
    team = checked_name(team)
    path = Path(path)
    name = name or path.name
    content = _read(path)  # first: a file that is not there makes no tournament
    with Tournament.open(folder, make=True) as tournament:
        most = tournament.settings.limit if limit is None else limit
        digest = hashlib.sha256(content).hexdigest()
        # check what is kept, not what the path may hold a moment later
        kept = tournament.network_path(digest)
        known = any(entry.digest == digest for entry in tournament.database.submissions())
        if not kept.exists():
            write_whole(kept, content)
        try:
            report = check(kept, name, most)
            report["warnings"] += _same_file_elsewhere(tournament, digest, team)
        except BaseException:
            if not known:
                kept.unlink(missing_ok=True)
            raise
        entry = tournament.database.add_submission(team, digest, name, who or _user(), report)
        write_manifest(tournament, digest)
        return entry


def enter_program(
    command: Sequence[str], team: str, folder: str | os.PathLike[str], *, who: str | None = None
) -> Submission:
    """Enter a program that speaks GTP. Only the organiser does this: the command is run as it stands.

    Args:
        command: the program and its arguments.
        team: the name in the tables.
        folder: the tournament's folder; one with the usual settings is made if there is none.
        who: who enters it; the name of the user when left out.

    Raises:
        GoloisError: the program does not start or speaks no GTP, or the folder cannot be used.
    """
    from tournament.program import check_program

    team = checked_name(team)
    check_program(command)
    text = shlex.join(command)
    with Tournament.open(folder, make=True) as tournament:
        report = {**dict.fromkeys(FACTS), "warnings": [], "program": list(command)}
        digest = hashlib.sha256(text.encode()).hexdigest()
        return tournament.database.add_submission(team, digest, text, who or _user(), report)


def check(path: Path, name: str, limit: int = 0) -> dict[str, Any]:
    """Check a network file and return what was found, ready for JSON.

    Args:
        path: the file.
        name: what to call it in messages.
        limit: the most parameters; 0 allows any number.

    Raises:
        SubmissionRefused: what to mend.
    """
    from nets.reader import check_network

    found = check_network(path, limit or None)
    seconds = found.seconds_per_evaluation
    report: dict[str, Any] = {
        "planes": found.planes,
        "policy_outputs": found.policy_outputs,
        "value_activation": found.value_activation,
        "parameters_total": found.parameters_total,
        "parameters_trainable": found.parameters_trainable,
        "milliseconds": None if seconds is None else round(1000 * seconds, 3),
        "keras_version": found.keras_version,
        "warnings": list(found.warnings),
    }
    if not found.ok:
        # the check saw the kept copy; the person knows the file by its own name
        raise SubmissionRefused([problem.replace(str(path), name) for problem in found.problems], report)
    return report


def write_manifest(tournament: Tournament, digest: str) -> None:
    """Write the manifest of a kept file: what it is, and who submitted it when."""
    entries = [entry for entry in tournament.database.submissions() if entry.digest == digest]
    manifest = {
        "digest": f"sha256:{digest}",
        "bytes": tournament.network_path(digest).stat().st_size,
        **{key: value for key, value in entries[-1].report.items() if key != "warnings"},
        "submissions": [
            {
                "team": entry.team,
                "file_name": entry.file_name,
                "submitted_at": entry.submitted_at,
                "submitted_by": entry.submitted_by,
            }
            for entry in entries
        ],
    }
    write_whole(tournament.manifest_path(digest), json.dumps(manifest, ensure_ascii=False, indent=2) + "\n")


def checked_name(team: str) -> str:
    """Return a team's name in one Unicode form, without spaces around it.

    Raises:
        SubmissionRefused: it is empty, too long, not one line of text, or would be a formula in a spreadsheet.
    """
    name = " ".join(unicodedata.normalize("NFC", team).split())
    if not name:
        raise SubmissionRefused(["the team's name is empty: give one with --team"])
    if len(name) > LONGEST_NAME:
        raise SubmissionRefused(
            [f"the team's name has {len(name)} characters; at most {LONGEST_NAME} fit in the tables"]
        )
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn") for letter in name):
        raise SubmissionRefused([f"the team's name {name!r} holds characters that cannot be shown"])
    if name[0] in "=+-@":
        raise SubmissionRefused(
            [f"the team's name {name!r} begins with {name[0]!r}, which spreadsheets take for a formula"]
        )
    return name


def team_of(path: Path) -> str:
    """Return the team's name that a file's name tells: `guerendel henric.final.h5` is `guerendel henric.final`."""
    return path.name[:-3] if path.name.lower().endswith(".h5") else path.name


def _read(path: Path) -> bytes:
    from nets.reader.limits import DEFAULT_LIMITS

    try:
        if path.stat().st_size > DEFAULT_LIMITS.file_bytes:
            raise SubmissionRefused(
                [
                    f"the file holds {path.stat().st_size:,} bytes, more than the {DEFAULT_LIMITS.file_bytes:,} "
                    "allowed: save the network without its optimizer, model.save(path, include_optimizer=False)"
                ]
            )
        return path.read_bytes()
    except OSError as error:
        raise SubmissionRefused([f"the file cannot be read: {error.strerror}"]) from error


def _same_file_elsewhere(tournament: Tournament, digest: str, team: str) -> list[str]:
    others = {entry.team for entry in tournament.database.submissions() if entry.digest == digest} - {team}
    return [f"the same file was submitted by {other}" for other in sorted(others)]


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no name for this user on this system
        return "unknown"
