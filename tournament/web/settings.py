"""The settings of a site: what `golois serve` is told on its command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SiteSettings:
    """How a tournament is served.

    Attributes:
        admin_token_file: the file with the organiser's token; None is `site/admin-token` in the tournament's folder.
            It is made, with a new token, where there is none.
        refresh_seconds: how often the site looks whether the tournament has changed.
        upload_megabytes: the largest file that a team may submit.
        boards: how many visitors may play at once.
        networks_at_play: how many networks are loaded for them at once; each takes a few hundred MB of memory.
    """

    admin_token_file: Path | None = None
    refresh_seconds: float = 1.0
    upload_megabytes: int = 64
    boards: int = 100
    networks_at_play: int = 2
