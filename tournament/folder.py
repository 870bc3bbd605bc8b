"""The folder of a tournament: its settings, its database, the submitted files, and what is derived from them.

tournament.toml      how it is played
tournament.sqlite    who was submitted, what was planned, every finished game; or a server has them
networks/            the submitted files by digest, each with its manifest
sgf/                 every game (derived)
report/              the page, CSV and JSON (derived)
site/                what `golois serve` keeps: the organiser's token, uploads before their check, the runner's log
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from golois.errors import GoloisError
from golois.file_lock import held, is_held
from golois.files import write_whole
from tournament.database import Database, PlayedGame, now
from tournament.settings import Settings

DEFAULT_FOLDER = "golois-tournament"
RUNNING = "running.lock"


class Tournament:
    """An open tournament folder; use it in a `with` statement."""

    def __init__(self, path: Path, settings: Settings, database: Database) -> None:
        self.path = path
        self.settings = settings
        self.database = database

    @classmethod
    def create(cls, path: str | os.PathLike[str], settings: Settings | None = None) -> Tournament:
        """Make a new tournament in a folder that holds none.

        Raises:
            GoloisError: there is a tournament already, or the folder cannot be written.
        """
        path = Path(path)
        if (path / "tournament.toml").exists():
            raise GoloisError(f"{path} already holds a tournament; choose another folder")
        settings = settings or Settings()
        if settings.database:
            Database(settings.database).close()  # a server that does not answer is told before anything is made
        try:
            write_whole(path / "tournament.toml", settings.to_toml())
        except OSError as error:
            raise GoloisError(f"{path}: cannot be made ({error.strerror})") from error
        return cls.open(path)

    @classmethod
    def open(cls, path: str | os.PathLike[str], make: bool = False) -> Tournament:
        """Open a tournament folder; with `make`, one with the usual settings is made when there is none.

        Raises:
            GoloisError: there is none, or its files cannot be read.
        """
        path = Path(path)
        if not (path / "tournament.toml").exists():
            if make:
                return cls.create(path)
            way_out = f"make one with `golois tournament new {path}`"
            raise GoloisError(f"{path} holds no tournament (no tournament.toml); {way_out}")
        settings = Settings.from_toml(path / "tournament.toml")
        return cls(path, settings, Database(settings.database or path / "tournament.sqlite"))

    def __enter__(self) -> Tournament:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.database.close()

    def network_path(self, digest: str) -> Path:
        """Return where the file with this digest is kept."""
        return self.path / "networks" / f"{digest}.h5"

    def manifest_path(self, digest: str) -> Path:
        """Return where that file's manifest is kept."""
        return self.path / "networks" / f"{digest}.json"

    @property
    def report_path(self) -> Path:
        """The report page."""
        return self.path / "report" / "index.html"

    def sgf_path(self, game: PlayedGame, teams: dict[int, str]) -> Path:
        """Return where a game's SGF is kept; `teams` gives the names of the submissions."""
        names = f"{slug(teams[game.black])}-{slug(teams[game.white])}"
        return self.path / "sgf" / f"p{game.pairing:04d}-g{game.number + 1:03d}-{names}.sgf"

    @contextmanager
    def running(self) -> Iterator[None]:
        """Hold the right to play games here: one process at a time.

        Raises:
            GoloisError: another process is playing this tournament.
        """
        by = self.database.note("running") or "another process"
        # who_runs takes the lock for an instant: wait longer than that
        why_not = f"{self.path} is being played by {by}; `golois tournament stop {self.path}` ends that"
        with held(self.path / RUNNING, why_not, seconds=0.5):
            self.database.set_note("stop", None)
            self.database.set_note("running", f"process {os.getpid()} since {now()}")
            try:
                yield
            finally:
                self.database.set_note("running", None)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Hold the right to serve this tournament as a site: one process at a time, as for `running`.

        Raises:
            GoloisError: another process serves it.
        """
        with held(self.path / "serving.lock", f"{self.path} is served by another process already; end that first"):
            yield


def who_runs(tournament: Tournament) -> str | None:
    """Return which process plays a tournament now, or None; a note left by one that was killed does not count."""
    if not is_held(tournament.path / RUNNING):
        return None
    return tournament.database.note("running") or "another process"


def slug(name: str) -> str:
    """Return a name as part of a file name: letters and digits of any script, the rest as single underscores."""
    return re.sub(r"[^\w]+", "_", unicodedata.normalize("NFC", name)).strip("_")[:40] or "team"
