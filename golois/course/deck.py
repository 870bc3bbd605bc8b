"""The positions of many games in a shuffled order that takes no memory.

Two hundred million positions shuffled as an array would fill gigabytes. Here the place of each position is
computed: a Feistel network over the smallest square of a power of two that holds all numbers is a permutation
of them, and what falls outside is permuted again until it falls inside (Black and Rogaway, "Ciphers with
arbitrary finite domains", 2002: cycle walking).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from golois.jit import Integer, kernel
from golois.records.record import POINT_MASK
from golois.stored_games import Games

Integers = npt.NDArray[np.int64]
U = np.uint64

_ROUNDS = 6
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


class Deck:
    """Positions of chosen games in a fixed shuffled order.

    Attributes:
        positions: how many there are.
    """

    def __init__(self, games: Games, chosen: Integers, usable: Integers, with_values: bool, seed: int) -> None:
        """Lay out the positions of some games.

        Args:
            games: the stored games.
            chosen: (n,) their numbers.
            usable: (all games,) how many positions of each game are used: see `count_usable`.
            with_values: whether a value of -1 marks a position that is not used.
            seed: decides the order.
        """
        self._games = games
        self._chosen = chosen
        self._starts = np.concatenate([[0], np.cumsum(usable[chosen])]).astype(np.int64)
        self._with_values = with_values
        self._seed = np.uint64(seed % 2**64)
        self.positions = int(self._starts[-1])

    def locate(self, at: Integers) -> tuple[Integers, Integers]:
        """Return (game, move number) of the positions at these places of the order, 0 to positions - 1."""
        game = np.empty(len(at), np.int64)
        move_number = np.empty(len(at), np.int64)
        _locate(
            self._games, self._chosen, self._starts, self._with_values, self._seed,
            np.ascontiguousarray(at, np.int64), game, move_number,
        )  # fmt: skip
        return game, move_number


@kernel
def shuffled(number: Integer, count: Integer, seed: np.uint64) -> Integer:
    """Where `number` comes to stand when 0 .. count - 1 are shuffled: a permutation, different for each seed."""
    bits = U(1)
    while U(1) << (bits + bits) < U(count):
        bits += U(1)
    mask = (U(1) << bits) - U(1)
    place = U(number)
    while True:
        left, right = place >> bits, place & mask
        for turn in range(_ROUNDS):
            word = (right ^ seed) + U(turn + 1) * _GOLDEN
            word = (word ^ (word >> U(30))) * _MIX_1
            word = (word ^ (word >> U(27))) * _MIX_2
            left, right = right, left ^ ((word ^ (word >> U(31))) & mask)
        place = (left << bits) | right
        if place < U(count):
            return np.int64(place)


@kernel
def count_usable(
    moves: npt.NDArray[np.uint16],
    values: npt.NDArray[np.float32],
    offsets: Integers,
    value_offsets: Integers,
    passed: Integer,
    with_values: bool,
    out: Integers,
) -> None:
    """Count the positions of each game whose move is no pass and, `with_values`, whose value is not -1.

    `offsets` and `value_offsets` are one longer than `out` and begin where `moves` and `values` do.
    """
    for game in range(len(out)):
        count = 0
        for number in range(offsets[U(game + 1)] - offsets[U(game)]):
            move = moves[U(offsets[U(game)] - offsets[0] + number)]
            at = value_offsets[U(game)] + number
            marked = at < value_offsets[U(game + 1)] and values[U(at - value_offsets[0])] < 0
            if move & POINT_MASK != passed and not (with_values and marked):
                count += 1
        out[U(game)] = count


@kernel
def _locate(
    games: Games,
    chosen: Integers,
    starts: Integers,
    with_values: bool,
    seed: np.uint64,
    at: Integers,
    game: Integers,
    move_number: Integers,
) -> None:
    passed = games.size * games.size
    for i in range(len(at)):
        place = shuffled(at[U(i)], starts[-1], seed)
        index = np.searchsorted(starts, place, side="right") - 1
        found = chosen[U(index)]
        left = place - starts[U(index)]
        number = 0
        while True:
            move = games.moves[U(games.offsets[U(found)] + number)]
            value_at = games.value_offsets[U(found)] + number
            marked = value_at < games.value_offsets[U(found + 1)] and games.values[U(value_at)] < 0
            if move & POINT_MASK != passed and not (with_values and marked):
                if left == 0:
                    break
                left -= 1
            number += 1
        game[U(i)] = found
        move_number[U(i)] = number
