"""Files that are damaged, foreign, hostile or not there: one line that says where, and the other games go on."""

from __future__ import annotations

import lzma
import random
from pathlib import Path

import numpy as np
import pytest

from golois.records.build import build_store
from golois.records.games_data import BLOCK_BYTES, write_games_data
from golois.records.record import GameRecord, RecordProblem
from golois.records.sources import count_bytes, read_records

GOOD = "id-1\t2001-01-02\t6d\t7d\t0.5\t0\tJapanese\tW+R\tpdecqp"


def read(path: Path) -> tuple[list[GameRecord], list[str]]:
    """The games of a path, and the problems."""
    problems: list[RecordProblem] = []
    records = list(read_records(path, problems.append))
    return records, [str(problem) for problem in problems]


def lines(tmp_path: Path, *texts: str) -> Path:
    path = tmp_path / "games.tsv"
    path.write_text("".join(text + "\n" for text in texts))
    return path


def test_a_line_of_tsv_column_by_column(tmp_path: Path) -> None:
    (record,), problems = read(lines(tmp_path, "# a comment", "", GOOD))
    assert problems == []
    assert (record.id, record.date, record.komi, record.handicap) == ("id-1", "2001-01-02", 0.5, 0)
    assert (record.rules, record.result, record.source) == ("Japanese", "W+R", "games")
    assert record.points.tolist() == [3 * 19 + 15, 2 * 19 + 4, 15 * 19 + 16]


def test_set_up_stones_and_first_player_of_tsv(tmp_path: Path) -> None:
    columns = GOOD.rpartition("\t")[0]
    path = lines(tmp_path, *(f"{columns}\t{moves}" for moves in ("+dppd|aatt", "+dppd|Baa", "Waa", "Baa", "aa", "")))
    records, problems = read(path)
    assert problems == []
    assert [record.first_player for record in records] == [2, 1, 2, 1, 1, 1]
    assert records[0].setup_black.tolist() == [15 * 19 + 3, 3 * 19 + 15]
    assert records[0].points.tolist() == [0, 361]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("only text", "expected 9 columns separated by TAB (id, date, black_rank"),
        (GOOD + "\tmore", "found 10"),
        (GOOD.replace("\t0.5\t", "\thalf\t"), "game id-1: komi 'half' is not a number"),
        (GOOD.replace("\t0.5\t", "\tnan\t"), "game id-1: komi 'nan' is not a number"),
        (GOOD.replace("\t0.5\t", "\t1e9\t"), "game id-1: komi '1e9' is not a number"),
        (GOOD.replace("W+R", "a nice game"), "result 'a nice game' is not understood"),
        (GOOD + "q", "move 4 has one letter: the line breaks off there"),
        (GOOD + "zz", "move 4 is 'zz'; expected two letters a to s, or tt for a pass"),
        (GOOD + "at", "move 4 is 'at'"),
        (GOOD + "AB", "move 4 is 'AB'"),
        (GOOD.replace("pdec", "+dppd"), "set-up stones after '+' do not end with '|'"),
        (GOOD.replace("pdec", "+tt|"), "a pass (tt) among the set-up stones"),
    ],
)
def test_a_bad_line_is_told_and_the_others_go_on(tmp_path: Path, line: str, said: str) -> None:
    path = lines(tmp_path, GOOD, line, GOOD.replace("id-1", "id-2"))
    records, (problem,) = read(path)
    assert [record.id for record in records] == ["id-1", "id-2"]
    assert problem.startswith(f"{path}, line 2: ")
    assert said in problem


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "games.tsv"
    path.write_bytes(b"\xff\xfe\t\t\t\t\t\t\t\t\n" + GOOD.encode() + b"\n\x00\x01\n")
    records, problems = read(path)
    assert [record.id for record in records] == ["id-1"]
    assert [problem.split(": ")[0] for problem in problems] == [f"{path}, line 1", f"{path}, line 3"]


