"""The tournament's end of a network that runs in its own process (see worker.py), with a limit on its time."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import sys
import tempfile
import threading
from collections import deque
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
    """What a match needs of a network: start evaluations, do something else, fetch the answers in the same order.

    Attributes:
        planes: number of input planes, one of 6, 8, 21, 31.
        worked: when the evaluation fetched last began and ended, in seconds of `time.monotonic`.
    """

    planes: int
    worked: tuple[float, float]

    def start(self, planes: npt.NDArray[np.uint8]) -> None:
        """Send (B, 19, 19, P) uint8 planes and return at once."""
        ...

    def finish(self) -> tuple[Floats, Floats]:
        """Return policy (B, 362) and value (B,) of the positions sent first; raises NetworkFailure."""
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
        self.worked = (0.0, 0.0)
        self._limit = seconds_per_batch
        self._sent: deque[int] = deque()
        self._stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            [*command, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._stderr
        )
        # threads write and read, so that sending never waits and waiting for an answer can have a limit everywhere
        self._outgoing: queue.Queue[bytes] = queue.Queue()
        self._expected: queue.Queue[int] = queue.Queue()
        self._received: queue.Queue[bytes] = queue.Queue()
        for work in (self._write, self._read):
            threading.Thread(target=work, daemon=True).start()
        self._expected.put(HEADER.size)
        try:
            self.planes, self.moves = HEADER.unpack(self._receive(HEADER.size, seconds_to_load, "to load"))
        except BaseException:
            self.close()
            raise

    def start(self, planes: npt.NDArray[np.uint8]) -> None:
        """Send (B, 19, 19, P) uint8 planes; several batches may be on their way."""
        self._sent.append(len(planes))
        self._expected.put(_answer_size(len(planes)))
        self._outgoing.put(REQUEST.pack(len(planes)) + planes.tobytes())

    def finish(self) -> tuple[Floats, Floats]:
        """Return policy (B, 362) and value (B,) of the positions sent first."""
        batch = self._sent.popleft()
        answer = self._receive(_answer_size(batch), self._limit, f"for {batch} positions")
        self.worked = ANSWER.unpack_from(answer)
        numbers = np.frombuffer(answer, "<f4", offset=ANSWER.size)
        return numbers[: batch * 362].reshape(batch, 362), numbers[batch * 362 :]

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
            raise NetworkFailure(f"needed more than {limit:g} s {what}") from None
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


def _answer_size(batch: int) -> int:
    return ANSWER.size + batch * (362 + 1) * 4
