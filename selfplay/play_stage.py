"""The stage that plays: games of the newest network, into the store of a generation."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import closing
from typing import Any

import numpy as np

from golois.records.result import Ending, Winner
from golois.records.sgf import write_sgf
from golois.records.store import GameStore
from selfplay.folder import RunFolder, told_when_full
from selfplay.meter import Load, Meter
from selfplay.networks import load_network
from selfplay.play import PlayedGame, SelfPlay
from selfplay.settings import PlaySettings
from selfplay.watch import Watcher
from selfplay.window import delete_old_games

SECONDS_BETWEEN_APPENDS = 30.0  # what a kill may cost
_TOLD_SECONDS = 0.5
_CHECKED_GAMES = 50  # played out, that the chance to resign at is chosen by


class PlayStage:
    """Plays generation after generation; games in progress go on from one to the next.

    Args:
        folder: the run.
        watcher: is told the progress.
        go_on: whether games may be left in progress at the end of a generation.
    """

    def __init__(self, folder: RunFolder, watcher: Watcher, go_on: bool = True) -> None:
        self.folder = folder
        self.watcher = watcher
        self.go_on = go_on
        self._network = -1
        self._selfplay: SelfPlay | None = None
        self._meter: Meter | None = None

    def run(self, generation: int) -> None:
        """Play what is missing of a generation's games.

        Raises:
            GoloisError: no network, a store of another size, a full disk.
        """
        self.watcher.stage("play", generation)
        selfplay, meter = self._ready()
        with GenerationGames(self.folder, generation, self._network, self.watcher) as games:
            selfplay.resign = games.facts["resign"]
            selfplay.source = f"generation {generation}"
            meter.read()
            # closed at once when storing fails or is interrupted: its threads would play on for ever
            with closing(selfplay.play(games.missing, self.go_on)) as finished:
                for played in finished:
                    games.add([played])
                    if games.due:
                        games.keep(meter.read())
            games.keep(meter.read())
            games.finish()

    def _ready(self) -> tuple[SelfPlay, Meter]:
        """Load the newest network, unless it plays already."""
        best, settings = self.folder.best, self.folder.config.play
        if self._selfplay is None or self._meter is None or best != self._network:
            self._meter = Meter(load_network(self.folder, best, settings.parallel))
            if self._selfplay is None:
                first = next_number(self.folder)
                self._selfplay = SelfPlay(self.folder.config.board, settings, self._meter, first)
            else:
                self._selfplay.use(self._meter)
            self._network = best
        return self._selfplay, self._meter


class GenerationGames:
    """The games of one generation on their way into the store: the one writer of it.

    Attributes:
        facts: what the stage has to say about them.
    """

    def __init__(self, folder: RunFolder, generation: int, network: int, watcher: Watcher) -> None:
        self.folder = folder
        self.generation = generation
        self.watcher = watcher
        self.store = GameStore.open_or_create(folder.games(generation), folder.config.board.size)
        self.wanted = folder.config.play.games
        self.facts: dict[str, Any] = folder.stage("play", generation) or {
            "complete": False,
            "network": network,
            "resign": resign_chance(folder, generation),
            "seconds": 0.0,
            "busy": 0.0,
            "cpu": 0.0,
            "cpu_beside": 0.0,
            "batches": 0,
            "evaluated": 0,
            "lowest": [],
        }
        self._waiting: list[PlayedGame] = []
        self._kept_at = self._told_at = self._began = time.monotonic()
        self._earlier = len(self.store)
        self._positions = 0

    def __enter__(self) -> GenerationGames:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    @property
    def missing(self) -> int:
        """Games that the generation still needs."""
        return max(0, self.wanted - len(self.store) - len(self._waiting))

    @property
    def due(self) -> bool:
        """Whether it is time to write."""
        return time.monotonic() - self._kept_at > SECONDS_BETWEEN_APPENDS

    def add(self, played: Iterable[PlayedGame]) -> None:
        """Take finished games; they are safe when `keep` returns."""
        for one in played:
            self._waiting.append(one)
            self._positions += len(one.record)
        now = time.monotonic()
        if now - self._told_at > _TOLD_SECONDS:
            self._told_at = now
            games = len(self.store) + len(self._waiting)
            seconds = max(1e-9, now - self._began)
            rates = {"games": (games - self._earlier) / seconds, "positions": self._positions / seconds}
            self.watcher.playing(games, self.wanted, rates)

    def keep(self, load: Load) -> None:
        """Write the games that wait, and what the network had to do for them."""
        facts = self.facts
        with told_when_full(self.folder.path):
            self.store.append([played.record for played in self._waiting])
            facts["lowest"] += [round(played.lowest, 4) for played in self._waiting if played.checked]
            self._waiting = []
            facts["seconds"] += load.seconds
            facts["busy"] += load.busy
            facts["cpu"] += load.cpu
            facts["cpu_beside"] += load.cpu_beside
            facts["batches"] += load.batches
            facts["evaluated"] += load.positions
            self.folder.write_stage("play", self.generation, facts | self._counted())
        self._kept_at = time.monotonic()

    def finish(self) -> None:
        """Write the SGF collection, make room, and say that the generation is complete."""
        folder = self.folder
        with told_when_full(folder.path):
            if folder.config.play.sgf:
                write_sgf(folder.sgf(self.generation), self.store)
            files = [(number, path, folder.sgf(number)) for number, path in folder.game_files()]
            deleted = delete_old_games(files, folder.config.window)
            if deleted:
                self.watcher.note(f"deleted the oldest games of {deleted} generations to keep within the disk space")
            facts = self.facts | self._counted() | {"complete": True}
            folder.write_stage("play", self.generation, facts)
        self.facts = facts

    def _counted(self) -> dict[str, int]:
        """What the store itself tells, which a kill cannot falsify."""
        winner, ending = self.store.winner, self.store.ending
        return {
            "games": len(self.store),
            "positions": len(self.store.moves),
            "black_wins": int(np.count_nonzero(winner == Winner.BLACK)),
            "white_wins": int(np.count_nonzero(winner == Winner.WHITE)),
            "draws": int(np.count_nonzero(winner == Winner.DRAW)),
            "resigned": int(np.count_nonzero(ending == Ending.RESIGNATION)),
        }


def resign_chance(folder: RunFolder, generation: int) -> float:
    """Return the chance at which a side resigns.

    It is the configured one, or a smaller one when too many of the games that were played out would have been
    given up by their winners (AlphaGo Zero, Nature 2017: fewer than 5%).
    """
    settings: PlaySettings = folder.config.play
    lowest: list[float] = []
    for number in range(generation - 1, -1, -1):
        if len(lowest) >= _CHECKED_GAMES:
            break
        lowest += (folder.stage("play", number) or {}).get("lowest", [])
    if not lowest or settings.resign == 0:
        return settings.resign
    return min(settings.resign, float(np.quantile(lowest, settings.resign_wrong)))


def next_number(folder: RunFolder) -> int:
    """Return the first number that no game of the newest stores has."""
    highest = -1
    for _, path in folder.game_files()[-2:]:
        with GameStore.open(path) as store:
            for name in store.ids():
                tail = name.rpartition("-")[2]
                if tail.isdigit():
                    highest = max(highest, int(tail))
    return highest + 1
