"""Submit to a tournament that somebody serves elsewhere (`golois serve`), from a script, a notebook or the shell.

verdict = submit_to_server("mine.h5", "Ada and Grace", token, "http://teacher.example:8000")
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import httpx2

from golois.errors import GoloisError
from tournament.submission import SubmissionRefused
from tournament.verdict import Verdict

CHUNK = 1 << 16
SECONDS_TO_ANSWER = 60.0
SECONDS_OF_PATIENCE = 120.0
"""How long a server may be away (it is started again, say) while a verdict is waited for."""


def submit_to_server(
    path: str | os.PathLike[str],
    team: str,
    token: str,
    server: str,
    *,
    on_sent: Callable[[int, int], None] = lambda sent, total: None,
    on_wait: Callable[[int], None] = lambda place: None,
    client: httpx2.Client | None = None,
) -> Verdict:
    """Send a network to a server and wait for the verdict.

    Args:
        path: the .h5 file.
        team: the team's name.
        token: the team's token.
        server: the site's address, such as `http://teacher.example:8000`.
        on_sent: called with the bytes sent so far and the file's size.
        on_wait: called with the place in the queue while the check has not ended: 0 when it has begun.
        client: to use in place of one made for the occasion.

    Returns:
        The verdict on the accepted network (tournament.verdict).

    Raises:
        SubmissionRefused: what to mend, one reason a line.
        GoloisError: the file cannot be read, the token is wrong, submissions are closed, or the server is not there.
    """
    path, server = Path(path), server.rstrip("/")
    if not token.isascii() or not token.strip():
        raise GoloisError("the team's token is missing or mistyped: it is what `golois tournament team add` printed")
    try:
        size = path.stat().st_size
        file = path.open("rb")
    except OSError as error:
        raise GoloisError(f"{path} cannot be read: {error.strerror}") from error

    def content() -> Iterator[bytes]:
        sent = 0
        while chunk := file.read(CHUNK):
            yield chunk
            sent += len(chunk)
            on_sent(sent, size)

    with file, nullcontext(client) if client else httpx2.Client(timeout=SECONDS_TO_ANSWER) as http:
        answer = _ask(
            http,
            server,
            "POST",
            f"{server}/api/submissions",
            params={"team": team, "file_name": path.name},
            headers={
                "Authorization": f"Bearer {token.strip()}",
                "Content-Type": "application/octet-stream",
                "Content-Length": str(size),
            },
            content=content(),
        )
        verdict = _wait_for_verdict(http, server, answer["id"], on_wait)
    if not verdict["accepted"]:
        raise SubmissionRefused(
            verdict["reasons"], {k: v for k, v in verdict.items() if k not in ("accepted", "team", "reasons")}
        )
    return verdict


def _wait_for_verdict(http: httpx2.Client, server: str, upload: str, on_wait: Callable[[int], None]) -> Verdict:
    heard = time.monotonic()
    while True:
        try:
            answer = _ask(http, server, "GET", f"{server}/api/submissions/{upload}", params={"wait": 10})
            heard = time.monotonic()
        except _Unreachable:
            if time.monotonic() - heard > SECONDS_OF_PATIENCE:
                raise
            time.sleep(1)
            continue
        if answer["verdict"] is not None:
            verdict: Verdict = answer["verdict"]
            return verdict
        if answer["state"] == "replaced":
            raise GoloisError("a newer file of the team took this one's place before it was checked")
        on_wait(answer["place"])


class _Unreachable(GoloisError):
    """The server is not there."""


def _ask(http: httpx2.Client, server: str, method: str, url: str, **request: Any) -> Any:
    """Return the JSON object that a request is answered with; GoloisError for everything else."""
    try:
        answer = http.request(method, url, **request)
    except httpx2.UnsupportedProtocol as error:
        raise GoloisError(f"{server} is no address of a site; it begins with http:// or https://") from error
    except (httpx2.TransportError, httpx2.InvalidURL) as error:
        raise _Unreachable(f"{server} cannot be reached: {error or type(error).__name__}") from error
    try:
        content = answer.json()
        if answer.is_success:
            return content
        reason = content["detail"]
    except (ValueError, KeyError, TypeError):
        raise GoloisError(f"{server} answers as no tournament site does (status {answer.status_code})") from None
    raise GoloisError(reason if isinstance(reason, str) else f"{server} did not take the request: {reason}")
