"""The results: one database, written game by game, so that a kill at any moment loses no finished game.

It is an SQLite file in the tournament's folder, or a PostgreSQL database that a URL names; tables.py says what it
holds. Any number of processes and threads may use one database: readers never wait for a writer.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    Connection,
    Integer,
    LargeBinary,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Row

from tournament.engine import connect
from tournament.tables import failures, games, notes, pairings, submissions


@dataclass(frozen=True)
class Submission:
    """A network as a team submitted it. `report` is what the check found: parameters, planes, outputs, speed."""

    id: int
    team: str
    digest: str
    file_name: str
    submitted_at: str
    submitted_by: str
    report: Mapping[str, Any] = field(default_factory=dict, hash=False)
    withdrawn: str | None = None

    @property
    def warnings(self) -> list[str]:
        """What the team should know, though the network was accepted."""
        return list(self.report.get("warnings", ()))


@dataclass(frozen=True)
class Pairing:
    """Two submissions that meet in `games` games."""

    id: int
    round: int
    first: int
    second: int
    games: int


@dataclass(frozen=True)
class FinishedGame:
    """Who played a game, and how it ended; the first `opening` of its moves were given."""

    pairing: int
    number: int
    black: int
    white: int
    result: str
    ending: str
    opening: int

    @property
    def black_points(self) -> float:
        """1 when Black won, 0 when White won, 0.5 for a draw."""
        return black_points(self.result)


@dataclass(frozen=True)
class PlayedGame(FinishedGame):
    """A finished game, whole. `moves` (n,) uint16 in the shared numbering."""

    moves: npt.NDArray[np.uint16]
    rules: str
    komi: float
    finished_at: str


@dataclass(frozen=True)
class GameSummary(FinishedGame):
    """What lists say of a finished game: all but its moves.

    Attributes:
        length: how many moves it has.
        beginning: the first of them, at most BEGINNING.
        finished_at: ISO 8601, UTC.
    """

    length: int
    beginning: tuple[int, ...]
    finished_at: str


BEGINNING = 2
"""How many first moves a game's summary tells."""


def black_points(result: str) -> float:
    """Return Black's points for a result as in SGF: 1 for a win, 0 for a loss, 0.5 for a draw."""
    return {"B": 1.0, "W": 0.0}.get(result[0], 0.5)


def newest_of(submissions: Sequence[Submission]) -> list[Submission]:
    """Return each team's newest submission, withdrawn or not, in the order in which the teams first came.

    Args:
        submissions: every submission, oldest first.
    """
    return list({submission.team: submission for submission in submissions}.values())


def entrants_of(submissions: Sequence[Submission]) -> list[Submission]:
    """Return who plays: each team's newest submission unless it was withdrawn."""
    return [submission for submission in newest_of(submissions) if submission.withdrawn is None]


