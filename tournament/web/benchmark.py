"""How fast the site answers a class of readers while a tournament is being played on the same machine."""

from __future__ import annotations

import asyncio
import contextlib
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from golois.errors import GoloisError
from golois.records.sources import read_records
from tournament.database import PlayedGame, now
from tournament.folder import Tournament
from tournament.settings import Settings
from tournament.submission import submit

TEAMS = 12
GAMES_BEFORE = 30
"""Games of each pairing that are finished before it begins."""
GAMES = 1000
"""Games of each pairing: more than are finished while it is measured."""
MOVE_LIMIT = 200
"""Short games: results come often, and each changes most pages."""
SECONDS_TO_START = 300.0
SPREAD_OF_REFRESHES = 0.7
"""Within so many seconds of a change an open page asks for its new state, as live.js does."""
SECONDS_TO_WARM_UP = 10.0
"""So long the readers read before anything is measured: pages are compiled when they are first asked for."""
PAGES = {"standings": 40, "games": 20, "games of a network": 10, "network": 15, "game": 15}
"""How often readers open each kind of page, in percent."""


@dataclass
class Answers:
    """What readers got.

    Attributes:
        seconds: by kind of page, from each request to the last byte of its answer.
        duration: seconds for which they were counted.
        games_a_minute: games of the tournament that ended meanwhile.
    """

    seconds: dict[str, list[float]] = field(default_factory=dict)
    duration: float = 0.0
    games_a_minute: float = 0.0

    def percentile(self, percent: float, page: str | None = None) -> float:
        """Return the seconds within which so many percent of the answers came, of one kind of page or of all."""
        values = [s for kind, all_of_it in self.seconds.items() if page in (None, kind) for s in all_of_it]
        return float(np.percentile(values, percent))


def prepare(folder: Path, network: Path, records: Path) -> None:
    """Make a tournament between copies of a network, with finished games from records.

    Raises:
        GoloisError: the network is refused, or the records cannot be read.
    """
    moves = [record.moves.astype(np.uint16) for record in read_records(records) if len(record.moves)]
    Tournament.create(folder, Settings(name="Benchmark", games=GAMES, move_limit=MOVE_LIMIT)).database.close()
    first = submit(network, "team 1", folder)
    with Tournament.open(folder) as tournament:
        database = tournament.database
        for number in range(1, TEAMS):
            database.add_submission(f"team {number + 1}", first.digest, first.file_name, "nobody", first.report)
        ids = [entry.id for entry in database.submissions()]
        database.plan([(1, a, b, GAMES) for place, a in enumerate(ids) for b in ids[place + 1 :]])
        chance = random.Random(1)
        for pairing in database.pairings():
            for number in range(GAMES_BEFORE):
                sides = (pairing.first, pairing.second)
                black, white = sides if number % 2 == 0 else sides[::-1]
                stronger = chance.random() < 0.5 + (white - black) / (2 * TEAMS)
                result = ("B+" if stronger else "W+") + "3.5"
                played = chance.choice(moves)
                game = (result, "two passes", 0, played, "tromp-taylor", 7.5, now())
                database.add_game(PlayedGame(pairing.id, number, black, white, *game))


def measure(
    folder: Path, readers: int, seconds: float, pause: float, on_step: Callable[[str], None] = lambda step: None
) -> Answers:
    """Play and serve a prepared tournament in processes of their own, and read its pages.

    Args:
        folder: of the tournament.
        readers: how many read at once; each has a page open that follows the tournament.
        seconds: how long to measure, after a while of reading that does not count.
        pause: seconds for which a reader looks at a page, on average.
        on_step: told what happens.

    Raises:
        GoloisError: the tournament does not start.
    """
    command = [sys.executable, "-m", "golois"]
    with Tournament.open(folder) as tournament:
        on_step("Starting the tournament")
        played = len(tournament.database.results())
        with _process([*command, "tournament", "run", str(folder)], folder / "run.log") as run:
            wait_until(lambda: len(tournament.database.results()) > played, run, folder / "run.log")
            on_step("Starting the site")
            with _process([*command, "serve", str(folder), "--port", "0"], folder / "serve.log") as serve:
                log = folder / "serve.log"
                wait_until(lambda: "http://" in log.read_text(), serve, log)
                address = next(word for word in log.read_text().split() if word.startswith("http://"))
                on_step("Reading")
                began, played = time.monotonic(), len(tournament.database.results())
                answers = asyncio.run(read(address, readers, seconds, pause))
                elapsed = time.monotonic() - began
                answers.games_a_minute = 60 * (len(tournament.database.results()) - played) / elapsed
    return answers


