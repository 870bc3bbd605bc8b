"""Put records of every format into one game store, each game replayed and checked first.

A build may be killed at any time and started again: what was committed stays, and a game that is in the store
already, the same moves from the same position, is not added a second time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from golois.records.arrays import Arrays, check_record, coloured_setup, pack
from golois.records.check import NO_FAULT, allows_suicide, check_games, describe_fault
from golois.records.record import GameRecord, OnBytes, OnProblem, RecordProblem
from golois.records.sources import read_records
from golois.records.store import GameStore

BATCH_GAMES = 5_000  # games replayed at a time
COMMIT_MOVES = 25_000_000  # moves gathered in memory before they are written: 50 MB, 250 MB with values and scores


@dataclass
class BuildReport:
    """What a build, or a check of a store, counted.

    Attributes:
        games: games added to the store (checked, for a check).
        moves: their moves.
        known: games that were not added because the store has them already.
        refused: problems: records that cannot be used, files that break off.
        repeats: moves that bring back an earlier position, which positional superko forbids.
        games_with_repeats: games with such moves.
    """

    games: int = 0
    moves: int = 0
    known: int = 0
    refused: int = 0
    repeats: int = 0
    games_with_repeats: int = 0


def build_store(
    sources: Iterable[str | os.PathLike[str]],
    store_path: str | os.PathLike[str],
    *,
    size: int = 19,
    on_problem: OnProblem | None = None,
    on_bytes: OnBytes | None = None,
) -> BuildReport:
    """Add the games of `sources` to the store at `store_path`, which is started when it is not there.

    Args:
        sources: what `read_records` reads; one that cannot be read is a problem, the others go on.
        store_path: the store.
        size: board size of the store; games of other sizes are problems.
        on_problem: called with every problem; the games without a problem go on.
        on_bytes: called with numbers of bytes of the sources as they are read, for a progress bar.

    Raises:
        StoreError: the store cannot be read or written.
    """
    report = BuildReport()

    def refuse(problem: RecordProblem) -> None:
        report.refused += 1
        if on_problem is not None:
            on_problem(problem)

    with GameStore.open_or_create(Path(store_path), size) as store:
        known = set(_identities(store))
        names = list(store.sources)
        pending: list[Arrays] = []
        pending_moves = 0
        for path in sources:
            for records in _batches(_unless_unreadable(path, refuse, on_bytes)):
                fresh = []
                for record in records:
                    identity = _identity(record)
                    if identity in known:
                        report.known += 1
                    else:
                        known.add(identity)
                        fresh.append(record)
                arrays = _checked(fresh, path, size, names, refuse, report)
                pending.append(arrays)
                pending_moves += len(arrays["moves"])
                if pending_moves >= COMMIT_MOVES:
                    store.append_arrays(pending, names)
                    pending, pending_moves = [], 0
        if pending_moves:
            store.append_arrays(pending, names)
    return report


def check_store(
    store: GameStore, on_problem: OnProblem | None = None, on_games: Callable[[int], None] | None = None
) -> BuildReport:
    """Replay every game of a store, as `build_store` did before it added them.

    Args:
        store: the store.
        on_problem: called with every game that cannot be replayed.
        on_games: called with numbers of games as they are done, for a progress bar.
    """
    report = BuildReport()
    arrays = store.arrays()
    for first in range(0, len(store), BATCH_GAMES):
        last = min(first + BATCH_GAMES, len(store))
        suicide = np.array([allows_suicide(rules) for rules in store.rules(first, last)], np.bool_)
        checked = check_games(arrays, store.size, suicide, first, last)
        for index in np.flatnonzero(checked.fault != NO_FAULT):
            report.refused += 1
            if on_problem is not None:
                record = store.game(first + int(index))
                what = describe_fault(record, int(checked.fault[index]), int(checked.place[index]))
                on_problem(RecordProblem(f"{store.path}, game number {first + index}: {what}"))
        report.games += last - first
        report.moves += int(store.offsets[last] - store.offsets[first])
        report.repeats += int(checked.repeats.sum())
        report.games_with_repeats += int(np.count_nonzero(checked.repeats))
        if on_games is not None:
            on_games(last - first)
    return report


def _unless_unreadable(
    path: str | os.PathLike[str], refuse: OnProblem, on_bytes: OnBytes | None
) -> Iterator[GameRecord]:
    try:
        yield from read_records(path, refuse, on_bytes)
    except RecordProblem as problem:
        refuse(problem)


def _batches(records: Iterator[GameRecord]) -> Iterator[list[GameRecord]]:
    batch: list[GameRecord] = []
    for record in records:
        batch.append(record)
        if len(batch) == BATCH_GAMES:
            yield batch
            batch = []
    if batch:
        yield batch


def _checked(
    records: list[GameRecord],
    path: str | os.PathLike[str],
    size: int,
    names: list[str],
    refuse: OnProblem,
    report: BuildReport,
) -> Arrays:
    """Return the arrays of those records that fit and can be replayed; refuse and count the others."""
    fitting = []
    for record in records:
        try:
            check_record(record, size)
            fitting.append(record)
        except RecordProblem as problem:
            refuse(RecordProblem(f"{path}: {problem}"))
    arrays = pack(fitting, size, names)
    checked = check_games(arrays, size, np.array([allows_suicide(record.rules) for record in fitting], np.bool_))
    faulty = np.flatnonzero(checked.fault != NO_FAULT)
    if len(faulty):
        for index in faulty:
            what = describe_fault(fitting[index], int(checked.fault[index]), int(checked.place[index]))
            refuse(RecordProblem(f"{path}: {what}"))
        arrays = pack([fitting[index] for index in np.flatnonzero(checked.fault == NO_FAULT)], size, names)
    repeats = checked.repeats[checked.fault == NO_FAULT]
    report.games += len(repeats)
    report.moves += len(arrays["moves"])
    report.repeats += int(repeats.sum())
    report.games_with_repeats += int(np.count_nonzero(repeats))
    return arrays


def _identity(record: GameRecord) -> int:
    """Return 64 bits that tell games apart by their first position and their moves."""
    return hash((record.first_player, coloured_setup(record).tobytes(), record.moves.tobytes()))


def _identities(store: GameStore) -> Iterator[int]:
    """Return the identities of a store's games, straight from its arrays."""
    bounds = zip(pairwise(store.setup_offsets.tolist()), pairwise(store.offsets.tolist()), strict=True)
    for first_player, (setup, moves) in zip(store.first_player.tolist(), bounds, strict=True):
        yield hash((first_player, store.setup[slice(*setup)].tobytes(), store.moves[slice(*moves)].tobytes()))
