"""Who owns what, by playouts and by proof."""

from __future__ import annotations

import numpy as np

from golois.board import WHITE
from golois.rules import Rules
from golois.search.ownership import dead_stones, estimate_ownership

from .evaluators import drawn_game

SETTLED = """
    . X . X O . .
    X X X X O O O
    . X X X O . O
    X X . X O O O
    X X X X O . O
    X . X X O O O
    . O X X O O .
"""


def test_what_is_proven_is_owned_for_certain():
    estimate = estimate_ownership(drawn_game(SETTLED, rules=Rules(komi=0.5)), playouts=20)
    assert estimate.owner.shape == (7, 7)
    assert np.all(estimate.owner[:, :4] == 1)
    assert np.all(estimate.owner[:, 4:] == -1)


def test_a_stone_in_the_opponents_territory_is_dead():
    assert dead_stones(drawn_game(SETTLED)) == [7 * 6 + 1]


def test_the_empty_board_belongs_to_nobody_and_the_seed_decides_the_playouts():
    game = drawn_game("\n".join([". " * 9] * 9))
    first, again, other = (estimate_ownership(game, 100, seed).owner for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert abs(first.mean()) < 0.3
    assert dead_stones(game) == []


def test_a_lead_in_points_follows_the_win_rate():
    estimate = estimate_ownership(drawn_game(SETTLED, WHITE), playouts=20)
    assert estimate.lead_for(0.5) == 0
    assert estimate.lead_for(0.9) > estimate.lead_for(0.6) > 0 > estimate.lead_for(0.4)
    assert np.isfinite([estimate.lead_for(0.0), estimate.lead_for(1.0)]).all()
