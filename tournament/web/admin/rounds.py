"""Play rounds from the site: `golois tournament run` as a child that is watched, and started again when it fails.

What is wanted stands in the database, so that a site that was killed goes on where it was: the runner itself resumes.
A runner that somebody started in a terminal, or that has outlived its site, is left alone and counts as running.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tournament.folder import Tournament, who_runs

WANTED = "rounds wanted"
"""The note in the database that is there while rounds should be played: the options of the run as JSON."""
STOP = "stop"
MOST_FAILURES = 5
SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_TO_STOP = 15.0
LOG_BYTES = 8192
LOG_LINES = 12
RUNNER = (sys.executable, "-P", "-m", "golois", "tournament", "run")


@dataclass(frozen=True)
class RoundsState:
    """What the organiser sees.

    Attributes:
        running: which process plays, None when none does.
        wanted: whether rounds should be played.
        message: what became of the last run, "" when there is nothing to tell.
        log: the last lines that the runner has written.
    """

    running: str | None
    wanted: bool
    message: str
    log: str


class Rounds:
    """Keeps the runner of a tournament going while it is wanted.

    Args:
        tournament: what is played.
        log: where the runner writes.
        runner: the command; the folder and the options are added.
    """

    def __init__(self, tournament: Tournament, log: Path, runner: Sequence[str] = RUNNER) -> None:
        self.tournament = tournament
        self.database = tournament.database
        self.log = log
        self.runner = runner
        self.message = ""
        self._child: subprocess.Popen[bytes] | None = None
        self._failures = 0
        self._start_at = 0.0
        self._nudge = asyncio.Event()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Watch while the context lasts; at its end the runner is stopped, and goes on the next time."""
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
            await asyncio.to_thread(self._pause)

    async def start(self, until_sigma: float | None = None) -> None:
        """Play, until nothing is left to play, or until every rating is known so well."""
        self._failures, self._start_at, self.message = 0, 0.0, ""
        await asyncio.to_thread(self.database.set_note, WANTED, json.dumps({"until_sigma": until_sigma}))
        self._nudge.set()

    async def stop(self) -> None:
        """Stop playing; finished games stay, and the next start goes on from there."""
        await asyncio.to_thread(self.database.set_note, WANTED, None)
        await asyncio.to_thread(self.database.set_note, STOP, "asked by the organiser")
        self.message = "stopped by the organiser"
        self._nudge.set()

    def state(self) -> RoundsState:
        """Return what the organiser sees; it reads files and the database."""
        return RoundsState(
            who_runs(self.tournament), self.database.note(WANTED) is not None, self.message, _last_lines(self.log)
        )

    async def _watch(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self._look)
            except Exception:  # the database may be away for a moment
                logging.getLogger("uvicorn.error").exception("The rounds could not be looked after; trying again.")
            self._nudge.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._nudge.wait(), SECONDS_BETWEEN_LOOKS)

    def _look(self) -> None:
        wanted = self.database.note(WANTED)
        if self._child is not None:
            status = self._child.poll()
            if status is None:
                if wanted is None:
                    # again, for a runner that was just starting takes the note away
                    self.database.set_note(STOP, "asked by the organiser")
                return
            self._child = None
            self._ended(status, wanted)
        elif wanted is not None and time.monotonic() >= self._start_at and who_runs(self.tournament) is None:
            self._begin(json.loads(wanted)["until_sigma"])

    def _begin(self, until_sigma: float | None) -> None:
        options = [] if until_sigma is None else ["--until-sigma", str(until_sigma)]
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as output:
            self._child = _start([*self.runner, str(self.tournament.path), *options], output)

    def _ended(self, status: int, wanted: str | None) -> None:
        if wanted is None:
            return
        if status == 0:
            self.database.set_note(WANTED, None)
            self.message = "every planned game is played"
            return
        self._failures += 1
        last = (_last_lines(self.log).splitlines() or [f"exit status {status}"])[-1]
        if self._failures >= MOST_FAILURES:
            self.database.set_note(WANTED, None)
            self.message = f"given up after {self._failures} failures: {last}"
            return
        pause = 2**self._failures
        self.message = f"the runner failed ({last}); it starts again in {pause} s"
        self._start_at = time.monotonic() + pause

    def _pause(self) -> None:
        """End the child in good order, or at any rate; what was wanted stays wanted."""
        if self._child is None or self._child.poll() is not None:
            return
        self.database.set_note(STOP, "the site ends")
        try:
            self._child.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()


def _start(command: Sequence[str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    # a session of its own: Ctrl-C in the terminal ends the site, which ends the runner in good order
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
    )


def _last_lines(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - LOG_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.strip().splitlines()[-LOG_LINES:])
