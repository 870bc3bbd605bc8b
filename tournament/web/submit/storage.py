"""The uploads in the database, from their arrival to the verdict: what the site has taken it never forgets."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Integer, MetaData, Table, Text, delete, func, insert, select, update

from tournament.database import Database, now

WAITING, CHECKING, ACCEPTED, REFUSED, REPLACED = "waiting", "checking", "accepted", "refused", "replaced"
DAYS_KEPT = 30

metadata = MetaData()
uploads = Table(
    "uploads",
    metadata,
    Column("number", Integer, primary_key=True, comment="the order of arrival"),
    Column("id", Text, nullable=False, unique=True, comment="names the upload to its team"),
    Column("team", Text, nullable=False),
    Column("file_name", Text, nullable=False, comment="as the team calls it; never a path of ours"),
    Column("bytes", Integer, nullable=False),
    Column("received_at", Text, nullable=False, comment="ISO 8601, UTC"),
    Column("state", Text, nullable=False, comment="waiting, checking, accepted, refused, replaced"),
    Column("verdict", Text, comment="what the team is told, JSON; NULL before the check has ended"),
)


@dataclass(frozen=True)
class Upload:
    """A file that a team has sent.

    Attributes:
        number: the order of arrival.
        id: names it to its team; nobody can guess it.
        team: whose it is.
        file_name: as the team calls it.
        bytes: its size.
        received_at: ISO 8601, UTC.
        state: WAITING, CHECKING, ACCEPTED, REFUSED, or REPLACED by a newer file of the team before its check.
        verdict: see tournament.verdict; None before the check has ended.
    """

    number: int
    id: str
    team: str
    file_name: str
    bytes: int
    received_at: str
    state: str
    verdict: dict[str, Any] | None


class UploadStorage:
    """Writes and reads the table `uploads`."""

    def __init__(self, database: Database) -> None:
        self.database = database
        metadata.create_all(database.engine)

    def add(self, identity: str, team: str, file_name: str, size: int) -> list[Upload]:
        """Put an upload at the end of the queue; returns those of the team that it replaces there."""
        values = {"id": identity, "team": team, "file_name": file_name, "bytes": size, "received_at": now()}
        with self.database.writing() as connection:
            earlier = (uploads.c.team == team) & (uploads.c.state == WAITING)
            replaced = [_upload(row) for row in connection.execute(select(uploads).where(earlier)).mappings()]
            connection.execute(update(uploads).where(earlier).values(state=REPLACED))
            connection.execute(insert(uploads).values(**values, state=WAITING))
        return replaced

    def find(self, identity: str) -> tuple[Upload, int] | None:
        """Return an upload and how many are to be checked before it, or None."""
        with self.database.reading() as connection:
            row = connection.execute(select(uploads).where(uploads.c.id == identity)).mappings().first()
            if row is None:
                return None
            before = uploads.c.state.in_((WAITING, CHECKING)) & (uploads.c.number < row["number"])
            place = connection.execute(select(func.count()).select_from(uploads).where(before)).scalar_one()
        return _upload(row), place if row["state"] == WAITING else 0

    def waiting(self) -> list[Upload]:
        """Return what is to be checked, oldest first."""
        with self.database.reading() as connection:
            rows = connection.execute(
                select(uploads).where(uploads.c.state.in_((WAITING, CHECKING))).order_by(uploads.c.number)
            ).mappings()
            return [_upload(row) for row in rows]

    def begin(self) -> Upload | None:
        """Take the oldest waiting upload for its check, None when none waits."""
        with self.database.writing() as connection:
            oldest = select(uploads).where(uploads.c.state == WAITING).order_by(uploads.c.number).limit(1)
            row = connection.execute(oldest).mappings().first()
            if row is None:
                return None
            connection.execute(update(uploads).where(uploads.c.number == row["number"]).values(state=CHECKING))
        return _upload(row)

    def end(self, upload: Upload, verdict: dict[str, Any]) -> None:
        """Write the verdict on an upload."""
        state = ACCEPTED if verdict["accepted"] else REFUSED
        values = {"state": state, "verdict": json.dumps(verdict, ensure_ascii=False)}
        with self.database.writing() as connection:
            connection.execute(update(uploads).where(uploads.c.number == upload.number).values(**values))

    def begin_again(self) -> None:
        """Let the checks that were under way when the site ended wait again; forget uploads of long ago."""
        since = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=DAYS_KEPT)
        old = (uploads.c.received_at < since.strftime("%Y-%m-%d")) & uploads.c.state.not_in((WAITING, CHECKING))
        with self.database.writing() as connection:
            connection.execute(update(uploads).where(uploads.c.state == CHECKING).values(state=WAITING))
            connection.execute(delete(uploads).where(old))


def _upload(row: Any) -> Upload:
    return Upload(**{**row, "verdict": None if row["verdict"] is None else json.loads(row["verdict"])})
