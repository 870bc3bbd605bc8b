"""Where the lines of the site's charts stand; the templates draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tournament.report.charts import Chart, Tick, elo_ticks, signed
from tournament.web.history import Moment


@dataclass(frozen=True)
class RatingChart(Chart):
    """A rating over the games of the tournament.

    Attributes:
        line: the path of the rating.
        band: the path around its 95 % interval.
        marks: (x, y, what to say) of each moment.
    """

    line: str
    band: str
    marks: list[tuple[float, float, str]]


def rating_chart(history: Sequence[tuple[Moment, tuple[float, float, float]]]) -> RatingChart | None:
    """Place a rating's history; None for fewer than two moments."""
    if len(history) < 2:
        return None
    width, height, left, right, top, bottom = 640.0, 260.0, 52.0, 628.0, 12.0, 222.0
    first, last = history[0][0].games, history[-1][0].games
    # the first intervals are those of the prior: they would press the rest flat
    settled = [ratings for _, ratings in history[len(history) // 4 :]]
    low = min(*(r[0] for r in settled), *(r[1] for _, r in history))
    high = max(*(r[2] for r in settled), *(r[1] for _, r in history))
    margin = 0.06 * (high - low) or 10.0
    low, high = low - margin, high + margin

    def across(games: int) -> float:
        return round(left + (right - left) * (games - first) / max(1, last - first), 1)

    def up(elo: float) -> float:
        return round(bottom - (bottom - top) * (min(max(elo, low), high) - low) / (high - low), 1)

    points = [(across(moment.games), up(elo)) for moment, (_, elo, _) in history]
    above = [f"{across(moment.games)} {up(r[2])}" for moment, r in history]
    below = [f"{across(moment.games)} {up(r[0])}" for moment, r in reversed(history)]
    return RatingChart(
        *(width, height, left, right, top, bottom),
        x_ticks=[Tick(across(round(games)), f"{games:g}") for games in elo_ticks(first, last) if games == int(games)],
        y_ticks=[Tick(up(elo), signed(elo)) for elo in elo_ticks(low, high, 5)],
        line="M" + "L".join(f"{x} {y}" for x, y in points),
        band="M" + "L".join([*above, *below]) + "Z",
        marks=[
            (
                x,
                y,
                f"After {moment.games} games ({moment.at[:16].replace('T', ' ')}): {signed(round(r[1]))} Elo, "
                f"{signed(round(r[0]))} to {signed(round(r[2]))}",
            )
            for (x, y), (moment, r) in zip(points, history, strict=True)
        ],
    )
