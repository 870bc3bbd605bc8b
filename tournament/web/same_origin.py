"""Protection against forged requests: what changes something must come from a page of this site, or from no page."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

HARMLESS = ("GET", "HEAD", "OPTIONS")


class SameOrigin:
    """ASGI middleware that refuses what a page of another site lets a browser send.

    Browsers say where a request comes from: in Sec-Fetch-Site, and where they do not send that (over plain HTTP) in
    Origin. Scripts send neither, and carry no cookies that somebody could abuse.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and scope["method"] not in HARMLESS and is_foreign(Headers(scope=scope)):
            answer = JSONResponse({"detail": "this request comes from a page of another site"}, 403)
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)


def is_foreign(headers: Headers) -> bool:
    """Whether a browser sends a request for a page of another site."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")
