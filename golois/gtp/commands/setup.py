"""The board before the first move: size, rules, komi, handicap, positions and records."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

from golois.board import BLACK, MAXIMUM_SIZE, MINIMUM_SIZE, WHITE
from golois.coordinates import vertex_from_move
from golois.game import Game
from golois.gtp.commands.scoring import agreed_dead
from golois.gtp.engine import Engine, stones_before
from golois.gtp.protocol import GtpError, at_least, color_argument, integer_argument, move_argument, number_argument
from golois.handicap import fixed_handicap, most_fixed_handicap
from golois.rules import Rules


def boardsize(engine: Engine, arguments: list[str]) -> str:
    """Begin a game on a board of another size: boardsize SIZE."""
    at_least(arguments, 1, "boardsize SIZE")
    sizes = {int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1 for text in arguments[:2]}
    size = sizes.pop()
    if sizes or not MINIMUM_SIZE <= size <= MAXIMUM_SIZE:
        raise GtpError(f"unacceptable size: expected a square board from {MINIMUM_SIZE} to {MAXIMUM_SIZE}")
    engine.accept_size(size)
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


def get_komi(engine: Engine, arguments: list[str]) -> str:
    """Return the komi."""
    return f"{engine.rules.komi:g}"


def get_rules(engine: Engine, arguments: list[str]) -> str:
    """Return the rules as KataGo's JSON object."""
    return json.dumps(engine.rules.to_katago(), separators=(",", ":"))


def set_kgs_rules(engine: Engine, arguments: list[str]) -> str:
    """Set the rules by KGS's names: kgs-rules NAME. Chinese rules have superko there."""
    at_least(arguments, 1, "kgs-rules NAME")
    return set_rules(engine, ["chinese-kgs"] if arguments[0].lower() == "chinese" else arguments)


def set_rules(engine: Engine, arguments: list[str]) -> str:
    """Set the rules by name or as KataGo's JSON object; the moves and the komi stay."""
    at_least(arguments, 1, "kata-set-rules NAME or a JSON object")
    engine.change_rules(Rules.from_katago(" ".join(arguments), engine.rules.komi))
    return ""


def _place_handicap(engine: Engine, points: list[int]) -> str:
    game = engine.game
    if game.moves or game.setup is not None:
        raise GtpError("board not empty")
    engine.new_game(game=Game(game.size, engine.rules, black=points, to_move=WHITE, handicap=len(points)))
    return " ".join(vertex_from_move(point, game.size) for point in points)


def fixed_handicap_(engine: Engine, arguments: list[str]) -> str:
    """Place handicap stones on the fixed points: fixed_handicap COUNT."""
    at_least(arguments, 1, "fixed_handicap COUNT")
    count = integer_argument(arguments[0], "number of stones", 0, 10**6)
    return _place_handicap(engine, fixed_handicap(engine.game.size, count))


def place_free_handicap(engine: Engine, arguments: list[str]) -> str:
    """Place handicap stones where the engine likes, the fixed points, fewer where there are not so many."""
    at_least(arguments, 1, "place_free_handicap COUNT")
    size = engine.game.size
    count = integer_argument(arguments[0], "number of stones", 2, size * size - 1)
    most = most_fixed_handicap(size)
    if most < 2:
        raise GtpError(f"no handicap points are known on a board of size {size}")
    return _place_handicap(engine, fixed_handicap(size, min(count, most)))


def set_free_handicap(engine: Engine, arguments: list[str]) -> str:
    """Place handicap stones on given points: set_free_handicap VERTEX VERTEX ..."""
    at_least(arguments, 2, "set_free_handicap VERTEX VERTEX ...")
    points = [move_argument(vertex, engine.game.size) for vertex in arguments]
    if engine.game.pass_move in points or len(set(points)) < len(points):
        raise GtpError("bad vertex list: expected different points of the board")
    _place_handicap(engine, points)
    return ""


