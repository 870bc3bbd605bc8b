"""The tournament's end of a network that runs in its own process (see worker.py), with a limit on its time."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Protocol

import numpy as np
import numpy.typing as npt

from tournament.worker import ANSWER, HEADER, REQUEST

Floats = npt.NDArray[np.float32]


class NetworkFailure(Exception):
    """A network did not do its part; the message says what happened, for the report."""


class Network(Protocol):
    """What a match needs of a network: start an evaluation, do something else, fetch the answer.

    Attributes:
        planes: number of input planes, one of 6, 8, 21, 31.
        moves: 362, or 361 when the network knows no pass.
        seconds: time spent inside the network so far.
        positions: positions evaluated so far.
    """

    planes: int
    moves: int
    seconds: float
    positions: int

    def start(self, planes: npt.NDArray[np.uint8]) -> None:
        """Send (B, 19, 19, P) uint8 planes; raises NetworkFailure."""
        ...

    def finish(self) -> tuple[Floats, Floats]:
        """Return policy (B, 362) and value (B,) of the positions sent; raises NetworkFailure."""
        ...

    def close(self) -> None:
        """End it."""
        ...


class NetworkProcess:
    """A network in a process of its own."""

    def __init__(
        self,
        path: Path,
        seconds_per_batch: float = 60.0,
        seconds_to_load: float = 180.0,
        command: Sequence[str] = (sys.executable, "-P", "-m", "tournament.worker"),
    ) -> None:
        """Start the process and wait until the network is loaded.

        Args:
            path: the network's file.
            seconds_per_batch: how long one batch may take before the network counts as hung.
            seconds_to_load: how long loading may take.
            command: what to start; the path is added to it.

        Raises:
            NetworkFailure: the network did not load, or not in time.
        """
        self.seconds = 0.0
        self.positions = 0
        self._limit = seconds_per_batch
        self._batch = 0
        self._stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            [*command, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._stderr
        )
        # a thread reads, so that waiting for an answer can have a limit on every system
        self._wanted: queue.Queue[int] = queue.Queue()
        self._received: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        try:
            self.planes, self.moves = HEADER.unpack(self._receive(HEADER.size, seconds_to_load, "to load"))
        except BaseException:
            self.close()
            raise

    def start(self, planes: npt.NDArray[np.uint8]) -> None:
        """Send (B, 19, 19, P) uint8 planes."""
        self._batch = len(planes)
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(REQUEST.pack(len(planes)))
            self._process.stdin.write(np.ascontiguousarray(planes).data)
            self._process.stdin.flush()
        except OSError as error:
            raise NetworkFailure(self._crash()) from error

    def finish(self) -> tuple[Floats, Floats]:
        """Return policy (B, 362) and value (B,) of the positions sent."""
        size = ANSWER.size + self._batch * (362 + 1) * 4
        answer = self._receive(size, self._limit, f"for {self._batch} positions")
        self.seconds += ANSWER.unpack_from(answer)[0]
        self.positions += self._batch
        numbers = np.frombuffer(answer, "<f4", offset=ANSWER.size)
        return numbers[: self._batch * 362].reshape(self._batch, 362), numbers[self._batch * 362 :]

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._wanted.put(0)
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):  # unsent bytes to a dead process
                    stream.close()
        self._stderr.close()

    def _read(self) -> None:
        """Read what is wanted, piece by piece, until the process ends."""
        assert self._process.stdout is not None
        try:
            while size := self._wanted.get():
                data = self._process.stdout.read(size)
                self._received.put(data)
                if len(data) < size:
                    return
        except (OSError, ValueError):  # closed while reading
            self._received.put(b"")

    def _receive(self, size: int, limit: float, what: str) -> bytes:
        self._wanted.put(size)
        started = time.monotonic()
        try:
            data = self._received.get(timeout=limit)
        except queue.Empty:
            raise NetworkFailure(f"needed more than {time.monotonic() - started:.0f} s {what}") from None
        if len(data) < size:
            raise NetworkFailure(self._crash())
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
