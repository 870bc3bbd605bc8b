"""The eight symmetries of the square board, in the one numbering that everything shares.

Symmetry `s` in 0..7 is read as three bits, applied in this order:

    bit 2 (4): transpose, (row, col) -> (col, row)
    bit 0 (1): turn the rows upside down, (row, col) -> (size-1-row, col)
    bit 1 (2): mirror the columns, (row, col) -> (row, size-1-col)

so 0 is the identity, 3 the half turn, 5 and 6 the quarter turns. It is the numbering of the course's module.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)

SYMMETRIES = 8
IDENTITY = 0
# only the two quarter turns are not their own inverse
_INVERSES = (0, 1, 2, 3, 4, 6, 5, 7)


def inverse(s: int) -> int:
    """Return the symmetry that undoes symmetry `s`."""
    return _INVERSES[_checked(s)]


@lru_cache(maxsize=64)
def move_table(size: int = 19) -> NDArray[np.uint16]:
    """Return where each symmetry sends each move, read-only.

    Args:
        size: the board's size, 1 or more.

    Returns:
        uint16 array (8, size*size + 1): `table[s, move]`; the pass, `size*size`, stays where it is.
    """
    if size < 1:
        raise ValueError(f"a board has at least one line, not {size}")
    row, col = np.divmod(np.arange(size * size), size)
    table = np.empty((SYMMETRIES, size * size + 1), np.uint16)
    for s in range(SYMMETRIES):
        new_row, new_col = (col, row) if s & 4 else (row, col)
        if s & 1:
            new_row = size - 1 - new_row
        if s & 2:
            new_col = size - 1 - new_col
        table[s, :-1] = size * new_row + new_col
        table[s, -1] = size * size
    table.setflags(write=False)
    return table


def apply_to_move(move: int, s: int, size: int = 19) -> int:
    """Return where symmetry `s` sends a move (`size*row + col`, or the pass `size*size`)."""
    if not 0 <= move <= size * size:
        raise ValueError(
            f"{move} is no move on a board of {size} lines: moves are 0 to {size * size}, the last one pass"
        )
    return int(move_table(size)[_checked(s), move])


def apply_to_planes(planes: NDArray[T], s: int) -> NDArray[T]:
    """Return planes seen through symmetry `s`.

    Args:
        planes: array (..., size, size, P), channels last; any dtype.
        s: the symmetry, 0 to 7.

    Returns:
        A view where NumPy allows it (copy it before it goes to a kernel), of the same shape.
    """
    if planes.ndim < 3 or planes.shape[-3] != planes.shape[-2]:
        raise ValueError(f"planes have the shape (..., size, size, P), not {planes.shape}")
    s = _checked(s)
    if s & 4:
        planes = planes.swapaxes(-3, -2)
    if s & 1:
        planes = planes[..., ::-1, :, :]
    if s & 2:
        planes = planes[..., :, ::-1, :]
    return planes


def apply_to_policy(policy: NDArray[T], s: int, size: int = 19) -> NDArray[T]:
    """Return a policy seen through symmetry `s`, a new array of the same shape.

    Args:
        policy: array (..., size*size + 1), or (..., size*size) for a network without a pass output.
        s: the symmetry, 0 to 7.
        size: the board's size.

    To undo a symmetry on what a network answered: `apply_to_policy(policy, inverse(s))`.
    """
    width = policy.shape[-1] if policy.ndim else 0
    if width not in (size * size, size * size + 1):
        raise ValueError(
            f"a policy on a board of {size} lines has {size * size + 1} or {size * size} numbers, not {width}"
        )
    # what stands at `move` comes from the point that the symmetry sends to `move`
    return policy[..., move_table(size)[inverse(s), :width]]


def _checked(s: int) -> int:
    if not 0 <= s < SYMMETRIES:
        raise ValueError(f"{s} is no symmetry: they are numbered 0 to {SYMMETRIES - 1}")
    return int(s)
