"""What a game store holds, in numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from golois.records.ranks import text_from_rank
from golois.records.result import Winner
from golois.records.store import GameStore


def describe_store(store: GameStore) -> dict[str, Any]:
    """Return counts of games: in all, and by source, rank, komi, handicap, rules' winner and length.

    Every histogram is a list of (what, games), the most frequent first unless what is a number.
    """
    lengths = store.length()
    weaker = np.minimum(store.black_rank, store.white_rank)
    return {
        "file": str(store.path),
        "bytes": store.path.stat().st_size,
        "board_size": store.size,
        "games": len(store),
        "moves": int(store.offsets[-1]),
        "moves_with_values": int(store.value_offsets[-1]),
        "train": int(np.count_nonzero(store.bucket)),
        "validation": int(np.count_nonzero(store.bucket == 0)),
        "source": _histogram(store.source, lambda number: store.sources[int(number)]),
        "weaker_player": _histogram(weaker, lambda rank: text_from_rank(int(rank)), by_number=True)[::-1],
        "komi": _histogram(store.komi.round(3), lambda komi: "?" if np.isnan(komi) else f"{komi:g}"),
        "handicap": _histogram(store.handicap, str, by_number=True),
        "winner": _histogram(store.winner, lambda winner: Winner(int(winner)).name.lower()),
        "length": _histogram(lengths // 50 * 50, lambda start: f"{start}-{start + 49}", by_number=True),
    }


def _histogram(numbers: npt.NDArray[Any], name: Callable[[Any], str], by_number: bool = False) -> list[tuple[str, int]]:
    values, counts = np.unique(numbers, return_counts=True)
    pairs = [(name(value), int(count)) for value, count in zip(values, counts, strict=True)]
    return pairs if by_number else sorted(pairs, key=lambda pair: -pair[1])
