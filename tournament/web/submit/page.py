"""The form, and the page of a submission: its place in the queue, then the verdict."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Response

from tournament.verdict import facts
from tournament.web.identity import Identity
from tournament.web.services import TheServices
from tournament.web.site import TheSite

router = APIRouter(prefix="/submit", include_in_schema=False)


@router.get("")
def form(site: TheSite, services: TheServices) -> Response:
    """Show the form."""
    uploads = services.uploads
    return site.page(
        "submit.jinja",
        are_open=uploads.are_open,
        waiting=len(uploads.waiting()),
        megabytes=uploads.most_bytes // 10**6,
        most_bytes=uploads.most_bytes,
        limit=site.tournament.settings.limit,
    )


@router.get("/{upload}")
async def submission(site: TheSite, services: TheServices, upload: Identity) -> Response:
    """Show how far a submission is, or its verdict."""
    found = await services.uploads.find(upload)
    if found is None:
        raise HTTPException(404, "no submission has this address")
    one, place = found
    told = one.verdict
    # known a moment after the verdict
    entered = [s.id for s in site.snapshot.submissions.values() if told and s.digest == told.get("digest")]
    return site.page(
        "submission.jinja",
        upload=one,
        place=place,
        verdict=told,
        facts=facts(told) if told and told["accepted"] else [],
        network=entered[-1] if entered else None,
    )
