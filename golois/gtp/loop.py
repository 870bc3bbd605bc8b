"""Read commands, answer them, ponder in between; standard input is read while a search runs."""

from __future__ import annotations

import itertools
import queue
import sys
import threading
import traceback
from collections.abc import Callable
from typing import BinaryIO, Protocol

from golois.errors import GoloisError
from golois.gtp.commands import COMMANDS
from golois.gtp.engine import Engine
from golois.gtp.protocol import Command, answer, parse_line

LONGEST_LINE = 1 << 20  # bytes; a whole game in gogui-play_sequence is some 10,000
INTERRUPT = "# interrupt"  # GoGui's comment that asks for an end of the search under way


class RawInput(Protocol):
    """What commands are read from: `read` returns the bytes that have come, b"" at the end.

    An unbuffered stream does. A buffered one is locked while a thread waits in it, and Python cannot end then.
    """

    def read(self, size: int, /) -> bytes | None:
        """Wait for at most `size` bytes."""
        ...


def run(engine: Engine, source: RawInput, sink: BinaryIO) -> None:
    """Answer the commands of `source` on `sink` until `quit` or the end of the input.

    Every command gets exactly one answer: a command that fails for whatever reason gets a line that begins
    with `?`, and the engine goes on. A sink that is closed ends the loop like the end of the input.
    """
    lines: queue.SimpleQueue[tuple[int, str | None]] = queue.SimpleQueue()
    numbers = itertools.count()
    interrupted_at = under_way = 0  # the numbers of the last interrupt and of the command that is carried out

    def receive(line: str | None) -> None:
        nonlocal interrupted_at
        number = next(numbers)
        if line is not None and line.strip() == INTERRUPT:
            interrupted_at = number
        lines.put((number, line))

    threading.Thread(target=read_lines, args=(source, receive), daemon=True, name="gtp-input").start()

    def write(text: str) -> None:
        try:
            sink.write(text.encode("utf-8", "replace"))
            sink.flush()
        except (OSError, ValueError) as error:  # Windows words a closed pipe in several ways
            raise BrokenPipeError from error

    engine.write = write
    engine.input_waiting = lambda: not lines.empty()
    engine.interrupted = lambda: interrupted_at > under_way
    try:
        while not engine.finished:
            while lines.empty() and engine.ponder():
                pass
            under_way, line = lines.get()
            if line is None:
                break
            command = parse_line(line)
            if command is not None:
                write(respond(engine, command))
    except (BrokenPipeError, KeyboardInterrupt):
        pass  # the program at the other end is gone, or the user has had enough


def respond(engine: Engine, command: Command) -> str:
    """Carry out one command and return the text still to be written, the end of its answer included."""
    handler = COMMANDS.get(command.name)
    if handler is None:
        return answer(command.identity, f"unknown command '{command.name[:40]}'", success=False)
    engine.identity = command.identity
    engine.streaming = False
    engine.pondering = False
    try:
        text = handler(engine, command.arguments)
    except GoloisError as error:
        text, success = " ".join(str(error).split()), False
    except BrokenPipeError:
        raise
    except Exception as error:
        # a defect of ours must not end the user's game: say what happened and go on
        traceback.print_exc(file=sys.stderr)
        text, success = f"internal error in {command.name}: {type(error).__name__}: {error}", False
        text = " ".join(text.split())
    else:
        success = True
    if engine.streaming:
        # the answer has begun, so what follows is its last lines, whatever happened
        return f"{text}\n\n" if text else "\n"
    return answer(command.identity, text, success)


def read_lines(source: RawInput, receive: Callable[[str | None], None]) -> None:
    """Hand over each line, then None. Of a line that never ends only the beginning is kept."""
    begun = b""
    try:
        while data := source.read(1 << 16):
            *whole, begun = (begun + data).split(b"\n")
            for line in whole:
                receive(line.decode("utf-8", "replace"))
            begun = begun[:LONGEST_LINE]
    except (OSError, ValueError):
        pass  # the input was closed under us: the same as its end
    if begun:
        receive(begun.decode("utf-8", "replace"))
    receive(None)
