"""Where the course's functions find their games, and the store they keep of them.

A text file of a million games takes minutes to read and check. So it is put into a game store once, in the
user's cache folder, named by the text file's path; later loads map the store as long as the text file's size
and time of change are the same.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from golois.cache import cache_folders
from golois.course.deck import Deck, count_usable, shuffled
from golois.errors import GoloisError
from golois.files import write_whole
from golois.records.build import build_store
from golois.records.record import RecordProblem
from golois.records.result import Winner
from golois.records.sources import count_bytes
from golois.records.store import GameStore
from golois.stored_games import Games

DATA_NAME = "games.data"
VALIDATION_GAMES = 10_000
VALIDATION_SHARE = 10  # one game in so many, until there are VALIDATION_GAMES
_CACHE_FORMAT = 1
_COUNTED_AT_A_TIME = 50_000  # games
_MAY_STAY = 64 * 2**20  # bytes


@dataclass
class CourseData:
    """Loaded games.

    Attributes:
        games: their arrays.
        training: the positions of getBatch.
        validation: the positions of getValidation, of other games.
    """

    games: Games
    training: Deck
    validation: Deck

    @property
    def is_large(self) -> bool:
        """Whether the mapped file is too large to let all of it come into the process."""
        return self.games.moves.nbytes + self.games.values.nbytes > _MAY_STAY

    def release(self) -> None:
        """Give back the memory of the mapped pages that were read: the system keeps the file's content itself.

        Positions lie all over the file, so without this a few batches would bring all of it into the process.
        """
        for array in (self.games.moves, self.games.values):
            base: object = array
            while isinstance(base, np.ndarray):
                base = base.base
            if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
                base.madvise(mmap.MADV_DONTNEED)


_loaded: tuple[tuple[object, ...], CourseData] | None = None


def load() -> CourseData:
    """Return the games to train on, loaded at the first call and kept until the file is another.

    Raises:
        GoloisError: there is no file, or it holds too few games.
    """
    global _loaded  # noqa: PLW0603 (the course's functions share one set of games)
    path = find_data()
    key = (path, *_stamp(path), seed())
    if _loaded is None or _loaded[0] != key:
        _loaded = (key, _load(path, seed()))
    return _loaded[1]


def seed() -> int:
    """Return the seed of all that is drawn, from GOLOIS_SEED.

    Raises:
        GoloisError: it is no number.
    """
    text = os.environ.get("GOLOIS_SEED", "0")
    if not text.isdigit():
        raise GoloisError(f"the environment variable GOLOIS_SEED is {text!r}; a number such as 0 is expected")
    return int(text)


def find_data() -> Path:
    """Return the file (or folder of records) that GOLOIS_DATA or the working directory gives.

    Raises:
        GoloisError: it is not there.
    """
    if named := os.environ.get("GOLOIS_DATA"):
        path = Path(named).expanduser().resolve()
        if (path / DATA_NAME).is_file():
            path /= DATA_NAME
        if not path.exists():
            raise GoloisError(
                f"there is no file {path}, which the environment variable GOLOIS_DATA names; "
                f"let it name a {DATA_NAME} or a game store"
            )
        return path
    path = Path(DATA_NAME).resolve()
    if not path.is_file():
        raise GoloisError(
            f"there is no {DATA_NAME} in the working directory {path.parent}; copy it there, or let the "
            f"environment variable GOLOIS_DATA name a {DATA_NAME} or a game store"
        )
    return path


def _stamp(path: Path) -> tuple[int, int]:
    """What changes when a file does; of a folder, its files count."""
    if not path.is_dir():
        status = path.stat()
        return status.st_size, status.st_mtime_ns
    files = [entry.stat() for entry in path.rglob("*") if entry.is_file()]
    return sum(status.st_size for status in files), max((status.st_mtime_ns for status in files), default=0)


def _load(path: Path, seed: int) -> CourseData:
    if path.suffix == ".h5":
        store = GameStore(path)
        usable, with_values = _count_usable(store)
    else:
        store, usable, with_values = _cached(path)
    if store.size != 19:
        raise GoloisError(f"{path} holds games on a board of {store.size} lines; the course plays on 19")
    games = Games.of(store)
    decided = np.isin(store.winner, [Winner.BLACK, Winner.WHITE])
    chosen = np.flatnonzero((usable > 0) & (decided | with_values))
    if len(chosen) < 2:
        raise GoloisError(
            f"{path} holds {len(chosen)} games that can be learnt from; two at least are needed, "
            "one to train and one to validate"
        )
    order = np.array([shuffled(i, len(chosen), np.uint64(seed)) for i in range(_validation_games(len(chosen)))])
    kept_apart = np.zeros(len(chosen), np.bool_)
    kept_apart[order] = True
    return CourseData(
        games,
        training=Deck(games, chosen[~kept_apart], usable, with_values, seed),
        validation=Deck(games, chosen[kept_apart], usable, with_values, seed),
    )


def _validation_games(games: int) -> int:
    return max(1, min(VALIDATION_GAMES, games // VALIDATION_SHARE))


def _cached(path: Path) -> tuple[GameStore, npt.NDArray[np.int64], bool]:
    """Return the store kept for a file of records, made now when there is none or the file has changed."""
    size, changed = _stamp(path)
    wanted = {"format": _CACHE_FORMAT, "source": str(path), "size": size, "changed": changed}
    for folder in (*cache_folders("course"), path.parent / ".golois"):
        name = f"{path.stem[:40]}-{hashlib.sha256(str(path).encode()).hexdigest()[:16]}"
        store_path, note_path, counts_path = (folder / f"{name}.{suffix}" for suffix in ("h5", "json", "npy"))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            note: dict[str, Any] = json.loads(note_path.read_text()) if note_path.exists() else {}
        except (OSError, ValueError):
            note = {}
        try:
            if {key: note.get(key) for key in wanted} != wanted or not store_path.exists():
                note = wanted | _build(path, store_path, counts_path)
                # written last: a store without its note is made again
                write_whole(note_path, json.dumps(note, indent=1))
            return GameStore(store_path), np.load(counts_path), bool(note["with_values"])
        except OSError:  # a folder that cannot be written: try the next
            continue
    raise GoloisError(f"no place to keep the games of {path}: the cache folder cannot be written to")


def _build(path: Path, store_path: Path, counts_path: Path) -> dict[str, Any]:
    """Check all games of a file and write the store and the counts of usable positions."""
    problems: list[RecordProblem] = []
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task(f"reading {path.name} for the first time", total=count_bytes(path) or None)

        def content(temporary: Path) -> None:
            temporary.unlink()  # a store is started where there is no file yet
            build_store(
                [path],
                temporary,
                on_problem=problems.append,
                on_bytes=lambda count: progress.advance(bar, count),
            )

        write_whole(store_path, content)
    with GameStore(store_path) as store:
        usable, with_values = _count_usable(store)
        games = len(store)
    write_whole(counts_path, lambda temporary: _save(temporary, usable))
    left_out = f"; {len(problems)} problems, the first: {problems[0]}" if problems else ""
    print(f"{path}: {games:,} games, {int(usable.sum()):,} positions{left_out}", file=sys.stderr)
    return {"with_values": with_values}


def _save(path: Path, array: npt.NDArray[np.int64]) -> None:
    with path.open("wb") as file:
        np.save(file, array)


def _count_usable(store: GameStore) -> tuple[npt.NDArray[np.int64], bool]:
    """Return the usable positions of each game, and whether a value of -1 marks one that is not usable.

    Where no position of the whole file has a value, the file has none, and -1 marks nothing. The arrays are read
    in pieces instead of being mapped whole, to keep the memory small.
    """
    usable = np.zeros(len(store), np.int64)
    with_values = False
    with h5py.File(store.path, "r") as file:
        for attempt in (True, False):
            for first in range(0, len(store), _COUNTED_AT_A_TIME):
                last = min(first + _COUNTED_AT_A_TIME, len(store))
                offsets, value_offsets = store.offsets[first : last + 1], store.value_offsets[first : last + 1]
                values = file["values"][value_offsets[0] : value_offsets[-1]]
                with_values |= bool(len(values) and values.max() >= 0)
                count_usable(
                    file["moves"][offsets[0] : offsets[-1]],
                    values,
                    offsets,
                    value_offsets,
                    store.size * store.size,
                    attempt,
                    usable[first:last],
                )
            if with_values:
                break
    return usable, with_values
