"""Moves: the controller's, the engine's own, and taking them back."""

from __future__ import annotations

from golois.coordinates import vertex_from_move
from golois.gtp.engine import Engine
from golois.gtp.protocol import GtpError, at_least, color_argument, move_argument


def play(engine: Engine, arguments: list[str]) -> str:
    """Play a move: play COLOR VERTEX."""
    at_least(arguments, 2, "play COLOR VERTEX")
    color = color_argument(arguments[0])
    engine.play(color, move_argument(arguments[1], engine.game.size))
    return ""


def genmove(engine: Engine, arguments: list[str]) -> str:
    """Choose a move for a colour, play it and answer it: genmove COLOR."""
    at_least(arguments, 1, "genmove COLOR")
    color = color_argument(arguments[0])
    move = engine.choose(color)
    engine.play(color, move)
    return vertex_from_move(move, engine.game.size)


def reg_genmove(engine: Engine, arguments: list[str]) -> str:
    """Choose a move for a colour and answer it without playing it: reg_genmove COLOR."""
    at_least(arguments, 1, "reg_genmove COLOR")
    return vertex_from_move(engine.choose(color_argument(arguments[0])), engine.game.size)


def undo(engine: Engine, arguments: list[str]) -> str:
    """Take back the last move."""
    if not engine.game.moves:
        raise GtpError("cannot undo: no move has been played")
    engine.game.undo()
    return ""


COMMANDS = {
    "play": play,
    "genmove": genmove,
    "reg_genmove": reg_genmove,
    "undo": undo,
}
