"""What each command does: a table from name to handler.

A handler takes the engine and the arguments and returns the text of the answer; it raises GoloisError to
answer with an error, having changed nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from golois.gtp.commands import administration, analysis, playing, scoring, setup, timing
from golois.gtp.engine import Engine
from golois.gtp.protocol import GtpError, at_least

Handler = Callable[[Engine, list[str]], str]


def list_commands(engine: Engine, arguments: list[str]) -> str:
    """Name every command, one a line."""
    return "\n".join(COMMANDS)


def known_command(engine: Engine, arguments: list[str]) -> str:
    """Say whether a command is known."""
    at_least(arguments, 1, "known_command COMMAND")
    return "true" if arguments[0] in COMMANDS else "false"


COMMANDS: dict[str, Handler] = {
    **administration.COMMANDS,
    "list_commands": list_commands,
    "known_command": known_command,
    **setup.COMMANDS,
    **playing.COMMANDS,
    **scoring.COMMANDS,
    **timing.COMMANDS,
    **analysis.COMMANDS,
}

__all__ = ["COMMANDS", "GtpError", "Handler"]
