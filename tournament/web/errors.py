"""What a visitor is told when there is no answer: a page, or JSON for those who asked for data."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException


async def refused(request: Request, error: Exception) -> Response:
    """Answer with the message of an HTTPException."""
    assert isinstance(error, HTTPException)
    message = error.detail
    if message == HTTPStatus(error.status_code).phrase:  # nobody said more
        message = "There is nothing at this address." if error.status_code == HTTPStatus.NOT_FOUND else message + "."
    return _answer(request, error.status_code, message, error.headers)


async def misunderstood(request: Request, error: Exception) -> Response:
    """Say what in the address, form or body is not as it must be."""
    assert isinstance(error, RequestValidationError)
    message = "; ".join(
        f"{'.'.join(str(part) for part in one['loc'][1:]) or one['loc'][0]}: {one['msg']}" for one in error.errors()
    )
    return _answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, message, None)


async def failed(request: Request, error: Exception) -> Response:
    """Say that it is our fault; the traceback goes to the log."""
    return _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, "Something is wrong here; the organiser's log says what.")


def _answer(request: Request, status: int, message: object, headers: object = None) -> Response:
    more = dict(headers) if isinstance(headers, dict) else {}
    wants_page = "text/html" in request.headers.get("accept", "")
    if request.url.path.startswith("/api/") or not wants_page:
        return JSONResponse({"detail": message}, status, more)
    site = request.app.state.site
    title = HTTPStatus(status).phrase
    answer: Response = site.page("error.jinja", status, title=title, message=message)
    answer.headers.update(more)
    return answer
