"""The pages on which visitors choose a network and play."""

from __future__ import annotations

from fastapi import APIRouter, Response

from tournament.web.identity import Identity
from tournament.web.play.api import state_of
from tournament.web.play.game import STRENGTHS
from tournament.web.services import TheServices
from tournament.web.site import TheSite

router = APIRouter(prefix="/play", include_in_schema=False)


@router.get("")
def choose(site: TheSite, services: TheServices, network: int | None = None) -> Response:
    """Let the visitor choose a network, a strength and a colour."""
    ratings = {line["submission"]: line["elo"] for line in site.snapshot.ranked}
    opponents = sorted(services.games.opponents(), key=lambda entry: -ratings.get(entry.id, 0.0))
    return site.page(
        "play.jinja", opponents=opponents, ratings=ratings, strengths=STRENGTHS, network=network, usual_visits=200
    )


@router.get("/{game_id}")
async def board(site: TheSite, services: TheServices, game_id: Identity) -> Response:
    """Show a game on its board."""
    game = await services.games.find(game_id)
    return site.page("play_board.jinja", game=game, state=state_of(game).model_dump())
