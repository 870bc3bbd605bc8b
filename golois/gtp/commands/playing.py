"""Moves: the controller's, the engine's own, and taking them back."""

from __future__ import annotations

from golois.coordinates import vertex_from_move
from golois.gtp.commands.setup import color_vertex_pairs
from golois.gtp.engine import Engine
from golois.gtp.protocol import RESIGN, GtpError, at_least, color_argument, integer_argument, move_argument
from golois.life import is_safe_to_pass


def play(engine: Engine, arguments: list[str]) -> str:
    """Play a move: play COLOR VERTEX."""
    at_least(arguments, 2, "play COLOR VERTEX")
    color = color_argument(arguments[0])
    engine.play(color, move_argument(arguments[1], engine.game.size))
    return ""


def play_sequence(engine: Engine, arguments: list[str]) -> str:
    """Play several moves or none of them: gogui-play_sequence COLOR VERTEX COLOR VERTEX ..."""
    game = engine.game.copy()
    for color, move in color_vertex_pairs(engine, arguments):
        game.play(move, color)
    engine.game = game
    return ""


def genmove(engine: Engine, arguments: list[str]) -> str:
    """Choose a move for a colour, play it and answer it, or resign: genmove COLOR."""
    at_least(arguments, 1, "genmove COLOR")
    return _generate(engine, color_argument(arguments[0]))


def _generate(engine: Engine, color: int, agreement: bool = True) -> str:
    move = engine.choose(color, agreement=agreement)
    if move == RESIGN:
        return "resign"
    engine.play(color, move)
    engine.pondering = True
    return vertex_from_move(move, engine.game.size)


def reg_genmove(engine: Engine, arguments: list[str]) -> str:
    """Choose a move for a colour and answer it without playing it: reg_genmove COLOR."""
    at_least(arguments, 1, "reg_genmove COLOR")
    color = color_argument(arguments[0])
    game = engine.game.copy()
    move = engine.choose(color, will_be_played=False)
    size = engine.game.size
    if game.size == size:  # else the board was the network's own only from now on
        engine.game = game
    return vertex_from_move(move, size)


def genmove_cleanup(engine: Engine, arguments: list[str]) -> str:
    """Like genmove, but stones that are left on the board count as alive: kgs-genmove_cleanup COLOR."""
    at_least(arguments, 1, "kgs-genmove_cleanup COLOR")
    color = color_argument(arguments[0])
    game = engine.game.copy()
    game.to_move = color
    if is_safe_to_pass(game) and not _dead_stones_of_opponent(engine, color):
        engine.play(color, engine.game.pass_move)
        return "pass"
    return _generate(engine, color, agreement=False)


def _dead_stones_of_opponent(engine: Engine, color: int) -> bool:
    from golois.search.ownership import dead_stones

    stones = engine.game.stones().ravel()
    return any(stones[point] != color for point in dead_stones(engine.game))


def undo(engine: Engine, arguments: list[str]) -> str:
    """Take back the last move."""
    if not engine.game.moves:
        raise GtpError("cannot undo: no move has been played")
    engine.undo()
    return ""


def undo_several(engine: Engine, arguments: list[str]) -> str:
    """Take back the last moves: gg-undo [COUNT]."""
    count = integer_argument(arguments[0], "number of moves", 0, 10**6) if arguments else 1
    if count > len(engine.game.moves):
        raise GtpError(f"cannot undo {count} of {len(engine.game.moves)} moves")
    engine.undo(count)
    return ""


def explain_last_move(engine: Engine, arguments: list[str]) -> str:
    """Say how the last move was chosen."""
    return engine.explanation


COMMANDS = {
    "play": play,
    "gogui-play_sequence": play_sequence,
    "genmove": genmove,
    "reg_genmove": reg_genmove,
    "kgs-genmove_cleanup": genmove_cleanup,
    "undo": undo,
    "gg-undo": undo_several,
    "gomill-explain_last_move": explain_last_move,
}
