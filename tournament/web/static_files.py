"""Scripts and styles, served from memory under addresses that change with their content."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

SHARED = ("board.js", "stepper.js", "style.css")
"""Files of the report that the site uses as well."""


@dataclass(frozen=True)
class _File:
    content: bytes
    packed: bytes
    media_type: str
    digest: str


def _own_folder() -> Traversable:
    return files("tournament.web").joinpath("static")


@cache
def _file(name: str) -> _File:
    folder = files("tournament.report") if name in SHARED else _own_folder()
    content = folder.joinpath(name).read_bytes()
    media_type = mimetypes.types_map.get(f".{name.rpartition('.')[2]}", "application/octet-stream")
    return _File(content, gzip.compress(content, 9, mtime=0), media_type, hashlib.sha256(content).hexdigest()[:12])


@cache
def _names() -> frozenset[str]:
    own = {entry.name for entry in _own_folder().iterdir() if entry.is_file()}
    return frozenset(own | set(SHARED))


def static(name: str) -> str:
    """Return the address of a static file, which changes with its content so that browsers may keep it."""
    return f"/static/{name}?{_file(name).digest}"


async def _answer(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _names():
        return PlainTextResponse("no such file", 404)
    file = _file(name)
    # an address without the digest, as imports between modules have, is asked for again each time
    known = request.url.query == file.digest
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if known else "no-cache",
        "ETag": f'"{file.digest}"',
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=file.media_type)
    return Response(file.content, headers=headers, media_type=file.media_type)


route = Route("/static/{name}", _answer, methods=["GET", "HEAD"])
