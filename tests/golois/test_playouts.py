"""Random playouts, the eyes they respect, and the replay of recorded games."""

from __future__ import annotations

import numpy as np
import pytest

from golois.board import BLACK, WHITE, empty_records, is_own_eye_at, move_of, point_of
from golois.coordinates import move_from_vertex
from golois.game import Game
from golois.playouts import play_out, random_point, replay, run_playouts
from golois.rules import Rules
from golois.splitmix import below, new_stream, next_word
from tests.golois.diagrams import cells, position

# `e` is an eye of Black that a playout leaves alone, `f` only looks like one
EYES = {
    "in the centre": """
        . . . . .
        . X X X .
        . X e X .
        . X X X .
        . . . . .
    """,
    "one diagonal in the centre may be the opponent's": """
        . . . . .
        . O X X .
        . X e X .
        . X X X .
        . . . . .
    """,
    "two diagonals make it false": """
        . . . . .
        . O X X .
        . X f X .
        . X X O .
        . . . . .
    """,
    "at the edge none may be": """
        . X e X .
        . X X X .
        . . . . .
        . X X O .
        . X f X .
    """,
    "in the corner neither": """
        e X . X f
        X X . O X
        . . . . .
        X . . . .
        e X . . .
    """,
    "an opponent's neighbour is no eye": """
        . . . . .
        . X X X .
        . X f O .
        . X X X .
        . . . . .
    """,
    "a point of two is not yet an eye": """
        . X X X X
        X f f X .
        . X X X .
        . . . . .
        . . . . .
    """,
}


@pytest.mark.plain_python
@pytest.mark.parametrize("name", EYES)
def test_own_eyes(name: str) -> None:
    board = position(EYES[name]).board
    for move, cell in enumerate(cells(EYES[name])):
        if cell in "ef":
            point = point_of(board, move)
            assert is_own_eye_at(board, point, BLACK) == (cell == "e")
            assert not is_own_eye_at(board, point, WHITE)


@pytest.mark.parametrize("size", [2, 5, 9, 19, 25])
def test_playouts_depend_on_the_seed_only(size: int) -> None:
    result = run_playouts(size, 6, seed=10)
    again = run_playouts(size, 3, seed=13)
    assert result.scores[3:].tolist() == again.scores.tolist()
    assert result.hashes[3:].tolist() == again.hashes.tolist()
    assert (abs(result.scores) <= size * size).all()
    assert (result.lengths >= 2).all()
    if size > 2:
        assert len(set(result.hashes.tolist())) > 1


@pytest.mark.plain_python
@pytest.mark.filterwarnings("ignore:overflow encountered in scalar:RuntimeWarning")  # wrapping is meant
def test_both_sides_play_until_only_eyes_are_left() -> None:
    game = Game(9, Rules(ko="simple", suicide=False))
    stream = new_stream(5)
    play_out(game.board, stream)
    assert game.is_over
    for colour in (BLACK, WHITE):
        game.to_move = colour
        assert random_point(game.board, stream) == 0
        for move in np.flatnonzero(game.legal_moves()[:-1]):
            assert is_own_eye_at(game.board, point_of(game.board, int(move)), colour)


def test_every_legal_point_that_is_no_eye_is_played_sooner_or_later() -> None:
    game = position(EYES["in the corner neither"], Rules(ko="simple", suicide=False))
    stream = new_stream(0)
    tried = {int(move_of(game.board, random_point(game.board, stream))) for _ in range(2000)}
    eyes = {0, 20}
    assert tried == set(np.flatnonzero(game.legal_moves()[:-1]).tolist()) - eyes


@pytest.mark.plain_python
@pytest.mark.filterwarnings("ignore:overflow encountered in scalar:RuntimeWarning")  # wrapping is meant
def test_a_playout_counts_like_the_game() -> None:
    result = run_playouts(9, 1, seed=5)
    game = Game(9, Rules(komi=0, ko="simple", suicide=False))
    play_out(game.board, new_stream(5))
    assert game.score() == result.scores[0]
    assert game.hash == result.hashes[0]


def replayed(games: list[str], size: int = 9) -> tuple[tuple[int, int], list[int]]:
    lists = [[move_from_vertex(vertex, size) for vertex in game.split()] for game in games]
    moves = np.array([move for game in lists for move in game], np.uint16)
    offsets = np.cumsum([0, *map(len, lists)])
    hashes = np.zeros(len(games), np.uint64)
    refused = replay(empty_records(1, size), size, moves, offsets, hashes)
    return refused, hashes.tolist()


def test_replay_reaches_the_final_positions() -> None:
    games = ["E5 E6 pass D5", "", "pass pass"]
    refused, hashes = replayed(games)
    assert refused == (-1, -1)
    for text, final in zip(games, hashes, strict=True):
        game = Game(9)
        for vertex in text.split():
            game.play(move_from_vertex(vertex, 9))
        assert final == game.hash


@pytest.mark.plain_python
@pytest.mark.filterwarnings("ignore:overflow encountered in scalar:RuntimeWarning")  # wrapping is meant
def test_replay_names_the_first_move_that_is_illegal() -> None:
    assert replayed(["E5", "E5 E6 E5 E5", "E5 E5"])[0] == (1, 2)
    assert replayed(["A2 pass B1 A1"])[0] == (0, 3)  # suicide of one stone
    assert replayed(["A2 A1 B2 pass C1 B1"])[0] == (0, 5)  # of two
    # the ko is retaken at once
    assert replayed(["B9 C9 A8 D8 B7 C7 C8 B8 C8"])[0] == (0, 8)


@pytest.mark.plain_python
@pytest.mark.filterwarnings("ignore:overflow encountered in scalar:RuntimeWarning")  # wrapping is meant
def test_the_random_stream() -> None:
    """The first words of SplitMix64 from the seed 1234567, as its authors' reference program prints them."""
    stream = new_stream(1234567)
    words = [int(next_word(stream)) for _ in range(3)]
    assert words == [6457827717110365317, 3203168211198807973, 9817491932198370423]
    drawn = {int(below(stream, 7)) for _ in range(200)}
    assert drawn == set(range(7))
    assert new_stream(-1)[0] == 2**64 - 1