def now() -> str:
    """Return the time in UTC as ISO 8601, to the second."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Database:
    """The database of one tournament; every method is one transaction, on the disk when it returns.

    Attributes:
        engine: SQLAlchemy's engine, for those that keep tables of their own beside the tournament's.
    """

    def __init__(self, place: Path | str) -> None:
        """Connect, and make the tables that are missing.

        Args:
            place: the path of an SQLite file, or the URL of a database, such as
                `postgresql+psycopg://teacher@localhost/cup`.

        Raises:
            GoloisError: the URL cannot be used, the server does not answer, or the file is something else.
        """
        self.engine = connect(place)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that changes nothing and lets writers write."""
        with self.engine.connect().execution_options(reading=True) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are on the disk at the end, all or, after an error, none."""
        with self.engine.begin() as connection:
            yield connection

    # submissions

    def add_submission(
        self, team: str, digest: str, file_name: str, submitted_by: str, report: Mapping[str, Any]
    ) -> Submission:
        """Record a submission; it replaces the team's earlier ones, which stay listed."""
        entry = {"team": team, "digest": digest, "file_name": file_name, "submitted_by": submitted_by}
        text = json.dumps(report, ensure_ascii=False)
        with self.writing() as connection:
            added = connection.execute(insert(submissions).values(**entry, submitted_at=now(), report=text))
        number = added.inserted_primary_key
        assert number is not None
        return next(s for s in self.submissions() if s.id == number[0])

    def submissions(self) -> list[Submission]:
        """Return every submission ever accepted, oldest first."""
        with self.reading() as connection:
            rows = connection.execute(select(submissions).order_by(submissions.c.id)).mappings()
            return [Submission(**{**row, "report": json.loads(row["report"])}) for row in rows]

    def newest_submissions(self) -> list[Submission]:
        """Return each team's newest submission, withdrawn or not, in the order in which the teams first came."""
        return newest_of(self.submissions())

    def entrants(self) -> list[Submission]:
        """Return who plays: each team's newest submission unless it was withdrawn."""
        return entrants_of(self.submissions())

    def withdraw(self, submission: int, reason: str) -> None:
        """Let a submission play no more; its finished games stand."""
        with self.writing() as connection:
            connection.execute(update(submissions).where(submissions.c.id == submission).values(withdrawn=reason))

    def add_failure(self, submission: int, message: str) -> int:
        """Record that a network failed; returns how often it has by now."""
        with self.writing() as connection:
            connection.execute(insert(failures).values(submission=submission, at=now(), message=message))
            count = select(func.count()).select_from(failures).where(failures.c.submission == submission)
            return int(connection.execute(count).scalar_one())

    def failures(self) -> list[tuple[int, str, str]]:
        """Return (submission, when, message) of every failure, oldest first."""
        with self.reading() as connection:
            return [tuple(row) for row in connection.execute(select(failures).order_by(failures.c.at))]

    # pairings and games

    def plan(self, planned: list[tuple[int, int, int, int]]) -> None:
        """Add pairings (round, first, second, games), all or none."""
        names = ("round", "first", "second", "games")
        with self.writing() as connection:
            connection.execute(insert(pairings), [dict(zip(names, one, strict=True)) for one in planned])

    def pairings(self) -> list[Pairing]:
        """Return every pairing planned so far, in order."""
        with self.reading() as connection:
            return [Pairing(*row) for row in connection.execute(select(pairings).order_by(pairings.c.id))]

    def add_game(self, game: PlayedGame) -> None:
        """Record a finished game. A game that is there already is never replaced.

        Raises:
            sqlalchemy.exc.IntegrityError: this game of this pairing was already played.
        """
        values = {field.name: getattr(game, field.name) for field in dataclasses.fields(game)}
        with self.writing() as connection:
            connection.execute(insert(games).values(**{**values, "moves": game.moves.astype("<u2").tobytes()}))

    def games(self, pairing: int | None = None) -> list[PlayedGame]:
        """Return the finished games, of one pairing or all, in the order of pairing and number."""
        query = select(games).order_by(games.c.pairing, games.c.number)
        if pairing is not None:
            query = query.where(games.c.pairing == pairing)
        with self.reading() as connection:
            return [_game(row) for row in connection.execute(query)]

    def game(self, pairing: int, number: int) -> PlayedGame | None:
        """Return one finished game, or None."""
        query = select(games).where(games.c.pairing == pairing, games.c.number == number)
        with self.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _game(row)

    def summaries(self, pairing: int) -> list[GameSummary]:
        """Return the finished games of a pairing in their order, without their moves."""
        columns = {column.name: column for column in games.columns if column.name not in ("moves", "rules", "komi")}
        length = (func.length(games.c.moves, type_=Integer) // 2).label("length")
        beginning = func.substr(games.c.moves, 1, 2 * BEGINNING, type_=LargeBinary).label("beginning")
        query = select(*columns.values(), length, beginning).where(games.c.pairing == pairing).order_by(games.c.number)
        with self.reading() as connection:
            rows = connection.execute(query).mappings()
            return [
                GameSummary(**{**r, "beginning": tuple(np.frombuffer(r["beginning"], "<u2").tolist())}) for r in rows
            ]

    def results(self) -> list[tuple[int, int, float]]:
        """Return (black, white, Black's points) of every finished game: all that ratings need, quickly."""
        query = select(games.c.black, games.c.white, func.substr(games.c.result, 1, 1))
        with self.reading() as connection:
            rows = connection.execute(query)
            return [(black, white, black_points(result)) for black, white, result in rows]

    def played_numbers(self) -> dict[int, set[int]]:
        """Return which game numbers of each pairing are finished."""
        played: dict[int, set[int]] = {}
        with self.reading() as connection:
            for pairing, number in connection.execute(select(games.c.pairing, games.c.number)):
                played.setdefault(pairing, set()).add(number)
        return played

    def played_counts(self) -> dict[int, int]:
        """Return how many games of each pairing are finished; pairings without any are left out."""
        query = select(games.c.pairing, func.count().label("played")).group_by(games.c.pairing)
        with self.reading() as connection:
            return {row.pairing: row.played for row in connection.execute(query)}

    # notes

    def note(self, name: str) -> str | None:
        """Return a note left by `set_note`, or None."""
        with self.reading() as connection:
            value: str | None = connection.execute(select(notes.c.value).where(notes.c.name == name)).scalar()
        return value

    def set_note(self, name: str, value: str | None) -> None:
        """Leave a note for another process (the request to stop, who is running); None removes it."""
        with self.writing() as connection:
            if value is None:
                connection.execute(delete(notes).where(notes.c.name == name))
                return
            # both databases know this statement, each by its own function
            new = (postgresql.insert if self.engine.dialect.name == "postgresql" else sqlite.insert)(notes)
            change = new.on_conflict_do_update(index_elements=["name"], set_={"value": value})
            connection.execute(change, {"name": name, "value": value})


def _game(row: Row[Any]) -> PlayedGame:
    moves = np.frombuffer(row.moves, "<u2").astype(np.uint16)
    return PlayedGame(**{**row._mapping, "moves": moves})
