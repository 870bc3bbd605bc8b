"""Strength by opening: how beginnings are named, and what is expected of them."""

from __future__ import annotations

import pytest

from tournament.database import GameSummary
from tournament.web.opening_strengths import beginning_of, opening_strengths


def game(number, black, white, result, first=72, second=288):
    beginning = tuple(move for move in (first, second) if move is not None)
    return GameSummary(1, number, black, white, result, "two passes", 2, 200, beginning, "2026-11-21T10:00:00Z")


@pytest.mark.parametrize(
    ("first", "second", "name"),
    [
        (3 * 19 + 3, 15 * 19 + 15, "4-4, 4-4"),
        (3 * 19 + 15, 2 * 19 + 3, "4-4, 3-4"),  # whichever corner, whichever side of it
        (16 * 19 + 3, 3 * 19 + 2, "3-4, 3-4"),
        (9 * 19 + 9, 361, "tengen, pass"),
        (0, None, "1-1, –"),
    ],
)
def test_a_beginning_is_named_by_the_distances_from_the_edges(first, second, name):
    assert beginning_of(game(0, 1, 2, "B+1", first, second)) == name


def test_points_are_counted_by_colour_and_compared_with_the_ratings():
    games = [game(number, *((1, 2) if number % 2 == 0 else (2, 1)), "B+1") for number in range(8)]
    (strength,) = opening_strengths(games, 1, {1: 0.0, 2: 0.0}, first_player_elo=0.0)
    assert (strength.games, strength.points) == ((4, 4), (4.0, 0.0))
    assert strength.expected == pytest.approx(4)
    assert strength.sigma == pytest.approx(2**0.5)
    assert strength.surprise == pytest.approx(0)
    (weaker,) = opening_strengths(games, 2, {1: 300.0, 2: 0.0}, first_player_elo=0.0)
    assert weaker.expected < 2
    assert weaker.surprise > 1


def test_rare_beginnings_and_games_of_others_do_not_stand_alone():
    games = [game(number, 1, 2, "0") for number in range(4)]
    games += [game(9, 1, 2, "W+F", first=61), game(10, 2, 3, "B+1")]
    often, rare = opening_strengths(games, 1, {1: 0.0, 2: 0.0, 3: 0.0}, 0.0)
    assert (often.beginning, often.points) == ("4-4, 4-4", (2.0, 0.0))
    assert (rare.beginning, rare.games) == ("", (1, 0))
