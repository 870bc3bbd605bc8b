"""Put records of every format into one game store, each game replayed and checked first."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from golois.records.record import GameRecord, RecordProblem
from golois.records.sources import read_records
from golois.records.store import GameStore
from golois.records.tsv import OnProblem

COMMIT_MOVES = 25_000_000  # moves gathered in memory before they are written: 50 MB, 250 MB with values and scores


@dataclass
class BuildReport:
    """What a build did: numbers of games and of moves."""

    added: int = 0
    moves: int = 0
    refused: int = 0
    known: int = 0


def build_store(
    sources: Iterable[str | os.PathLike[str]], store_path: str | os.PathLike[str], on_problem: OnProblem | None = None
) -> BuildReport:
    """Add the games of `sources` to the store at `store_path`, which is started when it is not there."""
    report = BuildReport()
    pending: list[GameRecord] = []

    def refused(problem: RecordProblem) -> None:
        report.refused += 1
        if on_problem:
            on_problem(problem)

    with GameStore.open_or_create(Path(store_path)) as store:
        moves = 0
        for source in sources:
            for record in read_records(source, refused):
                pending.append(record)
                moves += len(record)
                if moves >= COMMIT_MOVES:
                    report.added += store.append(pending)
                    report.moves += moves
                    pending.clear()
                    moves = 0
        report.added += store.append(pending)
        report.moves += moves
    return report
