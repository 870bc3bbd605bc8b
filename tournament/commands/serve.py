"""The command `golois serve`."""

from __future__ import annotations

from pathlib import Path

import click

from tournament.folder import DEFAULT_FOLDER


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
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file whose first line is the administrator's token; without it the administrator's page is closed.",
)
def serve(folder: Path, host: str, port: int, admin_token_file: Path | None) -> None:
    """Show a tournament as a site: standings, games, submissions, play.

    The tournament may be played at the same time by `golois tournament run`, in another terminal or from the
    administrator's page: what is shown keeps up with it.
    """
    import uvicorn

    from tournament.web.app import create_app
    from tournament.web.settings import SiteSettings

    app = create_app(folder, SiteSettings(admin_token_file=admin_token_file))
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)
