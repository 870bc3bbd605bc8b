"""Play on a Ray cluster: each network runs in an actor on some machine, and one driver plays the boards and records.

The driver is the run as it always is: one database, one resume. An actor is told every game's moves anew and remembers
nothing that matters, so when its machine dies Ray starts it on another and asks again: no game is lost or played twice.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tournament.openings import GameToPlay
from tournament.players import PlayerFailure
from tournament.worker import CLOCK_PER_CPU, Asked, NetworkPlayer, Options

MOST_RESTARTS = 3
"""How often an actor is started again before that counts as a failure of its network."""


class NetworkActor:
    """What runs on the cluster: a network, loaded from the bytes of its file when it is first asked."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._player: NetworkPlayer | None = None

    def choose(self, content: bytes, asked: list[Asked]) -> list[int]:
        """Return what `NetworkPlayer.choose` does."""
        if self._player is None:
            self._player = self._load(content)
        return self._player.choose(asked) if asked else []

    def _load(self, content: bytes) -> NetworkPlayer:
        from nets.inference import load_evaluator

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "network.h5"
            path.write_bytes(content)
            player = NetworkPlayer(load_evaluator(path), self._options)
        player.warm_up()  # compiling counts as loading, not as a batch that takes too long
        return player


class ClusterNetwork:
    """The driver's end of a `NetworkActor`; a `Player` as the pool knows it."""

    def __init__(
        self,
        content: bytes,
        options: Options,
        seconds_per_batch: float = 60.0,
        seconds_to_load: float = 180.0,
        actor: type = NetworkActor,
    ) -> None:
        """Start the actor and wait until the network is loaded.

        Raises:
            PlayerFailure: the network did not load, or not in time.
        """
        import ray

        self.worked = (0.0, 0.0)
        self._ray = ray
        self._limit = seconds_per_batch
        self._search_seconds = CLOCK_PER_CPU * options.seconds
        self._sent: deque[tuple[Any, int]] = deque()
        remote = ray.remote(num_cpus=1, max_restarts=MOST_RESTARTS, max_task_retries=MOST_RESTARTS)(actor)
        self._content = ray.put(content)  # stays on the cluster: an actor that is started again needs it again
        self._actor = remote.remote(options)
        try:
            self._get(self._actor.choose.remote(self._content, []), seconds_to_load, "to load")
        except BaseException:
            self.close()
            raise

    def start(self, games: Sequence[GameToPlay]) -> None:
        """Ask for a move in each of these games; several batches may be on their way."""
        asked = [
            Asked(-1, game.chance, list(game.game.moves))
            if game.chance is not None
            else Asked(game.seed, -1, list(game.game.moves))
            for game in games
        ]
        self._sent.append((self._actor.choose.remote(self._content, asked), len(asked)))

    def finish(self) -> list[int]:
        """Return a move or NO_DISTRIBUTION for each game of the batch that was sent first."""
        answer, games = self._sent.popleft()
        began = time.monotonic()
        limit = self._limit + games * self._search_seconds
        moves: list[int] = self._get(answer, limit, f"for a batch of {games} games")
        self.worked = (began, time.monotonic())
        return moves

    def close(self) -> None:
        """End the actor, whatever it is doing."""
        with contextlib.suppress(Exception):  # a cluster that is gone has no actor to end
            self._ray.kill(self._actor)

    def _get(self, answer: Any, limit: float, what: str) -> Any:
        errors = self._ray.exceptions
        try:
            return self._ray.get(answer, timeout=limit)
        except errors.GetTimeoutError:
            raise PlayerFailure(f"needed more than {limit:g} s {what}") from None
        except errors.RayError as error:
            raise PlayerFailure(f"crashed: {str(error).strip().splitlines()[-1][:300]}") from error
