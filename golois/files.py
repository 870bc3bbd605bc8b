"""Write files that matter whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def write_whole(path: str | os.PathLike[str], content: bytes | str | Callable[[Path], None]) -> None:
    """Replace the file at `path` in one step, so that no reader ever sees half of it.

    The content is written to a temporary file in the same folder, flushed to the disk and renamed.
    When anything fails (a full disk, a kill) the old file stays as it was.

    Args:
        path: the file to create or to replace; missing folders above it are made.
        content: the bytes, the text (written as UTF-8), or a function that writes the file at the
            temporary path it is given (for libraries that insist on a path; the path keeps the suffix).
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.stem[:60]}-", suffix=path.suffix, dir=path.parent)
    temporary = Path(name)
    try:
        if callable(content):
            os.close(descriptor)
            content(temporary)
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
        else:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                os.fsync(file.fileno())
        # mkstemp makes private files; give the usual permissions of a new file
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system lets a folder be opened."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
