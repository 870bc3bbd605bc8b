"""Openings from game records: the first moves of real games instead of moves sampled from the policies."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from golois.errors import GoloisError
from golois.game import Game
from golois.records.record import SAME_COLOUR, GameRecord
from golois.records.sources import read_records
from golois.rules import Rules

MOST_OPENINGS = 5000
"""So many are taken from the records at most: a ladder lives long on them, and reading them takes seconds."""

Moves = npt.NDArray[np.uint16]


def read_openings(path: Path, length: int, rules: Rules, seed: int) -> list[Moves]:
    """Return the first `length` moves of the records at a path, each sequence once, in an order fixed by the seed.

    Records are left out that are shorter, on another board, with handicap or set-up stones, with White first or two
    moves of one colour in a row, with a pass in the opening, or against the rules.

    Args:
        path: a file or folder of records in any format that Golois reads.
        length: how many moves, 1 or more.
        rules: the tournament's.
        seed: of the order.

    Raises:
        GoloisError: the path cannot be read, or no record will do.
    """
    found: dict[bytes, Moves] = {}
    fitting = (record.moves[:length] for record in read_records(path, lambda problem: None) if _fits(record, length))
    for moves in islice(fitting, MOST_OPENINGS):
        if _is_legal(moves, rules):
            found[moves.tobytes()] = moves
    if not found:
        raise GoloisError(f"{path}: no record begins with {length} moves on an empty 19x19 board, Black first")
    openings = list(found.values())
    return [openings[i] for i in np.random.default_rng(seed).permutation(len(openings))]


def _fits(record: GameRecord, length: int) -> bool:
    moves = record.moves[:length]
    return (
        record.size == 19
        and len(moves) == length
        and record.first_player == 1
        and record.handicap == 0
        and not (len(record.setup_black) or len(record.setup_white))
        and not (moves & SAME_COLOUR).any()
        and bool((moves < 361).all())
    )


def _is_legal(moves: Moves, rules: Rules) -> bool:
    game = Game(19, rules)
    for move in moves.tolist():
        if not game.is_legal(move):
            return False
        game.play(move)
    return True
