"""The process that serves a site: uvicorn, which ends the streams of events when it is stopped."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from golois.errors import GoloisError

SECONDS_TO_FINISH = 5
"""How long the answers that are on their way may take when the server is stopped."""
SECONDS_KEPT_OPEN = 65
"""How long a connection waits for the next question: readers look at a page for about a minute."""


class _Server(uvicorn.Server):
    """A server whose streams end by themselves, so that it need not wait for them."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,
                date_header=False,
                timeout_keep_alive=SECONDS_KEPT_OPEN,
                timeout_graceful_shutdown=SECONDS_TO_FINISH,
            )
        )
        self.site = app.state.site

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.site.live.close()
        await super().shutdown(sockets)


def run(app: FastAPI, host: str, port: int, on_start: Callable[[str], None]) -> None:
    """Serve until interrupted.

    Args:
        app: the site.
        host: the address to listen on.
        port: the port; 0 for any that is free.
        on_start: called with the site's URL once the port is ours.

    Raises:
        GoloisError: the address cannot be listened on.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = error.strerror or str(error)
        raise GoloisError(f"{host}, port {port}: {reason}; choose another with --host and --port") from error
    with listening:
        name = f"[{host}]" if family == socket.AF_INET6 else host
        on_start(f"http://{name}:{listening.getsockname()[1]}")
        with contextlib.suppress(KeyboardInterrupt):  # raised again by uvicorn when all is closed
            _Server(app).run(sockets=[listening])
