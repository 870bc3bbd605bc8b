"""The application: the pages of each module, static files, and the headers that go with everything."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from golois import __version__
from tournament.folder import Tournament
from tournament.web import docs, errors, games, live, networks, problems, results_api, standings, static_files
from tournament.web.admin import page as admin_page
from tournament.web.head import HeadAsGet
from tournament.web.headers import SecurityHeaders
from tournament.web.play import api as play_api
from tournament.web.play import page as play_page
from tournament.web.same_origin import SameOrigin
from tournament.web.services import Services
from tournament.web.settings import SiteSettings
from tournament.web.site import Site
from tournament.web.submit import api as submit_api
from tournament.web.submit import page as submit_page

ROUTERS = (
    *(standings.router, games.router, networks.router, live.router),
    *(submit_page.router, play_page.router, admin_page.router, docs.router),
    *(submit_api.router, results_api.router, play_api.router),
)


def create_app(folder: str | os.PathLike[str], settings: SiteSettings | None = None) -> FastAPI:
    """Return the site of the tournament in a folder, ready for an ASGI server.

    Raises:
        GoloisError: the folder holds no tournament, or the organiser's token cannot be kept in it.
    """
    tournament = Tournament.open(folder)
    settings = settings or SiteSettings()
    site, services = Site(tournament, settings), Services(tournament, settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(site.compile_templates)
        watching = asyncio.create_task(site.live.watch())
        async with services.open():
            yield
        watching.cancel()
        # what was cancelled still runs in its thread, with a connection of the database
        await asyncio.get_running_loop().shutdown_default_executor()
        tournament.database.close()

    # the pages of FastAPI that show the API load scripts from elsewhere
    app = FastAPI(title=tournament.settings.name, version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.site, app.state.services = site, services
    app.add_middleware(SameOrigin)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(HeadAsGet)
    app.router.routes.append(static_files.route)
    app.add_exception_handler(HTTPException, errors.refused)
    app.add_exception_handler(RequestValidationError, errors.misunderstood)
    app.add_exception_handler(Exception, errors.failed)
    for kind in problems.STATUS:
        app.add_exception_handler(kind, problems.say)
    for router in ROUTERS:
        app.include_router(router)
    return app
