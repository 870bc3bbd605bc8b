"""The tournament's end of a network that runs in its own process (see worker.py), with a limit on its time."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import queue
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import numpy as np

from golois.children import start_child
from tournament.openings import GameToPlay
from tournament.players import PlayerFailure
from tournament.worker import ANSWER, CLOCK_PER_CPU, GAME, READY, REQUEST, Options


class NetworkProcess:
    """A network in a process of its own.

    Attributes:
        worked: see `tournament.players.Player`.
        cpu_seconds_in_network: CPU time that the network has taken.
        cpu_seconds_beside: CPU time that the process has spent on all else since it was ready.
    """

    def __init__(
        self,
        path: Path,
        options: Options,
        seconds_per_batch: float = 60.0,
        seconds_to_load: float = 180.0,
        command: Sequence[str] = (sys.executable, "-P", "-m", "tournament.worker"),
    ) -> None:
        """Start the process and wait until the network is loaded.

        Args:
            path: the network's file.
            options: how it plays.
            seconds_per_batch: how long one batch may take before the network counts as hung, the time that a
                search is given not counted.
            seconds_to_load: how long loading may take.
            command: what to start; the path and the options are added to it.

        Raises:
            PlayerFailure: the network did not load, or not in time.
        """
        self.worked = (0.0, 0.0)
        self.cpu_seconds_in_network = self.cpu_seconds_beside = 0.0
        self._limit = seconds_per_batch
        self._search_seconds = CLOCK_PER_CPU * options.seconds
        self._sent: deque[int] = deque()
        self._stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = start_child(
            [*command, str(path), json.dumps(dataclasses.asdict(options))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
        )
        # threads write and read, so that sending never waits and waiting for an answer can have a limit everywhere
        self._outgoing: queue.Queue[bytes] = queue.Queue()
        self._expected: queue.Queue[int] = queue.Queue()
        self._received: queue.Queue[bytes] = queue.Queue()
        for work in (self._write, self._read):
            threading.Thread(target=work, daemon=True).start()
        self._expected.put(READY.size)
        try:
            self._receive(READY.size, seconds_to_load, "to load")
        except BaseException:
            self.close()
            raise

    def start(self, games: Sequence[GameToPlay]) -> None:
        """Ask for a move in each of these games; several batches may be on their way."""
        self._sent.append(len(games))
        self._expected.put(_answer_size(len(games)))
        request = [REQUEST.pack(len(games))]
        for entry in games:
            moves = entry.game.log[:, 0].astype("<u2")
            number, chance = (entry.seed, -1) if entry.chance is None else (-1, entry.chance)
            request += [GAME.pack(number, chance, len(moves)), moves.tobytes()]
        self._outgoing.put(b"".join(request))

    def finish(self) -> list[int]:
        """Return a move or NO_DISTRIBUTION for each game of the batch that was sent first."""
        games = self._sent.popleft()
        limit = self._limit + games * self._search_seconds
        answer = self._receive(_answer_size(games), limit, f"for a batch of {games} games")
        began, ended, self.cpu_seconds_in_network, self.cpu_seconds_beside = ANSWER.unpack_from(answer)
        self.worked = (began, ended)
        moves: list[int] = np.frombuffer(answer, "<i4", offset=ANSWER.size).tolist()
        return moves

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._expected.put(0)
        self._outgoing.put(b"")
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):  # unsent bytes to a dead process
                    stream.close()
        self._stderr.close()

    def _write(self) -> None:
        """Send what is to be sent until the process ends or nothing more is wanted."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):  # the process ended: whoever waits for its answer is told
            while data := self._outgoing.get():
                self._process.stdin.write(data)
                self._process.stdin.flush()

    def _read(self) -> None:
        """Read what is expected, answer by answer, until the process ends or nothing more is expected."""
        assert self._process.stdout is not None
        try:
            while size := self._expected.get():
                data = self._process.stdout.read(size)
                self._received.put(data)
                if len(data) < size:
                    return
        except (OSError, ValueError):  # closed while reading
            self._received.put(b"")

    def _receive(self, size: int, limit: float, what: str) -> bytes:
        try:
            data = self._received.get(timeout=limit)
        except queue.Empty:
            raise PlayerFailure(f"needed more than {limit:g} s {what}") from None
        if len(data) < size:
            raise PlayerFailure(self._crash())
        return data

    def _crash(self) -> str:
        """Say how the process ended: its last line of output, or its exit status."""
        try:
            status = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return "closed its output without an answer"
        self._stderr.seek(0)
        lines = self._stderr.read()[-4000:].decode(errors="replace").strip().splitlines()
        return f"crashed (exit status {status}){': ' + lines[-1][:300] if lines else ''}"


def _answer_size(games: int) -> int:
    return ANSWER.size + 4 * games
