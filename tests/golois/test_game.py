"""The game as users see it: playing, taking back, comparing, drawing, and what it says when it refuses."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import golois
from golois.board import BLACK, WHITE
from golois.coordinates import move_from_vertex
from golois.errors import GoloisError
from golois.game import Game, IllegalMove
from golois.rules import Rules


def played(text: str, size: int = 9, rules: Rules | None = None) -> Game:
    game = Game(size, rules)
    for vertex in text.split():
        game.play(move_from_vertex(vertex, size))
    return game


def test_a_game_begins_empty() -> None:
    game = golois.Game()
    assert game.size == 19
    assert game.rules == Rules.preset("tromp-taylor")
    assert game.to_move == BLACK
    assert game.moves == []
    assert not game.is_over
    assert game.stones().shape == (19, 19)
    assert game.legal_moves().shape == (362,)
    assert game.legal_moves().all()
    assert game.result() == "W+7.5"


def test_play_and_undo() -> None:
    game = played("E5 D5 pass C3")
    assert game.moves == [40, 39, 81, 56]
    assert game.colours == [BLACK, WHITE, BLACK, WHITE]
    assert game.stones()[4].tolist() == [0, 0, 0, 2, 1, 0, 0, 0, 0]
    game.undo()
    assert game.to_move == WHITE
    assert game == played("E5 D5 pass")
    game.undo(3)
    assert game == Game(9)
    with pytest.raises(GoloisError, match="cannot undo 1 of 0 moves"):
        game.undo()


def test_two_passes_end_the_game_and_undo_reopens_it() -> None:
    game = played("E5 pass")
    assert not game.is_over
    game.play(game.pass_move)
    assert game.is_over
    assert game.result() == "B+73.5"  # 81 points, komi 7.5
    game.undo()
    assert not game.is_over


def test_a_drawn_game() -> None:
    assert Game(5, Rules(komi=0)).result() == "0"


@pytest.mark.parametrize(
    ("moves", "move", "message"),
    [
        ("E5", "E5", "illegal move White E5: the point is occupied by Black"),
        ("A2 pass B1 J9", "J9", "illegal move Black J9: the point is occupied by White"),
        ("A2 pass B1", "A1", "illegal move White A1: suicide of a single stone"),
    ],
)
def test_an_illegal_move_is_quoted_with_its_reason(moves: str, move: str, message: str) -> None:
    game = played(moves)
    before = game.copy()
    with pytest.raises(IllegalMove) as refused:
        game.play(move_from_vertex(move, 9))
    assert str(refused.value) == message
    assert isinstance(refused.value, GoloisError)
    assert game == before
    assert game.hash == before.hash
    assert game.why_illegal(move_from_vertex(move, 9)) == message


@pytest.mark.parametrize("move", [-1, 82, 361])
def test_a_move_off_the_board(move: int) -> None:
    game = Game(9)
    assert not game.is_legal(move)
    with pytest.raises(IllegalMove, match=f"move {move} is not on a board of size 9: 0 to 81"):
        game.play(move)


@pytest.mark.parametrize("size", [-1, 0, 1, 26, 1000])
def test_sizes_that_do_not_exist(size: int) -> None:
    with pytest.raises(GoloisError, match=f"board size {size}: sizes 2 to 25 are possible"):
        Game(size)


@pytest.mark.parametrize("colour", [0, 3, -1, "black"])
def test_colours_that_do_not_exist(colour: Any) -> None:
    game = Game(9)
    for refused in (
        lambda: game.play(0, colour),
        lambda: setattr(game, "to_move", colour),
        lambda: Game(to_move=colour),
    ):
        with pytest.raises(GoloisError, match=r"colour .*: 1 \(Black\) or 2 \(White\) is possible"):
            refused()
    assert game == Game(9)


def test_moves_may_be_numpy_integers() -> None:
    game = Game(9)
    game.play(np.uint16(40))
    game.play(np.int64(81))
    assert game.moves == [40, 81]
    assert all(type(move) is int for move in game.moves)
    assert not game.is_legal(np.uint16(40))


def test_games_are_equal_by_rules_start_and_moves() -> None:
    game = played("E5 D5")
    assert game == played("E5 D5")
    assert hash(game) == hash(played("E5 D5"))
    assert game != played("E5 D4")
    assert game != played("E5")
    assert game != played("E5 D5", rules=Rules.preset("chinese"))
    assert Game(9) != Game(9, to_move=WHITE)
    assert Game(9) != Game(9, black=[0])
    assert Game(9) != "game"


def test_transposed_moves_have_the_same_hash() -> None:
    one, other = played("E5 D5 C3 pass"), played("C3 pass E5 D5")
    assert one.hash == other.hash
    assert one != other
    assert played("E5").hash != played("pass E5").hash


def test_a_copy_is_independent() -> None:
    game = played("E5 D5")
    twin = game.copy()
    twin.play(0)
    assert game == played("E5 D5")
    assert game.stones()[0, 0] == 0
    assert twin == played("E5 D5 A9")
    for move in range(1, 64):
        twin.play(twin.pass_move)
        assert len(game.positions) == 3, move


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda game: pickle.loads(pickle.dumps(game))])
def test_games_can_be_copied_and_sent_to_other_processes(duplicate: Callable[[Game], Game]) -> None:
    game = played("E5 D5 C3")
    twin = duplicate(game)
    assert twin == game
    twin.play(0)
    assert twin.stones()[0, 0] == WHITE
    twin.undo(2)
    assert twin == played("E5 D5")
    assert game == played("E5 D5 C3")
    assert game.stones()[0, 0] == 0


def test_setup_stones() -> None:
    game = Game(9, black=[0, 1], white=[10], to_move=WHITE)
    assert game.stones()[0, :3].tolist() == [1, 1, 0]
    assert game.stones()[1, 1] == WHITE
    assert game.to_move == WHITE
    assert game.moves == []
    game.play(9)
    game.play(8)
    game.play(2)  # White takes the two stones of the set-up
    assert game.prisoners == (2, 0)
    game.undo(3)
    assert game.stones()[0, :3].tolist() == [1, 1, 0]
    assert game.prisoners == (0, 0)


@pytest.mark.parametrize("size", [2, 5, 9, 19, 25])
def test_any_position_of_a_game_can_be_set_up(size: int) -> None:
    """Whatever the order in which the stones are put, no chain dies that has a liberty in the end."""
    random = np.random.default_rng(size)
    game = Game(size)
    for _ in range(2 * size * size):
        game.play(int(random.choice(np.flatnonzero(game.legal_moves()))))
    stones = game.stones().ravel()
    again = Game(size, black=np.flatnonzero(stones == BLACK), white=np.flatnonzero(stones == WHITE))
    assert again.stones().tolist() == game.stones().tolist()
    assert again.hash == game.hash
    assert again.liberties().tolist() == game.liberties().tolist()


@pytest.mark.parametrize(
    ("black", "white", "message"),
    [
        ([81], [], "set-up stone on point 81: a board of size 9 has 0 to 80"),
        ([], [-1], "set-up stone on point -1"),
        ([4], [4], "set-up: two stones on E9"),
        ([1, 9], [0], "set-up: the stone on A9 has no liberty"),
    ],
)
def test_setup_stones_that_cannot_stand(black: list[int], white: list[int], message: str) -> None:
    with pytest.raises(GoloisError, match=message):
        Game(9, black=black, white=white)


def test_handicap() -> None:
    game = Game.with_handicap(4, 19, Rules.preset("chinese"))
    assert game.to_move == WHITE
    assert game.handicap == 4
    assert np.count_nonzero(game.stones() == BLACK) == 4
    assert game.score() == 361 - 7.5 - 4  # Chinese rules give White a point for each handicap stone
    assert Game.with_handicap(3, 9, Rules.preset("aga")).score() == 81 - 7.5 - 2
    assert Game.with_handicap(3, 9).score() == 81 - 7.5
    assert Game.with_handicap(0) == Game()


def test_the_side_to_move_can_be_set() -> None:
    game = Game(9)
    game.to_move = WHITE
    game.play(40)
    game.play(41, WHITE)
    assert game.colours == [WHITE, WHITE]
    game.undo()
    assert game.stones()[4, 4] == WHITE
    assert game.to_move == BLACK


def test_the_drawing() -> None:
    game = played("C3 E5 D5 E4 pass J9 A1 E6", rules=Rules.preset("japanese"))
    assert str(game).splitlines() == [
        "   A B C D E F G H J",
        " 9 . . . . . . . . O 9",
        " 8 . . . . . . . . . 8",
        " 7 . . + . . . + . . 7",
        " 6 . . . .(O). . . . 6",
        " 5 . . . X O . . . . 5",
        " 4 . . . . O . . . . 4",
        " 3 . . X . . . + . . 3",
        " 2 . . . . . . . . . 2",
        " 1 X . . . . . . . . 1",
        "   A B C D E F G H J",
        "Black to move; captured: 0 black, 0 white; japanese, komi 6.5",
    ]
    assert "(X)" in str(played("J1"))
    assert "(" not in str(played("E5 pass"))
    assert "game over" in str(played("pass pass"))
    assert repr(game) == "<Game 9x9, japanese, komi 6.5, 8 moves>"


def test_liberties() -> None:
    game = played("A9 E5 B9 E6 J1")
    counted = game.liberties()
    assert counted[0, :3].tolist() == [3, 3, 0]
    assert counted[4, 4] == counted[3, 4] == 6
    assert counted[8, 8] == 2
    assert counted.sum() == 3 + 3 + 6 + 6 + 2
