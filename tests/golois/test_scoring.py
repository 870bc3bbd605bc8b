"""Counting drawn positions by area and by territory. x and o are dead stones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from golois.board import BLACK, WHITE
from golois.errors import GoloisError
from golois.game import Game
from golois.rules import Rules
from golois.scoring import result_text
from tests.golois.diagrams import marked, position

pytestmark = pytest.mark.plain_python

AREA = Rules(komi=0)
TERRITORY = Rules.preset("japanese", komi=0)

# name: (drawing, Black's area, White's area, Black's territory, White's territory), dead stones given
COUNTS = {
    "two halves": ("""
        . X O . .
        . X O . .
        . X O . .
        . X O . .
        . X O . .
    """, 10, 15, 5, 10),
    "a neutral line between": ("""
        . X . O .
        . X . O .
        . X . O .
        . X . O .
        . X . O .
    """, 10, 10, 5, 5),
    "dead stones are taken off, and are prisoners by territory": ("""
        . X O . .
        . X O x .
        o X O . x
        . X O . .
        . X O . .
    """, 10, 15, 6, 12),
    "an empty board is nobody's": ("""
        . . .
        . . .
        . . .
    """, 0, 0, 0, 0),
    "one stone owns the board": ("""
        . . .
        . X .
        . . .
    """, 9, 0, 8, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTS)
def test_counts(name: str) -> None:
    diagram, black_area, white_area, black_territory, white_territory = COUNTS[name]
    dead = marked(diagram, "xo")
    area = position(diagram, AREA).count(dead)
    assert (area.black, area.white) == (black_area, white_area)
    territory = position(diagram, TERRITORY).count(dead)
    assert (territory.black, territory.white) == (black_territory, white_territory)


# The small letters are in seki: who plays on `s` is taken. All other chains live.
NO_EYES = """
    . X o s x O .
    X X o s x O O
    . X o o x O .
    X X X X O O O
    . X . X O . O
    X X X X O O O
    . . . X O . .
"""
ONE_EYE_EACH = """
    X o e o s x e x O
    X o o o x x x x O
    X X X X O O O O O
    . . . X O . . . .
    . . . X O . . . .
    . . . X O . . . .
    . . . X O . . . .
    . . . X O . . . .
    . . . X O . . . .
"""
SEKI = [
    # scoring, tax, drawing, Black, White
    ("area", "none", NO_EYES, 25, 22),
    ("area", "seki", NO_EYES, 25, 22),
    ("territory", "none", NO_EYES, 7, 5),
    ("territory", "seki", NO_EYES, 7, 5),
    ("area", "none", ONE_EYE_EACH, 37, 43),
    ("area", "seki", ONE_EYE_EACH, 36, 42),
    ("territory", "none", ONE_EYE_EACH, 19, 25),
    ("territory", "seki", ONE_EYE_EACH, 18, 24),
]


@pytest.mark.parametrize(("scoring", "tax", "diagram", "black", "white"), SEKI)
def test_seki(scoring: Any, tax: Any, diagram: str, black: int, white: int) -> None:
    game = position(diagram, Rules(komi=0, scoring=scoring, tax=tax))
    count = game.count()
    assert (count.black, count.white) == (black, white)
    assert np.flatnonzero(count.seki).tolist() == (marked(diagram, "xoe") if tax == "seki" else [])
    assert count.owner.ravel()[marked(diagram, "s")].tolist() == [0] * len(marked(diagram, "s"))


def test_a_chain_beside_neutral_points_keeps_its_two_eyes() -> None:
    """Open neutral points do not turn living chains into seki: two eyes, or room for them, are enough."""
    diagram = """
        . X . X s O . . .
        X X X X s O O O O
        s s s s s s s s s
        s s s s s s s s s
        s s s s s s s s s
        s s s s s s s s s
        X X X s s s O O O
        . . X s s s O . .
        . . X s s s O O .
    """
    count = position(diagram, TERRITORY).count()
    assert not count.seki.any()
    assert (count.black, count.white) == (2 + 4, 3 + 3)


def test_komi_and_prisoners() -> None:
    game = Game(5, Rules.preset("japanese", komi=0.5))
    for move in [1, 0, 5]:  # Black takes the stone in the corner
        game.play(move)
    count = game.count()
    assert game.prisoners == (0, 1)
    assert (count.black, count.white) == (23 + 1, 0.5)
    assert game.score() == 23.5
    assert game.result() == "B+23.5"


def test_dead_stones_as_points_or_as_a_mask() -> None:
    diagram = COUNTS["dead stones are taken off, and are prisoners by territory"][0]
    game = position(diagram, AREA)
    dead = marked(diagram, "xo")
    mask = np.zeros((5, 5), np.bool_)
    mask.ravel()[dead] = True
    assert game.score(dead) == game.score(mask) == -5
    assert game.result(dead) == "W+5"
    # without them the dead stones live, and most points are neutral
    assert game.score() == (5 + 2) - (5 + 1)
    assert game.stones().ravel()[dead].all(), "counting leaves the board as it is"


@pytest.mark.parametrize(
    ("dead", "message"),
    [
        ([0], "no stone stands on A5, which was called dead"),
        ([25], "dead stone on point 25: a board of size 5 has 0 to 24"),
        (np.zeros((4, 4), np.bool_), r"the mask of dead stones has the shape \(4, 4\), the board \(5, 5\)"),
    ],
)
def test_dead_stones_that_do_not_stand_there(dead: Any, message: str) -> None:
    game = position(COUNTS["two halves"][0], AREA)
    with pytest.raises(GoloisError, match=message):
        game.score(dead)


def test_owners() -> None:
    count = position(COUNTS["a neutral line between"][0], AREA).count()
    assert count.owner.tolist() == [[BLACK, BLACK, 0, WHITE, WHITE]] * 5
    assert count.score == 0


def test_result_text() -> None:
    assert [result_text(score) for score in (3.5, -0.5, 0, 12.0)] == ["B+3.5", "W+0.5", "0", "B+12"]


@pytest.mark.parametrize("preset", ["tromp-taylor", "chinese", "aga", "new-zealand"])
def test_the_score_is_the_count_whatever_the_position(preset):
    random = np.random.default_rng(5)
    for moves in range(0, 160, 20):
        game = Game(9, Rules.preset(preset))
        for _ in range(moves):
            game.play(int(random.choice(np.flatnonzero(game.legal_moves()))))
        assert game.score() == game.count().score
