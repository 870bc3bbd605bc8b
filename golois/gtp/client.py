"""The controller's side of GTP: a program in a process of its own, with a limit on every answer."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import threading
from collections.abc import Sequence
from typing import IO

from golois.children import start_child
from golois.errors import GoloisError


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
    """

    def __init__(self, command: Sequence[str], timeout: float = 60.0, name: str | None = None) -> None:
        self.command = list(command)
        self.timeout = timeout
        self.name = name or self.command[0]
        try:
            self._process = start_child(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            raise ProgramError(f"cannot start {self.name}: {error.strerror or error}") from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input: IO[bytes] = self._process.stdin
        self._output: IO[bytes] = self._process.stdout
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True, name="gtp-program").start()

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in self._output:
                self._lines.put(line)
        self._lines.put(b"")

    def send(self, command: str) -> str:
        """Send a command and return the text of the answer.

        Raises:
            RefusedCommand: the answer was an error.
            ProgramError: the program ended or did not answer in time.
        """
        try:
            self._input.write(command.encode() + b"\n")
            self._input.flush()
        except (OSError, ValueError):
            raise ProgramError(f"{self.name} has ended; it was asked: {command}") from None
        lines: list[str] = []
        while True:
            try:
                line = self._lines.get(timeout=self.timeout)
            except queue.Empty:
                self.close()
                raise ProgramError(f"{self.name} did not answer '{command}' within {self.timeout:g} s") from None
            if not line:
                self._lines.put(b"")
                raise ProgramError(f"{self.name} ended while it was asked: {command}")
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

    def close(self) -> None:
        """End the process, by force when it does not go."""
        with contextlib.suppress(OSError, ValueError):
            self._input.close()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        with contextlib.suppress(OSError, ValueError):
            self._output.close()
