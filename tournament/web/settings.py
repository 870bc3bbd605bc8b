"""The settings of a site: what `golois serve` is told on its command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SiteSettings:
    """How a tournament is served.

    Attributes:
        admin_token_file: a file whose first line is the administrator's token; None leaves the administrator's page
            closed.
        refresh_seconds: how often the site looks whether the tournament has changed.
    """

    admin_token_file: Path | None = None
    refresh_seconds: float = 1.0
