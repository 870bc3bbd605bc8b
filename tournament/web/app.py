"""The application: the pages of each module, static files, and the headers that go with everything."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from golois import __version__
from tournament.folder import Tournament
from tournament.web import games, networks, standings
from tournament.web.headers import SecurityHeaders
from tournament.web.settings import SiteSettings
from tournament.web.site import Site

ROUTERS = (standings.router, games.router, networks.router)


def create_app(folder: str | os.PathLike[str], settings: SiteSettings | None = None) -> FastAPI:
    """Return the site of the tournament in a folder, ready for an ASGI server.

    Raises:
        GoloisError: the folder holds no tournament.
    """
    tournament = Tournament.open(folder)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        tournament.database.close()

    # the pages of FastAPI that show the API load scripts from elsewhere
    app = FastAPI(title=tournament.settings.name, version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.site = Site(tournament, settings or SiteSettings())
    app.add_middleware(SecurityHeaders)
    app.mount("/static", StaticFiles(directory=str(files("tournament.web").joinpath("static"))), name="static")
    for router in ROUTERS:
        app.include_router(router)
    return app
