"""Lines of the Go Text Protocol, version 2: what a command and an answer look like.

The specification is Gunnar Farnebäck's draft of 2002; the names of the parts (id, command, arguments) are
his.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from golois.board import BLACK, WHITE
from golois.coordinates import move_from_vertex
from golois.errors import GoloisError

COLORS = {"b": BLACK, "black": BLACK, "w": WHITE, "white": WHITE}
LETTERS = {BLACK: "b", WHITE: "w"}
RESIGN = -1  # in place of a move

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_IDENTITY = re.compile(r"[0-9]+")


class GtpError(GoloisError):
    """A command that cannot be answered: the message follows the `?` of the answer."""


@dataclass(frozen=True)
class Command:
    """One command of the controller: its id as written ("" without one), its name and its arguments."""

    identity: str
    name: str
    arguments: list[str]


def parse_line(line: str) -> Command | None:
    """Read one line; None when it holds nothing but blanks and comment.

    Control characters are dropped, a tab counts as a space, and a comment runs from # to the end of the
    line, as the specification says. A line with an id and nothing else is a command with an empty name.
    """
    words = _CONTROL.sub("", line.replace("\t", " ")).partition("#")[0].split()
    if not words:
        return None
    identity = ""
    if _IDENTITY.fullmatch(words[0]):
        identity, *words = words
    name, *arguments = words or [""]
    return Command(identity, name, arguments)


def answer(identity: str, text: str, success: bool = True) -> str:
    """Return the whole answer to a command, with the empty line that ends it.

    An empty line inside an answer would end it too early, so such lines are left out of the text.
    """
    body = "\n".join(line.rstrip() for line in text.splitlines() if line.strip())
    return f"{'=' if success else '?'}{identity} {body}".rstrip(" ") + "\n\n"


def at_least(arguments: list[str], count: int, usage: str) -> None:
    """Require `count` arguments, else refuse with the usage of the command."""
    if len(arguments) < count:
        raise GtpError(f"syntax error: expected {usage}")


def color_argument(text: str) -> int:
    """Return BLACK or WHITE for b, w, black, white in any case."""
    try:
        return COLORS[text.lower()]
    except KeyError:
        raise GtpError(f"invalid color or coordinate: color '{_short(text)}', expected b or w") from None


def move_argument(text: str, size: int) -> int:
    """Return the move for a vertex such as D4 or pass in any case."""
    try:
        return move_from_vertex(text, size)
    except (GoloisError, ValueError):
        raise GtpError(
            f"invalid color or coordinate: vertex '{_short(text)}' on a {size}x{size} board, expected e.g. D4 or pass"
        ) from None


def integer_argument(text: str, what: str, least: int, most: int) -> int:
    """Return an integer within [least, most]."""
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise GtpError(f"syntax error: {what} '{_short(text)}', expected an integer from {least} to {most}")
    return int(text)


def number_argument(text: str, what: str, least: float, most: float) -> float:
    """Return a finite number within [least, most]."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not least <= number <= most:
        raise GtpError(f"syntax error: {what} '{_short(text)}', expected a number from {least:g} to {most:g}")
    return number


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
