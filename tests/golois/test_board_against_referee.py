"""Random games on the fast board and on the plain referee: both must see the same game."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golois.board import in_atari, point_of
from golois.game import Game
from golois.rules import Rules
from tests.golois import referee
from tests.golois.referee import Referee

KO = st.sampled_from(["simple", "positional", "situational"])


def play_at_random(size: int, ko: str, suicide: bool, seed: int, moves: int, look_every: int) -> None:
    """Play legal random moves, passing now and then, and compare everything every `look_every` moves."""
    game, plain = Game(size, Rules(ko=ko, suicide=suicide)), Referee(size, ko, suicide)
    random = np.random.default_rng(seed)
    hash_of_stones: dict[referee.Stones, int] = {}
    for number in range(moves):
        legal = game.legal_moves()
        if number % look_every == 0:
            compare(game, plain, legal)
        candidates = np.flatnonzero(legal[:-1])
        if len(candidates) == 0 or random.random() < 0.03:
            game.play(game.pass_move)
            plain.play(None)
        else:
            move = int(random.choice(candidates))
            point = divmod(move, size)
            assert plain.is_legal(point), f"{point} in\n{game}"
            game.play(move)
            plain.play(point)
        # the same stones have the same hash, other stones another one
        assert hash_of_stones.setdefault(plain.stones, game.hash) == game.hash
    assert len(set(hash_of_stones.values())) == len(hash_of_stones)
    compare(game, plain, game.legal_moves())


def compare(game: Game, plain: Referee, legal: np.ndarray) -> None:
    size = game.size
    assert game.stones().tolist() == [list(row) for row in plain.stones]
    assert game.to_move == plain.to_move
    assert game.score() + game.rules.komi == referee.area_score(plain.stones)
    assert game.count().black + game.count().white - game.rules.komi <= size * size
    counted = game.liberties()
    for move in range(size * size):
        row, column = divmod(move, size)
        assert legal[move] == plain.is_legal((row, column)), f"{row, column} in\n{game}"
        point = point_of(game.board, move)
        if plain.stones[row][column] == 0:
            assert counted[row, column] == 0
            continue
        liberties = referee.liberties(plain.stones, (row, column))
        assert counted[row, column] == len(liberties)
        head = int(game.board["head"][point])
        assert in_atari(game.board, head) == (len(liberties) == 1)
        assert game.board["chain_stones"][head] == len(referee.connected(plain.stones, (row, column)))
    assert legal[-1]


@settings(max_examples=40, deadline=None)
@given(size=st.integers(2, 5), ko=KO, suicide=st.booleans(), seed=st.integers(0, 2**32))
def test_small_boards_where_everything_happens(size: int, ko: str, suicide: bool, seed: int) -> None:
    play_at_random(size, ko, suicide, seed, moves=12 * size, look_every=1)


@settings(max_examples=5, deadline=None)
@given(size=st.sampled_from([7, 9, 13]), ko=KO, suicide=st.booleans(), seed=st.integers(0, 2**32))
def test_usual_small_boards(size: int, ko: str, suicide: bool, seed: int) -> None:
    play_at_random(size, ko, suicide, seed, moves=2 * size**2, look_every=60)


@pytest.mark.parametrize(("size", "ko"), [(19, "simple"), (19, "positional"), (20, "situational"), (25, "positional")])
def test_large_boards_and_both_records(size: int, ko: str) -> None:
    play_at_random(size, ko, suicide=ko == "positional", seed=size, moves=3 * size**2 // 2, look_every=size**2 // 2)


@settings(max_examples=20, deadline=None)
@given(size=st.integers(2, 25), seed=st.integers(0, 2**32), taken_back=st.integers(0, 40))
def test_undo_and_copy_lead_to_the_same_game(size: int, seed: int, taken_back: int) -> None:
    random = np.random.default_rng(seed)
    game = Game(size)
    seen = [game.copy()]
    for _ in range(60):
        game.play(int(random.choice(np.flatnonzero(game.legal_moves()))))
        seen.append(game.copy())
    game.undo(taken_back)
    earlier = seen[60 - taken_back]
    assert game == earlier
    assert hash(game) == hash(earlier)
    assert game.hash == earlier.hash
    assert game.positions.tolist() == earlier.positions.tolist()
    assert game.stones().tolist() == earlier.stones().tolist()
    assert game.legal_moves().tolist() == earlier.legal_moves().tolist()
    assert game.prisoners == earlier.prisoners
