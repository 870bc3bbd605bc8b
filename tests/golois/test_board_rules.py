"""Legality and captures on drawn boards: X is Black, O is White."""

from __future__ import annotations

import pytest

from golois.board import BLACK, WHITE, new_boards, play, reset
from golois.board.layout import BOARD_25
from golois.coordinates import move_from_vertex
from golois.game import IllegalMove
from golois.rules import Rules
from tests.golois.diagrams import cells, draw, plain, point, position

pytestmark = pytest.mark.plain_python

NO_SUICIDE = Rules(ko="simple", suicide=False)
SUICIDE = Rules(ko="simple", suicide=True)

# the player to move plays on `a`
CAPTURES = {
    "one stone in the corner": (BLACK, "a", """
        O a . .
        X . . .
        . . . .
        . . . .
    """, """
        . X . .
        X . . .
        . . . .
        . . . .
    """),
    "a chain at the edge": (WHITE, "a", """
        . O O . .
        O X X O .
        O X X O .
        O X X a .
        . O O . .
    """, """
        . O O . .
        O . . O .
        O . . O .
        O . . O .
        . O O . .
    """),
    "three chains at once": (BLACK, "a", """
        . X O X .
        X O a O X
        . X X X .
        . . . . .
        . . . . .
    """, """
        . X . X .
        X . X . X
        . X X X .
        . . . . .
        . . . . .
    """),
    "capturing comes before suicide": (BLACK, "a", """
        a O X . .
        O O X . .
        X X . . .
        . . . . .
        . . . . .
    """, """
        X . X . .
        . . X . .
        X X . . .
        . . . . .
        . . . . .
    """),
    "one chain that is touched on two sides": (BLACK, "a", """
        . X X X .
        X O O O X
        X O a O X
        X O O O X
        . X X X .
    """, """
        . X X X .
        X . . . X
        X . X . X
        X . . . X
        . X X X .
    """),
}  # fmt: skip


@pytest.mark.parametrize("name", CAPTURES)
def test_capture(name: str) -> None:
    to_move, mark, before, after = CAPTURES[name]
    game = position(before, NO_SUICIDE, to_move)
    expected = game.hash
    game.play(point(before, mark))
    assert draw(game.stones()) == plain(after)
    # the hash is that of the drawn position, however it came about
    assert game.hash == position(after).hash != expected
    taken = sum(cell in "XO" for cell in cells(before)) + 1 - sum(cell in "XO" for cell in cells(after))
    assert game.prisoners == ((0, taken) if to_move == BLACK else (taken, 0))


# on `a` the player to move would kill only their own stones; `b` is legal
SUICIDES = {
    "a single stone in the corner": (WHITE, """
        a X . .
        X X . .
        b . . .
        . . . .
    """, False),
    "a single stone in the centre": (BLACK, """
        . . O . .
        . O a O .
        . . O . .
        . . . b .
        . . . . .
    """, False),
    "two stones": (WHITE, """
        a O X . .
        X X X . .
        b . . . .
        . . . . .
        . . . . .
    """, True),
    "two chains that the stone joins": (BLACK, """
        O O O O O
        O X a X O
        O O O O O
        . . b . .
        . . . . .
    """, True),
}  # fmt: skip


@pytest.mark.parametrize("name", SUICIDES)
def test_suicide(name: str) -> None:
    to_move, diagram, several_stones = SUICIDES[name]
    move = point(diagram, "a")
    forbidden = position(diagram, NO_SUICIDE, to_move)
    assert forbidden.is_legal(point(diagram, "b"))
    with pytest.raises(IllegalMove, match="suicide"):
        forbidden.play(move)
    assert draw(forbidden.stones()) == plain(diagram)

    allowed = position(diagram, SUICIDE, to_move)
    assert allowed.is_legal(move) == several_stones
    if not several_stones:
        with pytest.raises(IllegalMove, match="suicide of a single stone"):
            allowed.play(move)
        return
    before = allowed.stones()
    allowed.play(move)
    left = allowed.stones()
    assert left.ravel()[move] == 0
    assert (left == to_move).sum() == 0  # in these drawings all of that colour die
    assert (left == 3 - to_move).sum() == (before == 3 - to_move).sum()
    assert allowed.prisoners[to_move - 1] == (before == to_move).sum() + 1
    assert allowed.to_move == 3 - to_move


