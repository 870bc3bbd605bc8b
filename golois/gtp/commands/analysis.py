"""Analysis while it goes on, and moves chosen with it, in the formats of Leela Zero, KataGo, Sabaki and CGOS."""

from __future__ import annotations

import time
from typing import Any

from golois.coordinates import vertex_from_move
from golois.gtp.analysis_lines import AnalysisOptions, Format, cgos_line, kata_line, leela_line
from golois.gtp.engine import Engine
from golois.gtp.protocol import COLORS, RESIGN, GtpError, color_argument, integer_argument, move_argument
from golois.search import Budget, SearchPlayer
from golois.search.restriction import Restriction

ENDLESS = Budget(visits=2**30)
# KataGo's keys with true or false; what they ask for where there is no name is left out of the lines
_SWITCHES = {
    "ownership": "ownership",
    "ownershipstdev": "ownership_deviation",
    "pvvisits": "variation_visits",
    "movesownership": "",
    "movesownershipstdev": "",
    "noresultvalue": "",
    "pvedgevisits": "",
    "rootinfo": "",
}
PAUSE = 0.005  # seconds between looks at the input when there is nothing left to search


def read_options(engine: Engine, arguments: list[str]) -> AnalysisOptions:
    """Read a colour, an interval and keys with values; GtpError names what is wrong."""
    words = list(arguments)
    values: dict[str, Any] = {"interval": 1.0}
    restriction = Restriction(engine.game.size)
    while words:
        key = words.pop(0).lower()
        if key in COLORS and "color" not in values:
            values["color"] = color_argument(key)
            continue
        if key.lstrip("+-").isdigit():
            values["interval"] = _interval(key)
            continue
        if key in ("avoid", "allow"):
            if len(words) < 3:
                raise GtpError(f"syntax error: expected {key} COLOR VERTEX,VERTEX,... MOVES")
            color = color_argument(words.pop(0))
            moves = {move_argument(vertex, engine.game.size) for vertex in words.pop(0).split(",")}
            depth = integer_argument(words.pop(0), "number of moves", 1, 10**6)
            (restriction.avoid if key == "avoid" else restriction.allow)(color, moves, depth)
            continue
        if not words:
            raise GtpError(f"syntax error: '{key[:40]}' without a value")
        value = words.pop(0)
        if key == "interval":
            values["interval"] = _interval(value)
        elif key == "maxmoves":
            values["most"] = integer_argument(value, "maxmoves", 1, 10**6)
        elif key == "minmoves":
            integer_argument(value, "minmoves", 0, 10**6)
        elif key in _SWITCHES:
            if value.lower() not in ("true", "false"):
                raise GtpError(f"syntax error: {key} '{value[:40]}', expected true or false")
            if _SWITCHES[key]:
                values[_SWITCHES[key]] = value.lower() == "true"
        else:
            raise GtpError(f"syntax error: unknown option '{key[:40]}'")
    return AnalysisOptions(**values, restriction=None if restriction.is_empty else restriction)


def _interval(text: str) -> float:
    return integer_argument(text, "interval in centiseconds", 0, 10**8) / 100


def _begin_answer(engine: Engine) -> None:
    """Send the first line of an answer; what follows is sent as it comes."""
    engine.streaming = True
    engine.write(f"={engine.identity}\n")


def _analyze(engine: Engine, arguments: list[str], line: Format) -> str:
    """Search until the next command and send a line at each interval."""
    analyst = engine.analyst
    engine.check_size(analyst)
    options = read_options(engine, arguments)
    game = engine.game.copy()
    if options.color not in (None, game.to_move):
        game.to_move = options.color
    if game.is_over:  # what two passes would end is looked at as if it went on
        game.resume()
    search, slot = analyst.search_of(game, engine.game_number)
    if options.restriction:
        search.restrict(slot, options.restriction)
    search.begin(ENDLESS, [slot])
    _begin_answer(engine)
    due = time.perf_counter() + (options.interval or 0)
    while not engine.input_waiting():
        if search.step() == 0 and search.is_finished():
            time.sleep(PAUSE)
        if options.interval is not None and time.perf_counter() >= due:
            text = line(game, search.report(slot), options)
            if text:
                engine.write(text + "\n")
            due = time.perf_counter() + options.interval
    if options.restriction:
        search.forget(slot)
    return ""


def _genmove_analyze(engine: Engine, arguments: list[str], line: Format, final_line: bool = False) -> str:
    """Choose and play a move like genmove, sending analysis lines on the way."""
    options = read_options(engine, arguments)
    if options.restriction:
        raise GtpError("avoid and allow are for an analysis: the engine plays the best move that it knows")
    color = options.color if options.color is not None else engine.game.to_move
    due = time.perf_counter() + (options.interval or 0)

    def progress() -> None:
        nonlocal due
        if final_line or options.interval is None or time.perf_counter() < due:
            return
        player = engine.player
        assert isinstance(player, SearchPlayer)  # no other reports progress
        text = line(engine.game, player.report(engine.game_number), options)
        if text:
            if not engine.streaming:
                _begin_answer(engine)
            engine.write(text + "\n")
        due = time.perf_counter() + options.interval

    move = engine.choose(color, progress)
    report = engine.last_report
    text = line(engine.game, report, options) + "\n" if report and report.moves else ""
    if move == RESIGN:
        vertex = "resign"
    else:
        engine.play(color, move)
        engine.pondering = True
        vertex = vertex_from_move(move, engine.game.size)
    if not engine.streaming:
        _begin_answer(engine)
    return f"{text}play {vertex}"


def lz_analyze(engine: Engine, arguments: list[str]) -> str:
    """Analyse in Leela Zero's format until the next command: [COLOR] [CENTISECONDS] [KEY VALUE]..."""
    return _analyze(engine, arguments, leela_line)


def kata_analyze(engine: Engine, arguments: list[str]) -> str:
    """Analyse in KataGo's format until the next command."""
    return _analyze(engine, arguments, kata_line)


def lz_genmove_analyze(engine: Engine, arguments: list[str]) -> str:
    """Choose and play a move, with lines in Leela Zero's format before it."""
    return _genmove_analyze(engine, arguments, leela_line)


def kata_genmove_analyze(engine: Engine, arguments: list[str]) -> str:
    """Choose and play a move, with lines in KataGo's format before it."""
    return _genmove_analyze(engine, arguments, kata_line)


def cgos_genmove_analyze(engine: Engine, arguments: list[str]) -> str:
    """Choose and play a move, with one line of JSON before it."""
    return _genmove_analyze(engine, arguments, cgos_line, final_line=True)


COMMANDS = {
    "analyze": lz_analyze,
    "lz-analyze": lz_analyze,
    "kata-analyze": kata_analyze,
    "genmove_analyze": lz_genmove_analyze,
    "lz-genmove_analyze": lz_genmove_analyze,
    "kata-genmove_analyze": kata_genmove_analyze,
    "cgos-genmove_analyze": cgos_genmove_analyze,
}
