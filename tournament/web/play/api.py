"""Playing against a network, for the board in the browser and for programs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field

from golois.board import BLACK, WHITE
from golois.coordinates import move_from_vertex, vertex_from_move
from golois.records.record import GameRecord
from golois.records.sgf import sgf_from_record
from tournament.database import now
from tournament.web.identity import Identity
from tournament.web.play.game import STRENGTHS, VisitorGame
from tournament.web.problems import UNFIT, Problem
from tournament.web.services import TheServices

router = APIRouter(prefix="/api/play", tags=["play"], responses=UNFIT)

COLOURS = {"black": BLACK, "white": WHITE}
NAMES = {BLACK: "black", WHITE: "white"}
_ABSENT: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "No game has this id."}}
_FULL: dict[int | str, dict[str, Any]] = {503: {"model": Problem, "description": "All boards are taken."}}
_NOT_NOW: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "Not at this point of the game, or not by the rules; nothing has changed."}
}


class NewGame(BaseModel):
    """What a game begins with."""

    network: int = Field(description="number of the network's submission", ge=1, lt=2**31)
    visits: Literal[1, 50, 200, 800] = Field(200, description="of its search for a move; 1 is the policy alone")
    you: Literal["black", "white"] = Field("black", description="the visitor's colour")


class Move(BaseModel):
    """A move of the visitor."""

    vertex: str = Field(description="a point such as D4, or pass", max_length=8)


class Candidate(BaseModel):
    """A move that a search looked at."""

    vertex: str
    visits: int
    winrate: float = Field(description="the probability that the visitor wins, by the network's opinion")
    prior: float = Field(description="the network's policy")


class Hint(BaseModel):
    """What the network thinks of the visitor's position."""

    candidates: list[Candidate]
    policy: list[float] = Field(description="of each point, row by row from the top left, and of a pass")


class GameState(BaseModel):
    """A game as it stands."""

    id: str
    version: int = Field(description="grows with every change; ask for the next one with it")
    network: int
    team: str
    visits: int
    strength: str
    you: str
    size: int
    rules: str
    komi: float
    moves: str = Field(description="SGF's two letters for each move, Black first, '..' for a pass")
    to_move: str = Field(description="black or white; empty when the game is over")
    thinking: str = Field(description="move or hint while the network thinks, else empty")
    searched: int = Field(description="visits so far, while it thinks")
    waiting: str = Field(description="what the network's answer waits for, in words; empty while it is searched")
    winrate: float | None = Field(description="the network's opinion of its own chances, at its last move")
    problem: str = Field(description="why the network gave no answer; POST retry asks it again")
    hint: Hint | None
    result: str = Field(description="as in SGF; empty while the game goes on")
    ending: str = Field(description="how it ended, in words")
    owners: str = Field(description="who owns each point of a counted game: 0 nobody, 1 Black, 2 White")


def state_of(game: VisitorGame) -> GameState:
    """Return a game as the API tells it."""
    size, (result, ending) = game.game.size, game.result()
    hint = None
    if game.hint is not None:
        candidates = [Candidate(**{**c, "vertex": vertex_from_move(c["move"], size)}) for c in game.hint["candidates"]]
        hint = Hint(candidates=candidates, policy=game.hint["policy"])
    return GameState(
        id=game.id,
        version=game.version,
        network=game.submission.id,
        team=game.submission.team,
        visits=game.visits,
        strength=STRENGTHS[game.visits],
        you=NAMES[game.visitor],
        size=size,
        rules=game.game.rules.name,
        komi=game.game.rules.komi,
        moves=game.moves_as_text(),
        to_move="" if game.is_over else NAMES[game.game.to_move],
        thinking=game.asked,
        searched=game.question.visits if game.question else 0,
        waiting=game.question.state if game.question else "",
        winrate=game.winrate,
        problem=game.problem,
        hint=hint,
        result=result,
        ending=ending,
        owners=game.owners(),
    )


