"""Zobrist keys: a position's hash is the xor of the keys of its stones.

A stone has the same key in both records, so a position has the same hash in both.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from golois.board.layout import Board
from golois.jit import Integer, kernel


def _keys() -> npt.NDArray[np.uint64]:
    """(3, 27, 27) keys by colour, row + 1 and column + 1; EMPTY and the wall around have the key 0."""
    keys = np.zeros((3, 27, 27), np.uint64)
    random = np.random.Generator(np.random.PCG64(2014))
    keys[1:, 1:26, 1:26] = random.integers(0, 2**64, (2, 25, 25), np.uint64)
    return keys


_KEYS_25 = _keys().reshape(3, 27 * 27)
_KEYS_19 = np.ascontiguousarray(_keys()[:, :21, :21]).reshape(3, 21 * 21)

WHITE_TO_MOVE = np.uint64(0xA5C9D17E3B62F084)  # joins the hash where the side to move counts


@kernel
def stone_key(board: Board, colour: Integer, point: Integer) -> np.uint64:
    """The key of a stone of `colour` on `point`."""
    if len(board.colour) == 441:
        return _KEYS_19[np.uint64(colour), np.uint64(point)]
    return _KEYS_25[np.uint64(colour), np.uint64(point)]
