"""How the API says that something went wrong: always `{"detail": "a sentence"}`."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from golois.coordinates import BadVertex
from golois.game import IllegalMove
from tournament.web.errors import refused
from tournament.web.play.game import NotNow
from tournament.web.play.games import TooManyGames
from tournament.web.play.storage import NoSuchGame

STATUS: dict[type[Exception], int] = {
    BadVertex: 422,
    IllegalMove: 409,
    NoSuchGame: 404,
    NotNow: 409,
    TooManyGames: 503,
}
"""What a visitor can mend is answered with this status and the error's own words."""


class Problem(BaseModel):
    """What every refused request of the API is answered with."""

    detail: str = Field(description="what is wrong and what to do, in a sentence")


UNFIT: dict[int | str, dict[str, Any]] = {
    422: {"model": Problem, "description": "A value is missing or cannot be what it is."}
}
"""For `responses` of every router of the API, in place of FastAPI's own list of errors."""


async def say(request: Request, error: Exception) -> Response:
    """Answer a request with the words of one of these errors."""
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    headers = {"Retry-After": "30"} if status == 503 else None
    return await refused(request, HTTPException(status, str(error), headers))
