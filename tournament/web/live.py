"""What goes on, as it goes on: looks at the tournament again and again and tells every open page of a change."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import StreamingResponse

from tournament.web.snapshot import Snapshot, SnapshotReader

SHARE_OF_TIME = 0.2
"""Looking takes at most this share of a processor's time, however large the tournament is."""
SECONDS_OF_SILENCE = 15.0
"""After so long without news a stream says that it is alive, so that proxies keep it open."""
MOST_STREAMS = 1000

router = APIRouter(include_in_schema=False)


class Live:
    """The newest snapshot, kept new by `watch`, and the streams that wait for the next.

    Args:
        reader: takes the snapshots.
        seconds: between two looks.
        prepare: awaited with a new snapshot before anybody sees it.
    """

    def __init__(
        self, reader: SnapshotReader, seconds: float, prepare: Callable[[Snapshot], Awaitable[None]] | None = None
    ) -> None:
        self.reader = reader
        self.seconds = seconds
        self.prepare = prepare
        snapshot = reader.take()
        assert snapshot is not None  # the first look always sees something new
        self.snapshot: Snapshot = snapshot
        self.streams = 0
        self.closed = False
        self._change = asyncio.Event()

    async def watch(self) -> None:
        """Look for changes until cancelled. A look that fails (the server is being restarted) is tried again."""
        while True:
            began = time.process_time()
            try:
                await self.look()
            except Exception:
                logging.getLogger("uvicorn.error").exception("The tournament could not be read; trying again.")
            await asyncio.sleep(max(self.seconds, (time.process_time() - began) / SHARE_OF_TIME))

    async def look(self) -> None:
        """Take a new snapshot if there is something new, and tell everyone."""
        snapshot = await asyncio.to_thread(self.reader.take)
        if snapshot is not None:
            if self.prepare is not None:
                await self.prepare(snapshot)
            self.snapshot = snapshot
            self.announce()

    def announce(self) -> None:
        """Let every stream say what is known now."""
        self._change.set()
        self._change = asyncio.Event()

    def close(self) -> None:
        """End the streams: a server waits for them when it stops."""
        self.closed = True
        self.announce()

    async def stream(self) -> AsyncIterator[str]:
        """Yield server-sent events: the state now and after every change."""
        self.streams += 1
        try:
            yield "retry: 3000\n\n"
            while not self.closed:
                change = self._change
                yield f"event: state\ndata: {json.dumps(self._state())}\n\n"
                while not change.is_set():
                    try:
                        await asyncio.wait_for(change.wait(), SECONDS_OF_SILENCE)
                    except TimeoutError:
                        yield ": nothing new\n\n"
        finally:
            self.streams -= 1

    def _state(self) -> dict[str, object]:
        snapshot = self.snapshot
        return {
            "version": snapshot.version,
            "played": snapshot.played,
            "planned": snapshot.planned,
            "running": snapshot.running is not None,
        }


@router.get("/events")
async def events(request: Request) -> StreamingResponse:
    """Tell of every change of the tournament, as server-sent events."""
    live: Live = request.app.state.site.live
    if live.streams >= MOST_STREAMS:
        raise HTTPException(503, "Too many pages are open; reload this one to see what is new.")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(live.stream(), media_type="text/event-stream", headers=headers)
