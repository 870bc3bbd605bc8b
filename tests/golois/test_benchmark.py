"""`golois benchmark board`: what it prints, not how fast the machine is."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from golois.benchmark import board
from golois.benchmark.commands import BENCHMARKS, benchmark
from golois.benchmark.games import generated_games
from golois.errors import GoloisError
from golois.history import empty_records
from golois.records.record import GameRecord
from golois.records.store import GameStore
from golois.stored_games import replay

KEYS = {"playouts_19", "playouts_9", "replay_moves", "planes_6", "sampled_6", "planes_31", "get_batch_seconds"}


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BATCH", "_STANDING", "_GENERATED"):
        monkeypatch.setattr(board, name, 20)


def run(*arguments: str) -> str:
    answer = CliRunner().invoke(benchmark, ["board", "--seconds", "0.001", *arguments], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_json_is_one_object_with_every_figure_for_one_thread_and_for_all() -> None:
    numbers = json.loads(run("--json", "--threads", "2"))
    for key in KEYS:
        assert numbers[key] >= 0
        assert numbers[f"{key}_all_cores"] >= 0
    assert numbers["threads"] == 2
    assert numbers["games"] == 20


def test_the_table_names_what_was_measured() -> None:
    output = run("--threads", "1")
    for label in ("random playouts 19x19", "31 planes", "getBatch of 20 positions", "moves/s"):
        assert label in output


def test_games_of_a_store(tmp_path: Path) -> None:
    with GameStore.create(tmp_path / "store.h5") as store:
        store.append([GameRecord(moves=np.arange(n, 100 + n, dtype=np.uint16), result="B+R") for n in range(3)])
    assert json.loads(run("--json", "--games", str(tmp_path / "store.h5")))["games"] == 3


def test_a_store_of_another_size_is_refused(tmp_path: Path) -> None:
    GameStore.create(tmp_path / "nine.h5", size=9).close()
    answer = CliRunner().invoke(benchmark, ["board", "--games", str(tmp_path / "nine.h5")])
    assert answer.exit_code == 2
    assert "no games on a board of 19 lines" in answer.output.replace("\n", " ")


def test_a_file_that_is_no_store_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.h5").write_text("no store")
    with pytest.raises(GoloisError, match=r"text\.h5 is not an HDF5 file"):
        CliRunner().invoke(benchmark, ["board", "--games", str(tmp_path / "text.h5")], catch_exceptions=False)


def test_made_games_are_games() -> None:
    games = generated_games(3, seed=1)
    history = empty_records(1)[0]
    for game in range(3):
        length = int(games.offsets[game + 1] - games.offsets[game])
        assert replay(history, games, game, length) == length
    np.testing.assert_array_equal(games.moves, generated_games(3, seed=1).moves)
    assert (games.moves != generated_games(3, seed=2).moves).any()


@pytest.mark.parametrize("name", BENCHMARKS)
def test_the_table_repeats_each_measurements_own_summary(name: str) -> None:
    command = benchmark.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    assert command.get_short_help_str(limit=200) == BENCHMARKS[name][1]
