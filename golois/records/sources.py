"""Read game records from wherever they are: one call for every format."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from golois.records.games_data import read_games_data
from golois.records.record import GameRecord, OnBytes, OnProblem, RecordProblem
from golois.records.tsv import read_tsv

FORMATS = "a folder of .sgf files, an .sgf, .tsv or .tsv.xz file, a games.data or a game store (.h5)"


def read_records(
    path: str | os.PathLike[str], on_problem: OnProblem | None = None, on_bytes: OnBytes | None = None
) -> Iterator[GameRecord]:
    """Yield the game records of `path`, in the order in which they stand there.

    Args:
        path: what `FORMATS` says.
        on_problem: called with each record that cannot be used; the others go on. Without it the first
            problem is raised.

        on_bytes: called with numbers of bytes as the files are read, `count_bytes(path)` in all.

    Raises:
        RecordProblem: the path does not exist or is none of the formats; or, without `on_problem`, the
            first record that cannot be used.
    """
    path = Path(path)
    if not path.exists():
        raise RecordProblem(f"{path} does not exist; expected {FORMATS}")
    return _read(path, on_problem or _raise, on_bytes or _ignore)


def _read(path: Path, on_problem: OnProblem, on_bytes: OnBytes) -> Iterator[GameRecord]:
    name = path.name.lower()
    if name.endswith((".tsv", ".tsv.xz")):
        return read_tsv(path, on_problem, on_bytes)
    if name.endswith(".data"):
        return read_games_data(path, on_problem, on_bytes)
    raise RecordProblem(f"{path} is no format of game records that Golois knows; expected {FORMATS}")


def _raise(problem: RecordProblem) -> None:
    raise problem


def _ignore(count: int) -> None:
    pass
