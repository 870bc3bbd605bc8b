"""Play on a Ray cluster: each network runs in an actor on some machine, and one driver plays the boards and records.

The driver is the run as it always is: one database, one resume. An actor is told every game's moves anew and remembers
nothing that matters, so when its machine dies Ray starts it on another and asks again: no game is lost or played twice.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import tempfile
import time
import warnings
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from golois.errors import GoloisError
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
            return NetworkPlayer(load_evaluator(path), self._options)


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


def _check_reachable(address: str) -> None:
    """Refuse a HOST:PORT where nobody listens at once: Ray itself tries for minutes."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or "/" in address:
        return
    try:
        socket.create_connection((host, int(port)), timeout=10).close()
    except (OSError, OverflowError) as error:
        raise GoloisError(f"no Ray cluster answers at {address}: {error}") from error


@contextlib.contextmanager
def connected(address: str) -> Iterator[None]:
    """Be connected to the Ray cluster at an address, as `ray.init` understands it; `local` starts one here.

    Raises:
        GoloisError: Ray is not installed, or no cluster answers there.
    """
    try:
        import ray
    except ImportError as error:
        raise GoloisError("playing on several machines needs Ray: pip install 'golois[ray]'") from error
    _check_reachable(address)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Ray about its own defaults
            os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nobody asked for reports to Ray's makers
            # a machine that only this run uses may hold more networks than it has cores
            own = {"num_cpus": 8, "include_dashboard": False} if address == "local" else {}
            ray.init(address=address, log_to_driver=False, logging_level=logging.WARNING, **own)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise GoloisError(f"no Ray cluster answers at {address}: {error}") from error
    try:
        yield
    finally:
        ray.shutdown()
