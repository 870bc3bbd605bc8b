"""How the pairs of a match begin: from the network's policy, no two alike while there are others."""

import numpy as np

from golois.evaluator import UniformEvaluator
from golois.game import Game
from golois.match.openings import Openings
from golois.rules import Rules

RULES = Rules.preset("tromp-taylor")


class Stubborn(UniformEvaluator):
    """A network that has learned one move, and is nearly sure of it wherever that is possible."""

    def evaluate(self, planes):
        policy, value = super().evaluate(planes)
        policy *= 1e-4
        policy[:, 12] = 1
        return policy / policy.sum(axis=1, keepdims=True), value


def openings_of(evaluator, pairs, *, size=5, moves=4, seed=0):
    openings = Openings(evaluator, RULES, size, moves, seed)
    return [openings(pair) for pair in range(pairs)]


def test_each_pair_has_another_opening_even_where_the_network_always_wants_the_same():
    found = openings_of(Stubborn(board_size=5), 60)
    assert len({tuple(opening) for opening in found}) == 60
    assert {len(opening) for opening in found} == {4}


def test_the_network_s_own_taste_comes_first():
    assert openings_of(Stubborn(board_size=5), 1, moves=1) == [[12]]
    centre = [12 in opening for opening in openings_of(Stubborn(board_size=5), 10)]
    assert np.mean(centre) > 0.5


def test_openings_are_legal_and_depend_on_the_seed_alone():
    first, again, other = (openings_of(Stubborn(board_size=5), 20, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    for opening in first:
        game = Game(5, RULES)
        for move in opening:
            game.play(move)


def test_a_pair_s_opening_is_the_same_whichever_is_asked_first():
    in_order = openings_of(Stubborn(board_size=5), 8)
    backwards = Openings(Stubborn(board_size=5), RULES, 5, 4)
    assert [backwards(pair) for pair in reversed(range(8))] == in_order[::-1]


def test_a_board_without_so_many_openings_repeats_them():
    """One move on 2x2: four points (a pass is drawn only when it is the network's best move)."""
    found = openings_of(UniformEvaluator(board_size=2), 12, size=2, moves=1)
    assert len({tuple(opening) for opening in found}) == 4
