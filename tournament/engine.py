"""How the database is reached: an SQLite file, or a server by its URL."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from golois.errors import GoloisError
from tournament.tables import metadata

EXAMPLE = "postgresql+psycopg://USER@HOST/NAME"


def connect(place: Path | str) -> Engine:
    """Connect to a database and make the tables that are missing.

    Transactions of the engine take the right to write when they begin; those of connections with the execution option
    `reading` do not, and never wait.

    Raises:
        GoloisError: the URL cannot be used, the server does not answer, or the file is something else.
    """
    url = URL.create("sqlite", database=str(place)) if isinstance(place, Path) else _parsed(place)
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise GoloisError(f"{_shown(url)}: a tournament is kept in SQLite or PostgreSQL, as {EXAMPLE}")
    try:
        engine = _engine(url)
        metadata.create_all(engine)
    except (NoSuchModuleError, ImportError) as error:
        raise GoloisError(f"{_shown(url)}: {error}; PostgreSQL is {EXAMPLE} and needs golois[postgresql]") from error
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise GoloisError(f"{_shown(url)}: not a tournament database ({cause})") from error
    return engine


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        raise GoloisError(f"{url!r} is no database URL; one looks like {EXAMPLE}") from None


def _shown(url: URL) -> str:
    """Return a URL for people: an SQLite file by its path, and never a password."""
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None  # transactions begin where `begin` below says so, not where sqlite3 guesses
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # a writer takes its turn at the start: one that reads first and then writes could fail halfway
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
