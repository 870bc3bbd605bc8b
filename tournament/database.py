"""The results: one SQLite database, written game by game, so that a kill at any moment loses no finished game.

Three tables: who was submitted, which pairings were planned, which games were played. A game is known by its pairing
and its number in it; what remains to be played is what was planned and is not there.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from golois.errors import GoloisError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS submissions (
    id INTEGER PRIMARY KEY,
    team TEXT NOT NULL,
    digest TEXT NOT NULL,       -- SHA-256 of the file, in hexadecimal
    file_name TEXT NOT NULL,    -- as it was submitted
    submitted_at TEXT NOT NULL, -- ISO 8601, UTC
    submitted_by TEXT NOT NULL,
    report TEXT NOT NULL,       -- what the check found, JSON
    withdrawn TEXT              -- why it plays no more, or NULL
);
CREATE TABLE IF NOT EXISTS pairings (
    id INTEGER PRIMARY KEY,
    round INTEGER NOT NULL,
    first INTEGER NOT NULL REFERENCES submissions,
    second INTEGER NOT NULL REFERENCES submissions,
    games INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS games (
    pairing INTEGER NOT NULL REFERENCES pairings,
    number INTEGER NOT NULL,    -- games 2k and 2k+1 have the same opening and swapped colours
    black INTEGER NOT NULL REFERENCES submissions,
    white INTEGER NOT NULL REFERENCES submissions,
    result TEXT NOT NULL,       -- as in SGF: B+3.5, W+F (forfeit), 0 (a draw)
    ending TEXT NOT NULL,       -- how it ended, in words
    opening INTEGER NOT NULL,   -- how many first moves belong to the opening
    moves BLOB NOT NULL,        -- little-endian uint16, row * 19 + column, 361 = pass
    rules TEXT NOT NULL,
    komi REAL NOT NULL,
    finished_at TEXT NOT NULL,
    PRIMARY KEY (pairing, number)
);
CREATE TABLE IF NOT EXISTS failures (
    submission INTEGER NOT NULL REFERENCES submissions,
    at TEXT NOT NULL,
    message TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


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
class PlayedGame:
    """A finished game. `moves` (n,) uint16 in the shared numbering; the first `opening` of them were given."""

    pairing: int
    number: int
    black: int
    white: int
    result: str
    ending: str
    opening: int
    moves: npt.NDArray[np.uint16]
    rules: str
    komi: float
    finished_at: str

    @property
    def black_points(self) -> float:
        """1 when Black won, 0 when White won, 0.5 for a draw."""
        return {"B": 1.0, "W": 0.0}.get(self.result[0], 0.5)


def _named(kind: type[Submission | PlayedGame], row: tuple[Any, ...]) -> dict[str, Any]:
    """Return a row whose columns are the fields of a class, by their names."""
    return dict(zip([field.name for field in dataclasses.fields(kind)], row, strict=True))


def now() -> str:
    """Return the time in UTC as ISO 8601, to the second."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Database:
    """The database of one tournament; every method is one transaction, on the disk when it returns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._connection = sqlite3.connect(path, timeout=30, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._connection.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise GoloisError(f"{path}: not a tournament database ({error})") from error

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    # submissions

    def add_submission(
        self, team: str, digest: str, file_name: str, submitted_by: str, report: Mapping[str, Any]
    ) -> Submission:
        """Record a submission; it replaces the team's earlier ones, which stay listed."""
        with self._transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO submissions (team, digest, file_name, submitted_at, submitted_by, report)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (team, digest, file_name, now(), submitted_by, json.dumps(report, ensure_ascii=False)),
            )
        return next(s for s in self.submissions() if s.id == cursor.lastrowid)

    def submissions(self) -> list[Submission]:
        """Return every submission ever accepted, oldest first."""
        rows = self._connection.execute(
            "SELECT id, team, digest, file_name, submitted_at, submitted_by, report, withdrawn"
            " FROM submissions ORDER BY id"
        )
        entries = (_named(Submission, row) for row in rows)
        return [Submission(**{**entry, "report": json.loads(entry["report"])}) for entry in entries]

    def newest_submissions(self) -> list[Submission]:
        """Return each team's newest submission, withdrawn or not, in the order in which the teams first came."""
        newest = {submission.team: submission for submission in self.submissions()}
        return list(newest.values())

    def entrants(self) -> list[Submission]:
        """Return who plays: each team's newest submission unless it was withdrawn."""
        return [submission for submission in self.newest_submissions() if submission.withdrawn is None]

    def withdraw(self, submission: int, reason: str) -> None:
        """Let a submission play no more; its finished games stand."""
        with self._transaction() as connection:
            connection.execute("UPDATE submissions SET withdrawn = ? WHERE id = ?", (reason, submission))

    def add_failure(self, submission: int, message: str) -> int:
        """Record that a network failed; returns how often it has by now."""
        with self._transaction() as connection:
            connection.execute("INSERT INTO failures VALUES (?, ?, ?)", (submission, now(), message))
            (count,) = connection.execute(
                "SELECT COUNT(*) FROM failures WHERE submission = ?", (submission,)
            ).fetchone()
        return int(count)

    def failures(self) -> list[tuple[int, str, str]]:
        """Return (submission, when, message) of every failure, oldest first."""
        return list(self._connection.execute("SELECT submission, at, message FROM failures ORDER BY rowid"))

    # pairings and games

    def plan(self, pairings: list[tuple[int, int, int, int]]) -> None:
        """Add pairings (round, first, second, games), all or none."""
        with self._transaction() as connection:
            connection.executemany("INSERT INTO pairings (round, first, second, games) VALUES (?, ?, ?, ?)", pairings)

    def pairings(self) -> list[Pairing]:
        """Return every pairing planned so far, in order."""
        rows = self._connection.execute("SELECT id, round, first, second, games FROM pairings ORDER BY id")
        return [Pairing(*row) for row in rows]

    def add_game(self, game: PlayedGame) -> None:
        """Record a finished game. A game that is there already is never replaced.

        Raises:
            sqlite3.IntegrityError: this game of this pairing was already played.
        """
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO games VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(game.pairing, game.number, game.black, game.white, game.result, game.ending, game.opening),
                    game.moves.astype("<u2").tobytes(),
                    *(game.rules, game.komi, game.finished_at),
                ),
            )

    def games(self, pairing: int | None = None) -> list[PlayedGame]:
        """Return the finished games, of one pairing or all, in the order of pairing and number."""
        where, parameters = ("", ()) if pairing is None else (" WHERE pairing = ?", (pairing,))
        rows = self._connection.execute(
            "SELECT pairing, number, black, white, result, ending, opening, moves, rules, komi, finished_at"
            f" FROM games{where} ORDER BY pairing, number",
            parameters,
        )
        games = (_named(PlayedGame, row) for row in rows)
        return [
            PlayedGame(**{**game, "moves": np.frombuffer(game["moves"], "<u2").astype(np.uint16)}) for game in games
        ]

    def results(self) -> list[tuple[int, int, float]]:
        """Return (black, white, Black's points) of every finished game: all that ratings need, quickly."""
        rows = self._connection.execute("SELECT black, white, substr(result, 1, 1) FROM games")
        return [(black, white, {"B": 1.0, "W": 0.0}.get(result, 0.5)) for black, white, result in rows]

    def played_numbers(self) -> dict[int, set[int]]:
        """Return which game numbers of each pairing are finished."""
        played: dict[int, set[int]] = {}
        for pairing, number in self._connection.execute("SELECT pairing, number FROM games"):
            played.setdefault(pairing, set()).add(number)
        return played

    # notes

    def note(self, name: str) -> str | None:
        """Return a note left by `set_note`, or None."""
        row = self._connection.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_note(self, name: str, value: str | None) -> None:
        """Leave a note for another process (the request to stop, who is running); None removes it."""
        with self._transaction() as connection:
            if value is None:
                connection.execute("DELETE FROM notes WHERE name = ?", (name,))
            else:
                connection.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, value))
