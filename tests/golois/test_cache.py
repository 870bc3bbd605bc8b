"""The user's cache folder: the first place that is the user's own and can be written."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import pytest

from golois.cache import cache_folder, cache_folders

pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every place that is tried lies in a folder of the test's own."""
    monkeypatch.delenv("GOLOIS_CACHE", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return tmp_path


def test_the_chosen_place_comes_first_then_the_users_then_the_temporary_files(
    places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (places / "tmp").mkdir()
    monkeypatch.setenv("GOLOIS_CACHE", str(places / "chosen"))
    temporary = places / "tmp" / f"golois-{os.getuid()}"
    assert list(cache_folders("games")) == [
        places / "chosen" / "games",
        places / "user" / "golois" / "games",
        temporary / "games",
    ]
    assert all(stat.S_IMODE(folder.stat().st_mode) == 0o700 for folder in cache_folders("games"))


def test_without_a_cache_folder_it_is_in_the_home_folder(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(places / "home"))
    assert cache_folder("games") == places / "home" / ".cache" / "golois" / "games"


@pytest.mark.parametrize("open_to_others", ["kernels", "kernels/0a1b"])
@pytest.mark.parametrize("mode", [0o770, 0o702])
def test_a_folder_that_others_may_write_to_is_passed_over(places: Path, open_to_others: str, mode: int) -> None:
    folder = cache_folder("kernels/0a1b")
    assert folder == places / "user" / "golois" / "kernels" / "0a1b"
    (places / "user" / "golois" / open_to_others).chmod(mode)
    (places / "tmp").mkdir()
    assert cache_folder("kernels/0a1b") == places / "tmp" / f"golois-{os.getuid()}" / "kernels" / "0a1b"


def test_a_file_in_the_way_and_no_other_place_leave_no_cache(places: Path) -> None:
    (places / "user").write_text("a file where a folder should be")
    (places / "tmp").write_text("another")
    assert cache_folder("games") is None
