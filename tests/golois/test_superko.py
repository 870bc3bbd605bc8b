"""Every kind of superko on drawn positions, each told apart from the others."""

from __future__ import annotations

import pytest

from golois.board import BLACK, WHITE
from golois.game import Game, IllegalMove
from golois.rules import Ko, Rules
from tests.golois.diagrams import point, position

pytestmark = pytest.mark.plain_python

KINDS: list[Ko] = ["simple", "positional", "situational"]


def game_under(ko: Ko, diagram: str, to_move: int) -> Game:
    return position(diagram, Rules(ko=ko, suicide=False), to_move)


# White sends two stones by `a`, Black takes both by `b`, and White would take that one stone back on `o`.
SENDING_TWO = """
    a o b O .
    X X O . .
    . . . . .
    . . . . .
    . . . . .
"""


@pytest.mark.parametrize("ko", KINDS)
def test_sending_two_returning_one(ko: Ko) -> None:
    game = game_under(ko, SENDING_TWO, WHITE)
    start = game.hash
    send, take, back = (point(SENDING_TWO, mark) for mark in "abo")
    game.play(send)
    game.play(take)
    assert game.prisoners == (0, 2)
    # the stones come again, but now Black is to move: only positional superko forbids that
    if ko == "positional":
        assert not game.is_legal(back)
        assert not game.legal_moves()[back]
        with pytest.raises(IllegalMove, match="positional superko, it repeats the position before the first move"):
            game.play(back)
        return
    game.play(back)
    assert game.hash == start
    game.play(game.pass_move)
    # with White to move it is all as it was, and sending again would repeat the position after move 1
    assert game.is_legal(send) == (ko == "simple")
    if ko == "situational":
        with pytest.raises(IllegalMove, match=r"illegal move White A5: situational superko, .* after move 1$"):
            game.play(send)


# Three kos: Black may take on `a` and `c`, White on `b`; then each on the other's point (`A`, `B`, `C`).
TRIPLE_KO = """
    O a o X O x b X .
    . O X . . O X . .
    . . . . . . . . .
    . . . . . . . . .
    . . . . . . . . .
    . . . . . . . . .
    . . . . . . . . .
    . O X . . . . . .
    O c o X . . . . .
"""


def triple_ko_moves() -> list[int]:
    a, b, c = (point(TRIPLE_KO, mark) for mark in "abc")
    return [a, b, c, a + 1, b - 1, c + 1]


@pytest.mark.parametrize("ko", KINDS)
def test_triple_ko(ko: Ko) -> None:
    game = game_under(ko, TRIPLE_KO, BLACK)
    start = game.hash
    *cycle, last = triple_ko_moves()
    for move in cycle:
        game.play(move)
    if ko == "simple":
        game.play(last)
        assert game.hash == start
        assert game.to_move == BLACK
        return
    with pytest.raises(IllegalMove, match=f"{ko} superko, it repeats the position before the first move"):
        game.play(last)
    assert game.legal_moves().sum() == 1 + sum(game.is_legal(move) for move in range(81))


def test_superko_lasts_longer_than_two_passes() -> None:
    """A pass lifts simple ko; under superko the position stays forbidden."""
    diagram = """
        . X O . .
        X b x O .
        . X O . .
        . . . . .
        . . . . .
    """
    for ko in KINDS:
        game = game_under(ko, diagram, WHITE)
        game.play(point(diagram, "b"))
        retake = point(diagram, "x")
        assert not game.is_legal(retake)
        game.play(game.pass_move)
        game.play(game.pass_move)
        assert game.is_legal(retake) == (ko == "simple"), ko


def test_undo_forgets_the_positions_taken_back() -> None:
    game = game_under("positional", SENDING_TWO, WHITE)
    send, take, back = (point(SENDING_TWO, mark) for mark in "abo")
    game.play(send)
    game.play(take)
    assert not game.is_legal(back)
    game.undo(2)
    assert len(game.positions) == 1
    assert game.is_legal(send)


def test_many_moves_make_room_for_their_positions() -> None:
    game = Game(3)
    for _ in range(200):
        game.play(game.pass_move)
    assert len(game.positions) == 201
    game.undo(150)
    assert len(game.positions) == 51
