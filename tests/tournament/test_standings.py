"""The standings count what was played and rate everyone who played."""

from __future__ import annotations

import numpy as np
import pytest

from tournament.database import PlayedGame
from tournament.folder import Tournament
from tournament.standings import standings

NO_MOVES = np.zeros(0, np.uint16)


@pytest.fixture
def tournament(make_tournament):
    with Tournament.open(make_tournament("Ada", "Bob", "Cleo")) as opened:
        yield opened


def play(tournament, first, second, results):
    """Record games between two submissions: their results as `first` saw them, w, l or d, colours alternating."""
    tournament.database.plan([(1, first, second, len(results))])
    pairing = tournament.database.pairings()[-1].id
    for number, outcome in enumerate(results):
        black, white = (first, second) if number % 2 == 0 else (second, first)
        winner = {"w": first, "l": second, "d": None}[outcome]
        result = "0" if winner is None else "B+3.5" if winner == black else "W+3.5"
        game = PlayedGame(pairing, number, black, white, result, "two passes", 0, NO_MOVES, "tromp-taylor", 7.5, "now")
        tournament.database.add_game(game)


def test_the_course_line(tournament):
    play(tournament, 1, 2, "w" * 19 + "l" * 7)
    first, *_ = standings(tournament).lines
    assert first.course_line == "19 wins, 26 games played, winrate = 0.731, sigma = 0.087"


def test_before_the_first_game_everyone_is_equal(tournament):
    lines = standings(tournament).lines
    assert [line.rank for line in lines] == [1, 2, 3]
    assert {line.course_line for line in lines} == {"0 wins, 0 games played, winrate = 0.000, sigma = 0.000"}


def test_ranks_follow_the_ratings_and_the_cross_table_counts_both_colours(tournament):
    play(tournament, 1, 2, "wwlw")
    play(tournament, 2, 3, "wwww")
    table = standings(tournament)
    assert [line.submission.team for line in table.lines] == ["Ada", "Bob", "Cleo"]
    assert table.cross[1, 2].points == 3
    assert table.cross[2, 1].points == 1
    assert (1, 3) not in table.cross
    assert sum(line.elo for line in table.lines) == pytest.approx(0, abs=1e-6)
    assert all(line.low < line.elo < line.high for line in table.lines)
    assert table.lines[0].superiority > 0.5
    assert table.lines[-1].superiority is None


def test_a_draw_is_half_a_point_and_no_win(tournament):
    play(tournament, 1, 2, "dd")
    table = standings(tournament)
    ada = next(line for line in table.lines if line.submission.team == "Ada")
    assert (ada.wins, ada.draws, ada.games, ada.win_rate) == (0, 2, 2, 0.5)
    assert table.points()[1] == 1


def test_a_withdrawn_network_is_listed_last_and_not_ranked(tournament):
    play(tournament, 1, 2, "wwww")
    tournament.database.withdraw(1, "it crashed")
    table = standings(tournament)
    assert [line.rank for line in table.lines] == [1, 2, 0]
    assert table.lines[-1].submission.team == "Ada"
    assert table.lines[-1].superiority is None


def test_an_older_network_that_never_played_is_not_in_the_standings(tournament):
    newer = tournament.database.add_submission("Ada", "a" * 64, "ada2.h5", "x", {})
    assert {line.submission.id for line in standings(tournament).lines} == {2, 3, newer.id}
