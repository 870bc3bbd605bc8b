"""Searches that go at their own pace: each game's budget, its own moves, the policy it teaches."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from golois.game import Game
from golois.players import is_sensible
from golois.rules import Rules
from golois.search import Budget, Search, SearchSettings
from golois.search.gumbel import improve_policy
from golois.search.rolling import RollingSearch
from golois.search.selection import SELECTION
from tests.golois.search.evaluators import FlatEvaluator, HashedEvaluator

GUMBEL = SearchSettings(gumbel=8, symmetry="random")
PUCT = SearchSettings(noise_weight=0.25, noise_alpha=0.3)


def search_on(search: RollingSearch, steps: int = 1000) -> list[int]:
    """Step until some search has finished; return its slots."""
    for _ in range(steps):
        finished = search.finished().tolist()
        if finished:
            return finished
        search.step()
    raise AssertionError("no search has finished")


@pytest.mark.parametrize("settings", [GUMBEL, PUCT])
def test_each_search_ends_with_its_own_budget(settings: SearchSettings) -> None:
    search = RollingSearch(HashedEvaluator(5), settings, games=2, visits=40)
    for slot, visits in enumerate((40, 10)):
        search.start(slot, Game(5))
        search.begin_search(slot, visits, seed=slot, considered=4)
    assert search_on(search) == [1]
    assert search.read(1).visits.sum() == 9, "the first visit is the root's"
    search.stop(1)
    assert search_on(search) == [0]
    assert search.read(0).visits.sum() == 39


@pytest.mark.parametrize("settings", [GUMBEL, PUCT])
def test_games_move_on_as_the_rules_have_it(settings: SearchSettings) -> None:
    search = RollingSearch(HashedEvaluator(5), settings, games=1, visits=16)
    game = Game(5)
    search.start(0, game)
    while not game.is_over and len(game.moves) < 60:
        search.begin_search(0, 16, seed=len(game.moves))
        search_on(search)
        root = search.read(0)
        assert root.policy.sum() == pytest.approx(1, abs=1e-5)
        assert not root.policy[~game.legal_moves()].any(), "nothing illegal is taught"
        game.play(root.move)
        search.advance(0, root.move)
    assert len(game.moves) > 10


def test_the_same_seed_finds_the_same_and_neighbours_do_not_matter() -> None:
    def found(games: int, slot: int) -> list[float]:
        search = RollingSearch(HashedEvaluator(5), GUMBEL, games=games, visits=20)
        for one in range(games):
            search.start(one, Game(5))
            search.begin_search(one, 20, seed=5 if one == slot else one)
        while slot not in search.finished():
            search.step()
        return search.read(slot).policy.tolist()

    assert found(1, 0) == found(3, 2)


def test_a_won_game_is_ended_and_that_is_taught() -> None:
    game = Game(3, Rules(komi=0), black=[0, 1, 6, 7, 3], to_move=2)
    game.play(game.pass_move)
    search = RollingSearch(FlatEvaluator(3), SearchSettings(gumbel=8), games=1, visits=32)
    search.start(0, game)
    search.begin_search(0, 32, seed=1)
    search_on(search)
    root = search.read(0)
    assert root.move == game.pass_move, "White has passed: to pass as well wins"
    assert root.policy.argmax() == game.pass_move
    assert root.winrate > 0.5 > root.white_wins


def improved(priors: list[float], visits: list[int], values: list[float], value: float) -> list[float]:
    policy = np.array(priors, np.float32)
    selection = np.zeros(1, SELECTION)
    selection["gumbel_visit"], selection["gumbel_scale"] = 50, 1
    counts, means = np.array(visits, np.int32), np.array(values, np.float32)
    improve_policy(policy, counts, means, np.float32(value), selection[0])
    return policy.tolist()


def test_the_improved_policy_keeps_the_priors_where_all_values_are_equal() -> None:
    equal = improved([0.5, 0.3, 0.2, -1], [2, 1, 0, 0], [0.5, 0.5, 0, 0], 0.5)
    assert equal == pytest.approx([0.5, 0.3, 0.2, 0], abs=1e-6)


def test_the_improved_policy_is_that_of_the_paper() -> None:
    priors, values = np.array([0.5, 0.3, 0.2]), np.array([0.5, 0.6, 0])
    mixed = (0.4 + 3 * (0.5 * 0.5 + 0.3 * 0.6) / 0.8) / 4
    logits = np.log(priors) + (50 + 2) * np.where([True, True, False], values, mixed)
    expected = np.exp(logits) / np.exp(logits).sum()
    assert improved([0.5, 0.3, 0.2], [2, 1, 0], [0.5, 0.6, 0], 0.4) == pytest.approx(expected.tolist(), rel=1e-4)


def games_with_a_repetition() -> Iterator[Game]:
    """Random games up to a position in which a sensible move is forbidden by superko."""
    random = np.random.default_rng(1)
    while True:
        game = Game(4, Rules(komi=0.5))
        while not game.is_over and len(game.moves) < 60:
            sensible = [move for move in range(16) if is_sensible(game.board, move)]
            legal = [move for move in sensible if game.is_legal(move)]
            if len(legal) < len(sensible):
                yield game.copy()
            if not legal:
                break
            game.play(int(random.choice(legal)))


@pytest.mark.parametrize("settings", [SearchSettings(gumbel=2), SearchSettings()], ids=["Gumbel", "PUCT"])
def test_what_superko_forbids_is_neither_taught_nor_drawn(settings: SearchSettings) -> None:
    games = itertools.islice(games_with_a_repetition(), 12)
    for game in games:
        search = RollingSearch(HashedEvaluator(4), settings, games=1, visits=9)
        search.start(0, game)
        search.begin_search(0, 9, seed=1)
        search_on(search)
        illegal = ~game.legal_moves()
        assert not search.read(0).policy[illegal].any()
        assert (search.priors(0)[illegal] < 0).all()


def test_superko_never_forbids_a_pass() -> None:
    # Black's stone in the corner nearest to where a pass would lie, and a capture before
    game = Game(5, Rules(ko="positional"))
    for move in (1, 0, 5, 24, 20, 23):  # Black takes the corner 0, then stands at 20
        game.play(move)
    assert max(game.prisoners) > 0
    search = Search(FlatEvaluator(5), capacity=1 << 12)
    search.place(0, game)
    search.run(Budget(visits=200))
    assert search.report(0).priors[game.pass_move] > 0
