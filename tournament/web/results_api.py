"""Standings, networks and games for programs: what the pages show, as JSON and SGF."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response
from pydantic import BaseModel, Field

from tournament.report.data import letters
from tournament.web import games as game_pages
from tournament.web.problems import UNFIT, Problem
from tournament.web.site import TheSite
from tournament.web.snapshot import Snapshot

router = APIRouter(prefix="/api", tags=["results"], responses=UNFIT)

MOST_GAMES = 1000
_Number = Annotated[int, Path(ge=1, lt=2**31)]
_ABSENT: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "There is no such game."}}


class Standing(BaseModel):
    """A line of the standings."""

    rank: int = Field(description="1 is first; 0 for an older or withdrawn submission")
    submission: int = Field(description="number of the network")
    team: str
    elo: float = Field(description="relative to the average of all that have played")
    low: float = Field(description="lower end of the rating's 95 % interval")
    high: float
    elo_sigma: float
    wins: int
    draws: int
    losses: int
    games: int
    win_rate: float
    sigma: float = Field(description="standard deviation of the win rate")
    superiority: float | None = Field(description="likelihood of being stronger than the next one down")
    parameters: int | None
    trainable: int | None
    milliseconds: float | None = Field(description="for one position, on the machine that checked it")
    withdrawn: str | None = Field(description="why it plays no more")


class Tournament(BaseModel):
    """The tournament as it stands."""

    name: str
    running: bool = Field(description="whether games are being played now")
    played: int = Field(description="finished games")
    planned: int = Field(description="finished games and those still to be played")
    settings: dict[str, Any]
    standings: list[Standing]
    superiority: list[list[float]] = Field(
        description="[i][j]: likelihood that the i-th ranked is stronger than the j-th"
    )
    cross_table: list[list[dict[str, float] | None]] = Field(
        description="[i][j]: points and games of the i-th against the j-th"
    )
    submissions: list[dict[str, Any]] = Field(description="every network ever accepted, with what the check found")


class GameLine(BaseModel):
    """A finished game, without its moves."""

    pairing: int
    number: int = Field(description="in its pairing, from 1")
    black: int = Field(description="number of the network")
    white: int
    result: str = Field(description="as in SGF: B+3.5, W+F (forfeit), 0 (a draw)")
    ending: str
    opening: int = Field(description="how many first moves belong to the opening")
    length: int = Field(description="moves")
    finished_at: str = Field(description="ISO 8601, UTC")


class Games(BaseModel):
    """Some of the finished games."""

    found: int = Field(description="how many there are")
    games: list[GameLine] = Field(description="the last finished first")


class Game(GameLine):
    """A finished game."""

    rules: str
    komi: float
    moves: str = Field(description="SGF's two letters for each move, '..' for a pass")


@router.get("/tournament", response_model=Tournament)
async def tournament(request: Request, site: TheSite) -> Response:
    """Give the tournament as it stands: settings, standings, cross table, networks."""

    def render(snapshot: Snapshot) -> str:
        names = ("name", "settings", "standings", "superiority", "cross_table", "submissions")
        told = {name: snapshot.overview[name] for name in names}
        told |= {"running": snapshot.running is not None, "played": snapshot.played, "planned": snapshot.planned}
        return json.dumps(told, ensure_ascii=False)

    return await site.shared(request, render, "application/json")


@router.get("/standings")
async def standings(site: TheSite) -> list[Standing]:
    """Give the standings alone."""
    return [Standing(**line) for line in site.snapshot.overview["standings"]]


@router.get("/games")
async def games(
    site: TheSite,
    network: Annotated[int | None, Query(ge=1, lt=2**31, description="only games of this network")] = None,
    opponent: Annotated[int | None, Query(ge=1, lt=2**31, description="only games against this one")] = None,
    offset: Annotated[int, Query(ge=0, lt=2**31, description="leave out so many of the first")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_GAMES, description="give at most so many")] = 100,
) -> Games:
    """List finished games, the last finished first."""
    wanted = {network, opponent} - {None}
    found = [game for game in site.snapshot.games if wanted <= {game.black, game.white}]
    names = GameLine.model_fields
    lines = [
        GameLine(**{name: getattr(game, name) for name in names if name != "number"}, number=game.number + 1)
        for game in found[offset : offset + limit]
    ]
    return Games(found=len(found), games=lines)


@router.get("/games/{pairing}/{number}", responses=_ABSENT)
def game(site: TheSite, pairing: _Number, number: _Number) -> Game:
    """Give a game with its moves."""
    played = site.tournament.database.game(pairing, number - 1)
    if played is None:
        raise HTTPException(404, f"There is no game {number} of pairing {pairing}.")
    names = [name for name in Game.model_fields if name not in ("number", "length", "moves")]
    return Game(
        **{name: getattr(played, name) for name in names},
        number=number,
        length=len(played.moves),
        moves="".join(letters(int(move)) for move in played.moves),
    )


@router.get(
    "/games/{pairing}/{number}/sgf",
    response_class=Response,
    responses={**_ABSENT, 200: {"content": {"application/x-go-sgf": {}}, "description": "The game as SGF."}},
)
def sgf(site: TheSite, pairing: _Number, number: _Number) -> Response:
    """Give a game as an SGF file."""
    return game_pages.sgf(site, pairing, number)
