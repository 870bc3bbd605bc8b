"""The first page: the standings and the cross table; and a page that says how it is played."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from tournament.report.charts import intervals
from tournament.web.filters import Number
from tournament.web.site import TheSite
from tournament.web.snapshot import Snapshot

router = APIRouter(include_in_schema=False)


@router.get("/")
async def page(
    request: Request,
    site: TheSite,
    team: Annotated[str, Query(max_length=80)] = "",
    planes: Number = None,
    parameters: Number = None,
) -> Response:
    """Show the standings, of all entrants or of those that the filters leave."""

    def render(snapshot: Snapshot) -> str:
        lines = snapshot.ranked
        shown = [
            place
            for place, line in enumerate(lines)
            if team.casefold() in line["team"].casefold()
            and planes in (None, _planes(snapshot, line))
            and (parameters is None or (line["parameters"] or 0) <= parameters)
        ]
        drawn, ticks = intervals([(line["low"], line["elo"], line["high"]) for line in (lines[i] for i in shown)])
        cross = snapshot.overview["cross_table"]
        return site.render(
            "standings.jinja",
            snapshot,
            lines=[lines[i] for i in shown],
            cross=[[cross[i][j] for j in shown] for i in shown],
            intervals=drawn,
            ticks=ticks,
            asked={"team": team, "planes": planes, "parameters": parameters},
            planes_played=sorted({_planes(snapshot, line) for line in lines} - {None}),
        )

    return await site.shared(request, render)


@router.get("/rules")
async def rules(request: Request, site: TheSite) -> Response:
    """Say how the tournament is played."""
    return await site.shared(request, lambda snapshot: site.render("how.jinja", snapshot))


def _planes(snapshot: Snapshot, line: dict[str, Any]) -> int | None:
    planes: int | None = snapshot.submissions[line["submission"]].report.get("planes")
    return planes
