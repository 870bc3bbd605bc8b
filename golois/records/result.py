"""The result of a game as records spell it: `B+3.5`, `W+R`, `0`, `白中押胜`, ... made one."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import IntEnum

from golois.errors import GoloisError


class Winner(IntEnum):
    """Who won. BLACK and WHITE are the numbers of the colours."""

    DRAW = 0
    BLACK = 1
    WHITE = 2
    UNKNOWN = 3


class Ending(IntEnum):
    """How a game ended."""

    UNKNOWN = 0
    SCORE = 1
    RESIGNATION = 2
    TIME = 3
    FORFEIT = 4


_LETTERS = {Ending.RESIGNATION: "R", Ending.TIME: "T", Ending.FORFEIT: "F"}
_COLOURS = {"B": Winner.BLACK, "W": Winner.WHITE}
_ENDINGS = {
    "": Ending.UNKNOWN,
    "?": Ending.UNKNOWN,
    "R": Ending.RESIGNATION,
    "RES": Ending.RESIGNATION,
    "RESIGN": Ending.RESIGNATION,
    "RESIGNATION": Ending.RESIGNATION,
    "T": Ending.TIME,
    "TIME": Ending.TIME,
    "TIMEOUT": Ending.TIME,
    "F": Ending.FORFEIT,
    "FORFEIT": Ending.FORFEIT,
    "OFFLINE": Ending.FORFEIT,
}
_DRAWS = {"0", "0.0", "DRAW", "JIGO", "TIE", "和棋", "和局", "持碁"}
_UNKNOWN = {"", "?", "VOID", "UNKNOWN", "N/A", "NR", "UNFINISHED", "无胜负", "無勝負"}
_SIGNED = re.compile(r"(BLACK|WHITE|B|W)\s*\+\s*(.*)", re.DOTALL)
_MARGIN = re.compile(r"(\d+(?:[.,]\d*)?|[.,]\d+)\s*(?:POINTS?|PTS?|MOKU|目|子)?\.?")
_VERBAL = re.compile(r"(BLACK|WHITE|B|W)\s*(?:WON|WINS?)\s*(?:BY|ON)?\s*(.*)", re.DOTALL)
_LARGEST_MARGIN = 1000
_CHINESE = re.compile(r"([黑黒白])\s*(.*)", re.DOTALL)


@dataclass(frozen=True)
class Result:
    """A result in parts.

    Attributes:
        winner: who won; `Winner.UNKNOWN` for a game without a known result.
        ending: how it ended.
        margin: points by which it was won, for `Ending.SCORE`; nan otherwise.
    """

    winner: Winner = Winner.UNKNOWN
    ending: Ending = Ending.UNKNOWN
    margin: float = math.nan

    def __str__(self) -> str:
        """Return the spelling of the SGF standard: `B+3.5`, `W+R`, `B+`, `0`; `?` when unknown."""
        if self.winner == Winner.UNKNOWN:
            return "?"
        if self.winner == Winner.DRAW:
            return "0"
        sign = "B+" if self.winner == Winner.BLACK else "W+"
        if self.ending == Ending.SCORE and not math.isnan(self.margin):
            return f"{sign}{self.margin:g}"
        return sign + _LETTERS.get(self.ending, "")


def parse_result(text: str) -> Result:
    """Understand the result `text` of a record.

    Accepts the SGF standard in any case (`B+R`, `b+resign`, `W+0.50`, `White+12,5`, `Draw`, `Void`),
    `Black wins by 3 points` and the Chinese servers' `黑中盘胜`, `白胜3又3/4子` (winner only).

    Returns:
        The result; `Result()` for an empty text and for one that says that nobody knows.

    Raises:
        GoloisError: the text says nothing that can be understood.
    """
    plain = text.strip().upper()
    if plain in _UNKNOWN:
        return Result()
    if plain in _DRAWS:
        return Result(Winner.DRAW, Ending.SCORE, 0.0)
    if match := _SIGNED.fullmatch(plain) or _VERBAL.fullmatch(plain):
        return _won(_COLOURS[match[1][0]], match[2].strip())
    if match := _CHINESE.fullmatch(plain):
        winner = Winner.WHITE if match[1] == "白" else Winner.BLACK
        if "中" in match[2]:
            return Result(winner, Ending.RESIGNATION)
        if "超" in match[2] or "时" in match[2] or "時" in match[2]:
            return Result(winner, Ending.TIME)
        if "胜" in match[2] or "勝" in match[2]:
            return Result(winner)
    raise GoloisError(f"result {text!r} is not understood; expected for example 'B+3.5', 'W+R', '0' or '?'")


def _won(winner: Winner, how: str) -> Result:
    if how in _ENDINGS:
        return Result(winner, _ENDINGS[how])
    if match := _MARGIN.fullmatch(how):
        margin = float(match[1].replace(",", "."))
        if margin <= _LARGEST_MARGIN:
            return Result(winner, Ending.SCORE, margin)
    return Result(winner)
