"""Openings from a file of records."""

from __future__ import annotations

import numpy as np
import pytest
from fake_networks import FakeNetwork

from golois.errors import GoloisError
from golois.records.record import GameRecord
from golois.records.sgf import write_sgf
from golois.rules import Rules
from tournament.folder import Tournament
from tournament.opening_book import read_openings
from tournament.runner import run

RULES = Rules.preset("tromp-taylor")
ONE, OTHER = [60, 72, 288, 300, 25], [300, 72, 60, 288, 25]


@pytest.fixture
def records(tmp_path):
    """A function that writes games, given as moves or as records, to a file and returns its path."""

    def write(*games):
        path = tmp_path / "book.sgf"
        write_sgf(path, [game if isinstance(game, GameRecord) else GameRecord(np.array(game)) for game in games])
        return path

    return write


def openings(path, length=4):
    return {tuple(moves.tolist()) for moves in read_openings(path, length, RULES, seed=1)}


def test_the_first_moves_of_each_record_once(records):
    assert openings(records(ONE, OTHER, [*ONE[:4], 100])) == {tuple(ONE[:4]), tuple(OTHER[:4])}


def test_records_that_are_no_even_openings_are_left_out(records):
    path = records(
        ONE,
        [60, 72],  # too short
        [60, 361, 72, 300],  # a pass
        GameRecord(np.array(OTHER), handicap=2, setup_black=np.array([1, 2])),
        GameRecord(np.array(OTHER), first_player=2),
        GameRecord(np.array([10, 20, 30, 40, 50]), size=9),
    )
    assert openings(path) == {tuple(ONE[:4])}


def test_a_file_without_openings_is_named(records):
    with pytest.raises(GoloisError, match=r"book\.sgf: no record begins with 30 moves"):
        openings(records(ONE), 30)


def test_the_seed_orders_them(records):
    path = records(*[[i, i + 1, i + 2, i + 3] for i in range(0, 340, 19)])
    first, same, other = (read_openings(path, 4, RULES, seed)[0].tolist() for seed in (1, 1, 2))
    assert first == same != other


def test_a_tournament_plays_them_with_both_colours_and_new_ones_when_two_meet_again(records, make_tournament):
    records(*[[i, i + 1, i + 2, i + 3] for i in range(0, 340, 19)])
    folder = make_tournament("a", "b", openings="../book.sgf", games=2)
    with Tournament.open(folder) as tournament:
        tournament.database.plan([(1, 1, 2, 2), (2, 2, 1, 2)])
    run(folder, open_player=lambda t, s: FakeNetwork(s.id))
    with Tournament.open(folder) as tournament:
        games = tournament.database.games()
    begun = [tuple(game.moves[:4].tolist()) for game in games]
    assert begun[0] == begun[1] != begun[2] == begun[3]
    assert {game.opening for game in games} == {4}
    assert all(begin[1] == begin[0] + 1 for begin in begun)
