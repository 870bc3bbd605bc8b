"""Pages that are the same for everybody, rendered once for each state of the tournament."""

from __future__ import annotations

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

MOST_PAGES = 256
LONGEST_ADDRESS = 300
"""A longer address is answered, but not kept: nobody fills the memory by making addresses up."""


@dataclass
class _Kept:
    """A rendered page and the version of the tournament that it shows."""

    version: str
    body: bytes
    packed: bytes


@dataclass
class PageCache:
    """Keeps the pages that were asked for last.

    While a page is rendered anew the others who ask for it get the one before, which is a moment old.
    """

    _pages: OrderedDict[str, _Kept] = field(default_factory=OrderedDict)
    _rendering: dict[str, asyncio.Task[_Kept]] = field(default_factory=dict)

    async def answer(self, request: Request, version: str, render: Callable[[], str], media_type: str) -> Response:
        """Answer a request with the page of this version, rendered in a thread if it is not there.

        Args:
            request: its path and query are the page's name.
            version: of what the page shows.
            render: makes the page; what it raises goes to who asked.
            media_type: of the page.
        """
        name = f"{request.url.path}?{request.url.query}"
        kept = self._pages.get(name)
        if kept is None or kept.version != version:
            kept = await self._render(name, version, render, kept)
        else:
            self._pages.move_to_end(name)
        tag = f'W/"{kept.version}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(kept.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=media_type)
        return Response(kept.body, headers=headers, media_type=media_type)

    async def _render(self, name: str, version: str, render: Callable[[], str], before: _Kept | None) -> _Kept:
        task = self._rendering.get(name)
        if task is None:
            task = self._rendering[name] = asyncio.create_task(self._make(name, version, render))
            task.add_done_callback(lambda done: self._rendering.pop(name, None))
        elif before is not None:
            return before
        return await asyncio.shield(task)  # a visitor who leaves takes nothing from the others

    async def _make(self, name: str, version: str, render: Callable[[], str]) -> _Kept:
        kept = await run_in_threadpool(_made, version, render)
        if len(name) <= LONGEST_ADDRESS:
            self._pages[name] = kept
            self._pages.move_to_end(name)
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)
        return kept


def _made(version: str, render: Callable[[], str]) -> _Kept:
    body = render().encode()
    return _Kept(version, body, gzip.compress(body, 5, mtime=0))