def test_snapback() -> None:
    """White takes the stone thrown in on `a` by `b`, and loses five stones to a second stone on `a`."""
    diagram = """
        . X O a b X
        . X O O O X
        . . X X X .
        . . . . . .
        . . . . . .
        . . . . . .
    """
    game = position(diagram, NO_SUICIDE)
    throw_in, take = point(diagram, "a"), point(diagram, "b")
    game.play(throw_in)
    game.play(take)
    assert game.prisoners == (1, 0)
    assert game.is_legal(throw_in)  # no ko: more than one stone comes off
    game.play(throw_in)
    assert draw(game.stones()) == plain("""
        . X . X . X
        . X . . . X
        . . X X X .
        . . . . . .
        . . . . . .
        . . . . . .
    """)
    assert game.prisoners == (1, 5)


KO = """
    . X O . .
    X a b O .
    . X O . .
    . . . . c
    . . . . d
"""


def test_simple_ko() -> None:
    game = position(KO.replace("b", "X").replace("a", "."), NO_SUICIDE, to_move=WHITE)
    take, retake = point(KO, "a"), point(KO, "b")
    game.play(take)
    assert not game.is_legal(retake)
    with pytest.raises(IllegalMove, match=r"illegal move Black C4: the ko was just taken"):
        game.play(retake)
    # after a threat and its answer the ko may be retaken
    game.play(point(KO, "c"))
    game.play(point(KO, "d"))
    game.play(retake)
    assert not game.is_legal(take)
    # a pass lifts the ban as well
    game.play(game.pass_move)
    game.play(game.pass_move)
    assert game.is_legal(take)


def test_a_stone_taken_by_a_chain_is_no_ko() -> None:
    diagram = """
        . O X . .
        O x a X .
        X O O X .
        . X X . .
        . . . . .
    """
    game = position(diagram, NO_SUICIDE, to_move=WHITE)
    game.play(point(diagram, "a"))
    assert game.prisoners == (1, 0)
    game.play(point(diagram, "x"))
    assert game.prisoners == (1, 3)


def test_the_same_position_has_the_same_hash_in_both_records() -> None:
    small = new_boards(1, 9)[0]
    large = new_boards(1, 25)[0]
    reset(large, 9)
    assert large.dtype == BOARD_25
    for vertex in ("E5", "E6", "A1", "J9", "D6", "pass", "F6", "C3", "E7"):  # the last one captures E6
        for board in (small, large):
            play(board, move_from_vertex(vertex, 9))
        assert small["hash"] == large["hash"]
    assert small["prisoners"].tolist() == [0, 0, 1]


def test_a_second_move_in_a_row_is_not_bound_by_the_ko() -> None:
    game = position(KO.replace("b", "X").replace("a", "."), NO_SUICIDE, to_move=WHITE)
    game.play(point(KO, "a"))
    assert game.why_illegal(point(KO, "b"), BLACK) != ""
    game.play(point(KO, "c"), WHITE)
    assert game.colours == [WHITE, WHITE]
    assert game.to_move == BLACK
    assert game.is_legal(point(KO, "b"))


def test_an_illegal_move_out_of_turn_changes_nothing() -> None:
    game = position(KO.replace("b", "X").replace("a", "."), NO_SUICIDE, to_move=WHITE)
    game.play(point(KO, "a"))
    before = game.copy()
    with pytest.raises(IllegalMove, match="illegal move White C5: the point is occupied by White"):
        game.play(point(KO.replace("X O .", "X z .", 1), "z"), WHITE)
    assert game == before
    assert game.to_move == BLACK
    assert not game.is_legal(point(KO, "b"))
