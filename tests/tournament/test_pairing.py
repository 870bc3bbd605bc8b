"""Who meets whom, in each kind of tournament."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golois.errors import GoloisError
from tournament.database import Pairing, Submission
from tournament.pairing import most_informative, next_pairings, round_robin, swiss, swiss_rounds
from tournament.ratings import Ratings, rate
from tournament.settings import Settings


def entrants(count):
    return [Submission(number, f"team {number}", "", "", "", "") for number in range(1, count + 1)]


def unrated(count):
    return rate(np.zeros((count, count)), np.zeros((count, count)))


def planned(pairings, start=1):
    """What the database makes of planned pairings."""
    return [Pairing(number, *pairing) for number, pairing in enumerate(pairings, start)]


def test_round_robin_pairs_everyone_once():
    pairings = round_robin(Settings(games=10), entrants(5), [])
    assert {frozenset(p[1:3]) for p in pairings} == {frozenset(p) for p in itertools.combinations(range(1, 6), 2)}
    assert {p[3] for p in pairings} == {10}
    assert round_robin(Settings(games=10), entrants(5), planned(pairings)) == []


def test_round_robin_goes_on_when_someone_joins_or_more_games_are_wanted():
    first = planned(round_robin(Settings(games=10), entrants(2), []))
    assert round_robin(Settings(games=10), entrants(3), first) == [(1, 1, 3, 10), (1, 2, 3, 10)]
    assert round_robin(Settings(games=16), entrants(2), first) == [(1, 1, 2, 6)]


def test_gauntlet_pairs_the_champion_with_the_others():
    settings = Settings(kind="gauntlet", champion="team 2", games=6)
    assert next_pairings(settings, entrants(4), [], {}, unrated(4)) == [(1, 2, 1, 6), (1, 2, 3, 6), (1, 2, 4, 6)]


def test_a_gauntlet_without_its_champion_says_who_is_there():
    settings = Settings(kind="gauntlet", champion="Nobody")
    with pytest.raises(GoloisError, match=r"'Nobody' is not among .*: team 1, team 2"):
        next_pairings(settings, entrants(2), [], {}, unrated(2))


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 17), st.integers(0, 1000))
def test_swiss_never_repeats_a_meeting_while_that_is_possible(count, seed):
    rng = np.random.default_rng(seed)
    field, points, history = entrants(count), dict.fromkeys(range(1, count + 1), 0.0), []
    rounds = swiss_rounds(Settings(kind="swiss"), count)
    for number in range(1, rounds + 1):
        pairings = swiss(Settings(kind="swiss", games=2), field, planned(history), points)
        sides = [side for pairing in pairings for side in pairing[1:3]]
        assert {pairing[0] for pairing in pairings} == {number}
        assert len(sides) == len(set(sides)) == count - count % 2  # everyone plays once; one rests in an odd field
        for pairing in pairings:
            points[pairing[1 + int(rng.integers(2))]] += 2
        history += pairings
    meetings = [frozenset(pairing[1:3]) for pairing in history]
    if count > 2 * rounds:  # by Dirac's theorem there always is a pairing without repetition then
        assert len(meetings) == len(set(meetings))
    if count % 2:  # nobody rests twice before everyone has rested
        played = [sum(side in pairing[1:3] for pairing in history) for side in range(1, count + 1)]
        assert max(played) - min(played) <= 1
    assert swiss(Settings(kind="swiss"), field, planned(history), points) == []


def test_swiss_pairs_equal_points():
    first = [(1, 1, 2, 2), (1, 3, 4, 2)]
    second = swiss(Settings(kind="swiss", games=2), entrants(4), planned(first), {1: 2, 2: 0, 3: 2, 4: 0})
    assert second == [(2, 1, 3, 2), (2, 2, 4, 2)]


def test_the_most_informative_pairing_takes_in_the_newcomer():
    games = np.zeros((3, 3))
    games[0, 1] = games[1, 0] = 100
    ratings = rate(games / 2, games)
    (pairing,) = most_informative(10, entrants(3), [], ratings)
    assert 3 in pairing[1:3]


def test_the_most_informative_pairing_is_between_equals():
    # as well known as each other, but 3 and 4 are 800 Elo weaker: their games against 1 and 2 would tell little
    ratings = Ratings(np.array([400.0, 400.0, -400.0, -400.0]), 100.0**2 * (np.eye(4) - 1 / 4), 0.0, 0.0)
    pairings = most_informative(10, entrants(4), [], ratings)
    assert {frozenset(p[1:3]) for p in pairings} == {frozenset((1, 2)), frozenset((3, 4))}


def test_alone_there_is_nobody_to_meet():
    for kind in ("round-robin", "swiss", "ladder"):
        assert next_pairings(Settings(kind=kind), entrants(1), [], {}, unrated(1)) == []
