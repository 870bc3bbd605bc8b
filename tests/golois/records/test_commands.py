"""`golois games` as a user types it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from golois.cli import root
from golois.errors import GoloisError
from golois.records.sources import read_records

#    A B C D E F G H J
# 9  . . . . . . . . .     a game on a small board, White's stone on E5 captured
SGF = "(;SZ[9]PB[Anna]PW[Ben]BR[2d]WR[3k]KM[6.5]RE[B+R];B[de];W[ee];B[ed];W[aa];B[ef];W[ba];B[fe])"


def golois(*arguments: object) -> Result:
    """Run the command; what a user can mend is raised as GoloisError, which the script prints as one line."""
    result = CliRunner().invoke(root, ["games", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "games").mkdir()
    (tmp_path / "games" / "good.sgf").write_text(SGF)
    (tmp_path / "games" / "other.sgf").write_text("(;SZ[9]RE[0];B[aa];W[bb])")
    (tmp_path / "games" / "bad.sgf").write_text("(;SZ[9];B[ee];W[ee])")
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Path:
    golois("build", folder / "games", "--store", folder / "games.h5", "--size", 9)
    return folder / "games.h5"


def test_build_tells_what_it_did_and_what_it_left_out(folder: Path) -> None:
    result = golois("build", folder / "games", "--store", folder / "games.h5", "--size", 9)
    assert result.exit_code == 0
    assert f"{folder}/games.h5: 2 games with 9 moves added" in result.stdout
    assert "records that could not be used: 1" in result.stdout
    assert "left out: " in result.stderr
    assert "game bad.sgf: move 2, White E5, is occupied" in result.stderr
    again = golois("build", folder / "games", "--store", folder / "games.h5", "--size", 9)
    assert "0 games with 0 moves added\n2 games were there already" in again.stdout


def test_build_fails_when_there_was_nothing_to_do(folder: Path) -> None:
    with pytest.raises(GoloisError, match=r"no game could be read; expected an \.sgf"):
        golois("build", folder / "missing", "--store", folder / "games.h5")
    assert golois("build").exit_code == 2


def test_of_many_problems_the_first_are_shown(folder: Path) -> None:
    (folder / "many.sgf").write_text("(;GM[2])" * 30)
    result = golois("build", folder / "games", folder / "many.sgf", "--store", folder / "games.h5", "--size", 9)
    assert result.stderr.count("left out: ") == 20
    assert "... and 11 more problems like these" in result.stderr


def test_info(store: Path) -> None:
    result = golois("info", store)
    assert "2 games with 9 moves on 9x9" in result.stdout
    assert re.search(r"games\s+2\s+█+", result.stdout)
    assert re.search(r"3k\s+1 ", result.stdout)
    assert re.search(r"6\.5\s+1 ", result.stdout)
    facts = json.loads(golois("info", store, "--json").stdout)
    assert (facts["games"], facts["moves"], facts["board_size"]) == (2, 9, 9)
    assert facts["train"] + facts["validation"] == 2
    assert sorted(facts["winner"]) == [["black", 1], ["draw", 1]]
    assert facts["source"] == [["games", 2]]
    assert facts["length"] == [["0-49", 2]]


def test_info_of_an_empty_store_and_of_no_store(folder: Path) -> None:
    from golois.records.store import GameStore

    GameStore.create(folder / "empty.h5").close()
    assert "0 games with 0 moves" in golois("info", folder / "empty.h5").stdout
    with pytest.raises(GoloisError, match=r"good\.sgf is not an HDF5 file"):
        golois("info", folder / "games" / "good.sgf")


def test_show_draws_the_board(store: Path) -> None:
    shown = golois("show", store, 0).stdout
    assert "games good.sgf: Anna 2d - Ben 3k, 7 moves, B+R" in shown
    assert " 5 . . . X +(X)" in shown, "the captured stone is off the board"
    assert "captured: 0 black, 1 white" in shown
    assert " 5 . . . X O" in golois("show", store, 0, "--move", 3).stdout


def test_show_prints_sgf(store: Path) -> None:
    assert "PB[Anna]" in golois("show", store, 0, "--sgf").stdout


def test_show_refuses_games_and_moves_that_are_not_there(store: Path) -> None:
    with pytest.raises(GoloisError, match="has no game 2; its 2 games are numbered from 0"):
        golois("show", store, 2)
    with pytest.raises(GoloisError, match="game 0 has 7 moves; there is no move 8"):
        golois("show", store, 0, "--move", 8)


def test_check(store: Path) -> None:
    assert "2 games with 9 moves replayed" in golois("check", store).stdout


def test_check_fails_on_a_game_that_cannot_be_replayed(tmp_path: Path) -> None:
    import numpy as np

    from golois.records.record import GameRecord
    from golois.records.store import GameStore

    with GameStore.create(tmp_path / "games.h5") as made:
        made.append([GameRecord(np.array([60, 60]), id="x")])
    with pytest.raises(GoloisError, match="holds 1 games that cannot be replayed"):
        golois("check", tmp_path / "games.h5")


@pytest.mark.parametrize("name", ["out.sgf", "out.tsv", "out.tsv.xz", "out.data"])
def test_export(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.sgf").write_text("(;SZ[19]KM[6.5]RE[B+R];B[pd];W[dp];B[pq])(;SZ[19]KM[7.5]RE[0];B[dd];W[pp])")
    golois("build", tmp_path / "a.sgf", "--store", tmp_path / "games.h5")
    result = golois("export", tmp_path / "games.h5", tmp_path / name, "--decided")
    assert f"{name}: 1 games written" in result.stdout
    (record,) = read_records(tmp_path / name)
    assert (record.points.tolist(), record.komi) == ([72, 288, 319], 6.5)
    assert str(record.winner.name) == "BLACK"


def test_export_leaves_out_what_the_format_cannot_hold(store: Path) -> None:
    output = store.with_name("out.tsv")
    with pytest.raises(GoloisError, match="the format can hold none of those chosen"):
        golois("export", store, output)
    with pytest.raises(GoloisError, match=r"no game of .*games\.h5 fulfils the conditions"):
        golois("export", store, output, "--min-length", 100)
    with pytest.raises(GoloisError, match=r"out\.zip: the name must end in \.sgf, \.tsv, \.tsv\.xz or \.data"):
        golois("export", store, store.with_name("out.zip"))


def test_every_command_explains_itself() -> None:
    for command in ("build", "check", "info", "show", "export"):
        result = golois(command, "--help")
        assert result.exit_code == 0
        assert "STORE" in result.stdout.upper()
