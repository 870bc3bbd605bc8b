"""SplitMix64 (Steele, Lea, Flood 2014): a random stream of one 64-bit word, for kernels and for fixed tables.

A stream is a uint64 array of shape (1,) holding its state; the same seed gives the same numbers everywhere.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from golois.jit import Integer, kernel

Stream = npt.NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_U27, _U30, _U31, _U32 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(32)


def new_stream(seed: int) -> Stream:
    """A stream that starts at `seed` (any integer, taken modulo 2**64)."""
    return np.array([seed % 2**64], np.uint64)


@kernel
def next_word(stream: Stream) -> np.uint64:
    """The next 64 random bits."""
    state = stream[0] + _GOLDEN
    stream[0] = state
    word = (state ^ (state >> _U30)) * _MIX_1
    word = (word ^ (word >> _U27)) * _MIX_2
    return word ^ (word >> _U31)


@kernel
def below(stream: Stream, bound: Integer) -> Integer:
    """A random integer in 0 .. bound - 1 (bound below 2**32)."""
    return np.int64(((next_word(stream) >> _U32) * np.uint64(bound)) >> _U32)
