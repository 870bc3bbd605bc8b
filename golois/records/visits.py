"""What a search found at each move of a game: a distribution over moves, kept sparse in 16 bits.

The distribution is the share of the visits of each move, or whatever else the search offers as a policy to learn
(the improved policy of a Gumbel search). Most moves have no share worth keeping: an entry is a move and its share
in units of 1/65535, 4 bytes, and shares below one unit are dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Words = npt.NDArray[np.uint16]

UNIT = 65535


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """The distributions of one game.

    Attributes:
        counts: (n,) uint16: how many entries belong to each move of the game; 0 where no distribution was kept.
        entries: (k, 2) uint16: move and share in units of 1/65535, the entries of the first move first.
    """

    counts: Words
    entries: Words

    @classmethod
    def of(cls, distributions: Sequence[Floats | None]) -> Visits:
        """Pack one distribution for each move of a game.

        Args:
            distributions: n times (size * size + 1,) numbers from 0 that sum to 1, or None.
        """
        parts = [np.empty((0, 2), np.uint16) if one is None else _sparse(one) for one in distributions]
        return cls(
            np.array([len(part) for part in parts], np.uint16),
            np.concatenate(parts) if parts else np.empty((0, 2), np.uint16),
        )

    def distribution(self, number: int, moves: int) -> Floats | None:
        """Return (moves,) float32 that sum to 1 for move `number` of the game, None where none was kept."""
        count = int(self.counts[number])
        if count == 0:
            return None
        first = int(self.counts[:number].sum(dtype=np.int64))
        entries = self.entries[first : first + count]
        out = np.zeros(moves, np.float32)
        out[entries[:, 0]] = entries[:, 1]
        out /= out.sum()
        return out

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Visits):
            return NotImplemented
        return np.array_equal(self.counts, other.counts) and np.array_equal(self.entries, other.entries)

    def __hash__(self) -> int:
        return hash((self.counts.tobytes(), self.entries.tobytes()))


def _sparse(distribution: Floats) -> Words:
    shares = np.rint(np.asarray(distribution, np.float64) * UNIT).astype(np.uint16)
    moves = np.flatnonzero(shares)
    if len(moves) == 0:  # nothing reaches a unit: keep the largest
        moves = np.array([int(np.argmax(distribution))])
        shares[moves] = 1
    return np.stack([moves.astype(np.uint16), shares[moves]], axis=1)
