"""The pool: paired openings, batches, and what becomes of networks that fail."""

from __future__ import annotations

import numpy as np
import pytest
from fake_networks import Crashing, FakeNetwork, NotANumber

from golois.game import Game
from golois.rules import Rules
from tournament.match import Pool
from tournament.openings import games_to_play
from tournament.players import PlayerFailure
from tournament.settings import Settings

SETTINGS = Settings(opening_moves=6, move_limit=30, failures=3)


class Hall:
    """Plays one pairing, 1 against 2, between given networks and keeps what the pool reports."""

    def __init__(self, networks, settings=SETTINGS, games=8, missing=None, openings=None, **options):
        self.networks = networks
        self.settings = settings
        self.games, self.failures, self.opened = [], [], []
        numbers = range(games) if missing is None else missing
        self.source = games_to_play(settings, 1, 1, 2, numbers, openings or {})
        self.options = options

    def open(self, submission):
        self.opened.append(submission)
        network = self.networks[submission]
        return network() if callable(network) else network

    def failed(self, submission, message):
        self.failures.append((submission, message))
        return sum(failure[0] == submission for failure in self.failures) >= self.settings.failures

    def play(self, *sources):
        with Pool(self.settings, self.open, self.games.append, self.failed, **self.options) as pool:
            for source in sources or [self.source]:
                pool.play(source)
        self.games.sort(key=lambda game: game.number)
        return self


@pytest.fixture(scope="module")
def played():
    return Hall({1: FakeNetwork(1), 2: FakeNetwork(2, planes=31, moves=361)}).play()


def test_every_game_is_played_once_with_colours_swapped(played):
    assert [game.number for game in played.games] == list(range(8))
    assert [(game.black, game.white) for game in played.games] == [(1, 2), (2, 1)] * 4


def test_both_games_of_an_opening_begin_alike_and_openings_differ(played):
    openings = [tuple(game.moves[: game.opening]) for game in played.games]
    assert openings[0::2] == openings[1::2]
    assert len(set(openings)) == 4
    assert {len(opening) for opening in openings} == {6}


def test_the_result_is_that_of_the_replayed_game(played):
    for game in played.games:
        replayed = Game(19, Rules.preset("tromp-taylor", 7.5))
        for move in game.moves:
            replayed.play(int(move))
        assert game.result == replayed.result()
        assert len(game.moves) == 30 or replayed.is_over


def test_all_games_that_wait_for_a_network_go_in_one_batch(played):
    for network in played.networks.values():
        assert max(network.batches) == 4  # half of the eight games wait for each
        assert len(network.batches) <= 32


def test_the_same_seed_gives_the_same_games_however_they_are_cut(played):
    networks = {1: FakeNetwork(1), 2: FakeNetwork(2, planes=31, moves=361)}
    rest = Hall(networks, missing=[2, 3, 7], games_at_once=1).play().games
    for game in rest:
        np.testing.assert_array_equal(game.moves, played.games[game.number].moves)


def test_another_seed_gives_other_games(played):
    other = Settings(opening_moves=6, move_limit=30, seed=2)
    games = Hall({1: FakeNetwork(1, seed=2), 2: FakeNetwork(2, seed=2)}, other).play().games
    assert not np.array_equal(games[0].moves, played.games[0].moves)


def test_a_known_opening_is_played_again():
    """Half of a pair was lost to a power cut: its opening is taken from the half that was recorded."""
    opening = np.array([72, 300, 60, 288], np.uint16)
    (game,) = Hall({1: FakeNetwork(1), 2: FakeNetwork(2)}, missing=[5], openings={2: opening}).play().games
    assert (game.number, game.black, game.opening) == (5, 2, 4)
    np.testing.assert_array_equal(game.moves[:4], opening)


def test_without_opening_moves_the_game_begins_on_the_empty_board():
    games = Hall({1: FakeNetwork(1), 2: FakeNetwork(2)}, Settings(opening_moves=0, move_limit=10), games=2).play().games
    assert [game.opening for game in games] == [0, 0]
    assert games[0].moves[0] == np.argmax(FakeNetwork(1).policy[:361])


