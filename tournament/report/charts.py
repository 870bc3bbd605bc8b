"""Where things stand in the report's drawings; the page's template draws them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: its place (drawing units or percent) and its label."""

    at: float
    label: str


@dataclass(frozen=True)
class Interval:
    """A rating on the common scale of the standings, in percent of the width."""

    low: float
    elo: float
    high: float


@dataclass(frozen=True)
class Mark:
    """A point of a scatter chart with its error bar and its label."""

    x: float
    y: float
    top: float
    bottom: float
    label: str
    label_x: float
    label_y: float
    anchor: str
    text: str


@dataclass(frozen=True)
class Chart:
    """A chart's frame in drawing units: its plot lies between (left, top) and (right, bottom)."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    x_ticks: list[Tick]
    y_ticks: list[Tick]


@dataclass(frozen=True)
class Scatter(Chart):
    """A scatter chart."""

    marks: list[Mark]
    x_title: str


def elo_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round Elo values between low and high, at most `most` steps apart."""
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 1e9) if (high - low) / s <= most)
    first = math.ceil(low / step)
    return [k * step for k in range(first, math.floor(high / step) + 1)]


def intervals(ratings: Sequence[tuple[float, float, float]]) -> tuple[list[Interval], list[Tick]]:
    """Place ratings (low, elo, high) on one scale in percent, with its ticks."""
    if not ratings:
        return [], []
    low, high = min(r[0] for r in ratings), max(r[2] for r in ratings)
    margin = 0.04 * (high - low) or 1.0
    low, high = low - margin, high + margin

    def place(elo: float) -> float:
        return round(100 * (elo - low) / (high - low), 2)

    ticks = [Tick(place(elo), signed(elo)) for elo in elo_ticks(low, high, 5)]
    return [Interval(place(a), place(b), place(c)) for a, b, c in ratings], ticks


def scatter(points: Sequence[tuple[str, float, float, float, float]], x_title: str, unit: str = "") -> Scatter | None:
    """Place entrants (label, x, elo, low, high) with x on a logarithmic scale; None for fewer than two of them."""
    points = [point for point in points if point[1] and point[1] > 0]
    if len(points) < 2:
        return None
    width, height, left, right, top, bottom = 480.0, 340.0, 52.0, 466.0, 14.0, 290.0
    x_low, x_high = math.log10(min(p[1] for p in points)), math.log10(max(p[1] for p in points))
    # room for labels, and at least a factor of two
    margin = max(0.12 * (x_high - x_low), 0.15)
    x_low, x_high = x_low - margin, x_high + margin
    y_low, y_high = min(p[3] for p in points), max(p[4] for p in points)
    margin = 0.06 * (y_high - y_low) or 10.0
    y_low, y_high = y_low - margin, y_high + margin

    def across(x: float) -> float:
        return round(left + (right - left) * (math.log10(x) - x_low) / (x_high - x_low), 1)

    def up(elo: float) -> float:
        return round(bottom - (bottom - top) * (elo - y_low) / (y_high - y_low), 1)

    marks: list[Mark] = []
    taken = [(across(x) - 6, across(x) + 6, up(elo) - 6, up(elo) + 6) for _, x, elo, _, _ in points]
    for label, x, elo, low, high in sorted(points, key=lambda p: -p[2]):
        short = label if len(label) <= 18 else label[:17] + "…"
        label_x, label_y, anchor = _label_place(across(x), up(elo), 6.6 * len(short), taken, (left, right, top, bottom))
        text = f"{label}: {signed(round(elo))} Elo ({signed(round(low))} to {signed(round(high))}), {x:,.4g}{unit}"
        marks.append(Mark(across(x), up(elo), up(high), up(low), short, label_x, label_y, anchor, text))
    return Scatter(
        *(width, height, left, right, top, bottom),
        x_ticks=[Tick(across(x), f"{_short(x)}{unit}") for x in _log_ticks(10**x_low, 10**x_high)],
        y_ticks=[Tick(up(elo), signed(elo)) for elo in elo_ticks(y_low, y_high)],
        marks=marks,
        x_title=x_title,
    )


def _label_place(
    x: float,
    y: float,
    length: float,
    taken: list[tuple[float, float, float, float]],
    plot: tuple[float, float, float, float],
) -> tuple[float, float, str]:
    """Find a place beside a point that stays in the plot and off the labels placed so far."""
    left, right, top, bottom = plot
    best: tuple[float, tuple[float, float, str], tuple[float, float, float, float]] | None = None
    for down in (4, -9, 17, -22, 30):
        for side, anchor in ((9.0, "start"), (-9.0, "end")):
            start = x + side if anchor == "start" else x + side - length
            box = (start, start + length, y + down - 11, y + down + 3)
            outside = max(0.0, left - box[0]) + max(0.0, box[1] - right)
            outside += max(0.0, top - box[2]) + max(0.0, box[3] - bottom)
            overlap = sum(box[0] < b[1] and b[0] < box[1] and box[2] < b[3] and b[2] < box[3] for b in taken)
            cost = 100 * overlap + outside + abs(down - 4) / 10
            if best is None or cost < best[0]:
                best = cost, (round(x + side, 1), round(y + down, 1), anchor), box
    assert best is not None
    taken.append(best[2])
    return best[1]


def _log_ticks(low: float, high: float) -> list[float]:
    """Return 1, 2 and 5 times powers of ten between low and high; only the powers when there are many."""
    powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
    for digits in ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,)):
        ticks = [digit * 10.0**power for power in powers for digit in digits if low <= digit * 10.0**power <= high]
        if len(ticks) <= 6:
            return ticks
    return ticks


def _short(number: float) -> str:
    for size, letter in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if number >= size:
            return f"{number / size:g}{letter}"
    return f"{number:g}"


def signed(elo: float) -> str:
    """Return a rating with its sign, a real minus for the page."""
    return f"+{elo:g}" if elo > 0 else f"−{-elo:g}" if elo < 0 else "0"
