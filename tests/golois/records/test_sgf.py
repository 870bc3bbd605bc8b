"""SGF as programs, servers and editors of forty years write it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from golois.coordinates import vertex_from_move
from golois.records.record import BLACK, WHITE, GameRecord, RecordProblem
from golois.records.sgf import read_sgf, records_from_sgf, sgf_from_record


def read(text: str | bytes) -> tuple[list[GameRecord], list[str]]:
    """The games of a text, and the problems."""
    problems: list[RecordProblem] = []
    content = text.encode() if isinstance(text, str) else text
    records = list(records_from_sgf(content, problems.append, "g", "s"))
    return records, [str(problem) for problem in problems]


def read_one(text: str | bytes) -> GameRecord:
    (record,), problems = read(text)
    assert problems == []
    return record


def problem(text: str | bytes) -> str:
    records, (message,) = read(text)
    assert records == []
    return message


def vertices(record: GameRecord) -> list[str]:
    """The moves as ["B D4", "W pass", ...]."""
    return [
        f"{'?BW'[colour]} {vertex_from_move(int(point), record.size)}"
        for point, colour in zip(record.points, record.colours, strict=True)
    ]


def test_a_whole_record() -> None:
    record = read_one(
        "(;FF[4]GM[1]SZ[19]KM[6.5]HA[0]RU[Japanese]PB[Honinbo Shusaku]BR[9p]PW[Gennan Inseki]WR[8d]"
        "DT[1846-09-11]RE[B+2];B[qd]C[a comment with \\] in it];W[dc];B[pq];W[])"
    )
    assert vertices(record) == ["B R16", "W D17", "B Q3", "W pass"]
    assert (record.size, record.komi, record.handicap, record.rules) == (19, 6.5, 0, "Japanese")
    assert (record.black, record.white, record.date, record.result) == (
        "Honinbo Shusaku",
        "Gennan Inseki",
        "1846-09-11",
        "B+2",
    )
    assert (record.id, record.source) == ("g", "s")


def test_what_is_missing_is_unknown() -> None:
    record = read_one("(;B[aa])")
    assert record.size == 19
    assert math.isnan(record.komi)
    assert (record.result, record.rules, record.black, record.black_rank) == ("?", "", "", 0)


def test_the_main_line_is_the_first_variation_everywhere() -> None:
    record = read_one("(;SZ[9];B[aa](;W[bb](;B[cc])(;B[dd];W[ee]))(;W[ff]))")
    assert vertices(record) == ["B A9", "W B8", "B C7"]


def test_both_spellings_of_a_pass() -> None:
    assert vertices(read_one("(;SZ[19];B[tt];W[];B[pd])")) == ["B pass", "W pass", "B Q16"]
    assert vertices(read_one("(;SZ[21];B[tt])")) == ["B U2"], "beyond 19x19 tt is a point"


def test_long_lower_case_property_names_of_old_formats() -> None:
    record = read_one("(;GaMe[1]SiZe[9]KoMi[5.5]PlayerBlack[x]AddBlack[cc][gg];White[ee]Comment[tengen];Black[ff])")
    assert vertices(record) == ["W E5", "B F4"]
    assert record.setup_black.tolist() == [2 * 9 + 2, 6 * 9 + 6]
    assert record.komi == 5.5


def test_private_properties_and_junk_around_the_game_are_passed_over() -> None:
    record = read_one("Dear friend, here is (the game):\n(;FF[3]SZ[9]KGSDE[x]MULTIGOGM[1];B[ee]ZZ[1][2];W[ef]) -- bye")
    assert vertices(record) == ["B E5", "W E4"]


def test_handicap_stones_and_rectangles_of_points() -> None:
    record = read_one("(;SZ[9]HA[4]AB[cc][gc][cg][gg];W[ee])")
    assert len(record.setup_black) == 4
    assert (record.handicap, record.first_player) == (4, WHITE)
    wall = read_one("(;SZ[9]AB[aa:ac][ca:cb]AW[ia];B[ee])")
    assert sorted(vertex_from_move(int(point), 9) for point in wall.setup_black) == ["A7", "A8", "A9", "C8", "C9"]
    assert wall.setup_white.tolist() == [8]
    assert wall.first_player == BLACK


def test_set_up_goes_on_in_later_nodes_and_takes_stones_back_until_the_first_move() -> None:
    record = read_one("(;SZ[9]AB[aa][bb];AW[cc]AE[bb];B[ee])")
    assert (record.setup_black.tolist(), record.setup_white.tolist()) == ([0], [20])


def test_handicap_stones_played_as_moves_are_set_up() -> None:
    record = read_one("(;SZ[9]HA[2]KM[0.5];B[cc];B[gg];W[ee];B[ef])")
    assert record.setup_black.tolist() == [20, 60]
    assert vertices(record) == ["W E5", "B E4"]


def test_two_moves_in_a_row_by_one_colour() -> None:
    assert vertices(read_one("(;SZ[9];B[cc];B[gg];W[ee];W[ef];B[aa])")) == ["B C7", "B G3", "W E5", "W E4", "B A9"]


def test_two_moves_in_one_node_are_played_in_their_order() -> None:
    assert vertices(read_one("(;SZ[9];W[cc]B[dd];W[ee])")) == ["W C7", "B D6", "W E5"]


@pytest.mark.parametrize(
    ("text", "first_player"),
    [("(;PL[W])", WHITE), ("(;AB[dd])", WHITE), ("(;AB[dd]AW[ee])", BLACK), ("(;)", BLACK), ("(;;W[aa])", WHITE)],
)
def test_who_moves_first(text: str, first_player: int) -> None:
    assert read_one(text).first_player == first_player


@pytest.mark.parametrize(
    ("komi", "points"),
    [
        ("6.5", 6.5), ("6,5", 6.5), ("0", 0), ("-4.5", -4.5), ("7.50", 7.5), (" 5.5 ", 5.5), ("6.5目", 6.5),
        ("650", 6.5), ("750", 7.5),  # hundredths
        ("375", 7.5), ("3.75", 7.5), ("2.75", 5.5), ("7.25", 7.25),  # small ones in stones, two points each
        ("", math.nan), ("none", math.nan), ("1e999", 1.0), ("99999999", math.nan),
    ],
)  # fmt: skip
def test_komi(komi: str, points: float) -> None:
    assert read_one(f"(;KM[{komi}])").komi == pytest.approx(points, nan_ok=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "shift_jis"])
def test_encodings_without_a_word_about_them(encoding: str) -> None:
    name = "曹薫鉉" if encoding != "shift_jis" else "ソ表能"  # in Shift-JIS these end in the byte of a backslash
    record = read_one(f"(;SZ[9]PB[{name}];B[ee])".encode(encoding))
    assert vertices(record) == ["B E5"]
    if encoding != "shift_jis":  # cannot be told from GB18030 without a word
        assert record.black == name


@pytest.mark.parametrize(
    ("charset", "encoding", "name"),
    [
        ("UTF-8", "utf-8", "李昌鎬"),
        ("GB2312", "gb18030", "柯洁"),
        ("Big5", "big5", "許功蓋"),  # ends in the byte of a backslash
        ("Shift_JIS", "shift_jis", "表示"),
        ("EUC-KR", "euc_kr", "이창호"),
        ("ISO-8859-1", "latin-1", "Müller"),
        ("windows-1252", "cp1252", "Müller–x"),
    ],
)
def test_encodings_by_their_name(charset: str, encoding: str, name: str) -> None:
    record = read_one(f"(;CA[{charset}]SZ[9]PB[{name}]PW[x];B[ee])".encode(encoding))
    assert (record.black, record.white) == (name, "x")


@pytest.mark.parametrize("charset", ["zlib", "rot13", "punycode", "no-such-thing", "undefined"])
def test_a_charset_that_is_none_is_passed_over(charset: str) -> None:
    assert read_one(f"(;CA[{charset}]PB[é];B[dd])".encode()).black == "é"


def test_a_wrong_charset_does_not_lose_the_game() -> None:
    for charset in (b"UTF-8", b"GBK", b"Big5", b"x"):
        assert vertices(read_one(b"(;CA[" + charset + b"]SZ[9]PB[\xff\xfe\xfa];B[ee];W[ef])")) == ["B E5", "W E4"]


def test_values_are_read_and_written_as_sabaki_does() -> None:
    record = GameRecord(np.array([60, 72, 300], np.uint16), values=np.array([0.5, -1, 0.25], np.float32))
    text = sgf_from_record(record).decode()
    assert ";B[dd]" in text.replace("\n", "")
    assert text.replace("\n", "").count("SBKV[") == 2
    assert "SBKV[75]" in text, "White has 0.25 before the third move, so Black 75 % after the second"
    again = read_one(text)
    assert again.values is not None
    assert again.values.tolist() == [0.5, -1, 0.25]


def test_comments_are_written_and_escaped() -> None:
    text = sgf_from_record(GameRecord(np.array([60], np.uint16)), {0: "start", 1: "a ] \\ b"}).decode()
    assert "C[start]" in text
    assert "C[a \\] \\\\ b]" in text
    assert vertices(read_one(text)) == ["B D16"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(;GM[2];B[aa])", r"GM\[2\] is not Go"),
        ("(;SZ[19:13];B[aa])", r"SZ\[19:13\] is a rectangular board"),
        ("(;SZ[37];B[aa])", r"SZ\[37\] is not a board size from 2 to 25"),
        ("(;SZ[big];B[aa])", r"SZ\[big\] is not a board size"),
        ("(;SZ[9];B[aa];W[jj])", r"move 2: 'jj' is not a point of a board of size 9"),
        ("(;SZ[9];B[a])", r"move 1: 'a' is not a point"),
        ("(;SZ[9];B[aa][bb])", r"move 1 has 2 points in one node"),
        ("(;SZ[9]AB[zz])", r"AB\[zz\] is no point of a 9x9 board"),
        ("(;SZ[9];B[aa];AB[bb];W[cc])", r"stones are set up \(AB, AW or AE\) after move 1"),
        ("(;SZ[9];B[aa];W[bb]", r"not valid SGF, near line 1: unexpected end"),
        ("hello", r"no SGF found: a game begins with"),
        ("", r"no SGF found"),
        ("(;B)", r"not valid SGF, near line 1: property with no values"),
    ],
)
def test_what_cannot_be_used_is_told(text: str, said: str) -> None:
    import re

    assert re.search(said, problem(text))


def test_a_square_given_as_a_rectangle_is_a_square() -> None:
    assert read_one("(;SZ[13:13];B[aa])").size == 13


def test_in_a_collection_the_good_games_go_on() -> None:
    records, problems = read("(;SZ[9]GN[1];B[aa])\n(;GM[1]SZ[9:7];B[aa])\n\n(;GM[1]SZ[9];B[cc])")
    assert [(record.id, *vertices(record)) for record in records] == [("g", "B A9"), ("g#3", "B C7")]
    assert problems == ["game 2: SZ[9:7] is a rectangular board; Golois plays on square ones"]


def test_after_a_game_with_broken_syntax_the_next_one_is_found() -> None:
    records, problems = read("(;GM[1]SZ[9];B[aa])\n(;GM[1]SZ[9];B]aa](;W[bb])\n(;GM[1]FF[4]SZ[9];B[dd])")
    assert [vertices(record) for record in records] == [["B A9"], ["B D6"]]
    assert len(problems) == 1
    assert problems[0].startswith("game 2: not valid SGF, near line 2")


def test_a_file_names_itself_in_its_problems(tmp_path: Path) -> None:
    path = tmp_path / "odd.sgf"
    path.write_text("(;SZ[19:9])")
    problems: list[RecordProblem] = []
    assert list(read_sgf(path, problems.append)) == []
    assert str(problems[0]).startswith(f"{path}: SZ[19:9]")
    problems.clear()
    assert list(read_sgf(tmp_path / "missing.sgf", problems.append)) == []
    assert "cannot read" in str(problems[0])


def test_a_collection_of_megabytes() -> None:
    game = "(;GM[1]SZ[19];" + ";".join(
        f"{'BW'[i % 2]}[{chr(97 + i % 19)}{chr(97 + i // 19)}]C[{'x' * 60}]" for i in range(300)
    )
    records, problems = read((game + ")\n") * 220)
    assert (len(records), problems) == (220, [])
    assert {len(record) for record in records} == {300}


def test_nesting_without_end_is_no_stack_overflow() -> None:
    assert len(read("(;B[aa]" * 20_000 + ")" * 20_000)[0]) == 1
    assert "not valid SGF" in problem("(;B[aa]" * 20_000)
