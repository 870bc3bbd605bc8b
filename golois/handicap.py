"""Where handicap stones go: the fixed placement of the Go Text Protocol, version 2."""

from __future__ import annotations

from golois.errors import GoloisError


def fixed_handicap(size: int, count: int) -> list[int]:
    """The points of `count` fixed handicap stones, in reading order.

    Args:
        size: 7 to 25; the corner points are on the third line below size 13, else on the fourth.
        count: 2 to 9 on odd sizes from 9 up, 2 to 4 on even sizes and on 7.

    Raises:
        GoloisError: no placement is fixed for this number on this size.
    """
    most = most_fixed_handicap(size)
    if not 2 <= count <= most:
        possible = f"2 to {most} are possible" if most else "none is possible"
        raise GoloisError(f"{count} fixed handicap stones on a board of size {size}: {possible}")
    edge = 3 if size >= 13 else 2
    top, middle, bottom = edge, size // 2, size - 1 - edge
    points = [(bottom, top), (top, bottom), (top, top), (bottom, bottom)][:count]
    if count >= 6:
        points += [(middle, top), (middle, bottom)]
    if count >= 8:
        points += [(top, middle), (bottom, middle)]
    if count >= 5 and count % 2:
        points.append((middle, middle))
    return sorted(size * row + column for row, column in points)


def most_fixed_handicap(size: int) -> int:
    """The largest number of fixed handicap stones on a board of `size`, 0 where there are none."""
    if size < 7:
        return 0
    return 9 if size % 2 and size > 7 else 4


def star_points(size: int) -> list[int]:
    """The points that are marked on a board: those of the largest fixed handicap, with the centre on small ones."""
    points = fixed_handicap(size, most_fixed_handicap(size)) if size >= 7 else []
    if size % 2 and 9 <= size < 13:
        centre = size * size // 2
        corners = fixed_handicap(size, 4)
        return sorted([*corners, centre])
    return points
