"""`golois convert`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace NEW when it exists.")
def convert(old: Path, new: Path, force: bool) -> None:
    """Rewrite an old network file as a plain modern one.

    OLD is a .h5 file of any Keras from 2.2 on. NEW (.h5 or .keras) computes the same and consists of plain layers that
    today's Keras loads: recorded TensorFlow calls, old layer options and nested models are translated. No code in OLD
    is run. NEW is read back and its outputs are compared with OLD's before it is written.
    """
    from golois.errors import GoloisError
    from nets.inference.cache import understood
    from nets.inference.conversion import write_plain

    if new.suffix not in (".h5", ".keras"):
        raise GoloisError(f"{new}: the name must end in .h5 or .keras")
    if new.exists() and not force:
        raise GoloisError(f"{new} exists: give another name, or --force to replace it")
    network = understood(old)
    difference = write_plain(network, new)
    click.echo(
        f"{new}: {network.parameters_total:,} parameters, {network.board_size}x{network.board_size}, "
        f"{network.planes} planes, {network.moves} moves; "
        f"outputs differ by at most {difference:.1e} from those of {old.name} (written by Keras "
        f"{network.keras_version or 'of unknown version'})"
    )
