"""A board as text."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from golois.board import BLACK, EMPTY
from golois.coordinates import COLUMNS
from golois.handicap import star_points


def draw_stones(stones: npt.NDArray[np.uint8], last: int = -1) -> str:
    """Draw stones with coordinates: X Black, O White, + a star point.

    Args:
        stones: (size, size), EMPTY, BLACK or WHITE, row 0 at the top.
        last: the move in brackets; none for a pass or -1.
    """
    size = len(stones)
    letters = "   " + " ".join(COLUMNS[:size])
    lines = [letters]
    for row, line in enumerate(stones):
        cells = " " + " ".join(_symbol(row, column, int(line[column]), size) for column in range(size)) + " "
        if 0 <= last < size * size and last // size == row:
            at = 2 * (last % size)
            cells = f"{cells[:at]}({cells[at + 1]}){cells[at + 3 :]}"
        lines.append(f"{size - row:2d}{cells}{size - row}")
    return "\n".join([*lines, letters])


def _symbol(row: int, column: int, colour: int, size: int) -> str:
    if colour == EMPTY:
        return "+" if size * row + column in star_points(size) else "."
    return "X" if colour == BLACK else "O"
