"""`golois selfplay new`."""

from __future__ import annotations

from pathlib import Path

import click

from golois.errors import GoloisError
from golois.files import write_whole


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--size", default=9, show_default=True, type=click.IntRange(3, 19), help="The board is size x size.")
def new(folder: Path, size: int) -> None:
    """Make a folder with the configuration of a new run.

    Every setting stands in FOLDER/run.toml with what it means; change what you like before the first start.

    \b
      golois selfplay new first-steps --size 7
      golois selfplay run --config first-steps/run.toml
    """
    from selfplay.folder import CONFIG
    from selfplay.presets import starting_config

    path = folder / CONFIG
    if path.exists():
        raise GoloisError(f"{path} exists already; choose another folder, or start the run with this file")
    try:
        write_whole(path, starting_config(size).to_toml())
    except OSError as error:
        raise GoloisError(f"{path}: cannot be written ({error.strerror})") from error
    click.echo(f"wrote {path}; start with: golois selfplay run --config {path}")
