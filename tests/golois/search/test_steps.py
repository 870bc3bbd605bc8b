"""The steps of a simulation: which moves a new node may try, and the priors it opens with."""

from __future__ import annotations

import numpy as np
import pytest

from golois import Game, Rules
from golois.board import is_legal
from golois.players import is_sensible
from golois.search.selection import SELECTION
from golois.search.simulation import expand, mark_moves, sum_of_priors
from golois.search.tree import EXPANDED, NODE, TAKEN, new_records


def random_game(moves, size, rules, seed):
    random, game = np.random.default_rng(seed), Game(size, rules)
    for _ in range(moves):
        game.play(int(random.choice(np.flatnonzero(game.legal_moves()))))
    return game


def opened(row, policy, has_pass):
    """The row of priors that a node opens with."""
    selection, node = new_records(1, SELECTION), new_records(1, NODE)
    selection["has_pass"], selection["pass_prior"] = has_pass, 0.01
    row = np.array(row, np.float32)
    expand(node, 0, row, np.array(policy, np.float32), selection[0])
    assert node["state"][0] == EXPANDED
    return row, int(node["best_untried"][0])


@pytest.mark.parametrize("rules", ["tromp-taylor", "chinese"])
@pytest.mark.parametrize("size", [5, 19])
def test_a_new_node_may_try_the_sensible_moves_and_pass(size, rules):
    for seed in range(20):
        game = random_game(size * size * seed // 12, size, Rules.preset(rules), seed)
        row = np.full(size * size + 1, np.nan, np.float32)
        complete = mark_moves(game.board, row)
        expected = [0.0 if is_sensible(game.board, move) else TAKEN for move in range(size * size)]
        assert row.tolist() == [*expected, 0.0]
        legal = [is_legal(game.board, move) for move in range(size * size)]
        assert complete == (legal == [prior == 0 for prior in expected])


def test_priors_are_the_policy_of_the_possible_moves_scaled_to_one():
    row, best = opened([0, TAKEN, 0, 0, TAKEN, 0, 0], [0.1, 0.5, 0.3, np.nan, 0.05, -0.2, 0.1], has_pass=1)
    np.testing.assert_allclose(row, [0.2, -1, 0.6, 0, -1, 0, 0.2], rtol=1e-6)
    assert best == 2


def test_without_a_pass_output_a_pass_has_a_prior_of_its_own():
    np.testing.assert_allclose(opened([0, 0, 0], [0.25, 0.75, 0], has_pass=0)[0], [0.25, 0.75, 0.01])
    assert opened([0, 0, TAKEN], [0.25, 0.75, 0], has_pass=0)[0].tolist() == [0.25, 0.75, TAKEN]  # left out


def test_a_pass_is_tried_where_nothing_else_is_left():
    row, best = opened([TAKEN, TAKEN, 0], [0.25, 0.75, 0], has_pass=0)
    assert (row.tolist(), best) == ([TAKEN, TAKEN, 1], 2)


def test_a_policy_that_gives_the_possible_moves_nothing_counts_as_even():
    assert opened([0, TAKEN, 0, 0], [0, 1, 0, 0], has_pass=1)[0] == pytest.approx([1 / 3, -1, 1 / 3, 1 / 3])


def test_the_sum_of_priors_leaves_out_what_is_taken():
    for length in range(1, 12):
        row = np.arange(length, dtype=np.float32)
        row[length // 2] = TAKEN
        assert sum_of_priors(row) == sum(range(length)) - length // 2