def test_a_policy_that_is_not_finite_loses_that_game_and_then_the_right_to_play():
    hall = Hall({1: FakeNetwork(1), 2: NotANumber(2)}, games=20, games_at_once=4).play()
    forfeits = [game for game in hall.games if game.result.endswith("F")]
    assert forfeits
    assert all(game.result == ("W+F" if game.black == 2 else "B+F") for game in forfeits)
    assert all("no distribution" in game.ending or "withdrawn" in game.ending for game in forfeits)
    assert [failure[0] for failure in hall.failures] == [2, 2, 2]
    assert len(hall.games) < 20  # the rest is not played


def test_a_network_that_crashes_is_started_again_and_withdrawn_in_the_end():
    hall = Hall({1: FakeNetwork(1), 2: lambda: Crashing(2, sound_batches=6)}, games=8).play()
    assert hall.opened.count(2) == 3
    assert [failure[1] for failure in hall.failures] == ["crashed (exit status -11)"] * 3
    assert hall.games
    assert all(game.result == ("W+F" if game.black == 2 else "B+F") for game in hall.games)


def test_one_crash_costs_nothing():
    networks = iter([Crashing(2, sound_batches=4), FakeNetwork(2)])
    crashed = Hall({1: FakeNetwork(1), 2: lambda: next(networks)}).play()
    sound = Hall({1: FakeNetwork(1), 2: FakeNetwork(2)}).play()
    assert len(crashed.failures) == 1
    assert [list(game.moves) for game in crashed.games] == [list(game.moves) for game in sound.games]


def test_a_network_that_does_not_load_plays_no_game():
    def broken():
        raise PlayerFailure("needed more than 180 s to load")

    hall = Hall({1: FakeNetwork(1), 2: broken}).play()
    assert len(hall.failures) == 3
    assert hall.games == []


def test_the_others_play_on_when_one_is_withdrawn():
    def source():
        yield from games_to_play(SETTINGS, 1, 1, 2, range(4), {})
        yield from games_to_play(SETTINGS, 2, 1, 3, range(4), {})

    hall = Hall({1: FakeNetwork(1), 2: lambda: Crashing(2, 0), 3: FakeNetwork(3)})
    hall.play(source())
    assert sorted(game.number for game in hall.games if game.pairing == 2) == [0, 1, 2, 3]
    assert all(not game.result.endswith("F") for game in hall.games if game.pairing == 2)


def test_no_more_networks_are_loaded_than_allowed():
    loaded, most = set(), 0

    class Counted(FakeNetwork):
        def __init__(self, submission):
            nonlocal most
            super().__init__(submission)
            loaded.add(self)
            most = max(most, len(loaded))

        def close(self):
            loaded.discard(self)

    def source():
        for pairing, (first, second) in enumerate([(1, 2), (3, 4), (5, 6), (1, 6)]):
            yield from games_to_play(SETTINGS, pairing, first, second, range(2), {})

    networks = {number: lambda number=number: Counted(number) for number in range(1, 7)}
    hall = Hall(networks, games_at_once=3, players_at_once=2).play(source())
    assert len(hall.games) == 8
    assert most <= 3  # the one that works on a batch while another is exchanged
    assert not loaded


def test_networks_stay_loaded_for_what_is_planned_later():
    hall = Hall({1: FakeNetwork(1), 2: FakeNetwork(2)})
    hall.play(*(games_to_play(SETTINGS, pairing, 1, 2, range(2), {}) for pairing in (1, 2, 3)))
    assert [game.pairing for game in sorted(hall.games, key=lambda game: game.pairing)] == [1, 1, 2, 2, 3, 3]
    assert sorted(hall.opened) == [1, 2]


def test_no_more_games_with_a_program_are_in_play_than_it_may_run_copies():
    networks = {1: FakeNetwork(1), 2: FakeNetwork(2)}
    hall = Hall(networks, programs_at_once=4)
    hall.play(games_to_play(SETTINGS, 1, 1, 2, range(12), {}, programs={2}))
    assert len(hall.games) == 12
    assert max(networks[2].batches) == 2  # half of four games; of all twelve it would be six
