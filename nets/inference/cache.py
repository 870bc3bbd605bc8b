"""Understood networks, kept by the digest of the file, so that a file is read and checked once.

What lies in the cache is a description (`nets.reader.description`): no code. Its name holds the SHA-256 of the network
file and of the reader's own sources, so that another version of the reader reads the file anew. Files appear whole or
not at all, so any number of processes may write at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from functools import cache
from pathlib import Path

import nets.reader
from golois.cache import cache_folder
from golois.files import write_whole
from nets.reader.description import Network
from nets.reader.errors import NetworkError
from nets.reader.hdf5 import read_bytes
from nets.reader.limits import DEFAULT_LIMITS, Limits
from nets.reader.sandbox import understand_safely


def understood(path: str | os.PathLike[str], limits: Limits = DEFAULT_LIMITS) -> Network:
    """Return the network in a file: from the cache when the file was read before, else by a subprocess.

    Raises:
        NetworkError: naming the file, what is wrong with it, where, and what to do.
    """
    try:
        digest = hashlib.sha256(read_bytes(path, limits)).hexdigest()
        entry = _entry(digest)
        if entry is not None:
            with contextlib.suppress(OSError, NetworkError):
                network = Network.from_bytes(entry.read_bytes())
                if network.digest == digest:
                    return network
        network = understand_safely(path, limits)
    except NetworkError as error:
        problems = str(error).splitlines()
        text = problems[0] if len(problems) == 1 else "\n  " + "\n  ".join(problems)
        raise NetworkError(f"{path}: {text}") from error
    entry = _entry(network.digest)
    if entry is not None:
        with contextlib.suppress(OSError):  # a full or read-only disk: the network plays all the same
            write_whole(entry, network.to_bytes())
    return network


def _entry(digest: str) -> Path | None:
    folder = cache_folder("networks")
    return folder / f"{digest}-{_reader_version()}.npz" if folder and digest else None


@cache
def _reader_version() -> str:
    """Return a hash of the reader's sources."""
    digest = hashlib.sha256()
    for path in sorted(Path(nets.reader.__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
