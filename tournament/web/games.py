"""The games: a list with filters, a page to replay each, and its SGF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from golois.records.sgf import sgf_from_record
from tournament.database import GameSummary
from tournament.folder import slug
from tournament.records import comments_of, record_of
from tournament.report.data import letters
from tournament.web.evaluations import Busy
from tournament.web.filters import Number
from tournament.web.opening_strengths import beginning_of
from tournament.web.play.process import ThinkingFailed
from tournament.web.services import TheServices
from tournament.web.site import TheSite
from tournament.web.snapshot import Snapshot

PER_PAGE = 50

Outcome = Literal["", "won", "lost", "draw", "forfeit"]

router = APIRouter(include_in_schema=False)


@router.get("/games")
async def page(
    request: Request,
    site: TheSite,
    network: Number = None,
    opponent: Number = None,
    colour: Literal["", "black", "white"] = "",
    outcome: Outcome = "",
    round: Number = None,
    beginning: Annotated[str, Query(max_length=20)] = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Response:
    """List the games, the last finished first: all or those that the filters leave."""

    def render(snapshot: Snapshot) -> str:
        found = [
            game
            for game in snapshot.games
            if plays(game, network, opponent, colour)
            and _ended(game, network, outcome)
            and round in (None, snapshot.rounds[game.pairing])
            and beginning in ("", beginning_of(game))
        ]
        last = max(1, -(-len(found) // PER_PAGE))
        here = min(page, last)
        played = {side for game in snapshot.games for side in (game.black, game.white)}
        return site.render(
            "games.jinja",
            snapshot,
            games=found[(here - 1) * PER_PAGE : here * PER_PAGE],
            found=len(found),
            page=here,
            pages=last,
            asked={
                **{"network": network, "opponent": opponent, "colour": colour, "outcome": outcome},
                **{"round": round, "beginning": beginning},
            },
            players=sorted(played, key=lambda number: (snapshot.names[number].casefold(), number)),
            rounds=sorted({snapshot.rounds[game.pairing] for game in snapshot.games}),
            beginnings=sorted({beginning_of(game) for game in snapshot.games}),
        )

    return await site.shared(request, render)


@router.get("/games/{pairing}/{number}.sgf")
def sgf(site: TheSite, pairing: int, number: int) -> Response:
    """Return a game as an SGF file to download."""
    game = site.game(pairing, number)
    teams = {submission.id: submission.team for submission in site.snapshot.submissions.values()}
    text = sgf_from_record(record_of(site.tournament, game, teams), comments_of(game))
    name = f"{slug(teams[game.black])}-{slug(teams[game.white])}-{pairing}-{number}.sgf"
    ascii_name = name.encode("ascii", "replace").decode().replace("?", "_")
    return Response(
        text,
        media_type="application/x-go-sgf",
        headers={"Content-Disposition": f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name)}"},
    )


@router.get("/games/{pairing}/{number}")
async def game_page(request: Request, site: TheSite, pairing: int, number: int) -> Response:
    """Show a game on a board to step through."""

    def render(snapshot: Snapshot) -> str:
        game = site.game(pairing, number)
        later, earlier = _neighbours(snapshot.games, pairing, number - 1)
        return site.render(
            "game.jinja",
            snapshot,
            game=game,
            number=number,
            later=later,
            earlier=earlier,
            judges=[side for side in dict.fromkeys((game.black, game.white)) if _is_network(snapshot, side)],
            other_judges=[
                line["submission"]
                for line in snapshot.ranked
                if line["submission"] not in (game.black, game.white) and _is_network(snapshot, line["submission"])
            ],
            for_script={
                "moves": "".join(letters(int(move)) for move in game.moves),
                "opening": game.opening,
                "result": "draw" if game.result == "0" else game.result,
                "ending": game.ending,
                "address": f"/games/{pairing}/{number}",
            },
        )

    return await site.shared(request, render)


@router.get("/games/{pairing}/{number}/evaluation")
async def evaluation(site: TheSite, services: TheServices, pairing: int, number: int, network: int) -> Response:
    """Return what a network makes of every position of a game."""
    submission = site.snapshot.submissions.get(network)
    if submission is None or "program" in submission.report:
        raise HTTPException(404, f"There is no network {network}.")
    game = await run_in_threadpool(site.game, pairing, number)
    try:
        packed = await services.evaluations.get(game, submission.digest)
    except (Busy, ThinkingFailed) as error:
        raise HTTPException(503, str(error)) from error
    headers = {"Content-Encoding": "gzip", "Cache-Control": "private, max-age=86400", "Vary": "Accept-Encoding"}
    return Response(packed, media_type="application/json", headers=headers)


def plays(game: GameSummary, network: int | None, opponent: int | None, colour: str = "") -> bool:
    """Say whether a network (with a colour) meets an opponent; None is anyone."""
    seats = {"black": [(game.black, game.white)], "white": [(game.white, game.black)]}
    both = [*seats["black"], *seats["white"]]
    return any(network in (None, one) and opponent in (None, other) for one, other in seats.get(colour, both))


def _is_network(snapshot: Snapshot, submission: int) -> bool:
    return "program" not in snapshot.submissions[submission].report


def _ended(game: GameSummary, network: int | None, outcome: Outcome) -> bool:
    """Say whether a game ended so for a network; without one, `won` means for Black."""
    if outcome in ("draw", "forfeit"):
        return game.result == "0" if outcome == "draw" else game.result.endswith("+F")
    points = 1 - game.black_points if network == game.white else game.black_points
    return outcome == "" or points == (1.0 if outcome == "won" else 0.0)


def _neighbours(
    games: Sequence[GameSummary], pairing: int, number: int
) -> tuple[GameSummary | None, GameSummary | None]:
    """Return the game that ended after this one and the one that ended before."""
    place = next((i for i, g in enumerate(games) if (g.pairing, g.number) == (pairing, number)), None)
    if place is None:  # finished after the snapshot
        return None, None
    return (games[place - 1] if place else None), (games[place + 1] if place + 1 < len(games) else None)
