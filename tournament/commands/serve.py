"""The command `golois serve`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tournament.folder import DEFAULT_FOLDER
from tournament.web.settings import SiteSettings


@click.command()
@click.argument("folder", default=DEFAULT_FOLDER, type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; 0.0.0.0 for everybody who reaches this machine.",
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port; 0: any free.")
@click.option(
    "--admin-token-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file with the organiser's token, made if missing.  [default: FOLDER/site/admin-token]",
)
@click.option(
    "--upload-megabytes",
    default=SiteSettings.upload_megabytes,
    show_default=True,
    type=click.IntRange(1, 512),
    help="The largest file that a team may submit.",
)
@click.option(
    "--boards",
    default=SiteSettings.boards,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="How many visitors may play against networks at once.",
)
@click.option(
    "--networks-at-play",
    default=SiteSettings.networks_at_play,
    show_default=True,
    type=click.IntRange(1, 100),
    help="How many networks are loaded for them at once, a few hundred MB of memory each.",
)
def serve(folder: Path, host: str, port: int, **settings: Any) -> None:
    """Show a tournament as a site: standings, games, submissions, play.

    The tournament may be played at the same time by `golois tournament run`, in another terminal or from the
    organiser's page: what is shown keeps up with it.
    """
    from tournament.folder import Tournament
    from tournament.web.app import create_app
    from tournament.web.server import run

    with Tournament.open(folder) as tournament, tournament.serving():
        app = create_app(folder, SiteSettings(**settings))

        def told(address: str) -> None:
            click.echo(f"{tournament.settings.name} is at {address}")
            click.echo(f"Organiser's page: {address}/admin, token in {app.state.services.key.path}")

        run(app, host, port, told)
