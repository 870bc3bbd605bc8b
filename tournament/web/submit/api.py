"""Submissions for scripts, notebooks and the form: send a file, ask for its verdict."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect

from tournament.submission import LONGEST_NAME
from tournament.web.identity import Identity
from tournament.web.problems import UNFIT, Problem
from tournament.web.services import TheServices
from tournament.web.submit.receiving import NotReceived, drain, too_large
from tournament.web.submit.storage import Upload
from tournament.web.submit.uploads import Busy, Closed

router = APIRouter(prefix="/api", tags=["submissions"], responses=UNFIT)

_bearer = HTTPBearer(
    auto_error=False, scheme_name="team token", description="What `golois tournament team add` printed."
)


class Verdict(BaseModel, extra="allow"):
    """What the team is told; an accepted network's verdict holds what the check found out as well."""

    accepted: bool
    team: str
    reasons: list[str] = Field([], description="what to mend, when it was refused")
    warnings: list[str] = Field([], description="what the team should know although it was accepted")


class UploadState(BaseModel):
    """How far a submission is."""

    id: str = Field(description="ask for the verdict with it")
    team: str
    file_name: str
    bytes: int
    received_at: str = Field(description="ISO 8601, UTC")
    state: str = Field(description="waiting, checking, accepted, refused, or replaced by a newer file before its check")
    place: int = Field(description="how many files are checked before this one")
    verdict: Verdict | None


_NETWORK = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_ERRORS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "No team has this name and this token."},
    403: {"model": Problem, "description": "Submissions are closed."},
    408: {"model": Problem, "description": "The file came too slowly."},
    413: {"model": Problem, "description": "The file is too large."},
    429: {
        "model": Problem,
        "description": "Too many wrong tokens or too many files; Retry-After says how long to wait.",
    },
    503: {"model": Problem, "description": "Too many files are on their way."},
    507: {"model": Problem, "description": "The site's disk is full."},
    400: {"model": Problem, "description": "The file is empty or did not arrive."},
}


@router.post(
    "/submissions",
    status_code=202,
    response_model_exclude_unset=True,
    responses=_ERRORS,
    openapi_extra={"requestBody": {"required": True, "content": _NETWORK, "description": "The .h5 file as it is."}},
)
async def submit(
    request: Request,
    services: TheServices,
    team: Annotated[str, Query(max_length=LONGEST_NAME, description="the team's name")],
    file_name: Annotated[str, Query(max_length=255, description="what the team calls the file")] = "network.h5",
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)] = None,
) -> UploadState:
    """Submit a network in place of the team's earlier one; then ask for its verdict."""
    address = request.client.host if request.client else ""
    uploads, admission = services.uploads, services.admission
    pieces = request.stream()
    try:
        team = await admission.admit(address, team, credentials.credentials if credentials else None)
        admission.check_files(team)
        if int(request.headers.get("content-length", "0")) > uploads.most_bytes:
            raise too_large(uploads.most_bytes)
        identity = await uploads.take(team, file_name, pieces)
        admission.count_file(team)
    except ClientDisconnect as error:
        raise HTTPException(400, "the upload was broken off") from error
    except (HTTPException, Closed, Busy, NotReceived) as error:
        await drain(pieces)
        raise _refusal(error) from error
    return _state(await uploads.find(identity))


@router.get(
    "/submissions/{upload}",
    response_model_exclude_unset=True,
    responses={404: {"model": Problem, "description": "No submission has this id."}},
)
async def verdict(
    services: TheServices,
    upload: Identity,
    wait: Annotated[float, Query(ge=0, le=30, description="seconds to wait for news")] = 0,
) -> UploadState:
    """Tell how far a submission is: its place in the queue, or the verdict."""
    return _state(await services.uploads.find(upload, wait))


def _state(found: tuple[Upload, int] | None) -> UploadState:
    if found is None:
        raise HTTPException(404, "no submission has this id")
    upload, place = found
    told = {name: getattr(upload, name) for name in ("id", "team", "file_name", "bytes", "received_at", "state")}
    return UploadState(**told, place=place, verdict=None if upload.verdict is None else Verdict(**upload.verdict))


def _refusal(error: Exception) -> HTTPException:
    if isinstance(error, HTTPException):
        return error
    if isinstance(error, NotReceived):
        return HTTPException(error.status, str(error))
    if isinstance(error, Closed):
        return HTTPException(403, str(error))
    return HTTPException(503, str(error), {"Retry-After": "10"})
