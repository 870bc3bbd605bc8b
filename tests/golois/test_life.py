"""Benson's unconditional life, on drawn boards and against opponents who may do what they like."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golois.board import BLACK, WHITE, move_of
from golois.game import Game
from golois.life import is_safe_to_pass, unconditional_life, unconditionally_dead
from golois.playouts import random_point
from golois.rules import Rules
from golois.splitmix import new_stream
from tests.golois.diagrams import marked, position

NO_SUICIDE = Rules(ko="simple", suicide=False, komi=0)
SUICIDE = Rules(ko="simple", suicide=True, komi=0)
NOTHING = "\n".join(5 * [". . . . ."])

# the position, and what is settled: B and W live, b and w are territory
LIFE = {
    "two eyes": ("""
        . X . X O
        X X X X O
        O O O O O
        . . . . .
        . . . . .
    """, """
        b B b B .
        B B B B .
        . . . . .
        . . . . .
        . . . . .
    """),
    "one eye": ("""
        . X . . .
        X X . . .
        . . . . .
        . . . . .
        . . . . .
    """, NOTHING),
    "a false eye is no eye": ("""
        . X . X O
        X X X O O
        O O O O .
        . . . . .
        . . . . .
    """, NOTHING),
    "two chains live through the eyes they share": ("""
        X X . X O
        X . X X O
        . X X O O
        X X O O .
        O O O . .
    """, """
        B B b B .
        B b B B .
        b B B . .
        B B . . .
        . . . . .
    """),
    "a dead stone in an eye": ("""
        . X . O .
        X X X X X
        . . . . .
        . . . . .
        . . . . .
    """, """
        b B b b b
        B B B B B
        . . . . .
        . . . . .
        . . . . .
    """),
    "no room for two eyes of the opponent in the corner, but at the bottom": ("""
        . . X . X
        . X X X X
        X X . X X
        . X X X .
        . . . . .
    """, """
        b b B b B
        b B B B B
        B B b B B
        . B B B .
        . . . . .
    """),
    "both colours": ("""
        . X . X O .
        X X X X O O
        O O O O O .
        . . . . O O
        . . . . . .
        . . . . . .
    """, """
        b B b B W w
        B B B B W W
        W W W W W w
        . . . . W W
        . . . . . .
        . . . . . .
    """),
    "an empty board": (NOTHING, NOTHING),
}  # fmt: skip


@pytest.mark.plain_python
@pytest.mark.parametrize("rules", [NO_SUICIDE, SUICIDE], ids=["no suicide", "suicide"])
@pytest.mark.parametrize("name", LIFE)
def test_life(name: str, rules: Rules) -> None:
    diagram, settled = LIFE[name]
    life = unconditional_life(position(diagram, rules))
    for colour, stone, territory in ((BLACK, "B", "b"), (WHITE, "W", "w")):
        assert np.flatnonzero(life.alive == colour).tolist() == marked(settled, stone)
        assert np.flatnonzero(life.territory == colour).tolist() == marked(settled, territory)
    assert (life.owner == life.alive + life.territory).all()


def test_where_suicide_is_allowed_a_stone_in_an_eye_may_become_room() -> None:
    """White cannot empty the corner point while suicide is forbidden; where it is allowed the eye is not vital."""
    diagram = """
        O . X . .
        . X X X X
        X X . . .
        . . . . .
        . . . . .
    """
    assert unconditional_life(position(diagram, NO_SUICIDE)).alive.any()
    assert not unconditional_life(position(diagram, SUICIDE)).alive.any()


def test_dead_stones_for_the_count() -> None:
    game = position(LIFE["a dead stone in an eye"][0], NO_SUICIDE)
    dead = unconditionally_dead(game)
    assert np.flatnonzero(dead).tolist() == [3]
    assert game.score(dead) == 25


@settings(max_examples=40, deadline=None)
@given(size=st.integers(4, 7), suicide=st.booleans(), seed=st.integers(0, 2**32))
def test_what_lives_unconditionally_survives_everything(size: int, suicide: bool, seed: int) -> None:
    """The owner passes for ever while the opponent plays at random, even into its own eyes."""
    game = Game(size, Rules(ko="simple", suicide=suicide))
    stream, random = new_stream(seed), np.random.default_rng(seed)
    for _ in range(3 * size * size):
        point = random_point(game.board, stream)
        game.play(move_of(game.board, point) if point else game.pass_move)
    for colour in (BLACK, WHITE):
        life = unconditional_life(game)
        attacked = game.copy()
        for _ in range(4 * size * size):
            attacked.to_move = 3 - colour
            attacked.play(int(random.choice(np.flatnonzero(attacked.legal_moves()))))
        survived = attacked.stones() == colour
        assert survived[life.alive == colour].all(), f"{game}\n{attacked}"
        theirs = unconditional_life(attacked).alive == 3 - colour
        assert not theirs[life.territory == colour].any(), f"{game}\n{attacked}"


SETTLED = """
    . X . X O
    X X X X O
    X X X O O
    O O O O .
    . O . O O
"""


def test_safe_to_pass() -> None:
    """Black has 11 points and White 14, all settled; by territory 2 and 3."""
    for scoring, white_leads_by in (("area", 3), ("territory", 1)):
        for komi in (-4.5, -3.5, -2.5, -1.5, -0.5, 0.5):
            rules = Rules(komi=komi, ko="simple", scoring=scoring)
            assert is_safe_to_pass(position(SETTLED, rules, WHITE)) == (white_leads_by + komi > 0)
            assert is_safe_to_pass(position(SETTLED, rules, BLACK)) == (white_leads_by + komi < 0)


def test_it_is_not_safe_to_pass_while_the_game_is_open() -> None:
    game = position(LIFE["two eyes"][0], Rules(komi=-3))
    assert game.score() < 0
    assert not is_safe_to_pass(game)
    game.to_move = WHITE
    assert not is_safe_to_pass(game)  # White leads by far, but none of its stones lives unconditionally
