"""The user's cache folder: for what can be made again, where nobody else may write.

Compiled kernels, understood networks and stores of games are kept in one folder each. What lies there is used without
a question, so a folder is taken only when it belongs to this user and nobody else may write to it.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path


def cache_folder(name: str, *more: tuple[Path, str]) -> Path | None:
    """Return the first of `cache_folders`, None when no place can be had."""
    return next(cache_folders(name, *more), None)


def cache_folders(name: str, *more: tuple[Path, str]) -> Iterator[Path]:
    """Yield the folders in which something may be kept, made when they are missing; the best comes first.

    They lie in `$GOLOIS_CACHE`, in `golois` of the user's cache (`$XDG_CACHE_HOME`, on Windows `%LOCALAPPDATA%`, else
    `~/.cache`), and in a folder of the user's own among the temporary files.

    Args:
        name: what is kept, or several folders in one another: "kernels/0a1b".
        more: folders to be tried before these, each as a place and the folders in it, which are made.
    """
    for place, inside in (*more, *_places(name)):
        folders = [place / path for path in accumulate(inside.split("/"), "{}/{}".format)]
        with contextlib.suppress(OSError):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in folders:
                folder.mkdir(mode=0o700, exist_ok=True)
            if all(map(_is_ours, folders)) and _is_writable(folders[-1]):
                yield folders[-1]


def _places(name: str) -> Iterator[tuple[Path, str]]:
    if chosen := os.environ.get("GOLOIS_CACHE"):
        yield Path(chosen), name
    if user := os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA"):
        yield Path(user) / "golois", name
    else:
        with contextlib.suppress(RuntimeError):  # no HOME and no entry in the password file
            yield Path.home() / ".cache" / "golois", name
    user_id = os.getuid() if hasattr(os, "getuid") else "user"
    yield Path(tempfile.gettempdir()), f"golois-{user_id}/{name}"


def _is_ours(folder: Path) -> bool:
    """Whether nobody else can have put anything there."""
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
