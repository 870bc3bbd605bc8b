"""The first page: the standings."""

from __future__ import annotations

from fastapi import APIRouter, Response

from tournament.web.site import TheSite

router = APIRouter(include_in_schema=False)


@router.get("/")
def page(site: TheSite) -> Response:
    """Show the standings."""
    from tournament.standings import standings

    return site.page("standings.jinja", table=standings(site.tournament))
