"""Both ends of a conversation: a controller that sends each command when the one before has been answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from golois.gtp.engine import Engine, EngineOptions
from golois.gtp.loop import run
from golois.players import Player

PATIENCE = 200.0  # seconds: the kernels may have to be compiled first


class Controller:
    """Runs an engine in a thread and talks to it like a program at the other end of two pipes."""

    def __init__(self, load: Callable[[], Player], options: EngineOptions | None = None, **more: object):
        self._to_engine: list[bytes] = []
        self._received = b""
        self._read = 0
        self._condition = threading.Condition()
        self.engine = Engine(load, options, **more)  # type: ignore[arg-type]
        self._thread = threading.Thread(target=run, args=(self.engine, self, self), daemon=True)
        self._thread.start()

    # what the engine sees

    def read(self, size: int, /) -> bytes:
        with self._condition:
            while not self._to_engine:
                self._condition.wait()
            return self._to_engine.pop(0)

    def write(self, data: bytes) -> int:
        with self._condition:
            self._received += data
            self._condition.notify_all()
        return len(data)

    def flush(self) -> None:
        pass

    # what the test does

    def send(self, text: str) -> None:
        """Send a line, or "" for the end of the input."""
        with self._condition:
            self._to_engine.append(f"{text}\n".encode() if text else b"")
            self._condition.notify_all()

    def wait_for(self, text: str) -> str:
        """Wait until the engine has written `text`; return everything up to and with it."""
        deadline = time.monotonic() + PATIENCE
        wanted = text.encode()
        with self._condition:
            while (at := self._received.find(wanted, self._read)) < 0:
                assert self._condition.wait(deadline - time.monotonic()), self._received[self._read :]
            start, self._read = self._read, at + len(wanted)
            return self._received[start : self._read].decode()

    def ask(self, line: str) -> str:
        """Send a command and return its whole answer without the empty line."""
        self.send(line)
        return self.wait_for("\n\n")[:-2]

    def close(self) -> None:
        self.send("")
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
