"""The networks: a list, and a page for each."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, Response

from tournament.ratings import expected_score
from tournament.report.build import size_and_speed
from tournament.web.charts import rating_chart
from tournament.web.opening_strengths import opening_strengths
from tournament.web.site import TheSite
from tournament.web.snapshot import Snapshot

GAMES_SHOWN = 12

router = APIRouter(include_in_schema=False)


@router.get("/networks")
async def page(request: Request, site: TheSite) -> Response:
    """List every network that was submitted, and draw rating against size and speed."""

    def render(snapshot: Snapshot) -> str:
        return site.render("networks.jinja", snapshot, charts=size_and_speed(snapshot.ranked))

    return await site.shared(request, render)


@router.get("/networks/{number}")
async def network_page(request: Request, site: TheSite, number: int) -> Response:
    """Show a network: what the check found, its rating over time, its opponents, openings and games."""

    def render(snapshot: Snapshot) -> str:
        submission = snapshot.submissions.get(number)
        if submission is None:
            raise HTTPException(404, f"There is no network {number}.")
        elo = {line.submission.id: line.elo for line in snapshot.table.lines}
        advantage = snapshot.table.ratings.first_player_elo
        games = [game for game in snapshot.games if number in (game.black, game.white)]
        opponents = [
            {
                "number": line.submission.id,
                "rank": line.rank,
                "points": snapshot.table.cross[number, line.submission.id].points,
                "games": snapshot.table.cross[number, line.submission.id].games,
                "expected": expected_score(elo[number] - line.elo),
            }
            for line in snapshot.table.lines
            if (number, line.submission.id) in snapshot.table.cross
        ]
        return site.render(
            "network.jinja",
            snapshot,
            submission=submission,
            entry=next(entry for entry in snapshot.overview["submissions"] if entry["id"] == number),
            line=next((line for line in snapshot.overview["standings"] if line["submission"] == number), None),
            chart=rating_chart(snapshot.history.of(number)),
            opponents=opponents,
            openings=opening_strengths(games, number, elo, advantage),
            games=games[:GAMES_SHOWN],
            played=len(games),
            failures=[f for f in snapshot.overview["failures"] if f["submission"] == number],
            others=[s for s in snapshot.submissions.values() if s.team == submission.team and s.id != number],
        )

    return await site.shared(request, render)
