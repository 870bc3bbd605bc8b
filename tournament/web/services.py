"""What the site does besides showing: it takes networks, plays with visitors, and keeps rounds going."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated

from fastapi import Depends, Request

from tournament.folder import Tournament
from tournament.teams import Teams
from tournament.web.admin.key import AdminKey
from tournament.web.admin.rounds import Rounds
from tournament.web.evaluations import Evaluations
from tournament.web.play.games import VisitorGames
from tournament.web.play.pool import NetworkPool
from tournament.web.play.process import Options
from tournament.web.rate_limit import RateLimit
from tournament.web.settings import SiteSettings
from tournament.web.submit.admission import Admission
from tournament.web.submit.uploads import Uploads

SIGN_INS = 10
"""Wrong tokens of the organiser from one address in a minute."""
NEW_GAMES = 30
"""Games that are begun from one address in a minute: a whole class may share one."""


class Services:
    """The parts of a site that work on their own; they live in `FOLDER/site` and in the tournament's database.

    Attributes:
        key: recognises the organiser.
        sign_ins: how often an address may try to.
        new_games: how many games may be begun from one address.
        teams: who may submit.
        admission: counts their tries.
        uploads: takes their networks and has them checked.
        rounds: keeps the tournament's runner going.
        games: what visitors play.
        evaluations: what networks make of the tournament's games.
    """

    def __init__(self, tournament: Tournament, settings: SiteSettings) -> None:
        folder = tournament.path / "site"
        self.sign_ins = RateLimit(SIGN_INS, 60)
        self.new_games = RateLimit(NEW_GAMES, 60)
        self.key = AdminKey(settings.admin_token_file or folder / "admin-token")
        self.teams = Teams(tournament.database)
        self.admission = Admission(self.teams)
        self.uploads = Uploads(tournament, folder / "uploads", settings.upload_megabytes * 10**6)
        self.rounds = Rounds(tournament, folder / "rounds.log")
        options = Options(tournament.settings.rules, tournament.settings.komi)
        pool = NetworkPool(tournament.network_path, options, settings.networks_at_play)
        self.games = VisitorGames(tournament, pool, settings.boards)
        self.evaluations = Evaluations(folder / "evaluations", pool)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Work while the context lasts."""
        async with AsyncExitStack() as stack:
            for service in (self.uploads, self.rounds, self.games):
                await stack.enter_async_context(service.open())
            yield


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


TheServices = Annotated[Services, Depends(_services)]
"""Declare a parameter of this type and a page gets them: `def page(services: TheServices) -> Response`."""
