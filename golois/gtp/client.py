"""The controller's side of GTP: a program in a process of its own, with a limit on every answer."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import threading
from collections import deque
from collections.abc import Sequence
from typing import IO

from golois.children import start_child
from golois.errors import GoloisError

COMPLAINTS = 3  # last lines of standard error that an error message repeats
LONGEST_COMPLAINT = 300  # bytes of one of them


class ProgramError(GoloisError):
    """A program that cannot be started, has ended, does not answer in time, or answers with an error."""


class RefusedCommand(ProgramError):
    """A command that the program answered with an error; the program goes on."""


class GtpProgram:
    """A running program.

    Args:
        command: the program and its arguments.
        timeout: seconds that any answer may take.
        name: for messages; the program itself when left out.

    Raises:
        ProgramError: it cannot be started.
    """

    def __init__(self, command: Sequence[str], timeout: float = 60.0, name: str | None = None) -> None:
        self.command = list(command)
        self.timeout = timeout
        self.name = name or self.command[0]
        try:
            self._process = start_child(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        except OSError as error:
            raise ProgramError(f"cannot start {self.name}: {error.strerror or error}") from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._input: IO[bytes] = self._process.stdin
        self._output: IO[bytes] = self._process.stdout
        self._errors: IO[bytes] = self._process.stderr
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._complaints: deque[str] = deque(maxlen=COMPLAINTS)
        self._reader = threading.Thread(target=self._read, daemon=True, name="gtp-program")
        self._listener = threading.Thread(target=self._listen, daemon=True, name="gtp-program-errors")
        self._reader.start()
        self._listener.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in self._output:
                self._lines.put(line)
        self._lines.put(b"")

    def _listen(self) -> None:
        """Keep the last lines of standard error: a program that will not start says there why."""
        with contextlib.suppress(OSError, ValueError):
            while line := self._errors.readline(LONGEST_COMPLAINT):
                if text := line.decode("utf-8", "replace").strip():
                    self._complaints.append(text)

    def _last_words(self) -> str:
        self._listener.join(1.0)  # the process has ended, and soon so does its standard error
        return f"; its last words: {' / '.join(self._complaints)}" if self._complaints else ""

    def send(self, command: str) -> str:
        """Send a command and return the text of the answer, without the sign and the id before it.

        Raises:
            RefusedCommand: the answer was an error.
            ProgramError: the program ended or did not answer in time.
        """
        try:
            self._input.write(command.encode() + b"\n")
            self._input.flush()
        except (OSError, ValueError):
            raise ProgramError(f"{self.name} has ended; it was asked: {command}{self._last_words()}") from None
        lines: list[str] = []
        while True:
            try:
                line = self._lines.get(timeout=self.timeout)
            except queue.Empty:
                self.close()
                raise ProgramError(f"{self.name} did not answer '{command}' within {self.timeout:g} s") from None
            if not line:
                self._lines.put(b"")
                raise ProgramError(f"{self.name} ended while it was asked: {command}{self._last_words()}")
            text = line.decode("utf-8", "replace").rstrip()
            if not lines and not text.startswith(("=", "?")):
                continue  # programs chatter before their answers
            if text == "":
                break
            lines.append(text)
        body = "\n".join([lines[0][1:].strip(), *lines[1:]]).strip()
        if lines[0].startswith("?"):
            raise RefusedCommand(f"{self.name} refused '{command}': {body or 'no reason given'}")
        return body

    def close(self, patience: float = 2.0) -> None:
        """End the process, by force when it has not gone `patience` seconds after its input ended."""
        with contextlib.suppress(OSError, ValueError):
            self._input.close()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for thread, stream in ((self._reader, self._output), (self._listener, self._errors)):
            thread.join(1.0)
            if not thread.is_alive():  # a child of the program may hold the other end: closing would wait for it
                with contextlib.suppress(OSError, ValueError):
                    stream.close()
