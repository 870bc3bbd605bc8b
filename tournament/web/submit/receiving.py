"""Take an upload from the network to the disk, piece by piece, whole or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from golois.errors import GoloisError

SECONDS_BETWEEN_PIECES = 30.0
"""An upload that brings nothing for so long is given up."""
SECONDS_TO_COME = 1800.0
"""An upload that takes longer is given up, however it trickles."""
SECONDS_TO_COME = 1800.0
"""An upload that needs longer is given up, however it trickles."""
PARTIAL = ".part"
BUFFER = 1 << 20
DRAINED = 8 << 20


class NotReceived(GoloisError):
    """An upload that did not arrive.

    Attributes:
        status: of HTTP: 400 empty, 408 too slow, 413 too large, 507 the disk is full.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


async def receive(pieces: AsyncIterator[bytes], path: Path, most: int) -> int:
    """Write an upload to a file, which appears when all of it is on the disk; returns its size in bytes.

    Args:
        pieces: the upload.
        path: the file; until it is whole it has the ending `.part`.
        most: how many bytes it may have.

    Raises:
        NotReceived: it is empty, larger, too slow, or the disk is full; nothing is left of it.
    """
    partial = path.with_suffix(PARTIAL)
    size = 0
    buffer = bytearray()
    clock = asyncio.get_running_loop().time
    end = clock() + SECONDS_TO_COME
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            while True:
                async with asyncio.timeout_at(min(clock() + SECONDS_BETWEEN_PIECES, end)):
                    piece = await anext(pieces, None)
                if piece is not None:
                    size += len(piece)
                    if size > most:
                        raise too_large(most)
                    buffer += piece
                if buffer and (piece is None or len(buffer) >= BUFFER):
                    await asyncio.to_thread(file.write, buffer)
                    buffer = bytearray()
                if piece is None:
                    break
            if not size:
                raise NotReceived("the file is empty", 400)
            await asyncio.to_thread(_settle, file)
        partial.replace(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        if isinstance(error, TimeoutError):
            raise NotReceived("the file came too slowly: submit it again", 408) from error
        if isinstance(error, OSError):
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            what = "the disk of the site is full" if full else f"the site cannot keep the file ({error.strerror})"
            raise NotReceived(f"{what}: tell the organiser", 507 if full else 500) from error
        raise
    return size


async def drain(pieces: AsyncIterator[bytes]) -> None:
    """Read a refused upload a little further: a browser that is still sending would not see the answer."""
    left = DRAINED
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SECONDS_BETWEEN_PIECES):
            async for piece in pieces:
                left -= len(piece)
                if left < 0:
                    return


def too_large(most: int) -> NotReceived:
    """Return the refusal of a file that is larger than the limit."""
    return NotReceived(f"the file is larger than the {most / 1e6:,.0f} MB that this site takes", 413)


def _settle(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
