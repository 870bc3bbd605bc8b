"""Trees side by side: each with constants of its own, and with moves that it is not to play."""

from __future__ import annotations

import numpy as np
import pytest

from golois.board import BLACK, WHITE
from golois.game import Game
from golois.search import Budget, Report, Search, SearchSettings
from golois.search.restriction import Restriction

from .evaluators import HashedEvaluator

SIZE = 5
WIDE = SearchSettings(cpuct=3.0, policy_temperature=2.0, fpu_reduction=0.0)


def searched(settings: SearchSettings | None) -> Report:
    """A search whose only constants are these."""
    search = Search(HashedEvaluator(SIZE), settings, leaves=1, capacity=500)
    search.place(0, Game(SIZE))
    search.run(Budget(visits=100))
    return search.report(0)


def test_each_tree_has_constants_of_its_own():
    search = Search(HashedEvaluator(SIZE), games=2, leaves=1, capacity=500)
    search.place(0, Game(SIZE))
    search.place(1, Game(SIZE), settings=WIDE)
    search.run(Budget(visits=100))
    for slot, settings in ((0, None), (1, WIDE)):
        alone = searched(settings)
        assert [(move.move, move.visits) for move in search.report(slot).moves] == [
            (move.move, move.visits) for move in alone.moves
        ]
    search.forget(1)
    search.place(1, Game(SIZE))  # without them the search's own hold again
    search.run(Budget(visits=100))
    assert [move.visits for move in search.report(1).moves] == [move.visits for move in search.report(0).moves]


def test_settings_of_the_batch_cannot_differ():
    search = Search(HashedEvaluator(SIZE), games=2, leaves=1, capacity=500)
    with pytest.raises(ValueError, match="symmetry is the same for all trees"):
        search.place(0, Game(SIZE), settings=SearchSettings(symmetry="average"))


def test_the_networks_policy_is_reported_beside_the_roots_priors():
    plain, wide = searched(None), searched(WIDE)
    np.testing.assert_array_equal(plain.policy, plain.priors)
    np.testing.assert_array_equal(wide.policy, plain.policy)
    assert wide.priors.max() < plain.priors.max()


def test_a_restriction_holds_for_its_player_and_depth():
    """Black may only take the centre, White must not answer on the first line; the third move is free."""
    centre, inside = 12, [6, 7, 8, 11, 13, 16, 17, 18]
    restriction = Restriction(SIZE)
    restriction.allow(BLACK, [centre], 1)
    restriction.avoid(WHITE, set(range(25)) - {*inside, centre}, 2)
    search = Search(HashedEvaluator(SIZE), leaves=4, capacity=2000)
    search.place(0, Game(SIZE))
    search.restrict(0, restriction)
    search.run(Budget(visits=1000))
    nodes = search._nodes[0, : int(search._trees[0]["nodes"])]
    moves: dict[int, set[int]] = {1: set(), 2: set(), 3: set()}
    for index in range(1, len(nodes)):
        depth, above = 1, int(nodes["parent"][index])
        while above:
            depth, above = depth + 1, int(nodes["parent"][above])
        if depth in moves:
            moves[depth].add(int(nodes["move"][index]))
    assert moves[1] == {centre}
    assert moves[2] <= {*inside, 25}  # a pass was not left out
    assert moves[3] - {*inside, 25}
    search.forget(0)
    search.place(0, Game(SIZE))
    search.run(Budget(visits=200))
    assert len(search.report(0).moves) > 1  # gone with the game


def test_what_was_left_out_is_searched_again_when_the_game_goes_on():
    restriction = Restriction(SIZE)
    restriction.avoid(WHITE, range(20), 10)
    search = Search(HashedEvaluator(SIZE), leaves=1, capacity=2000)
    game = Game(SIZE)
    search.place(0, game)
    search.restrict(0, restriction)
    search.run(Budget(visits=100))
    game.play(12)
    search.place(0, game)
    search.run(Budget(visits=100))
    assert (search.report(0).priors >= 0).sum() == 25


def test_where_everything_is_left_out_a_pass_remains():
    restriction = Restriction(SIZE)
    restriction.avoid(WHITE, range(26), 10)
    search = Search(HashedEvaluator(SIZE), leaves=1, capacity=500)
    search.place(0, Game(SIZE))
    search.restrict(0, restriction)
    search.run(Budget(visits=100))
    assert all(line.variation[1:2] in ([], [25]) for line in search.report(0).moves)
