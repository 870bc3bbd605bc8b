"""Play on a Ray cluster: actors that hold the newest network and many games each; one driver stores, learns, judges.

An actor plays for some seconds at a time and hands its finished games over; they are acknowledged when they are in
the store. When its machine dies, what it had not handed over is lost and another actor begins other games. Actors
come as the cluster has room and may go at any time.
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, Full, Queue
from typing import Any

from golois.errors import GoloisError
from selfplay.folder import RunFolder
from selfplay.meter import Load, Meter
from selfplay.play import PlayedGame, SelfPlay
from selfplay.play_stage import GenerationGames
from selfplay.settings import BoardSettings, PlaySettings
from selfplay.watch import Watcher

SECONDS_A_CALL = 5.0  # what an actor plays between two looks at whether there is a newer network
_SECONDS_BETWEEN_COUNTS = 5.0  # how often the cluster is asked for room
_ENDLESS = 1 << 30
_NO_LOAD = Load(0.0, 0.0, 0.0, 0.0, 0, 0)


@dataclass(frozen=True)
class Harvest:
    """What an actor hands over.

    Attributes:
        games: finished since the last time.
        load: of its network meanwhile.
    """

    games: list[PlayedGame]
    load: Load


class PlayingActor:
    """What runs on the cluster: a network and its games in progress."""

    def __init__(self, board: BoardSettings, settings: PlaySettings, prefix: str) -> None:
        self._board, self._settings, self._prefix = board, settings, prefix
        self._meter: Meter | None = None
        self._selfplay: SelfPlay | None = None

    def play(self, seconds: float, name: str, content: bytes | None, resign: float, source: str) -> Harvest:
        """Play for some seconds; return the games that have ended, and none is kept.

        Args:
            seconds: how long.
            name: of the network.
            content: the bytes of its .h5 when it is another than before.
            resign: the chance at which a side resigns.
            source: what the games are put down to.
        """
        if content is not None:
            self._use(name, content)
        assert self._selfplay is not None
        assert self._meter is not None, "the first call brings a network"
        self._selfplay.resign, self._selfplay.source = resign, source
        ends = time.monotonic() + seconds
        games = list(self._selfplay.play(_ENDLESS, stop=lambda: time.monotonic() > ends))
        return Harvest(games, self._meter.read())

    def _use(self, name: str, content: bytes) -> None:
        from nets.inference import load_evaluator

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "network.h5"
            path.write_bytes(content)
            evaluator = load_evaluator(path, self._settings.engine, max_batch=self._settings.parallel)
        evaluator.name = name
        self._meter = Meter(evaluator)
        if self._selfplay is None:
            self._selfplay = SelfPlay(self._board, self._settings, self._meter, prefix=self._prefix)
        else:
            self._selfplay.use(self._meter)


@dataclass
class _Asked:
    """An actor with its call under way."""

    actor: Any
    network: int = -1


class ClusterPlay:
    """Plays on all actors; does what `selfplay.play_stage.PlayStage` does in one process.

    Args:
        folder: the run.
        watcher: is told the progress.
        actors: the most actors; None for as many as the cluster has room for.
        actor: the class that runs on the cluster.
    """

    def __init__(
        self, folder: RunFolder, watcher: Watcher, actors: int | None = None, actor: type = PlayingActor
    ) -> None:
        import ray

        self.folder = folder
        self.watcher = watcher
        self.most = actors
        self.calls: dict[Any, _Asked] = {}
        self._ray = ray
        # a learner at work must not be drowned in games: the actors wait when a generation's worth lies here
        self._harvests: Queue[Harvest] = Queue(maxsize=max(8, folder.config.play.games // 8))
        self._network = -1
        self._shipped: Any = None
        self._facts: tuple[float, str] = (0.0, "")
        self._stop = threading.Event()
        self._failure: BaseException | None = None
        gpus = ray.cluster_resources().get("GPU", 0) > 0
        self._remote = ray.remote(num_cpus=1, num_gpus=1 if gpus else 0, max_restarts=0)(actor)
        self._needs = {"CPU": 1.0} | ({"GPU": 1.0} if gpus else {})
        self._thread = threading.Thread(target=self._collect, name="collector", daemon=True)

    def run(self, generation: int) -> None:
        """Store what the actors play until the generation is complete.

        Raises:
            GoloisError: no network, a store of another size, a full disk, or no actor can play.
        """
        self.watcher.stage("play", generation)
        network = self.folder.best
        with GenerationGames(self.folder, generation, network, self.watcher) as games:
            self._facts = (games.facts["resign"], f"generation {generation}")
            if network != self._network:
                self._shipped = self._ray.put(self.folder.network(network).read_bytes())
                self._network = network
            if not self._thread.is_alive():
                self._thread.start()
            waiting, began = [_NO_LOAD], time.monotonic()
            while games.missing:
                if self._failure is not None:
                    raise self._failure
                with contextlib.suppress(Empty):
                    harvest = self._harvests.get(timeout=0.5)
                    games.add(harvest.games)
                    waiting.append(harvest.load)
                if games.due or not games.missing:
                    games.keep(_together(waiting, time.monotonic() - began))
                    waiting, began = [_NO_LOAD], time.monotonic()
            games.finish()

    def close(self) -> None:
        """End all actors."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)
        for asked in self.calls.values():
            with contextlib.suppress(Exception):  # a cluster that is gone has no actor to end
                self._ray.kill(asked.actor)

    def _collect(self) -> None:
        """Keep every actor playing; the driver may be learning meanwhile."""
        counted = 0.0
        try:
            while not self._stop.is_set():
                if time.monotonic() - counted > _SECONDS_BETWEEN_COUNTS or not self.calls:
                    counted = time.monotonic()
                    self._welcome()
                ready, _ = self._ray.wait(list(self.calls), timeout=0.5) if self.calls else ([], [])
                if not self.calls:
                    time.sleep(0.5)
                for call in ready:
                    self._take(call)
        except BaseException as error:  # the driver must hear of it
            self._failure = error

    def _welcome(self) -> None:
        """Start actors while the cluster has room."""
        free = self._ray.available_resources()
        while all(free.get(kind, 0) >= amount for kind, amount in self._needs.items()) and (
            self.most is None or len(self.calls) < self.most
        ):
            free = {kind: amount - self._needs.get(kind, 0) for kind, amount in free.items()}
            tag = uuid.uuid4().hex[:8]
            config = self.folder.config
            # other chances than any other actor's, those of earlier sessions included
            settings = replace(config.play, seed=(config.play.seed << 32) + int(tag, 16))
            self._ask(_Asked(self._remote.remote(config.board, settings, tag)))

    def _ask(self, asked: _Asked) -> None:
        news = self._shipped if asked.network != self._network else None
        asked.network = self._network
        name = f"generation-{self._network}"
        self.calls[asked.actor.play.remote(SECONDS_A_CALL, name, news, *self._facts)] = asked

    def _take(self, call: Any) -> None:
        asked = self.calls.pop(call)
        errors = self._ray.exceptions
        try:
            harvest = self._ray.get(call)
        except (errors.RayActorError, errors.ObjectLostError, errors.NodeDiedError) as error:
            self.watcher.note(f"an actor is gone ({type(error).__name__}); its unfinished games begin anew elsewhere")
            return
        except errors.RayTaskError as error:
            raise GoloisError(f"an actor failed: {str(error).strip().splitlines()[-1][:300]}") from error
        while not self._stop.is_set():
            try:
                self._harvests.put(harvest, timeout=0.5)
                break
            except Full:  # the driver is learning
                continue
        self._ask(asked)


def _together(loads: list[Load], seconds: float) -> Load:
    """Sum up what several actors measured over the driver's time: shares are means over the actors."""
    measured = sum(load.seconds for load in loads)
    share = sum(load.busy for load in loads) / measured if measured else 0.0
    return Load(
        seconds,
        share * seconds,
        sum(load.cpu for load in loads),
        sum(load.cpu_beside for load in loads),
        sum(load.batches for load in loads),
        sum(load.positions for load in loads),
    )
