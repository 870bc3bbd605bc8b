"""A record written and read again is the same record, in every format that can hold it."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from golois.records.games_data import write_games_data
from golois.records.record import BLACK, SAME_COLOUR, WHITE, GameRecord, RecordProblem, moves_with_colours
from golois.records.sgf import records_from_sgf, sgf_from_record, write_sgf
from golois.records.sources import read_records
from golois.records.store import GameStore
from golois.records.tsv import line_from_record, record_from_line, write_tsv

# characters that SGF, TAB-separated columns or encodings treat in their own way are likely to come up
WORDS = st.text(st.sampled_from("abcZ09 ][\\:;()+?#éß李昌鎬\U0001f600"), max_size=12).map(
    lambda text: " ".join(text.split())
)
RESULTS = st.sampled_from(["B+R", "W+R", "B+T", "W+F", "B+0.5", "W+12.25", "B+", "0", "?"])
COLOUR = st.sampled_from([BLACK, WHITE])


@st.composite
def game_records(draw: st.DrawFn, sizes: tuple[int, ...] = (19,), alternating: bool = False) -> GameRecord:
    """Any record, its moves in no way legal: formats do not look at the rules."""
    size = draw(st.sampled_from(sizes))
    points = draw(st.lists(st.integers(0, size * size), max_size=30))
    first = draw(COLOUR)
    colours = [first if i % 2 == 0 else 3 - first for i in range(len(points))]
    if not alternating:
        colours = draw(st.lists(COLOUR, min_size=len(points), max_size=len(points)))
    moves, first_player = moves_with_colours(points, colours)
    setup = draw(st.dictionaries(st.integers(0, size * size - 1), COLOUR, max_size=5))
    return GameRecord(
        moves=moves,
        size=size,
        first_player=first_player if points else first,
        setup_black=np.array([point for point in setup if setup[point] == BLACK], np.uint16),
        setup_white=np.array([point for point in setup if setup[point] == WHITE], np.uint16),
        komi=draw(st.one_of(st.just(math.nan), st.integers(-40, 40).map(lambda twice: twice / 2))),
        handicap=draw(st.integers(0, 1)),
        rules=draw(st.sampled_from(["", "Japanese", "Chinese", "AGA"])),
        result=draw(RESULTS),
        black_rank=draw(st.integers(0, 50)),
        white_rank=draw(st.integers(0, 50)),
        black=draw(WORDS),
        white=draw(WORDS),
        date=draw(st.sampled_from(["", "2026-11-20", "1846-09-11,14,15"])),
        source="a collection",
        id=draw(st.sampled_from(["game 1", "tom-354460", "李/昌鎬.sgf"])),
    )


@given(game_records(sizes=(2, 9, 13, 19, 21, 25)))
def test_sgf(record: GameRecord) -> None:
    problems: list[RecordProblem] = []
    read = list(records_from_sgf(sgf_from_record(record), problems.append, record.id, record.source))
    assert (read, problems) == ([record], [])


@given(game_records(alternating=True))
def test_a_line_of_tsv(record: GameRecord) -> None:
    record = replace(record, setup_white=np.empty(0, np.uint16), black="", white="")
    assert record_from_line(line_from_record(record), record.source) == record


@given(st.lists(game_records(sizes=(9,)), max_size=6), st.lists(game_records(sizes=(9,)), max_size=6))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_game_store(tmp_path: Path, first: list[GameRecord], second: list[GameRecord]) -> None:
    path = tmp_path / "games.h5"
    path.unlink(missing_ok=True)
    for record in second:
        record.values = np.linspace(0, 1, len(record), dtype=np.float32) if len(record) else None
    with GameStore.create(path, size=9) as store:
        store.append(first)
        store.append(second)
        assert list(store) == first + second
    with GameStore.open(path) as store:
        assert list(store) == first + second


@pytest.mark.parametrize("generation", [2019, 2021])
@given(records=st.lists(game_records(), max_size=6), numbers=st.randoms(use_true_random=False))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_games_data(tmp_path: Path, generation: int, records: list[GameRecord], numbers: object) -> None:
    decided = []
    for number, record in enumerate(records, start=1):
        result = "W+" if record.winner == WHITE else "B+"
        values = np.round(np.random.default_rng(number).random(len(record), np.float32), 3)
        kept = GameRecord(record.moves, first_player=record.first_player, result=result)
        if not len(record):
            kept.first_player = BLACK
        if generation == 2021:
            kept.komi, kept.values, kept.scores = 6.5, values, np.round(40 * values - 20, 2)
        kept.source, kept.id = "games.data", f"games.data#{number}"
        decided.append(kept)
    path = tmp_path / "games.data"
    problems: list[RecordProblem] = []
    assert write_games_data(path, decided, generation, problems.append) == len(decided)  # type: ignore[arg-type]
    if decided:
        assert list(read_records(path)) == decided
    assert problems == []


@pytest.mark.parametrize("name", ["games.sgf", "games.tsv", "games.tsv.xz"])
def test_files(tmp_path: Path, name: str) -> None:
    records = [
        GameRecord(
            moves=np.arange(10 * number, dtype=np.uint16) % 362,
            komi=6.5,
            result="B+R",
            source="games",
            id=f"{name}#{number}" if number > 1 else name,
        )
        for number in range(1, 4)
    ]
    path = tmp_path / name
    written = write_sgf(path, records) if name.endswith(".sgf") else write_tsv(path, records)
    assert written == 3
    assert list(read_records(path)) == records


def test_moves_with_colours_marks_a_second_move_of_one_colour() -> None:
    moves, first_player = moves_with_colours([72, 288, 300, 60], [WHITE, WHITE, BLACK, WHITE])
    assert first_player == WHITE
    assert moves.tolist() == [72, 288 | SAME_COLOUR, 300, 60]
    record = GameRecord(moves, first_player=first_player)
    assert record.points.tolist() == [72, 288, 300, 60]
    assert record.colours.tolist() == [WHITE, WHITE, BLACK, WHITE]
