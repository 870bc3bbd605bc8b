"""What records write where a result or a rank belongs, and what it means."""

from __future__ import annotations

import math

import pytest

from golois.errors import GoloisError
from golois.records.ranks import parse_rank, rank_from_text, text_from_rank
from golois.records.result import Ending, Result, Winner, parse_result

BLACK, WHITE = Winner.BLACK, Winner.WHITE


@pytest.mark.parametrize(
    ("text", "winner", "ending", "margin", "standard"),
    [
        ("B+3.5", BLACK, Ending.SCORE, 3.5, "B+3.5"),
        ("W+0.50", WHITE, Ending.SCORE, 0.5, "W+0.5"),
        ("w+12,5", WHITE, Ending.SCORE, 12.5, "W+12.5"),
        ("Black+7 points", BLACK, Ending.SCORE, 7, "B+7"),
        ("B + 2.75目", BLACK, Ending.SCORE, 2.75, "B+2.75"),
        ("B+R", BLACK, Ending.RESIGNATION, None, "B+R"),
        ("W+Resign", WHITE, Ending.RESIGNATION, None, "W+R"),
        ("W+resignation", WHITE, Ending.RESIGNATION, None, "W+R"),
        ("W+T", WHITE, Ending.TIME, None, "W+T"),
        ("B+Time", BLACK, Ending.TIME, None, "B+T"),
        ("B+F", BLACK, Ending.FORFEIT, None, "B+F"),
        ("W+Offline", WHITE, Ending.FORFEIT, None, "W+F"),
        ("W+", WHITE, Ending.UNKNOWN, None, "W+"),
        ("B+something else", BLACK, Ending.UNKNOWN, None, "B+"),
        ("B+" + "9" * 400, BLACK, Ending.UNKNOWN, None, "B+"),
        ("Black wins by 4.5 points", BLACK, Ending.SCORE, 4.5, "B+4.5"),
        ("White won by resignation", WHITE, Ending.RESIGNATION, None, "W+R"),
        ("黑中盘胜", BLACK, Ending.RESIGNATION, None, "B+R"),
        ("白超时胜", WHITE, Ending.TIME, None, "W+T"),
        ("白胜3又3/4子", WHITE, Ending.UNKNOWN, None, "W+"),
        ("0", Winner.DRAW, Ending.SCORE, 0, "0"),
        ("Jigo", Winner.DRAW, Ending.SCORE, 0, "0"),
        ("Draw", Winner.DRAW, Ending.SCORE, 0, "0"),
        ("", Winner.UNKNOWN, Ending.UNKNOWN, None, "?"),
        ("Void", Winner.UNKNOWN, Ending.UNKNOWN, None, "?"),
        ("?", Winner.UNKNOWN, Ending.UNKNOWN, None, "?"),
    ],
)
def test_spellings_of_results(text: str, winner: Winner, ending: Ending, margin: float | None, standard: str) -> None:
    result = parse_result(text)
    assert (result.winner, result.ending, str(result)) == (winner, ending, standard)
    assert math.isnan(result.margin) if margin is None else result.margin == margin
    assert str(parse_result(standard)) == standard


def test_a_result_that_says_nothing_is_an_error_that_quotes_it() -> None:
    with pytest.raises(GoloisError, match=r"'the game was nice' is not understood"):
        parse_result("the game was nice")


def test_an_unknown_result_is_the_default() -> None:
    assert str(Result()) == "?"


@pytest.mark.parametrize(
    ("text", "standard"),
    [
        ("9d", "9d"), ("6D", "6d"), ("3 dan", "3d"), ("7段", "7d"), ("９段", "9d"), ("九段", "9d"),
        ("6d?", "6d"), ("5d*", "5d"),
        ("5p", "5p"), ("P9段", "9p"), ("9d pro", "9p"), ("1 ping", "1p"),
        ("1k", "1k"), ("12 kyu", "12k"), ("18级", "18k"), ("30k", "30k"),
        ("?", "?"), ("", "?"), ("NR", "?"), ("ama", "?"), ("Honinbo", "?"), ("31k", "?"), ("0d", "?"), ("99p", "?"),
    ],
)  # fmt: skip
def test_spellings_of_ranks(text: str, standard: str) -> None:
    assert text_from_rank(rank_from_text(text)) == standard


def test_ranks_are_ordered_from_kyu_over_dan_to_professional_dan() -> None:
    ascending = ["?", "30k", "2k", "1k", "1d", "9d", "1p", "9p"]
    assert sorted(ascending, key=rank_from_text) == ascending


def test_a_rank_asked_for_must_be_one() -> None:
    assert parse_rank("6d") == rank_from_text("6d")
    with pytest.raises(GoloisError, match="'strong' is not a rank"):
        parse_rank("strong")
