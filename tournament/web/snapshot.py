"""The state of a tournament as the pages show it, read from the database when that has changed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import func, select

from tournament.database import GameSummary, Submission
from tournament.folder import Tournament, who_runs
from tournament.report.data import overview
from tournament.standings import Standings, standings_of
from tournament.tables import failures, games, notes, pairings, submissions
from tournament.web.history import RatingHistory


@dataclass(frozen=True)
class Snapshot:
    """A tournament at one moment.

    Attributes:
        version: differs from that of every other snapshot, also of earlier runs of the site.
        overview: what a report says, without the games: name, settings, standings, cross_table, submissions, ...
        table: the standings.
        submissions: every submission by its number.
        games: every finished game, the last finished first.
        rounds: the round of each pairing.
        running: which process plays, None when none does.
        history: the ratings over time.
    """

    version: str
    overview: Mapping[str, Any]
    table: Standings
    submissions: Mapping[int, Submission]
    games: list[GameSummary]
    rounds: Mapping[int, int]
    running: str | None
    history: RatingHistory

    @property
    def ranked(self) -> list[dict[str, Any]]:
        """The lines of the standings that have a rank, best first."""
        return [line for line in self.overview["standings"] if line["rank"]]

    @property
    def played(self) -> int:
        """How many games are finished."""
        return len(self.games)

    @property
    def planned(self) -> int:
        """How many games are finished or planned, among networks that still play."""
        return self.played + int(self.overview["remaining"])

    @cached_property
    def names(self) -> dict[int, str]:
        """What to call each submission: its team, with its number where a team has several."""
        teams = [submission.team for submission in self.submissions.values()]
        return {
            number: s.team if teams.count(s.team) == 1 else f"{s.team} ({self.edition(number)})"
            for number, s in self.submissions.items()
        }

    def edition(self, number: int) -> int:
        """Return which of its team's submissions this is, 1 for the first."""
        team = self.submissions[number].team
        return sum(s.team == team for s in self.submissions.values() if s.id <= number)


class SnapshotReader:
    """Takes snapshots. Finished games never change, so only those of pairings with new ones are read again."""

    def __init__(self, tournament: Tournament) -> None:
        self.tournament = tournament
        self._start = secrets.token_hex(4)
        self._taken = 0
        self._seen: object = None
        self._games: dict[int, list[GameSummary]] = {}
        self._history = RatingHistory()

    def take(self) -> Snapshot | None:
        """Return a snapshot, or None when nothing has changed since the last one."""
        running = who_runs(self.tournament)
        mark = (running, self._mark())
        if mark == self._seen:
            return None
        database = self.tournament.database
        for pairing, count in database.played_counts().items():
            if len(self._games.get(pairing, ())) != count:
                self._games[pairing] = database.summaries(pairing)
        entries = database.submissions()
        finished = sorted(
            (game for summaries in self._games.values() for game in summaries),
            key=lambda game: (game.finished_at, game.pairing, game.number),
        )
        results = [(game.black, game.white, game.black_points) for game in finished]
        table = standings_of(entries, results, self.tournament.settings.prior_elo)
        self._history = self._history.extended(entries, finished, results, self.tournament.settings.prior_elo)
        self._seen = mark
        self._taken += 1
        return Snapshot(
            version=f"{self._start}-{self._taken}",
            overview=overview(self.tournament, table),
            table=table,
            submissions={entry.id: entry for entry in entries},
            games=finished[::-1],
            rounds={pairing.id: pairing.round for pairing in database.pairings()},
            running=running,
            history=self._history,
        )

    def _mark(self) -> tuple[Any, ...]:
        """Return a few numbers that differ whenever a page would."""
        query = select(
            select(func.count()).select_from(games).scalar_subquery(),
            select(func.count()).select_from(pairings).scalar_subquery(),
            select(func.count()).select_from(failures).scalar_subquery(),
            select(func.count()).select_from(submissions).scalar_subquery(),
            select(func.count(submissions.c.withdrawn)).scalar_subquery(),
            select(func.count()).select_from(notes).where(notes.c.name == "stop").scalar_subquery(),
        )
        with self.tournament.database.reading() as connection:
            return tuple(connection.execute(query).one())
