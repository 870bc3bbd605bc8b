"""Pages that are the same for everybody, rendered once for each state of the tournament."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

MOST_PAGES = 256
LONGEST_ADDRESS = 300
"""A longer address is answered, but not kept: nobody fills the memory by making addresses up."""
SECONDS_READ = 10.0
"""A page that somebody asked for within so many seconds is rendered anew before anybody hears of a new version."""
MOST_RENEWED = 32


class Versioned(Protocol):
    """What pages are rendered from."""

    @property
    def version(self) -> str:
        """Differs from that of everything else."""


State = TypeVar("State", bound=Versioned)
Render = Callable[[State], str]


@dataclass
class _Page:
    """A rendered page, how it is rendered, and when it was last asked for."""

    version: str
    body: bytes
    packed: bytes
    render: Render[Versioned]
    asked_at: float = 0.0


class PageCache:
    """Keeps the pages that were asked for last. Pages are rendered in threads, one at a time."""

    def __init__(self) -> None:
        self._pages: OrderedDict[str, _Page] = OrderedDict()
        self._rendering: dict[tuple[str, str], asyncio.Task[_Page]] = {}
        # more at once would take no less time, and take the interpreter from those whose pages are there
        self._turn = anyio.CapacityLimiter(1)

    async def answer(self, request: Request, state: State, render: Render[State], media_type: str) -> Response:
        """Answer a request with the page of this state, rendered if it is not there.

        Args:
            request: its path and query are the page's name.
            state: what the page shows.
            render: makes the page; what it raises goes to all who asked.
            media_type: of the page.
        """
        name = f"{request.url.path}?{request.url.query}"
        page = self._pages.get(name)
        if page is None or page.version != state.version:
            page = await self._rendered(name, state, render)
        if name in self._pages:
            self._pages.move_to_end(name)
        page.asked_at = time.monotonic()
        tag = f'W/"{page.version}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(page.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=media_type)
        return Response(page.body, headers=headers, media_type=media_type)

    async def renew(self, state: Versioned) -> None:
        """Render the pages that are being read for a new state, before anybody asks for them."""
        since = time.monotonic() - SECONDS_READ
        read = [(name, page) for name, page in self._pages.items() if page.asked_at > since]
        for name, page in read[-MOST_RENEWED:]:
            try:
                renewed = await self._rendered(name, state, page.render)
            except Exception:  # who asks for it next is told
                self._pages.pop(name, None)
            else:
                renewed.asked_at = page.asked_at

    async def _rendered(self, name: str, state: State, render: Render[State]) -> _Page:
        key = (name, state.version)
        task = self._rendering.get(key)
        if task is None:
            task = self._rendering[key] = asyncio.create_task(self._make(name, state, render))
            task.add_done_callback(lambda done: self._rendering.pop(key, None))
        return await asyncio.shield(task)  # a visitor who leaves takes nothing from the others

    async def _make(self, name: str, state: State, render: Render[State]) -> _Page:
        page = await anyio.to_thread.run_sync(_made, state, render, limiter=self._turn)
        if len(name) <= LONGEST_ADDRESS:
            self._pages[name] = page
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)
        return page


def _made(state: State, render: Render[State]) -> _Page:
    body = render(state).encode()
    return _Page(state.version, body, gzip.compress(body, 5, mtime=0), render)  # type: ignore[arg-type]
