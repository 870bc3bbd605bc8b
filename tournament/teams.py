"""The teams that may submit over the network, each known by a token that is shown once and kept only as a hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import Column, MetaData, Table, Text, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from golois.errors import GoloisError
from tournament.database import Database, now
from tournament.submission import checked_name

metadata = MetaData()
teams = Table(
    "teams",
    metadata,
    Column("name", Text, primary_key=True),
    Column("token_hash", Text, nullable=False, comment="SHA-256 of the token, in hexadecimal"),
    Column("made_at", Text, nullable=False, comment="when the token was made, ISO 8601, UTC"),
)


@dataclass(frozen=True)
class Team:
    """A team and when its token was made (ISO 8601, UTC)."""

    name: str
    made_at: str


class Teams:
    """The teams of a tournament."""

    def __init__(self, database: Database) -> None:
        self.database = database
        metadata.create_all(database.engine)

    def add(self, name: str) -> str:
        """Add a team and return its token, which nobody can read again.

        Raises:
            SubmissionRefused: the name cannot be used.
            GoloisError: the team has a token already.
        """
        name, token = checked_name(name), secrets.token_urlsafe(18)
        try:
            with self.database.writing() as connection:
                connection.execute(insert(teams).values(name=name, token_hash=hash_of(token), made_at=now()))
        except IntegrityError:
            raise GoloisError(
                f"the team {name!r} has a token already; `golois tournament team renew` makes another"
            ) from None
        return token

    def renew(self, name: str) -> str:
        """Return a new token for a team; the old one is worth nothing from now on.

        Raises:
            GoloisError: there is no such team.
        """
        name, token = checked_name(name), secrets.token_urlsafe(18)
        with self.database.writing() as connection:
            values = {"token_hash": hash_of(token), "made_at": now()}
            if not connection.execute(update(teams).where(teams.c.name == name).values(**values)).rowcount:
                raise self._unknown(name)
        return token

    def remove(self, name: str) -> None:
        """Let a team submit no more over the network; what it has submitted plays on.

        Raises:
            GoloisError: there is no such team.
        """
        name = checked_name(name)
        with self.database.writing() as connection:
            if not connection.execute(delete(teams).where(teams.c.name == name)).rowcount:
                raise self._unknown(name)

    def all(self) -> list[Team]:
        """Return the teams by name."""
        with self.database.reading() as connection:
            rows = connection.execute(select(teams.c.name, teams.c.made_at).order_by(teams.c.name))
            return [Team(*row) for row in rows]

    def knows(self, name: str, token: str) -> bool:
        """Whether this is the token of that team; the answer takes as long whether there is such a team or not."""
        with self.database.reading() as connection:
            kept = connection.execute(select(teams.c.token_hash).where(teams.c.name == name)).scalar()
        # compared in any case, so that the time tells nothing
        return hmac.compare_digest(hash_of(token), kept or hash_of("")) and kept is not None

    def _unknown(self, name: str) -> GoloisError:
        known = ", ".join(team.name for team in self.all()) or "none"
        return GoloisError(f"no team is named {name!r}; the teams are: {known}")


def hash_of(token: str) -> str:
    """Return what is kept of a token. It is 144 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
