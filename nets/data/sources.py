"""From whatever holds game records to an open game store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from golois.errors import GoloisError
from golois.records.build import build_store
from golois.records.record import RecordProblem
from golois.records.store import GameStore

OnProblem = Callable[[RecordProblem], None]


def open_games(sources: Sequence[str], folder: Path, on_problem: OnProblem | None = None) -> GameStore:
    """Open one game store, or make one of other records.

    Args:
        sources: one game store (.h5), or any number of record sources (`golois.records.read_records`), stores
            among them.
        folder: where a store that has to be made is kept. It is used again as long as the files it was made of
            have the same names, sizes and dates.
        on_problem: called with each record that cannot be used; the others go on.

    Raises:
        GoloisError: a source does not exist, or no game is left.
    """
    for source in sources:
        if not Path(source).exists():
            raise GoloisError(f"{source}: no such file or folder of game records")
    if len(sources) == 1 and sources[0].endswith(".h5"):
        store = GameStore.open(sources[0])
    else:
        path = folder / f"games-{_fingerprint(sources)}.h5"
        if not path.exists():
            _build(sources, path, on_problem)
        store = GameStore.open(path)
    if len(store) == 0:
        store.close()
        raise GoloisError(f"{', '.join(sources)}: no game that could be used")
    return store


def _build(sources: Sequence[str], path: Path, on_problem: OnProblem | None) -> None:
    """Build under another name first: a store that was begun must not be taken for the whole."""
    unfinished = path.with_name(f"{path.stem}-unfinished.h5")
    unfinished.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    build_store(sources, unfinished, on_problem=on_problem)
    unfinished.replace(path)


def _fingerprint(sources: Sequence[str]) -> str:
    """Sixteen hexadecimal digits that change with any file of the sources."""
    digest = hashlib.sha256()
    for source in sources:
        root = Path(source).resolve()
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            status = path.stat()
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]
