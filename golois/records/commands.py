"""`golois games`: put game records into one store, look into it, take games out again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from golois.errors import GoloisError
from golois.records.build import BuildReport, build_store, check_store
from golois.records.games_data import Generation, write_games_data
from golois.records.info import describe_store
from golois.records.record import GameRecord, RecordProblem
from golois.records.replay import game_from_record
from golois.records.sgf import sgf_from_record, write_sgf
from golois.records.sources import FORMATS, count_bytes
from golois.records.store import GameStore
from golois.records.tsv import line_from_record, write_tsv

SHOWN_PROBLEMS = 20
LONGEST_HISTOGRAM = 24


@click.group()
def games() -> None:
    """Put game records into one game store, or look into one.

    A game store is one HDF5 file. Training, the course's functions and self-play read it.
    """


@games.command()
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--store", "store_path", required=True, type=click.Path(path_type=Path), help="The game store to write to."
)
@click.option(
    "--size",
    type=click.IntRange(2, 25),
    default=19,
    show_default=True,
    help="Board size of a new store; other games are left out.",
)
def build(sources: tuple[Path, ...], store_path: Path, size: int) -> None:
    """Replay and check the games of SOURCES and add them to a store.

    A source is an .sgf, .tsv, .tsv.xz or games.data file, a folder of such files, or another store. The store
    is started when it is not there. Games it has already are not added again, so a build that was stopped is
    continued by the same command. What cannot be used is told and left out.
    """
    problems = _Problems()
    with _progress(DownloadColumn()) as progress:
        bar = progress.add_task("reading games", total=sum(count_bytes(source) for source in sources) or None)
        report = build_store(
            sources,
            store_path,
            size=size,
            on_problem=problems.add,
            on_bytes=lambda count: progress.advance(bar, count),
        )
    problems.tell_rest()
    click.echo(f"{store_path}: {report.games:,} games with {report.moves:,} moves added")
    if report.known:
        click.echo(f"{report.known:,} games were there already")
    _tell_checks(report)
    if not report.games and not report.known:
        raise GoloisError(f"no game could be read; expected {FORMATS}")


@games.command()
@click.argument("store_path", metavar="STORE", type=click.Path(path_type=Path))
def check(store_path: Path) -> None:
    """Replay every game of a store and tell what the rules forbid.

    Games are replayed under simple ko; positions that come again, which superko forbids, are counted.
    """
    problems = _Problems()
    with GameStore(store_path) as store, _progress(MofNCompleteColumn()) as progress:
        bar = progress.add_task("replaying games", total=len(store))
        report = check_store(store, problems.add, lambda count: progress.advance(bar, count))
    problems.tell_rest()
    click.echo(f"{store_path}: {report.games:,} games with {report.moves:,} moves replayed")
    _tell_checks(report)
    if report.refused:
        raise GoloisError(f"{store_path} holds {report.refused:,} games that cannot be replayed; build it again")


@games.command(short_help="Tell what a store holds.")
@click.argument("store_path", metavar="STORE", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def info(store_path: Path, as_json: bool) -> None:
    """Tell what a store holds: games by source, rank, komi, handicap, winner, length."""
    with GameStore(store_path) as store:
        facts = describe_store(store)
    if as_json:
        click.echo(json.dumps(facts))
        return
    console = Console()
    console.print(
        f"{facts['file']}: {facts['games']:,} games with {facts['moves']:,} moves on {facts['board_size']}x"
        f"{facts['board_size']}, {facts['bytes'] / 1e6:,.1f} MB; {facts['moves_with_values']:,} moves with values; "
        f"{facts['train']:,} games to train on, {facts['validation']:,} to validate",
        highlight=False,
        soft_wrap=True,
    )
    for name in ("source", "weaker_player", "komi", "handicap", "winner", "length"):
        table = Table("", "games", "", title=name.replace("_", " "), title_justify="left", box=None, pad_edge=False)
        rows: list[tuple[str, int]] = facts[name]
        if len(rows) > LONGEST_HISTOGRAM:
            others = rows[LONGEST_HISTOGRAM:]
            rows = [*rows[:LONGEST_HISTOGRAM], (f"{len(others)} others", sum(count for _, count in others))]
        most = max((count for _, count in rows), default=1)
        for what, count in rows:
            table.add_row(what, f"{count:,}", "█" * round(40 * count / most))
        console.print()
        console.print(table)


@games.command()
@click.argument("store_path", metavar="STORE", type=click.Path(path_type=Path))
@click.argument("number", type=int)
@click.option("--move", "moves", type=int, help="Show the board after so many moves; after all when left out.")
@click.option("--sgf", is_flag=True, help="Print the record as SGF instead of the board.")
def show(store_path: Path, number: int, moves: int | None, sgf: bool) -> None:
    """Show game NUMBER of a store, counted from 0."""
    with GameStore(store_path) as store:
        record = store.game(number)
    if sgf:
        click.echo(sgf_from_record(record), nl=False)
        return
    if moves is not None and not 0 <= moves <= len(record):
        raise GoloisError(f"game {number} has {len(record)} moves; there is no move {moves}")
    click.echo(str(record))
    click.echo(str(game_from_record(record, moves)))


@games.command(short_help="Write games of a store as .sgf, .tsv, .tsv.xz or games.data.")
@click.argument("store_path", metavar="STORE", type=click.Path(path_type=Path))
@click.argument("output", type=click.Path(path_type=Path))
@click.option("--split", type=click.Choice(["train", "validation"]), help="Only this share of the games.")
@click.option("--source", multiple=True, help="Only games of this source; may be given several times.")
@click.option("--min-rank", metavar="RANK", help="Only games whose players both have this rank or a better one: 6d.")
@click.option("--handicap", type=int, help="Only games with so many handicap stones; 0: even games.")
@click.option("--komi", type=float, help="Only games with this komi.")
@click.option("--min-length", default=0, help="Only games of so many moves or more.")
@click.option("--decided", is_flag=True, help="Only games that Black or White won.")
@click.option("--limit", type=click.IntRange(min=1), help="No more games than this.")
@click.option(
    "--generation", type=click.Choice(["2019", "2021"]), default="2021", show_default=True, help="Of games.data."
)
def export(store_path: Path, output: Path, limit: int | None, generation: str, **conditions: Any) -> None:
    """Write games of a store to OUTPUT: .sgf (a collection), .tsv, .tsv.xz or games.data (.data)."""
    conditions["source"] = conditions["source"] or None
    problems = _Problems()
    name = output.name.lower()
    with GameStore(store_path) as store, _progress(MofNCompleteColumn()) as progress:
        chosen = store.select(**conditions)[:limit]
        if not len(chosen):
            raise GoloisError(f"no game of {store_path} fulfils the conditions")
        records = (store.game(int(number)) for number in progress.track(chosen, description="writing games"))
        if name.endswith(".sgf"):
            count = write_sgf(output, records)
        elif name.endswith((".tsv", ".tsv.xz")):
            count = write_tsv(output, _writable(records, problems))
        elif name.endswith(".data"):
            count = write_games_data(output, records, cast(Generation, int(generation)), problems.add)
        else:
            raise GoloisError(f"{output}: the name must end in .sgf, .tsv, .tsv.xz or .data, which says the format")
    problems.tell_rest()
    click.echo(f"{output}: {count:,} games written")
    if not count:
        raise GoloisError(f"{output} holds no game: the format can hold none of those chosen; .sgf holds them all")


class _Problems:
    """Tells the first problems as they come, and how many there were after that."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, problem: RecordProblem) -> None:
        self.count += 1
        if self.count <= SHOWN_PROBLEMS:
            click.echo(f"left out: {problem}", err=True)

    def tell_rest(self) -> None:
        if self.count > SHOWN_PROBLEMS:
            click.echo(f"... and {self.count - SHOWN_PROBLEMS:,} more problems like these", err=True)


def _progress(numbers: ProgressColumn) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), numbers, TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _writable(records: Iterator[GameRecord], problems: _Problems) -> Iterator[GameRecord]:
    for record in records:
        try:
            line_from_record(record)
            yield record
        except RecordProblem as problem:
            problems.add(problem)


def _tell_checks(report: BuildReport) -> None:
    if report.refused:
        click.echo(f"records that could not be used: {report.refused:,}")
    if report.repeats:
        click.echo(
            f"superko would forbid {report.repeats:,} moves in {report.games_with_repeats:,} games; they stay in"
        )