def test_a_packed_file_that_breaks_off_gives_the_games_before(tmp_path: Path) -> None:
    random_letters = random.Random(7)
    text = "".join(
        GOOD.replace("pdecqp", "".join(random_letters.choices("abcdefghijklmnopqrs", k=400))) + "\n" for _ in range(900)
    )
    path = tmp_path / "games.tsv.xz"
    content = lzma.compress(text.encode())
    path.write_bytes(content[: len(content) // 2])
    records, (problem,) = read(path)
    assert 0 < len(records) < 900
    assert f"{path} is damaged or breaks off after line {len(records)}" in problem
    assert "copy or download the file again" in problem


def test_a_packed_file_that_is_not_packed(tmp_path: Path) -> None:
    path = tmp_path / "games.tsv.xz"
    path.write_text(GOOD)
    records, (problem,) = read(path)
    assert records == []
    assert "is damaged or breaks off after line 0" in problem


DATA_2019 = "2\n1 3\n72 1\n288 0\n300 1\n0 2\n361 1\n361 0\n"
DATA_2021 = "6.5 1 3\n72 1 0.5 1.25\n288 0 -1 0\n300 1 0.25 -7\n7.5 0 1\n361 0 nan -nan\n"


def data(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "games.data"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize("text", [DATA_2019, DATA_2019.replace("\n", "\r\n"), DATA_2019.rstrip(), DATA_2019[2:]])
def test_games_data_of_2019(tmp_path: Path, text: str) -> None:
    (first, second), problems = read(data(tmp_path, text))
    assert problems == []
    assert (first.points.tolist(), first.colours.tolist(), first.result) == ([72, 288, 300], [1, 2, 1], "B+")
    assert (second.points.tolist(), second.result, second.values) == ([361, 361], "W+", None)
    assert (first.id, second.id, second.source) == ("games.data#1", "games.data#2", "games.data")


@pytest.mark.parametrize("text", [DATA_2021, "2\n" + DATA_2021, DATA_2021.replace("0.25", "+2.5e-1")])
def test_games_data_of_2021(tmp_path: Path, text: str) -> None:
    (first, second), problems = read(data(tmp_path, text))
    assert problems == []
    assert (first.komi, first.points.tolist()) == (6.5, [72, 288, 300])
    assert first.values is not None
    assert first.scores is not None
    assert first.values.tolist() == [0.5, -1, 0.25]
    assert first.scores.tolist() == [1.25, 0, -7]
    assert second.first_player == 2
    assert second.values is not None
    assert second.values.tolist() == [-1], "what is no probability is not to be used"


@pytest.mark.parametrize(
    ("text", "games", "said"),
    [
        (DATA_2019[:-8], 1, "breaks off in game 2 of 2 that the first line announces; the 1 games before it are used"),
        (DATA_2019[:-2], 1, "breaks off in game 2 of 2"),
        (DATA_2021[:30], 0, "breaks off in game 1; the 0 games before it are used"),
        (DATA_2019.replace("2\n", "5\n", 1), 2, "breaks off in game 3 of 5"),
        (DATA_2019.replace("288", "2x8"), 0, "game 1, which begins at byte 2: found something that is no number"),
        (DATA_2019.replace("361", "three"), 1, "game 2, which begins at byte 22: found something that is no number"),
        (DATA_2019.replace("1 3", "1 3000000"), 0, "found a number of moves that no game has"),
        (DATA_2019.replace("1 3", "1 -3"), 0, "found a number of moves that no game has"),
        (DATA_2019.replace("1 3", "1 nan"), 0, "found a number of moves that no game has"),
        (DATA_2019.replace("72", "362"), 1, "game 1: move 1 is no point 0 to 361 with the colour 0 (White) or 1"),
        (DATA_2019.replace("300 1", "300 2"), 1, "game 1: move 3 is no point"),
        (DATA_2019.replace("72 1", "7.5 1"), 1, "game 1: move 1 is no point"),
        (DATA_2019.replace("1 3", "2 3"), 1, "game 1: winner 2 is neither 0 (White) nor 1 (Black)"),
        ("", 0, "holds no games; expected `winner moves` (2019) or `komi winner moves` (2021)"),
        ("7\n", 0, "holds no games"),
        ("these are not the games you look for\n", 0, "is not a games.data file; expected"),
        (bytes(range(256)), 0, "games.data"),
    ],
)
def test_games_data_that_is_not_whole(tmp_path: Path, text: str | bytes, games: int, said: str) -> None:
    records, (problem,) = read(data(tmp_path, text))
    assert len(records) == games
    assert said in problem
    assert str(tmp_path / "games.data") in problem


def test_games_data_with_numbers_beyond_all_sense(tmp_path: Path) -> None:
    """A value or score that is none becomes -1 or 0; a komi that is none keeps the game out of a store."""
    text = "1e300 1 2\n72 1 1e300 1e300\n288 0 -1e-300 inf\n"
    (record,), problems = read(data(tmp_path, text))
    assert record.values is not None
    assert record.scores is not None
    assert (record.values.tolist(), record.scores.tolist(), problems) == ([-1, -1], [0, 0], [])
    report = build_store([tmp_path / "games.data"], tmp_path / "games.h5")
    assert (report.games, report.refused) == (0, 1)


def test_games_data_longer_than_a_block(tmp_path: Path) -> None:
    """Games that lie across two blocks come out whole."""
    rng = np.random.default_rng(3)
    game = GameRecord(rng.integers(0, 361, 4999).astype(np.uint16), result="B+")
    path = tmp_path / "games.data"
    assert write_games_data(path, [game] * 250, 2019, print) == 250
    assert path.stat().st_size > 1.5 * BLOCK_BYTES
    records, problems = read(path)
    assert problems == []
    assert all(np.array_equal(record.moves, game.moves) for record in records)
    assert len(records) == 250


def test_games_data_that_never_ends_a_game(tmp_path: Path) -> None:
    records, (problem,) = read(data(tmp_path, "1 5000\n" + " " * (2 * BLOCK_BYTES)))
    assert records == []
    assert "game 1, which begins at byte 0" in problem


def test_games_that_games_data_cannot_hold_are_left_out(tmp_path: Path) -> None:
    moves = np.arange(5, dtype=np.uint16)
    games = [
        GameRecord(moves, result="W+R", komi=6.5, id="good"),
        GameRecord(moves, result="0", komi=6.5, id="draw"),
        GameRecord(moves, result="B+R", komi=6.5, id="handicap", setup_black=np.array([60])),
        GameRecord(moves, result="B+R", id="no komi"),
        GameRecord(moves, result="B+R", komi=6.5, size=9, id="small"),
    ]
    problems: list[RecordProblem] = []
    assert write_games_data(tmp_path / "games.data", games, 2021, problems.append) == 1
    assert [str(problem) for problem in problems] == [
        "game draw is left out: its result '0' names no winner",
        "game handicap is left out: it begins with stones on the board",
        "game no komi is left out: its komi is unknown",
        "game small is left out: it is 9x9, games.data is 19x19",
    ]


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    folder = tmp_path / "my games"
    (folder / "1998").mkdir(parents=True)
    (folder / "b.sgf").write_text("(;SZ[19];B[aa])(;SZ[19];B[bb])")
    (folder / "1998" / "A.SGF").write_text("(;SZ[19];B[cc])")
    (folder / "bad.sgf").write_text("(;SZ[19:9])")
    (folder / "c.tsv").write_text(GOOD + "\n")
    (folder / "readme.txt").write_text("not a record")
    (folder / ".hidden.sgf").write_text("(;)")
    records, (problem,) = read(folder)
    assert [(record.source, record.id) for record in records] == [
        ("my games", "1998/A.SGF"),
        ("my games", "b.sgf"),
        ("my games", "b.sgf#2"),
        ("c", "id-1"),
    ]
    assert problem.startswith(f"{folder / 'bad.sgf'}: SZ[19:9]")


def test_reading_tells_how_far_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.sgf").write_text("(;SZ[19];B[aa])")
    (tmp_path / "b.tsv").write_text((GOOD + "\n") * 1000)
    (tmp_path / "c.data").write_text(DATA_2019)
    seen: list[int] = []
    list(read_records(tmp_path, None, seen.append))
    assert sum(seen) == count_bytes(tmp_path) > 48_000


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing.sgf", "does not exist; expected an .sgf"),
        ("notes.txt", "is no format of game records"),
        ("empty", "holds no game"),
    ],
)
def test_a_path_that_is_nothing_to_read(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RecordProblem, match=said):
        read_records(tmp_path / name)
    assert count_bytes(tmp_path / "missing.sgf") == 0


def test_without_a_handler_the_first_problem_is_raised(tmp_path: Path) -> None:
    with pytest.raises(RecordProblem, match=r"games.tsv, line 2: expected 9 columns"):
        list(read_records(lines(tmp_path, GOOD, "bad", "bad")))


def test_noise_never_crashes_a_reader(tmp_path: Path) -> None:
    """Records with bytes changed, removed and doubled at random: games or problems, nothing else."""
    rng = random.Random(11)
    samples = {
        "x.sgf": b"(;GM[1]SZ[9]AB[aa:bb]KM[6.5]RE[B+R];B[ee];W[ef](;B[])(;W[tt]))(;SZ[13];B[aa])",
        "x.tsv": (GOOD + "\n").encode() * 3,
        "x.data": DATA_2019.encode(),
        "y.data": DATA_2021.encode(),
        "x.tsv.xz": lzma.compress(GOOD.encode() * 3),
    }
    for name, content in samples.items():
        for _ in range(150):
            noisy = bytearray(content)
            for _ in range(rng.randint(1, 4)):
                place = rng.randrange(len(noisy))
                noisy[place : place + rng.randint(0, 3)] = rng.choice(
                    [b"", rng.randbytes(2), b"]", b"-", b"9" * 30, b"\n"]
                )
            path = tmp_path / name
            path.write_bytes(noisy)
            records, problems = read(path)
            assert all(len(record.colours) == len(record) for record in records)
            assert all(str(path) in problem for problem in problems)
