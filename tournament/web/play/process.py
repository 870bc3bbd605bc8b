"""The site's end of a network that thinks in a process of its own (see worker.py)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from golois.errors import GoloisError

SECONDS_TO_LOAD = 180.0
SECONDS_OF_SILENCE = 60.0
"""A process that owes an answer reports its progress far more often than this; one that does not has hung."""
LONGEST_LINE = 1 << 20


class ThinkingFailed(GoloisError):
    """The network gave no answer; the message says why, for the visitor."""


@dataclass
class Thought:
    """A question to a network, and how far its answer is.

    Attributes:
        answer: what the process found, as worker.py describes it; ThinkingFailed when it did not.
        visits: searched so far.
    """

    answer: asyncio.Future[dict[str, Any]]
    visits: int = 0


@dataclass
class Options:
    """How a process plays: the name of the rules, the komi, and how many positions it searches at once."""

    rules: str
    komi: float
    games: int = 16


@dataclass
class NetworkAtPlay:
    """A network in a process of its own; start it with `start`.

    Attributes:
        ready: whether the network is loaded.
        failed: why the process ended by itself, None while it runs.
    """

    path: Path
    options: Options
    command: Sequence[str] = (sys.executable, "-P", "-m", "tournament.web.play.worker")
    seconds_to_load: float = SECONDS_TO_LOAD
    seconds_of_silence: float = SECONDS_OF_SILENCE
    ready: bool = False
    failed: str | None = None
    _thoughts: dict[int, Thought] = field(default_factory=dict)
    _asked: int = 0

    async def start(self) -> None:
        """Start the process; questions may be asked at once and are answered when the network is loaded."""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        options = {"rules": self.options.rules, "komi": self.options.komi, "games": self.options.games}
        self._process = await asyncio.create_subprocess_exec(
            *self.command,
            str(self.path),
            json.dumps(options),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=self._errors,
            limit=LONGEST_LINE,
        )
        self._reading = asyncio.create_task(self._read())

    @property
    def busy(self) -> bool:
        """Whether it owes an answer."""
        return bool(self._thoughts)

    def ask(self, moves: Sequence[int], visits: int, hint: bool = False) -> Thought:
        """Ask about the position after some moves.

        Raises:
            ThinkingFailed: the process has ended.
        """
        return self._begin({"moves": list(moves), "visits": visits, "hint": hint})

    def ask_about_game(self, moves: Sequence[int]) -> Thought:
        """Ask what the network makes of every position of a game.

        Raises:
            ThinkingFailed: the process has ended.
        """
        return self._begin({"moves": list(moves), "game": True})

    def _begin(self, request: dict[str, Any]) -> Thought:
        if self.failed is not None:
            raise ThinkingFailed(self.failed)
        self._asked += 1
        identity = self._asked
        thought = Thought(asyncio.get_running_loop().create_future())
        self._thoughts[identity] = thought
        self._send({"id": identity, **request})
        return thought

    def cancel(self, thought: Thought) -> None:
        """Ask no more for an answer."""
        for identity, asked in list(self._thoughts.items()):
            if asked is thought:
                del self._thoughts[identity]
                self._send({"cancel": identity})
        thought.answer.cancel()

    def ahead_of(self, thought: Thought) -> int:
        """How many questions must be answered before this one is begun; 0 when its turn has come."""
        place = next((place for place, asked in enumerate(self._thoughts.values()) if asked is thought), 0)
        return max(0, place - self.options.games + 1)

    async def close(self) -> None:
        """End the process, whatever it is doing; who waits for an answer is told."""
        self._reading.cancel()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        self._end("was stopped")
        self._errors.close()

    def _send(self, request: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        # not drained: a visitor has one question at most, so little can pile up
        self._process.stdin.write(json.dumps(request).encode() + b"\n")

    async def _read(self) -> None:
        """Take the answers until the process ends or hangs."""
        assert self._process.stdout is not None
        while True:
            limit = self.seconds_of_silence if self.ready else self.seconds_to_load
            owes = self.busy or not self.ready
            try:
                line = await asyncio.wait_for(self._process.stdout.readline(), limit)
            except TimeoutError:
                if not owes:
                    continue
                self._process.kill()
                await self._process.wait()
                self._end(f"{'did not answer' if self.ready else 'was not loaded'} within {limit:g} s")
                return
            if not line:
                self._end(await self._crash())
                return
            self._take(json.loads(line))

    def _take(self, answer: dict[str, Any]) -> None:
        if "ready" in answer:
            self.ready = True
            return
        thought = self._thoughts.get(answer["id"])
        if thought is None:  # cancelled
            return
        if not {"move", "values", "error"} & answer.keys():
            thought.visits = answer["visits"]
            return
        del self._thoughts[answer["id"]]
        if thought.answer.done():
            return
        if "error" in answer:
            thought.answer.set_exception(ThinkingFailed(answer["error"]))
        else:
            thought.answer.set_result(answer)

    def _end(self, why: str) -> None:
        self.failed = f"the network {why}"
        for thought in self._thoughts.values():
            if not thought.answer.done():
                thought.answer.set_exception(ThinkingFailed(self.failed))
        self._thoughts.clear()

    async def _crash(self) -> str:
        """Say how the process ended: its last line of output, or its exit status."""
        status = await self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read()[-4000:].decode(errors="replace").strip().splitlines()
        return f"crashed (exit status {status}){': ' + lines[-1][:300] if lines else ''}"
