"""The folder of a match: its settings, one line for each game, one SGF file for each game."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from golois.errors import GoloisError
from golois.file_lock import held
from golois.files import write_whole
from golois.match.play import MatchGame
from golois.match.statistics import Score
from golois.records.replay import record_from_game
from golois.records.sgf import sgf_from_record

SETTINGS, RESULTS, LOCK = "match.json", "results.jsonl", "match.lock"


@dataclass(frozen=True)
class Finished:
    """A game that has been played.

    Attributes:
        number: its number.
        points: the first player's.
        result: in SGF's form.
        moves: how many were played.
        reason: why it ended, where the result does not say.
    """

    number: int
    points: float
    result: str
    moves: int
    reason: str


class MatchFolder:
    """A match on disk; opening a folder that holds one resumes it.

    Args:
        path: the folder, made when missing.
        settings: what the match is about; it must be the same when a match is resumed.
    """

    def __init__(self, path: Path, settings: Mapping[str, object]) -> None:
        self.path = path
        wanted = json.loads(json.dumps(dict(settings)))
        file = path / SETTINGS
        try:
            path.mkdir(parents=True, exist_ok=True)
            if file.exists():
                self._check(json.loads(file.read_text("utf-8")), wanted)
            else:
                write_whole(file, json.dumps(wanted, indent=2) + "\n")
            self.finished = self._read_results()
        except OSError as error:
            raise GoloisError(f"match folder {path}: {error.strerror or error}") from error
        except ValueError as error:
            raise GoloisError(f"{file} is not valid JSON: {error}; use another folder with --output") from error

    def _check(self, found: object, wanted: Mapping[str, object]) -> None:
        if not isinstance(found, dict):
            raise GoloisError(f"{self.path / SETTINGS} does not describe a match: use another folder with --output")
        for key in sorted({*found, *wanted}):
            if found.get(key) != wanted.get(key):
                raise GoloisError(
                    f"{self.path} holds a match with {key} {found.get(key)!r}, not {wanted.get(key)!r}: "
                    "to begin another match, use another folder with --output"
                )

    def _read_results(self) -> dict[int, Finished]:
        file = self.path / RESULTS
        finished = {}
        for line in file.read_text("utf-8").splitlines() if file.exists() else ():
            try:
                game = Finished(**json.loads(line))
            except (ValueError, TypeError):
                continue  # cut short when the match was killed: that game is played again
            finished[game.number] = game
        return finished

    @contextmanager
    def playing(self) -> Iterator[None]:
        """Hold the right to play this match, one process at a time; `finished` is then up to date.

        Raises:
            GoloisError: another process is playing it.
        """
        why_not = (
            f"another process is playing the match in {self.path}: wait for it or stop it, or choose another --output"
        )
        with held(self.path / LOCK, why_not):
            self.finished = self._read_results()
            yield

    def add(self, game: MatchGame, first: str, second: str) -> None:
        """Keep a game: its record first, then its line, so that a line always has a record."""
        black, white = (first, second) if game.first_is_black else (second, first)
        record = record_from_game(
            game.game,
            result=game.result,
            black=black,
            white=white,
            date=datetime.now(UTC).date().isoformat(),
            id=f"game-{game.number + 1:04d}",
        )
        comments = {len(game.game.moves): game.reason} if game.reason else None
        write_whole(self.path / f"game-{game.number + 1:04d}.sgf", sgf_from_record(record, comments))
        finished = Finished(game.number, game.points, game.result, len(game.game.moves), game.reason)
        with (self.path / RESULTS).open("a+b") as file:
            file.seek(0, 2)
            torn = file.tell() > 0 and file.seek(-1, 2) >= 0 and file.read(1) != b"\n"
            file.write((b"\n" if torn else b"") + json.dumps(finished.__dict__).encode() + b"\n")
        self.finished[game.number] = finished

    @property
    def score(self) -> Score:
        """The first player's results so far."""
        points = [game.points for game in self.finished.values()]
        return Score(points.count(1.0), points.count(0.5), points.count(0.0))
