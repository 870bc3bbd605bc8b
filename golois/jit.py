"""How kernels are compiled, and where their machine code is kept between runs.

Numba's own cache has two faults for a package: a cached function is not compiled again when a function it
calls in *another* file has changed, and an install that is read-only without a home folder cannot cache at
all. Both are cured by choosing the folder here: it is named by a hash of every kernel source, so changed
sources find an empty folder, and it lies in the first place that can be written (golois/cache.py).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
import numpy as np

from golois.cache import cache_folder

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


def kernel_folder() -> Path | None:
    """The folder for the machine code of these sources, or None when no place can be written.

    `$NUMBA_CACHE_DIR` is tried first, then the user's cache folder.
    """
    digest = source_digest()
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    own = [(Path(chosen), f"golois-kernels/{digest}")] if chosen else []
    return cache_folder(f"kernels/{digest}", *own)


CACHE_FOLDER = kernel_folder()


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