def gogui_setup(engine: Engine, arguments: list[str]) -> str:
    """Put stones on the board without moves: gogui-setup COLOR VERTEX COLOR VERTEX ..."""
    game = engine.game
    stones = game.stones().ravel().tolist()
    for color, point in color_vertex_pairs(engine, arguments):
        if point == game.pass_move:
            raise GtpError("invalid color or coordinate: a stone cannot be set on pass")
        stones[point] = color
    black, white = ([p for p, stone in enumerate(stones) if stone == color] for color in (BLACK, WHITE))
    engine.new_game(game=Game(game.size, engine.rules, black=black, white=white, to_move=game.to_move))
    return ""


def gogui_setup_player(engine: Engine, arguments: list[str]) -> str:
    """Say who moves first in a position that was set up: gogui-setup_player COLOR."""
    at_least(arguments, 1, "gogui-setup_player COLOR")
    color, game = color_argument(arguments[0]), engine.game
    if game.moves:
        game.to_move = color
        return ""
    black, white = (stones_before(game, side) for side in (BLACK, WHITE))
    engine.game = Game(game.size, game.rules, black=black, white=white, to_move=color, handicap=game.handicap)
    return ""


def color_vertex_pairs(engine: Engine, arguments: list[str]) -> list[tuple[int, int]]:
    """Read COLOR VERTEX COLOR VERTEX ..."""
    if not arguments or len(arguments) % 2:
        raise GtpError("syntax error: expected COLOR VERTEX COLOR VERTEX ...")
    return [
        (color_argument(color), move_argument(vertex, engine.game.size))
        for color, vertex in zip(arguments[::2], arguments[1::2], strict=True)
    ]


def loadsgf(engine: Engine, arguments: list[str]) -> str:
    """Load a game record up to a move: loadsgf FILE [MOVE_NUMBER], the position before that move."""
    from golois.records.record import RecordProblem
    from golois.records.replay import game_from_record
    from golois.records.sgf import read_sgf

    at_least(arguments, 1, "loadsgf FILE [MOVE_NUMBER]")
    file, moves = " ".join(arguments), None  # the protocol has no quotes for a name with spaces
    if len(arguments) > 1 and not Path(file).exists() and arguments[-1].isdecimal():
        file = " ".join(arguments[:-1])
        moves = integer_argument(arguments[-1], "move number", 1, 10**6) - 1
    problems: list[RecordProblem] = []
    record = next(read_sgf(Path(file), problems.append), None)
    if record is None:
        raise GtpError(f"cannot load file: {problems[0] if problems else f'{file} holds no game'}")
    rules = engine.rules if math.isnan(record.komi) else replace(engine.rules, komi=record.komi)
    engine.new_game(game=game_from_record(record, moves, rules))
    return ""


def printsgf(engine: Engine, arguments: list[str]) -> str:
    """Return the game as an SGF record, or write it to a file: printsgf [FILE]."""
    from golois.files import write_whole
    from golois.records.replay import record_from_game
    from golois.records.sgf import sgf_from_record

    game = engine.game
    result = game.result(agreed_dead(engine)) if game.is_over else "?"
    content = sgf_from_record(record_from_game(game, result=result))
    if not arguments:
        return content.decode("utf-8")
    file = " ".join(arguments)
    try:
        write_whole(file, content)
    except OSError as error:
        raise GtpError(f"cannot write {file}: {error.strerror or error}") from error
    return ""


COMMANDS = {
    "boardsize": boardsize,
    "rectangular_boardsize": boardsize,
    "clear_board": clear_board,
    "komi": komi,
    "get_komi": get_komi,
    "kata-get-rules": get_rules,
    "kata-set-rules": set_rules,
    "kgs-rules": set_kgs_rules,
    "fixed_handicap": fixed_handicap_,
    "place_free_handicap": place_free_handicap,
    "set_free_handicap": set_free_handicap,
    "gogui-setup": gogui_setup,
    "gogui-setup_player": gogui_setup_player,
    "loadsgf": loadsgf,
    "printsgf": printsgf,
}
