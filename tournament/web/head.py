"""HEAD: what GET would answer, without its body, for those who only look whether a page is there."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class HeadAsGet:
    """ASGI middleware that lets pages answer HEAD; servers leave the body away by themselves."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; the API describes which methods it takes, and keeps to that."""
        # a stream of events has no end to wait for
        pages = scope["type"] == "http" and not scope["path"].startswith(("/api", "/events"))
        if pages and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self.app(scope, receive, send)
