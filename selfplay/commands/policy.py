"""`golois selfplay policy`: a network plays against itself without search, into a game store."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from golois.errors import GoloisError
from golois.files import write_whole
from golois.records.record import GameRecord
from golois.records.sgf import sgf_from_record
from golois.records.store import GameStore
from golois.rules import Rules
from selfplay.policy import PolicySettings, game_id, play_games

SECONDS_BETWEEN_APPENDS = 60.0  # what a kill may cost; each append copies the store


@click.command()
@click.option("--network", required=True, type=click.Path(path_type=Path), help="The .h5 that plays both colours.")
@click.option("--games", default=100, show_default=True, type=click.IntRange(1), help="Games the store shall hold.")
@click.option(
    "--store",
    "store_path",
    default=Path("selfplay.h5"),
    show_default=True,
    type=click.Path(path_type=Path),
    help="The game store to add to; made if missing.",
)
@click.option("--sgf", "sgf_folder", type=click.Path(path_type=Path), help="Also write every game as SGF into here.")
@click.option("--rules", default="tromp-taylor", show_default=True, help="Rules preset, as in `golois gtp`.")
@click.option("--komi", type=float, help="Points for White; the preset's own when left out.")
@click.option(
    "--opening-moves", default=30, show_default=True, type=click.IntRange(0), help="Moves drawn from the policy."
)
@click.option(
    "--temperature", default=1.0, show_default=True, type=click.FloatRange(0.01, 100), help="Of the drawn moves."
)
@click.option("--parallel", default=128, show_default=True, type=click.IntRange(1, 4096), help="Games at once.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="The same seed, the same games.")
def policy(
    network: Path,
    games: int,
    store_path: Path,
    sgf_folder: Path | None,
    rules: str,
    komi: float | None,
    opening_moves: int,
    temperature: float,
    parallel: int,
    seed: int,
) -> None:
    """Play games of one network by its policy alone, into a game store.

    The games are numbered from 0 under the network's name and the seed. Games that the store has already are
    not played again: after a kill the same command goes on. Train on them with `golois train --games STORE`.
    """
    settings = PolicySettings(Rules.preset(rules, komi), opening_moves, temperature, seed=seed)
    from nets.inference import load_evaluator

    evaluator = load_evaluator(network, max_batch=parallel)
    store = GameStore.open_or_create(store_path, evaluator.board_size)
    known = set(store.ids())
    missing = [number for number in range(games) if game_id(evaluator.name, settings, number) not in known]
    console = Console(stderr=True)
    if len(missing) < games:
        console.print(f"{games - len(missing)} of {games} games are in {store_path} already", soft_wrap=True)
    finished = play_games(evaluator, missing, settings, parallel)
    started = time.perf_counter()
    moves = 0
    for group in _groups(_with_progress(finished, len(missing), console)):
        moves += sum(len(record) for record in group)
        if sgf_folder is not None:
            for record in group:
                _write_sgf(sgf_folder, record)
        store.append(group)
    seconds = time.perf_counter() - started
    if missing:
        rate = f"{60 * len(missing) / seconds:.0f} games a minute, {moves / seconds:.0f} positions a second"
        click.echo(f"{len(missing)} games, {moves} moves added to {store_path}: {rate}")
    store.close()


def _with_progress(finished: Iterator[GameRecord], total: int, console: Console) -> Iterator[GameRecord]:
    columns = TextColumn("Self-play"), BarColumn(), MofNCompleteColumn(), TextColumn("games"), TimeRemainingColumn()
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("Self-play", total=total)
        for record in finished:
            progress.advance(task)
            yield record


def _groups(finished: Iterator[GameRecord]) -> Iterator[list[GameRecord]]:
    """Gather games for one append; the last group comes when the games end or the user interrupts."""
    group: list[GameRecord] = []
    last = time.monotonic()
    try:
        for record in finished:
            group.append(record)
            if time.monotonic() - last > SECONDS_BETWEEN_APPENDS:
                yield group
                group, last = [], time.monotonic()
    except KeyboardInterrupt:
        if group:
            yield group
        raise
    if group:
        yield group


def _write_sgf(folder: Path, record: GameRecord) -> None:
    try:
        write_whole(folder / f"{record.id}.sgf", sgf_from_record(record))
    except OSError as error:
        raise GoloisError(f"{folder}: the SGF of {record.id} cannot be written ({error.strerror})") from error