@contextmanager
def _process(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for a process to be ready.

    Raises:
        GoloisError: it ended, or took too long; the message ends with what it wrote.
    """
    began = time.monotonic()
    while not ready():
        if process.poll() is not None or time.monotonic() - began > SECONDS_TO_START:
            raise GoloisError(f"the tournament did not start: {log.read_text(errors='replace')[-500:].strip()}")
        time.sleep(0.2)


async def read(address: str, readers: int, seconds: float, pause: float) -> Answers:
    """Read the pages of a site, as `measure` does.

    Raises:
        GoloisError: a page could not be had.
    """
    answers = Answers()
    await _Reader(address, 0, pause, Answers()).read(0.0)  # the port is open before the site is ready
    counted = time.monotonic() + SECONDS_TO_WARM_UP
    reading = [_Reader(address, number, pause, answers, counted) for number in range(readers)]
    await asyncio.gather(*(reader.read(counted + seconds) for reader in reading))
    answers.duration = time.monotonic() - counted
    return answers


class _Reader:
    """A visitor: opens pages, and keeps the open one new as a browser does."""

    def __init__(self, address: str, number: int, pause: float, answers: Answers, counted: float = 0.0) -> None:
        parts = urlsplit(address)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.chance = random.Random(number)
        self.pause = pause
        self.answers = answers
        self.counted = counted
        self.changed = asyncio.Event()

    async def read(self, until: float) -> None:
        await asyncio.sleep(self.chance.random() * self.pause)
        events = asyncio.create_task(self._follow())
        page, address = self._choose()
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            while True:
                began = time.perf_counter()
                await self._get(reader, writer, address)
                if time.monotonic() >= self.counted:
                    self.answers.seconds.setdefault(page, []).append(time.perf_counter() - began)
                if time.monotonic() >= until:
                    return
                self.changed.clear()
                try:
                    await asyncio.wait_for(self.changed.wait(), self.time_to_look())
                    await asyncio.sleep(SPREAD_OF_REFRESHES * self.chance.random())
                except TimeoutError:
                    page, address = self._choose()
        finally:
            events.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await events
            writer.close()

    def time_to_look(self) -> float:
        return self.chance.expovariate(1 / self.pause)

    def _choose(self) -> tuple[str, str]:
        page = self.chance.choices(list(PAGES), list(PAGES.values()))[0]
        team, pairing = self.chance.randint(1, TEAMS), self.chance.randint(1, TEAMS * (TEAMS - 1) // 2)
        return page, {
            "standings": "/",
            "games": "/games",
            "games of a network": f"/games?network={team}",
            "network": f"/networks/{team}",
            "game": f"/games/{pairing}/{self.chance.randint(1, GAMES_BEFORE)}",
        }[page]

    async def _follow(self) -> None:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            self._ask(writer, "/events")
            while line := await reader.readline():
                if line.startswith(b"data:"):
                    self.changed.set()
        finally:
            writer.close()

    async def _get(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str) -> None:
        self._ask(writer, address)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        if " 200 " not in head[0]:
            raise GoloisError(f"{address}: the site answered {head[0]}")
        length = next(line.split(":")[1] for line in head if line.lower().startswith("content-length:"))
        await reader.readexactly(int(length))

    def _ask(self, writer: asyncio.StreamWriter, address: str) -> None:
        lines = (f"GET {address} HTTP/1.1", f"Host: {self.host}", "Accept: text/html", "Accept-Encoding: gzip", "", "")
        writer.write("\r\n".join(lines).encode())
