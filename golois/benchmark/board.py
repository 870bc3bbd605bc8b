"""`golois benchmark board`: playouts, replayed moves, positions turned into planes, the course's batches."""

from __future__ import annotations

import json
import os
import platform
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from golois.benchmark.games import generated_games, replay_all, replay_to, write_planes
from golois.history import empty_records
from golois.planes import new_workspaces
from golois.playouts import run_playouts
from golois.records.build import build_store
from golois.records.store import GameStore
from golois.sampling import fill_positions
from golois.stored_games import Games
from golois.symmetry import SYMMETRIES, move_table

BATCH = 10_000  # positions of one getBatch in the course's scripts
_STANDING = 2_000  # positions encoded without a replay
_GENERATED = 2_000  # games


@dataclass(frozen=True)
class Figure:
    """One measurement.

    Attributes:
        key: its name in the JSON object.
        label: what it says in the table.
        unit: of the number.
        one_thread: the number on one thread, by the thread's processor time.
        all_cores: the number when every core works, by the clock on the wall.
    """

    key: str
    label: str
    unit: str
    one_thread: float
    all_cores: float


@click.command()
@click.option(
    "--games",
    "source",
    type=click.Path(exists=True, path_type=Path),
    help="A game store, or records that `golois games build` reads, of 19x19; without it games are made at random.",
)
@click.option("--seconds", default=1.0, show_default=True, help="How long each measurement runs, at least.")
@click.option("--threads", type=click.IntRange(1), help="Threads of the column 'all cores'; the cores when left out.")
@click.option("--seed", default=0, show_default=True, help="Decides the playouts, made games and chosen positions.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def board(source: Path | None, seconds: float, threads: int | None, seed: int, as_json: bool) -> None:
    """Measure the board, the input planes and the course's batches.

    The figures of one thread count its processor time, so that other programs on the machine matter little;
    those of all cores count the time on the clock.

    playouts: uniformly random games from the empty board. replay: games from the store, each move checked.
    planes_6: planes of standing positions. planes_31: the same with ladders and liberties, and with the replay
    of each game to its position. get_batch_seconds: planes, policy, value, end and groups of 10,000 positions.
    """
    threads = threads or os.cpu_count() or 1
    games, origin = _games(source, seed)
    figures = measure(games, seconds, threads, seed)
    if as_json:
        numbers = {figure.key: _rounded(figure.one_thread) for figure in figures}
        all_cores = {f"{figure.key}_all_cores": _rounded(figure.all_cores) for figure in figures}
        about = {"threads": threads, "games": len(games.offsets) - 1, "source": origin, "processor": _processor()}
        click.echo(json.dumps(numbers | all_cores | about, indent=2))
        return
    table = Table(title=f"{_processor()}, {origin}", title_justify="left")
    table.add_column("")
    table.add_column("one thread", justify="right")
    table.add_column(f"{threads} thread{'s' * (threads > 1)}", justify="right")
    table.add_column("")
    for figure in figures:
        table.add_row(figure.label, _shown(figure.one_thread), _shown(figure.all_cores), figure.unit)
    Console().print(table)


def measure(games: Games, seconds: float, threads: int, seed: int) -> list[Figure]:
    """Run all measurements.

    Args:
        games: 19x19 games to replay.
        seconds: how long each measurement runs, at least.
        threads: of the figures of all cores.
        seed: decides the playouts and which positions are chosen.
    """
    random = np.random.default_rng(seed)
    lengths = np.diff(games.offsets)
    chosen = random.choice(np.flatnonzero(lengths > 0), BATCH)
    numbers = random.integers(0, lengths[chosen])
    symmetries = random.integers(0, SYMMETRIES, BATCH)
    some = random.permutation(len(lengths))[:_GENERATED]

    def playouts(size: int, count: int) -> Work:
        return Work(count, lambda: lambda: run_playouts(size, count, seed))

    def replay() -> Callable[[], object]:
        histories = empty_records(1, games.size)
        return lambda: replay_all(games, some, histories)

    def six_planes() -> Callable[[], object]:
        standing, workspaces = empty_records(_STANDING, games.size), new_workspaces(1, games.size)
        replay_to(games, chosen[:_STANDING], numbers[:_STANDING], standing)
        out = np.ones((_STANDING, games.size * games.size * 6), np.float32)
        return lambda: write_planes(standing, workspaces, 6, move_table(games.size)[0], out)

    def batch(planes: int, everything: bool) -> Work:
        size = games.size
        # filled once, so that the system has given the memory
        inputs = np.ones((BATCH, size, size, planes), np.float32)
        policy = np.ones((BATCH, size * size), np.float32)
        value = np.ones(BATCH, np.float32)
        end = np.ones((BATCH, size, size, 2), np.float32) if everything else None
        groups = np.ones((BATCH, size, size, 1), np.float32) if everything else None

        def fill(threads: int) -> None:
            fill_positions(
                games, chosen, numbers, symmetries, inputs, policy, value, end=end, groups=groups, threads=threads
            )

        return Work(BATCH, lambda: lambda: fill(1), fill)

    works: tuple[tuple[str, str, str, Callable[[], Work]], ...] = (
        ("playouts_19", "random playouts 19x19", "games/s", lambda: playouts(19, 1000)),
        ("playouts_9", "random playouts 9x9", "games/s", lambda: playouts(9, 4000)),
        ("replay_moves", "replay, each move checked", "moves/s", lambda: Work(int(lengths[some].sum()), replay)),
        ("planes_6", "6 planes of standing positions", "positions/s", lambda: Work(_STANDING, six_planes)),
        ("sampled_6", "6 planes, replayed to the position", "positions/s", lambda: batch(6, False)),
        ("planes_31", "31 planes, replayed to the position", "positions/s", lambda: batch(31, False)),
        ("get_batch_seconds", f"getBatch of {BATCH:,} positions", "s", lambda: batch(31, True)),
    )
    figures = []
    for key, label, unit, prepare in works:
        work = prepare()
        one_thread, all_cores = work.on_one_thread(seconds), work.on_all_cores(seconds, threads)
        if unit != "s":
            one_thread, all_cores = work.amount / one_thread, work.amount / all_cores
        figures.append(Figure(key, label, unit, one_thread, all_cores))
    return figures


@dataclass(frozen=True)
class Work:
    """Something to measure.

    Attributes:
        amount: how many of what is counted one run does.
        prepare: makes the arrays of one thread and returns the run.
        run_together: one run on a number of threads, where it is not each thread for itself.
    """

    amount: int
    prepare: Callable[[], Callable[[], object]]
    run_together: Callable[[int], object] | None = None

    def on_one_thread(self, seconds: float) -> float:
        """Return the processor seconds of the quickest run; the first, which may compile, does not count."""
        run = self.prepare()
        run()
        best, spent = float("inf"), 0.0
        while spent < seconds:
            before = time.thread_time()
            run()
            took = time.thread_time() - before
            best, spent = min(best, took), spent + took
        return best

    def on_all_cores(self, seconds: float, threads: int) -> float:
        """Return the seconds on the clock for one run when all threads work."""
        runs = [self.prepare() for _ in range(threads)] if self.run_together is None else []
        done = 0
        with ThreadPoolExecutor(threads) as pool:
            before = time.perf_counter()
            while (elapsed := time.perf_counter() - before) < seconds:
                if self.run_together is None:
                    list(pool.map(lambda run: run(), runs))
                    done += threads
                else:
                    self.run_together(threads)
                    done += 1
        return elapsed / done


def _games(source: Path | None, seed: int) -> tuple[Games, str]:
    """Return the games to replay, and what to call them."""
    if source is None:
        return generated_games(_GENERATED, seed), f"{_GENERATED:,} random games"
    if source.suffix == ".h5":
        store = GameStore(source)
    else:
        with tempfile.TemporaryDirectory() as folder:
            build_store([source], Path(folder) / "games.h5")
            store = GameStore(Path(folder) / "games.h5")
    if store.size != 19 or not len(store) or not len(store.moves):
        raise click.BadParameter(f"{source} holds no games on a board of 19 lines", param_hint="--games")
    return Games.of(store), f"{len(store):,} games of {source}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _rounded(number: float) -> float:
    return round(number, 4) if number < 100 else round(number)


def _shown(number: float) -> str:
    return f"{number:.3f}" if number < 100 else f"{number:,.0f}"
