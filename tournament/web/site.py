"""What every page may ask for: the tournament, its settings, and a way to render a template."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from tournament.folder import Tournament
from tournament.web.rendering import environment
from tournament.web.settings import SiteSettings


class Site:
    """One tournament on the web. Its database may be used from any thread.

    Attributes:
        tournament: the open tournament.
        settings: how it is served.
    """

    def __init__(self, tournament: Tournament, settings: SiteSettings) -> None:
        self.tournament = tournament
        self.settings = settings
        self.templates = environment()

    def render(self, template: str, **content: Any) -> str:
        """Return a page: a template of this package, which may use `site` and what it is given."""
        return self.templates.get_template(template).render(site=self, **content)

    def page(self, template: str, status: int = 200, **content: Any) -> HTMLResponse:
        """Return a page as an answer that no cache keeps."""
        return HTMLResponse(self.render(template, **content), status, {"Cache-Control": "no-store"})


def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


TheSite = Annotated[Site, Depends(_site)]
"""Declare a parameter of this type and a page gets the site: `def page(site: TheSite) -> Response`."""