@router.post("", status_code=201, responses={**_ABSENT, **_FULL, 429: {"model": Problem, "description": "Too many."}})
async def begin(request: Request, services: TheServices, new: NewGame) -> GameState:
    """Begin a game against a network."""
    address = request.client.host if request.client else ""
    wait = services.new_games.wait(address)
    if wait > 0:
        headers = {"Retry-After": f"{wait:.0f}"}
        raise HTTPException(429, f"many games were begun at this address: try again in {wait:.0f} seconds", headers)
    game = await services.games.create(new.network, new.visits, COLOURS[new.you])
    services.new_games.spend(address)
    return state_of(game)


@router.get("/{game_id}", responses={**_ABSENT, **_FULL})
async def look(
    services: TheServices,
    game_id: Identity,
    version: Annotated[int | None, Query(description="the version that is known")] = None,
    wait: Annotated[float, Query(ge=0, le=30, description="seconds to wait for another version")] = 0,
) -> GameState:
    """Tell how a game stands; with `version` and `wait`, as soon as it has changed."""
    game = await services.games.find(game_id)
    if version is not None and wait > 0:
        await services.games.wait(game, version, wait)
    return state_of(game)


@router.post("/{game_id}/move", responses={**_ABSENT, **_FULL, **_NOT_NOW})
async def move(services: TheServices, game_id: Identity, played: Move) -> GameState:
    """Play a move; the network begins to think about its own."""
    game = await services.games.find(game_id)
    await services.games.play(game, move_from_vertex(played.vertex, game.game.size))
    return state_of(game)


@router.post("/{game_id}/take-back", responses={**_ABSENT, **_FULL, **_NOT_NOW})
async def take_back(services: TheServices, game_id: Identity) -> GameState:
    """Take the visitor's last move back, with the network's answer."""
    game = await services.games.find(game_id)
    await services.games.take_back(game)
    return state_of(game)


@router.post("/{game_id}/hint", responses={**_ABSENT, **_FULL, **_NOT_NOW})
async def hint(services: TheServices, game_id: Identity) -> GameState:
    """Let the network think about the visitor's next move; the hint is there when `thinking` is empty again."""
    game = await services.games.find(game_id)
    await services.games.hint(game)
    return state_of(game)


@router.post("/{game_id}/resign", responses={**_ABSENT, **_FULL, **_NOT_NOW})
async def resign(services: TheServices, game_id: Identity) -> GameState:
    """Give the game up."""
    game = await services.games.find(game_id)
    await services.games.resign(game)
    return state_of(game)


@router.post("/{game_id}/retry", responses={**_ABSENT, **_FULL})
async def retry(services: TheServices, game_id: Identity) -> GameState:
    """Ask a network again that gave no answer."""
    game = await services.games.find(game_id)
    await services.games.retry(game)
    return state_of(game)


@router.get(
    "/{game_id}/sgf",
    response_class=Response,
    responses={**_ABSENT, **_FULL, 200: {"content": {"application/x-go-sgf": {}}, "description": "The game as SGF."}},
)
async def sgf(services: TheServices, game_id: Identity) -> Response:
    """Give the game as an SGF file."""
    game = await services.games.find(game_id)
    network, visitor = f"{game.submission.team} ({STRENGTHS[game.visits]})", "visitor"
    record = GameRecord(
        moves=np.array(game.game.moves, np.uint16),
        size=game.game.size,
        komi=game.game.rules.komi,
        rules=game.game.rules.name,
        result=game.result()[0] or "?",
        black=visitor if game.visitor == BLACK else network,
        white=visitor if game.visitor == WHITE else network,
        date=now()[:10],
        id=game.id,
    )
    headers = {"Content-Disposition": f'attachment; filename="golois-{game.id}.sgf"'}
    return Response(sgf_from_record(record), headers=headers, media_type="application/x-go-sgf")
