"""A right that one process holds at a time, by a file in the folder where it works."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path

from golois.errors import GoloisError

# what SQLite answers where the file system knows no locks: some network drives, on which people train all the same
_NO_LOCKS = {
    sqlite3.SQLITE_IOERR_LOCK,
    sqlite3.SQLITE_IOERR_RDLOCK,
    sqlite3.SQLITE_IOERR_CHECKRESERVEDLOCK,
    sqlite3.SQLITE_PROTOCOL,
}


@contextmanager
def held(path: Path, why_not: str, seconds: float = 0) -> Iterator[None]:
    """Hold the lock of a file.

    The lock is an exclusive SQLite transaction: it works on every system and ends with the process, however that
    ends. The file stays. Where the file system knows no locks nobody is kept out.

    Args:
        path: the file, made when missing; its folder must be there.
        why_not: the error when another process holds it: who that is and what to do.
        seconds: how long to wait for another process.

    Raises:
        GoloisError: another process holds the lock, or the file cannot be written.
    """
    lock: AbstractContextManager[object] = nullcontext()
    try:
        lock = closing(_begin(path, seconds))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode not in _NO_LOCKS:
            raise GoloisError(why_not if _is_busy(error) else f"{path} cannot be written: {error}") from error
    with lock:
        yield


def is_held(path: Path) -> bool:
    """Tell whether a process holds the lock of a file."""
    if not path.exists():
        return False
    try:
        _begin(path).close()
    except sqlite3.OperationalError as error:
        return _is_busy(error)
    return False


def _begin(path: Path, seconds: float = 0) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=seconds, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        connection.close()
        raise
    return connection


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode == sqlite3.SQLITE_BUSY
