"""Time control: how long the engine may think about a move so that it never loses on time.

Kinds, as GTP and KGS know them: absolute (main time only), Canadian (after the main time a number of stones in
each period), byo-yomi (after the main time a number of periods, each for one move). A fixed time per move is
byo-yomi without main time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from golois.board import BLACK, WHITE
from golois.errors import GoloisError

Kind = Literal["none", "absolute", "canadian", "byoyomi"]

LEAST = 0.001  # seconds for a move when nothing is left: the budget of a search is never 0
SHARE_OF_MAIN = 0.2  # the most of the main time that goes into one move
SHARE_IN_NEED = 0.05  # the most of what is left that a move may take when more was not meant for it

_SECONDS = r"\d{1,6}(?:\.\d+)?"
_WRITTEN = re.compile(
    rf"(?P<main>{_SECONDS})"
    rf"(?:\+(?:(?P<periods>\d{{1,4}})x(?P<each>{_SECONDS})|(?P<period>{_SECONDS})/(?P<stones>\d{{1,4}})))?"
)


@dataclass(frozen=True)
class TimeControl:
    """The agreement. Times are in seconds.

    Attributes:
        kind: none has no limit.
        main: main time.
        period: length of an overtime period.
        stones: stones to be played in a Canadian period, or the number of byo-yomi periods.
    """

    kind: Kind = "none"
    main: float = 0.0
    period: float = 0.0
    stones: int = 0

    @classmethod
    def from_text(cls, text: str) -> TimeControl:
        """Read "300" (absolute), "300+5x30" (five byo-yomi periods of 30 s) or "300+600/25" (Canadian: 25 stones).

        Raises:
            GoloisError: the text is none of these.
        """
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise GoloisError(
                f"clock '{text}': expected seconds such as 300, 300+5x30 (byo-yomi) or 300+600/25 (Canadian)"
            )
        main = float(found["main"])
        if found["periods"]:
            control = cls("byoyomi", main, float(found["each"]), int(found["periods"]))
        elif found["stones"]:
            control = cls("canadian", main, float(found["period"]), int(found["stones"]))
        else:
            control = cls("absolute", main)
        if (control.main if control.kind == "absolute" else control.period * control.stones) <= 0:
            raise GoloisError(f"clock '{text}': there is no time to play")
        return control

    def __str__(self) -> str:
        """The control as `from_text` reads it; "no limit" for none."""
        if self.kind == "none":
            return "no limit"
        overtime = {"byoyomi": f"+{self.stones}x{self.period:g}", "canadian": f"+{self.period:g}/{self.stones}"}
        return f"{self.main:g}{overtime.get(self.kind, '')}"


@dataclass
class Side:
    """One player's clock: seconds left, of the main time (`stones` 0) or of overtime with `stones` to play."""

    left: float = 0.0
    stones: int = 0


@dataclass
class Clock:
    """Both players' clocks and the engine's use of them.

    Attributes:
        control: the agreement.
        lag: seconds a move may need on its way, kept in hand at every move.
    """

    control: TimeControl = field(default_factory=TimeControl)
    lag: float = 0.5
    sides: dict[int, Side] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.set(self.control)

    def set(self, control: TimeControl) -> None:
        """Begin a game under a time control."""
        self.control = control
        self.sides = {color: self._fresh() for color in (BLACK, WHITE)}

    def _fresh(self) -> Side:
        if self.control.main > 0 or self.control.kind in ("none", "absolute"):
            return Side(self.control.main, 0)
        return Side(self.control.period, self.control.stones)

    def update(self, color: int, left: float, stones: int) -> None:
        """Take over what the controller's clock shows."""
        self.sides[color] = Side(left, stones)

    def spend(self, color: int, seconds: float) -> bool:
        """Let `seconds` pass for a move of `color`; return whether it was made in time.

        The engine keeps its own clock so, for controllers that do not tell the time left; a referee judges by it.
        """
        if self.control.kind == "none":
            return True
        side = self.sides[color]
        side.left -= seconds
        control = self.control
        if side.stones == 0:
            if side.left > 0 or control.kind == "absolute":
                return side.left >= 0
            # what went beyond the main time counts in overtime
            over = -side.left
            side.left, side.stones = control.period, control.stones
            return self.spend(color, over)
        if control.kind == "canadian":
            in_time = side.left >= 0
            side.stones -= 1
            if side.stones == 0:
                side.left, side.stones = control.period, control.stones
            return in_time
        while side.left < 0 and side.stones > 1:
            side.left += control.period
            side.stones -= 1
        in_time = side.left >= 0
        side.left = control.period
        return in_time

    def allot(self, color: int, moves_played: int, size: int) -> float | None:
        """Seconds for the next move of `color`, None when there is no limit.

        Args:
            color: whose move it is.
            moves_played: by both players.
            size: of the board; from it follows how many moves the game may still have.
        """
        control, side = self.control, self.sides[color]
        if control.kind == "none":
            return None
        if side.stones > 0:
            share = side.left / side.stones if control.kind == "canadian" else side.left
            return self._in_hand(share, side.left)
        # a game has moves on some two thirds of the points; near the end it may still go on for a while
        expected = max(size * size * 2 / 3 - moves_played, size * size / 6) / 2
        from_main = self._in_hand(min(side.left / expected, side.left * SHARE_OF_MAIN), side.left)
        if control.kind == "absolute" or control.stones == 0:
            return from_main
        per_stone = control.period / control.stones if control.kind == "canadian" else control.period
        return max(from_main, self._in_hand(per_stone, control.period))

    def affords(self, color: int, allotted: float, seconds: float) -> bool:
        """Whether a move of `color` that takes `seconds` will do, where `allotted` seconds were meant for it.

        Games are lost by many moves a little too slow, so a move may exceed its share, but only while it takes a
        small part of what is left.
        """
        return seconds <= max(allotted, self.sides[color].left * SHARE_IN_NEED)

    def _in_hand(self, share: float, left: float) -> float:
        """`share` seconds less the lag, or half of a share that is hardly more than the lag; never all that is left."""
        kept = share - min(self.lag, share / 2)
        return max(min(kept, max(left - self.lag, left / 10)), LEAST)
