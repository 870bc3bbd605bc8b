"""Reading commands and writing answers, as the GTP 2 specification has them."""

from __future__ import annotations

import pytest

from golois.board import BLACK, WHITE
from golois.gtp.protocol import (
    Command,
    GtpError,
    answer,
    color_argument,
    integer_argument,
    move_argument,
    number_argument,
    parse_line,
)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("name", Command("", "name", [])),
        ("17 play b D4\n", Command("17", "play", ["b", "D4"])),
        ("007 name", Command("007", "name", [])),
        ("play\tb\tD4", Command("", "play", ["b", "D4"])),
        ("  play   b   D4  # a comment", Command("", "play", ["b", "D4"])),
        ("na\x00me\r\n", Command("", "name", [])),
        ("na\x7fme", Command("", "name", [])),
        ("5", Command("5", "", [])),
        ("play b5 7", Command("", "play", ["b5", "7"])),
    ],
)
def test_a_line_is_read_as_id_name_and_arguments(line: str, command: Command):
    assert parse_line(line) == command


@pytest.mark.parametrize("line", ["", "\n", "   \t ", "# only a comment", "  # name", "\x01\x02"])
def test_a_line_without_a_command_is_nothing(line: str):
    assert parse_line(line) is None


@pytest.mark.parametrize(
    ("identity", "text", "success", "whole"),
    [
        ("", "", True, "=\n\n"),
        ("12", "", True, "=12\n\n"),
        ("", "D4", True, "= D4\n\n"),
        ("3", "illegal move", False, "?3 illegal move\n\n"),
        ("", "a\n\nb\n", True, "= a\nb\n\n"),
    ],
)
def test_an_answer_ends_with_an_empty_line_and_holds_none(identity: str, text: str, success: bool, whole: str):
    assert answer(identity, text, success) == whole


def test_colors_are_read_in_any_case():
    assert [color_argument(text) for text in ("b", "B", "Black", "w", "WHITE")] == [BLACK, BLACK, BLACK, WHITE, WHITE]
    with pytest.raises(GtpError, match=r"invalid color or coordinate: color 'red'"):
        color_argument("red")


def test_vertices_have_no_column_i_and_count_rows_from_below():
    assert move_argument("A19", 19) == 0
    assert move_argument("j1", 9) == 80
    assert move_argument("PASS", 9) == 81
    for text in ("I5", "A0", "A10", "K1", "", "5A", "resign", "A1x", "é4", "A²"):
        with pytest.raises(GtpError, match="invalid color or coordinate"):
            move_argument(text, 9)


def test_numbers_outside_the_possible_are_refused_with_the_value():
    assert number_argument("-6.5", "komi", -150, 150) == -6.5
    assert integer_argument("9", "stones", 2, 9) == 9
    for text in ("nan", "inf", "1e9", "seven", ""):
        with pytest.raises(GtpError, match=f"komi '{text}'"):
            number_argument(text, "komi", -150, 150)
    for text in ("1", "10", "3.5", "1_0", "x" * 100, "9" * 100):
        with pytest.raises(GtpError, match="stones '"):
            integer_argument(text, "stones", 2, 9)
