"""Stones that stand on the board before the first move."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from golois.board import BLACK, EMPTY, WHITE
from golois.coordinates import vertex_from_move
from golois.errors import GoloisError

Stones = npt.NDArray[np.uint8]


def place_stones(size: int, black: Iterable[int], white: Iterable[int]) -> Stones | None:
    """The (size, size) uint8 stones of a set-up, None for an empty board.

    Raises:
        GoloisError: a point that is not on the board, or two stones on one.
    """
    stones = np.zeros(size * size, np.uint8)
    for colour, points in ((BLACK, black), (WHITE, white)):
        for point in points:
            if not 0 <= point < size * size:
                raise GoloisError(f"set-up stone on point {point}: a board of size {size} has 0 to {size * size - 1}")
            if stones[point] != EMPTY:
                raise GoloisError(f"set-up: two stones on {vertex_from_move(point, size)}")
            stones[point] = colour
    if not stones.any():
        return None
    return stones.reshape(size, size)


def check_liberties(wanted: Stones, standing: Stones) -> None:
    """GoloisError when one of the (size, size) stones of a set-up did not stay on the board."""
    lost = np.flatnonzero(standing.ravel() != wanted.ravel())
    if len(lost):
        raise GoloisError(f"set-up: the stone on {vertex_from_move(int(lost[0]), len(wanted))} has no liberty")
