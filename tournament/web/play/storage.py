"""The visitors' games in the database, written at every move."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import numpy as np
from sqlalchemy import Boolean, Column, Integer, LargeBinary, MetaData, Table, Text, delete, insert, select, update

from golois.errors import GoloisError
from golois.game import Game
from tournament.database import now
from tournament.folder import Tournament
from tournament.web.play.game import VisitorGame

DAYS_KEPT = 30

metadata = MetaData()
visitor_games = Table(
    "visitor_games",
    metadata,
    Column("id", Text, primary_key=True),
    Column("submission", Integer, nullable=False, comment="the network"),
    Column("visits", Integer, nullable=False, comment="of its search"),
    Column("visitor", Integer, nullable=False, comment="the visitor's colour, 1 Black, 2 White"),
    Column("moves", LargeBinary, nullable=False, comment="little-endian uint16, row * size + column"),
    Column("resigned", Boolean, nullable=False),
    Column("played_at", Text, nullable=False, comment="the last move, ISO 8601, UTC"),
)


class NoSuchGame(GoloisError):
    """No game has this address, or it was forgotten."""


class GameStorage:
    """Writes games into a tournament's database and reads them again.

    Args:
        tournament: whose database it is.
        new_game: gives an empty board.
    """

    def __init__(self, tournament: Tournament, new_game: Callable[[], Game]) -> None:
        self.database = tournament.database
        self.move_limit = tournament.settings.move_limit
        self.new_game = new_game
        metadata.create_all(self.database.engine)

    def row(self, game: VisitorGame) -> dict[str, Any]:
        """Return what is written of a game as it stands."""
        return {
            "id": game.id,
            "submission": game.submission.id,
            "visits": game.visits,
            "visitor": game.visitor,
            "moves": np.array(game.game.moves, "<u2").tobytes(),
            "resigned": game.resigned,
            "played_at": now(),
        }

    def write(self, row: dict[str, Any]) -> None:
        """Write a game, in place of what was written of it before."""
        with self.database.writing() as connection:
            changed = connection.execute(update(visitor_games).where(visitor_games.c.id == row["id"]).values(**row))
            if not changed.rowcount:
                connection.execute(insert(visitor_games).values(**row))

    def load(self, identity: str) -> VisitorGame:
        """Read a game.

        Raises:
            NoSuchGame: there is none.
        """
        with self.database.reading() as connection:
            row = connection.execute(select(visitor_games).where(visitor_games.c.id == identity)).mappings().first()
        if row is None:
            raise NoSuchGame(f"no game has this address; games are kept for {DAYS_KEPT} days")
        submission = next(s for s in self.database.submissions() if s.id == row["submission"])
        game = self.new_game()
        for move in np.frombuffer(row["moves"], "<u2").tolist():
            game.play(move)
        return VisitorGame(
            identity, submission, row["visits"], row["visitor"], game, self.move_limit, resigned=row["resigned"]
        )

    def forget_old(self) -> None:
        """Delete the games whose last move is older than DAYS_KEPT days."""
        since = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=DAYS_KEPT)
        with self.database.writing() as connection:
            connection.execute(delete(visitor_games).where(visitor_games.c.played_at < since.strftime("%Y-%m-%d")))
