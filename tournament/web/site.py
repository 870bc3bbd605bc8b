"""What every page may ask for: the tournament, what it looks like now, and a way to render a template."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from tournament.database import PlayedGame
from tournament.folder import Tournament
from tournament.web.cache import PageCache
from tournament.web.live import Live
from tournament.web.rendering import environment
from tournament.web.settings import SiteSettings
from tournament.web.snapshot import Snapshot, SnapshotReader


class Site:
    """One tournament on the web. Its database may be used from any thread.

    Attributes:
        tournament: the open tournament.
        settings: how it is served.
        live: the newest snapshot, and the streams that tell of the next.
    """

    def __init__(self, tournament: Tournament, settings: SiteSettings) -> None:
        self.tournament = tournament
        self.settings = settings
        self.templates = environment()
        self._cache = PageCache()
        self.live = Live(SnapshotReader(tournament), settings.refresh_seconds, self._cache.renew)

    @property
    def snapshot(self) -> Snapshot:
        """The tournament as it was a moment ago."""
        return self.live.snapshot

    def compile_templates(self) -> None:
        """Read every template, so that the first visitors need not wait for that."""
        for name in self.templates.list_templates(["jinja"]):
            self.templates.get_template(name)

    def game(self, pairing: int, number: int) -> PlayedGame:
        """Return a finished game; its number counts from 1, as people do.

        Raises:
            HTTPException: there is none (404).
        """
        # beyond what a database can count there are no games
        possible = 0 <= pairing < 1 << 31 and 0 < number < 1 << 31
        game = self.tournament.database.game(pairing, number - 1) if possible else None
        if game is None:
            raise HTTPException(404, f"There is no game {number} of pairing {pairing}.")
        return game

    def render(self, template: str, snapshot: Snapshot | None = None, **content: Any) -> str:
        """Return a page: a template of this package, which may use `site`, `snapshot` and what it is given."""
        snapshot = snapshot or self.snapshot
        return self.templates.get_template(template).render(site=self, snapshot=snapshot, **content)

    def page(self, template: str, status: int = 200, **content: Any) -> HTMLResponse:
        """Return a page as an answer that no cache keeps: for what differs from visitor to visitor."""
        return HTMLResponse(self.render(template, **content), status, {"Cache-Control": "no-store"})

    async def shared(
        self, request: Request, render: Callable[[Snapshot], str], media_type: str = "text/html"
    ) -> Response:
        """Answer with what everybody sees alike, rendered once for each snapshot.

        Args:
            request: its address is the name under which the page is kept.
            render: makes the page from a snapshot, in a thread; what it raises goes to the visitor.
            media_type: of what it makes.
        """
        return await self._cache.answer(request, self.snapshot, render, media_type)


def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


TheSite = Annotated[Site, Depends(_site)]
"""Declare a parameter of this type and a page gets the site: `def page(site: TheSite) -> Response`."""
