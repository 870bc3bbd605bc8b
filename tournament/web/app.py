"""The application: the pages of each module, static files, and the headers that go with everything."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from golois import __version__
from tournament.folder import Tournament
from tournament.web import errors, games, live, networks, standings, static_files
from tournament.web.headers import SecurityHeaders
from tournament.web.settings import SiteSettings
from tournament.web.site import Site

ROUTERS = (standings.router, games.router, networks.router, live.router)


def create_app(folder: str | os.PathLike[str], settings: SiteSettings | None = None) -> FastAPI:
    """Return the site of the tournament in a folder, ready for an ASGI server.

    Raises:
        GoloisError: the folder holds no tournament.
    """
    tournament = Tournament.open(folder)
    site = Site(tournament, settings or SiteSettings())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        watching = asyncio.create_task(site.live.watch())
        yield
        watching.cancel()
        tournament.database.close()

    # the pages of FastAPI that show the API load scripts from elsewhere
    app = FastAPI(title=tournament.settings.name, version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.site = site
    app.add_middleware(SecurityHeaders)
    app.router.routes.append(static_files.route)
    app.add_exception_handler(HTTPException, errors.refused)
    app.add_exception_handler(RequestValidationError, errors.misunderstood)
    app.add_exception_handler(Exception, errors.failed)
    for router in ROUTERS:
        app.include_router(router)
    return app
