"""The networks that are loaded for play: a few at a time, started when a visitor needs one, ended when none does."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tournament.web.play.process import NetworkAtPlay, Options, Thought

SECONDS_KEPT = 600.0
"""How long a network that nobody asks stays loaded."""
PATIENCE = 20.0
"""When a question has waited so long for its network to be loaded, the loaded ones take no new ones until it is."""


class Question:
    """A visitor's question on its way to a network: to be awaited, and to be asked how far it is."""

    def __init__(self) -> None:
        self.process: NetworkAtPlay | None = None
        self.thought: Thought | None = None

    @property
    def visits(self) -> int:
        """How many visits the search has made so far."""
        return self.thought.visits if self.thought else 0

    @property
    def state(self) -> str:
        """What the visitor waits for, in words; "" while the search goes on."""
        if self.process is None:
            return "waiting for another network to become free"
        if not self.process.ready:
            return "the network is being loaded"
        ahead = self.process.ahead_of(self.thought) if self.thought else 0
        return f"{ahead} {'question' if ahead == 1 else 'questions'} ahead of yours" if ahead else ""


class NetworkPool:
    """Processes of networks, one for each network that is played against.

    Args:
        path_of: where the file of a submission is, by its digest.
        options: how they play.
        most: how many are loaded at once; who needs one more waits until one is idle, the least recently used goes.
        start: starts a process for a file.
        seconds_kept: how long an idle one is kept.
    """

    def __init__(
        self,
        path_of: Callable[[str], Path],
        options: Options,
        most: int = 2,
        start: Callable[[Path, Options], NetworkAtPlay] = NetworkAtPlay,
        seconds_kept: float = SECONDS_KEPT,
    ) -> None:
        self.path_of = path_of
        self.options = options
        self.most = most
        self.start = start
        self.seconds_kept = seconds_kept
        self._loaded: OrderedDict[str, NetworkAtPlay] = OrderedDict()  # by digest, the least recently asked first
        self._asked_at: dict[str, float] = {}
        self._waiting: dict[str, float] = {}  # digest -> since when, of networks that there is no room for
        self._change = asyncio.Condition()

    async def ask(
        self, question: Question, digest: str, moves: Sequence[int], visits: int, hint: bool = False
    ) -> dict[str, Any]:
        """Ask a network about the position after some moves and wait for its answer (see worker.py).

        Cancelled, it gives the question up.

        Raises:
            ThinkingFailed: there is no answer; ask again to have the network loaded anew.
        """
        process = await self._process(digest)
        question.process = process
        question.thought = process.ask(moves, visits, hint)
        return await self._answer(process, question.thought)

    async def evaluate(self, digest: str, moves: Sequence[int]) -> dict[str, Any]:
        """Ask a network what it makes of every position of a game and wait for its answer (see whole_game.py).

        Raises:
            ThinkingFailed: there is no answer; ask again to have the network loaded anew.
        """
        process = await self._process(digest)
        return await self._answer(process, process.ask_about_game(moves))

    async def _answer(self, process: NetworkAtPlay, thought: Thought) -> dict[str, Any]:
        try:
            return await thought.answer
        finally:
            process.cancel(thought)
            async with self._change:
                self._change.notify_all()

    async def drop_idle(self) -> None:
        """End the processes that nobody has asked for a while."""
        async with self._change:
            for digest, process in list(self._loaded.items()):
                if not process.busy and time.monotonic() - self._asked_at[digest] > self.seconds_kept:
                    await self._drop(digest)

    async def close(self) -> None:
        """End all processes."""
        async with self._change:
            for digest in list(self._loaded):
                await self._drop(digest)

    async def _process(self, digest: str) -> NetworkAtPlay:
        """Return the network's process, started when there is none, once there is room for it."""
        async with self._change:
            while True:
                known = self._loaded.get(digest)
                if known is not None and known.failed is None:
                    if not self._others_waited_long(digest):
                        break
                    await self._change.wait()
                    continue
                if known is not None:
                    await self._drop(digest)
                idle = next((other for other, process in self._loaded.items() if not process.busy), None)
                if len(self._loaded) < self.most:
                    process = self.start(self.path_of(digest), self.options)
                    await process.start()
                    self._loaded[digest] = process
                elif idle is not None:
                    await self._drop(idle)
                else:
                    self._waiting.setdefault(digest, time.monotonic())
                    await self._change.wait()
            if self._waiting.pop(digest, None) is not None:
                self._change.notify_all()
            self._loaded.move_to_end(digest)
            self._asked_at[digest] = time.monotonic()
            return self._loaded[digest]

    def _others_waited_long(self, digest: str) -> bool:
        now = time.monotonic()
        return any(now - since > PATIENCE for other, since in self._waiting.items() if other != digest)

    async def _drop(self, digest: str) -> None:
        process = self._loaded.pop(digest)
        await process.close()
