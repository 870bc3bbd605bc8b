"""Time: what was agreed and what is left."""

from __future__ import annotations

from golois.gtp.clock import TimeControl
from golois.gtp.engine import Engine
from golois.gtp.protocol import GtpError, at_least, color_argument, integer_argument, number_argument

LONGEST = 1e7  # seconds


def time_settings(engine: Engine, arguments: list[str]) -> str:
    """Agree on Canadian time: time_settings MAIN PERIOD STONES; a period without stones means no limit."""
    at_least(arguments, 3, "time_settings MAIN_TIME BYO_YOMI_TIME BYO_YOMI_STONES")
    main, period = (number_argument(text, "time", 0, LONGEST) for text in arguments[:2])
    stones = integer_argument(arguments[2], "stones", 0, 10**6)
    if period > 0 and stones == 0:
        control = TimeControl()
    elif period == 0:
        control = TimeControl("absolute", main)
    else:
        control = TimeControl("canadian", main, period, stones)
    engine.clock.set(control)
    return ""


def kgs_time_settings(engine: Engine, arguments: list[str]) -> str:
    """Agree on time as KGS does: none | absolute MAIN | byoyomi MAIN PERIOD PERIODS | canadian MAIN PERIOD STONES."""
    at_least(arguments, 1, "kgs-time_settings none|absolute|byoyomi|canadian ...")
    kind, *rest = arguments
    kind = kind.lower()
    if kind == "none":
        engine.clock.set(TimeControl())
        return ""
    if kind == "absolute":
        at_least(rest, 1, "kgs-time_settings absolute MAIN_TIME")
        engine.clock.set(TimeControl("absolute", number_argument(rest[0], "time", 0, LONGEST)))
        return ""
    if kind not in ("byoyomi", "canadian"):
        raise GtpError(f"syntax error: time system '{kind[:40]}', expected none, absolute, byoyomi or canadian")
    at_least(rest, 3, f"kgs-time_settings {kind} MAIN_TIME PERIOD {'STONES' if kind == 'canadian' else 'PERIODS'}")
    main, period = (number_argument(text, "time", 0, LONGEST) for text in rest[:2])
    count = integer_argument(rest[2], "periods or stones", 1, 10**6)
    engine.clock.set(TimeControl("byoyomi" if kind == "byoyomi" else "canadian", main, period, count))
    return ""


def time_left(engine: Engine, arguments: list[str]) -> str:
    """Tell the time left: time_left COLOR SECONDS STONES; stones are 0 in the main time."""
    at_least(arguments, 3, "time_left COLOR TIME STONES")
    color = color_argument(arguments[0])
    left = number_argument(arguments[1], "time", -LONGEST, LONGEST)
    stones = integer_argument(arguments[2], "stones", 0, 10**6)
    engine.clock.update(color, left, stones)
    return ""


COMMANDS = {
    "time_settings": time_settings,
    "kgs-time_settings": kgs_time_settings,
    "time_left": time_left,
}
