"""Read game records from wherever they are: one call for every format."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from golois.records.games_data import read_games_data
from golois.records.record import GameRecord, OnBytes, OnProblem, RecordProblem
from golois.records.sgf import read_sgf
from golois.records.store import GameStore, StoreError
from golois.records.tsv import read_tsv

FORMATS = "an .sgf, .tsv, .tsv.xz or games.data file, a folder of such files, or a game store (.h5)"

Reader = Callable[[Path, OnProblem, OnBytes], Iterator[GameRecord]]


def read_records(
    path: str | os.PathLike[str], on_problem: OnProblem | None = None, on_bytes: OnBytes | None = None
) -> Iterator[GameRecord]:
    """Yield the game records of `path`, in the order in which they stand there.

    A folder gives the games of all its files and the folders below it, in the order of their names; SGF files
    there have the folder's name as source and their path below it as id.

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
    files = _files(path)
    return _read(path, files, on_problem or _raise, on_bytes or _ignore)


def count_bytes(path: str | os.PathLike[str]) -> int:
    """Return the size of what `read_records(path)` reads; 0 when it reads nothing."""
    try:
        return sum(file.stat().st_size for file in _files(Path(path)))
    except (OSError, RecordProblem):
        return 0


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if _is_record_file(file) and file.is_file())
        if not files:
            raise RecordProblem(f"the folder {path} holds no game records; expected {FORMATS}")
        return files
    if not path.exists():
        raise RecordProblem(f"{path} does not exist; expected {FORMATS}")
    if not _is_record_file(path) and _reader(path) is not _read_store:
        raise RecordProblem(f"{path} is no format of game records that Golois knows; expected {FORMATS}")
    return [path]


def _is_record_file(path: Path) -> bool:
    """Whether a folder's file is read: by its name, and no .h5, which may be the very store that is built."""
    name = path.name.lower()
    return not name.startswith(".") and name.endswith((".sgf", ".tsv", ".tsv.xz", ".data"))


def _read(top: Path, files: list[Path], on_problem: OnProblem, on_bytes: OnBytes) -> Iterator[GameRecord]:
    for file in files:
        reader = _reader(file)
        if reader is not None:
            yield from reader(file, on_problem, on_bytes)
        elif file == top:
            yield from read_sgf(file, on_problem)
        else:
            yield from read_sgf(file, on_problem, file.relative_to(top).as_posix(), top.resolve().name)
        if reader is None:
            on_bytes(file.stat().st_size)


def _reader(path: Path) -> Reader | None:
    """Return what reads a file of this name; None for SGF."""
    name = path.name.lower()
    if name.endswith((".tsv", ".tsv.xz")):
        return read_tsv
    if name.endswith(".data"):
        return read_games_data
    if name.endswith((".h5", ".hdf5")):
        return _read_store
    return None


def _read_store(path: Path, on_problem: OnProblem, on_bytes: OnBytes) -> Iterator[GameRecord]:
    try:
        store = GameStore(path)
    except StoreError as error:
        on_problem(RecordProblem(str(error)))
        return
    with store:
        share = path.stat().st_size // max(len(store), 1)
        for record in store:
            yield record
            on_bytes(share)


def _raise(problem: RecordProblem) -> None:
    raise problem


def _ignore(count: int) -> None:
    pass
