"""`golois demo`: the whole product on one page, from game records to a GTP line.

    records -> train -> network.h5 -> submit, next to its rivals -> round robin -> standings, report -> GTP

Everything lies in one folder. A demo that was killed goes on where it was; a finished one is shown again.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import click

from golois.errors import GoloisError
from nets.pretrained import shipped_network

if TYPE_CHECKING:
    from rich.console import Console

    from nets.training import TrainingConfig
    from tournament.standings import Standings

YOURS = "your network"
EARLY = "your network, early"
UNTRAINED = "untrained"

BLOCKS, FILTERS = 4, 48
LEARNING_RATE = 0.006  # a small network learns faster than the default for larger ones
EARLY_PART = 0.25  # of the training after which the early network is kept
VALIDATION_POSITIONS = 2048
GAMES_PER_PAIRING = 40


def demo_records() -> Path:
    """Return the game records that come with the package: GNU Go against itself."""
    return Path(str(files("nets.demo_games").joinpath("gnugo.tsv.xz")))


@click.command()
@click.option(
    "--folder",
    default=Path("golois-demo"),
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where everything is written.",
)
@click.option(
    "--seconds",
    default=90,
    show_default=True,
    type=click.IntRange(5),
    help="How long to train. Ten times as long plays much better.",
)
@click.option(
    "--records",
    "games",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Game records to train on instead of those that come with the package; may be repeated.",
)
@click.option("--games", "games_per_pairing", default=GAMES_PER_PAIRING, show_default=True, help="Games per pairing.")
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0), help="Decides weights, data and openings."
)
def demo(folder: Path, seconds: int, games: tuple[Path, ...], games_per_pairing: int, seed: int) -> None:
    """Train, submit, play a tournament and show the GTP line, in a few minutes.

    Trains a small residual policy and value network (six planes) on game records, submits it next to its rivals,
    plays a round robin with colours swapped, prints the standings and writes a report page with every game.
    Needs no network access and no GPU. Killed, it goes on; for a fresh one choose another --folder.
    """
    from rich.console import Console

    console = Console(highlight=False)
    started = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    network = folder / "network.h5"

    _title(console, 1, f"Train a network for {seconds} seconds")
    with _patiently(console, "starting TensorFlow ..."):
        from nets.quiet import import_keras

        import_keras()
        from nets.commands.display import duration
    _train(_training(network, games or (demo_records(),), seconds, seed), folder, console)
    _title(console, 2, "Submit it, next to its rivals")
    _submit_all(network, folder / "tournament", games_per_pairing, seed, console)
    _title(console, 3, "Play a round robin, colours swapped")
    table = _play(folder / "tournament", console)
    _title(console, 4, "Look at it")
    _show(table, folder / "tournament", console)
    console.print(
        f"Done in {duration(time.monotonic() - started)} minutes. Everything is in [bold]{folder}[/bold].",
        soft_wrap=True,
    )


def _title(console: Console, number: int, text: str) -> None:
    console.print(f"\n[bold]{number}/4  {text}[/bold]")


def _training(network: Path, games: tuple[Path, ...], seconds: int, seed: int) -> TrainingConfig:
    from nets.architectures import NetworkShape
    from nets.training import TrainingConfig

    return TrainingConfig(
        games=tuple(str(path) for path in games),
        output=str(network),
        shape=NetworkShape(blocks=BLOCKS, filters=FILTERS),
        minutes=seconds / 60,
        learning_rate=LEARNING_RATE,
        validation_positions=VALIDATION_POSITIONS,
        snapshots=(EARLY_PART,),
        seed=seed,
    )


def _early(network: Path) -> Path:
    """Where the trainer writes the snapshot that was asked for in `_training`."""
    return network.with_name(f"{network.stem}-{round(100 * EARLY_PART)}.h5")


def _train(config: TrainingConfig, folder: Path, console: Console) -> None:
    """Train, unless an earlier demo in this folder came to the end of it."""
    finished = folder / "trained"
    if finished.exists():
        console.print(f"{config.output} is there from an earlier demo; another --folder trains anew.", soft_wrap=True)
        return
    from nets.commands.display import TrainingDisplay, duration, open_games_shown
    from nets.training import train

    store = open_games_shown(config.games, console)
    moves = int(store.offsets[-1])
    console.print(f"{config.shape}; {len(store):,} games with {moves:,} moves")
    with TrainingDisplay(console) as display:
        result = train(config, display.show, resume=True, store=store, on_size=lambda size: console.print(f"{size}"))
    speed = result.positions / max(result.seconds, 1e-9)
    console.print(
        f"wrote {result.network}: {result.positions:,} positions in {duration(result.seconds)}, {speed:,.0f} a second",
        soft_wrap=True,
    )
    _write_untrained(config, folder)
    finished.touch()


def _write_untrained(config: TrainingConfig, folder: Path) -> None:
    from nets.architectures.build import build
    from nets.training.checkpoint import save_network

    save_network(config.shape, build(config.shape).get_weights(), folder / "untrained.h5")


def _submit_all(network: Path, folder: Path, games_per_pairing: int, seed: int, console: Console) -> None:
    """Enter the trained network, what it was on the way, and the best one that comes with the package."""
    from tournament.folder import Tournament
    from tournament.settings import Settings
    from tournament.submission import submit

    if not (folder / "tournament.toml").exists():
        Tournament.create(folder, Settings(name="Golois demo", games=games_per_pairing, seed=seed)).database.close()
    with Tournament.open(folder) as tournament:
        entered = {entry.team for entry in tournament.database.submissions()}
    shipped = shipped_network()
    entrants = [
        (YOURS, network),
        (EARLY, _early(network)),
        (UNTRAINED, network.with_name("untrained.h5")),
        (shipped.stem, shipped),
    ]
    for team, path in entrants:
        if team in entered or not path.exists():
            continue
        with _patiently(console, f"checking {path.name} ..."):
            entry = submit(path, team, folder)
        console.print(
            f"{team}: accepted, {entry.report['parameters_total']:,} parameters, "
            f"{entry.report['milliseconds']} ms per evaluation"
        )
        for warning in entry.warnings:
            console.print(f"  note: {warning}", markup=False)


def _play(folder: Path, console: Console) -> Standings:
    from tournament.runner import run
    from tournament.terminal import print_standings, run_progress

    with run_progress(console) as progress:
        table = run(folder, progress)
    print_standings(table, console)
    return table


def _show(table: Standings, folder: Path, console: Console) -> None:
    from tournament.folder import Tournament
    from tournament.report import write_report

    page = write_report(folder)
    console.print("The report, with the cross table and every game to replay:\n")
    console.print(f"    {page.resolve().as_uri()}\n", soft_wrap=True)
    ranked = [line for line in table.lines if line.rank]
    if not ranked:
        raise GoloisError(f"{folder}: no network finished a game, so there is no winner; see the report above")
    winner = min(ranked, key=lambda line: line.rank).submission
    with Tournament.open(folder) as tournament:
        path = tournament.network_path(winner.digest)
    console.print(
        f"Play against the winner, {winner.team}, in Sabaki, Lizzie or GoGui, as this engine:\n", soft_wrap=True
    )
    console.print(f"    {_program()} gtp --network {_quoted(path)}\n", soft_wrap=True)
    console.print("See it as a site, with every network to play against in the browser:\n", soft_wrap=True)
    console.print(f"    {_program()} serve {_quoted(folder)}\n", soft_wrap=True)


def _program() -> str:
    """Return how the shell, or a GUI, starts Golois: outside an active environment by the whole path."""
    if shutil.which("golois"):
        return "golois"
    program = Path(sys.executable).with_name("golois.exe" if os.name == "nt" else "golois")
    return _quoted(program) if program.exists() else f"{_quoted(Path(sys.executable))} -m golois"


def _quoted(path: Path) -> str:
    """Return a path as the shell of this system wants it."""
    return subprocess.list2cmdline([str(path)]) if os.name == "nt" else shlex.quote(str(path))


@contextmanager
def _patiently(console: Console, text: str) -> Iterator[None]:
    """Show that something goes on which has no measure of its own."""
    with console.status(text) if console.is_terminal else nullcontext():
        yield
