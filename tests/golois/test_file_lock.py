"""One process at a time works in a folder; a lock ends with the process, killed or not."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from golois.errors import GoloisError
from golois.file_lock import held, is_held

HOLD = (
    "import sys; from pathlib import Path; from golois.file_lock import held\n"
    "with held(Path(sys.argv[1]), 'held already'): print('held', flush=True); sys.stdin.read()\n"
)


def test_a_lock_is_held_by_one_process_until_that_is_killed(tmp_path: Path) -> None:
    lock = tmp_path / "work.lock"
    assert not is_held(lock)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        assert is_held(lock)
        with pytest.raises(GoloisError, match=r"^another works here$"), held(lock, "another works here"):
            pass
        other.kill()
    assert not is_held(lock)
    with held(lock, "another works here"):
        assert is_held(lock)


def test_a_lock_ends_with_an_error_inside(tmp_path: Path) -> None:
    lock = tmp_path / "work.lock"
    with pytest.raises(ZeroDivisionError), held(lock, "another works here"):
        raise ZeroDivisionError
    assert not is_held(lock)


def test_a_folder_that_is_missing_is_not_told_as_a_lock_that_is_held(tmp_path: Path) -> None:
    lock = tmp_path / "missing" / "work.lock"
    with pytest.raises(GoloisError, match=r"missing.work\.lock cannot be written"), held(lock, "another works here"):
        pass
    assert not is_held(lock)


def test_a_file_system_without_locks_keeps_nobody_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*anything: object) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_LOCK
        raise error

    monkeypatch.setattr("golois.file_lock._begin", fail)
    with held(tmp_path / "work.lock", "another works here"):
        pass
