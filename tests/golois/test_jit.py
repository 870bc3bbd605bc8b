"""Where compiled kernels are kept: in a folder of their sources, which the installed package need not be."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from golois import cache, jit

REPOSITORY = Path(__file__).resolve().parents[2]

# compiles one small kernel, or loads it, and says what happened
PROGRAM = """
import golois.jit
from golois.board import empty_records, kernels
assert golois.__file__.startswith({package!r}), golois.__file__
kernels.reset(empty_records(1, 9)[0], 9)
stats = kernels.reset.stats
print(golois.jit.CACHE_FOLDER, sum(stats.cache_hits.values()), sum(stats.cache_misses.values()))
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A copy of the package that nobody may write to."""
    package = tmp_path / "site" / "golois"
    shutil.copytree(REPOSITORY / "golois" / "board", package / "board", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("__init__.py", "cache.py", "jit.py", "errors.py"):
        shutil.copy(REPOSITORY / "golois" / name, package / name)
    for path in [package, *package.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    (tmp_path / "tmp").mkdir()
    return package


def start(package: Path) -> tuple[Path, int, int]:
    """Run the program without a home folder; return the cache folder, the hits and the misses."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": os.devnull,
        "TMPDIR": str(package.parents[1] / "tmp"),
        "PYTHONPATH": str(package.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    program = PROGRAM.format(package=str(package))
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env=environment, cwd=package.parents[1], capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    folder, hits, misses = run.stdout.split()
    return Path(folder), int(hits), int(misses)


def edit(path: Path, text: str) -> None:
    path.chmod(0o644)
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.mark.skipif(jit.numba.config.DISABLE_JIT, reason="nothing is compiled")
def test_a_read_only_install_without_a_home_compiles_once_and_anew_when_a_source_changes(installed: Path) -> None:
    before = sorted(installed.rglob("*"))
    folder, hits, misses = start(installed)
    assert (hits, misses) == (0, 1)
    assert folder.is_relative_to(installed.parents[1] / "tmp")
    assert start(installed) == (folder, 1, 0)
    assert sorted(installed.rglob("*")) == before, "nothing was written into the install"

    # a file without kernels changes nothing; another file with kernels, though it is not the one that is called, does
    edit(installed / "errors.py", "\n# edited\n")
    assert start(installed) == (folder, 1, 0)
    edit(installed / "board" / "chains.py", "\n# edited\n")
    other, hits, misses = start(installed)
    assert other != folder
    assert (hits, misses) == (0, 1)


def test_a_folder_that_others_may_write_to_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "chosen"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    chosen = jit.kernel_folder()
    assert chosen is not None
    assert chosen.is_relative_to(tmp_path / "chosen")
    assert stat.S_IMODE(chosen.stat().st_mode) == 0o700
    chosen.parent.chmod(0o777)
    instead = jit.kernel_folder()
    assert instead is not None
    assert instead.is_relative_to(tmp_path / "user")


def test_without_any_writable_place_nothing_is_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_places", lambda name: iter([(Path(os.devnull), name)]))
    assert jit.kernel_folder() is None


def test_checking_bounds_uses_another_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    before = jit.source_digest()
    monkeypatch.setattr(jit.numba.config, "BOUNDSCHECK", not jit.numba.config.BOUNDSCHECK)
    assert jit.source_digest() != before


@pytest.mark.skipif(jit.numba.config.DISABLE_JIT, reason="runs in this way already")
def test_kernels_are_plain_python_when_compiling_is_switched_off() -> None:
    """The tests marked for it pass without the compiler: what coverage and debuggers see is what runs."""
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-m", "plain_python", "-p", "no:cacheprovider", "tests/golois"],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-4000:]
    assert "passed" in run.stdout
