"""How kernels are compiled, and where their machine code is kept between runs.

Numba's own cache has two faults for a package: a cached function is not compiled again when a function it
calls in *another* file has changed, and an install that is read-only without a home folder cannot cache at
all. Both are cured by choosing the folder here: it is named by a hash of every kernel source, so changed
sources find an empty folder, and it lies in the first place that can be written.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numba
import numpy as np

F = TypeVar("F", bound=Callable[..., Any])

Integer = int | np.integer[Any]
"""What a kernel takes and gives for a whole number; compiled, each is a 64-bit integer."""

PACKAGE = Path(__file__).resolve().parent


def source_digest(package: Path = PACKAGE) -> str:
    """Sixteen hexadecimal digits that change with any kernel source below `package` and with the compiler.

    Only files that mention `golois.jit` hold kernels; editing another file compiles nothing anew.
    """
    settings = f"{numba.__version__} {np.__version__} {numba.config.BOUNDSCHECK} {numba.config.OPT}"
    digest = hashlib.sha256(settings.encode())
    for path in sorted(package.rglob("*.py")):
        source = path.read_bytes()
        if b"golois.jit" in source:
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + source + b"\0")
    return digest.hexdigest()[:16]


def cache_folder() -> Path | None:
    """The folder for the machine code of these sources, or None when no place can be written.

    The places tried are `$NUMBA_CACHE_DIR`, the user's cache folder, and the folder for temporary files.
    """
    digest = source_digest()
    for place in _places():
        folder = place / digest
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.mkdir(mode=0o700, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            if _is_ours(place) and _is_ours(folder) and _is_writable(folder):
                return folder
        except OSError:
            continue
    return None


def _places() -> Iterator[Path]:
    if chosen := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(chosen) / "golois-kernels"
    if user := os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA"):
        yield Path(user) / "golois" / "kernels"
    else:
        with contextlib.suppress(RuntimeError):  # no HOME and no entry in the password file
            yield Path.home() / ".cache" / "golois" / "kernels"
    user_id = os.getuid() if hasattr(os, "getuid") else "user"
    yield Path(tempfile.gettempdir()) / f"golois-kernels-{user_id}"


def _is_ours(folder: Path) -> bool:
    """Whether nobody else can have put machine code there: what lies in a cache is run without a question."""
    if not hasattr(os, "getuid"):
        return True
    status = folder.stat()
    return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _is_writable(folder: Path) -> bool:
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


CACHE_FOLDER = cache_folder()


def kernel(function: F) -> F:
    """Compile a function for the inner loops: cached on disk, without the interpreter lock, C's division.

    With `NUMBA_DISABLE_JIT=1` the function stays plain Python, so that coverage and debuggers see into it.
    """
    # Numba reads its global setting once, when the function is decorated; other libraries keep their own folder.
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(CACHE_FOLDER or "")
    try:
        compiled: F = numba.njit(cache=CACHE_FOLDER is not None, nogil=True, error_model="numpy")(function)
        return compiled
    finally:
        numba.config.CACHE_DIR = before
