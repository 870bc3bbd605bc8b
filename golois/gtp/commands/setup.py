"""The board before the first move: size, rules, komi."""

from __future__ import annotations

from dataclasses import replace

from golois.board import MAXIMUM_SIZE, MINIMUM_SIZE
from golois.gtp.engine import Engine
from golois.gtp.protocol import GtpError, at_least, number_argument


def boardsize(engine: Engine, arguments: list[str]) -> str:
    """Begin a game on a board of another size: boardsize SIZE."""
    at_least(arguments, 1, "boardsize SIZE")
    sizes = {int(text) if text.isdecimal() and len(text) < 4 else -1 for text in arguments[:2]}
    size = sizes.pop()
    if sizes or not MINIMUM_SIZE <= size <= MAXIMUM_SIZE:
        raise GtpError(f"unacceptable size: expected a square board from {MINIMUM_SIZE} to {MAXIMUM_SIZE}")
    engine.new_game(size)
    return ""


def clear_board(engine: Engine, arguments: list[str]) -> str:
    """Begin a new game; size, komi and rules stay."""
    engine.new_game()
    return ""


def komi(engine: Engine, arguments: list[str]) -> str:
    """Set the komi: komi POINTS; the moves stay."""
    at_least(arguments, 1, "komi POINTS")
    engine.change_rules(replace(engine.rules, komi=number_argument(arguments[0], "komi", -150, 150)))
    return ""


COMMANDS = {
    "boardsize": boardsize,
    "rectangular_boardsize": boardsize,
    "clear_board": clear_board,
    "komi": komi,
}
