"""From whatever holds game records to an open game store."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from golois.cache import cache_folder
from golois.errors import GoloisError
from golois.records.build import build_store
from golois.records.record import OnBytes, OnProblem
from golois.records.store import GameStore

_KEPT_SECONDS = 30 * 24 * 3600  # a store that was made here and not used for so long is deleted


def open_games(
    sources: Sequence[str], size: int = 19, on_problem: OnProblem | None = None, on_bytes: OnBytes | None = None
) -> GameStore:
    """Open one game store, or make one of other records.

    A store that has to be made is kept in the user's cache folder and used again as long as the files it was made
    of have the same names, sizes and dates.

    Args:
        sources: one game store (.h5), or any number of record sources (`golois.records.read_records`), stores
            among them.
        size: board size of the games; those of others are problems, and a store of others cannot be used.
        on_problem: called with each record that cannot be used; the others go on.
        on_bytes: called with numbers of bytes of the sources as they are read.

    Raises:
        GoloisError: a source does not exist, a store holds games of another size, or no game is left.
    """
    for source in sources:
        if not Path(source).exists():
            raise GoloisError(f"{source}: no such file or folder of game records")
    if len(sources) == 1 and sources[0].endswith(".h5"):
        store = GameStore.open(sources[0])
    else:
        path = _folder() / f"{_fingerprint(sources, size)}.h5"
        if not path.exists():
            _build(sources, size, path, on_problem, on_bytes)
        os.utime(path)
        store = GameStore.open(path)
    if len(store) == 0:
        store.close()
        raise GoloisError(
            f"{', '.join(sources)}: no game on a {size}x{size} board that could be used; a network for games of "
            "another size is trained with --size"
        )
    return store


def _build(
    sources: Sequence[str], size: int, path: Path, on_problem: OnProblem | None, on_bytes: OnBytes | None
) -> None:
    """Build under another name first: a store that was begun must not be taken for the whole."""
    now = time.time()
    for other in path.parent.glob("*.h5"):
        if now - other.stat().st_mtime > _KEPT_SECONDS:
            other.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="unfinished-", dir=path.parent) as folder:
        unfinished = Path(folder) / path.name
        build_store(sources, unfinished, size=size, on_problem=on_problem, on_bytes=on_bytes)
        unfinished.replace(path)


def _folder() -> Path:
    """The folder for stores that were made of other records."""
    folder = cache_folder("games")
    if folder is None:
        raise GoloisError("no folder of the user's can be written; set GOLOIS_CACHE to one that can")
    return folder


def _fingerprint(sources: Sequence[str], size: int) -> str:
    """Sixteen hexadecimal digits that change with any file of the sources and with the board size."""
    digest = hashlib.sha256(f"{size}\n".encode())
    for source in sources:
        root = Path(source).resolve()
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            status = path.stat()
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]
