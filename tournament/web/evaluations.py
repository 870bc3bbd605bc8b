"""What networks make of the tournament's games, computed when somebody wants to see it and kept in the folder."""

from __future__ import annotations

import asyncio
import gzip
import json
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from golois.errors import GoloisError
from golois.files import write_whole
from tournament.database import PlayedGame
from tournament.web.play.pool import NetworkPool

MOST_WAITING = 50
"""When so many games wait to be looked at, visitors are asked to come back."""
MOST_KEPT = 5000
"""How many evaluations are kept, 5 to 20 kB each; the oldest go first."""


class Busy(GoloisError):
    """Too many games wait to be looked at."""


class Evaluations:
    """Evaluations of whole games, one computed at a time so that the tournament and the visitors at play go on.

    Args:
        folder: where they are kept.
        pool: the networks.
    """

    def __init__(self, folder: Path, pool: NetworkPool) -> None:
        self.folder = folder
        self.pool = pool
        self._running: dict[Path, asyncio.Task[bytes]] = {}
        self._turn = asyncio.Lock()

    async def get(self, game: PlayedGame, digest: str) -> bytes:
        """Return what a network makes of a game, as JSON packed with gzip (see play/whole_game.py).

        Raises:
            Busy: too many others wait.
            ThinkingFailed: the network gave no answer.
        """
        path = self.folder / f"p{game.pairing:04d}-g{game.number + 1:03d}-{digest[:24]}.json.gz"
        task = self._running.get(path)
        if task is None:
            try:
                return await run_in_threadpool(path.read_bytes)
            except FileNotFoundError:
                pass
            task = self._running.get(path)  # begun while we looked
        if task is None:
            if len(self._running) >= MOST_WAITING:
                raise Busy("Many games wait to be looked at; try again in a minute.")
            task = self._running[path] = asyncio.create_task(self._make(path, game, digest))
            task.add_done_callback(lambda done: self._running.pop(path, None))
        return await asyncio.shield(task)

    async def _make(self, path: Path, game: PlayedGame, digest: str) -> bytes:
        async with self._turn:
            found = await self.pool.evaluate(digest, game.moves.tolist())
        told = {"values": found["values"], "policies": found["policies"]}
        packed = gzip.compress(json.dumps(told, separators=(",", ":")).encode(), 6, mtime=0)
        await run_in_threadpool(self._keep, path, packed)
        return packed

    def _keep(self, path: Path, packed: bytes) -> None:
        write_whole(path, packed)
        kept = list(self.folder.glob("*.json.gz"))
        if len(kept) > MOST_KEPT:
            kept.sort(key=lambda one: one.stat().st_mtime)
            for one in kept[: len(kept) // 4]:
                one.unlink(missing_ok=True)
