"""Batches replayed from stored games: the same planes as a game played move by move, and the right targets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golois.board import BLACK, WHITE
from golois.errors import GoloisError
from golois.game import Game
from golois.planes import encode
from golois.records.arrays import pack
from golois.records.record import GameRecord, moves_with_colours
from golois.records.visits import Visits
from golois.rules import Rules
from golois.sampling import fill_positions
from golois.stored_games import Games
from golois.symmetry import apply_to_move, apply_to_planes, apply_to_policy

SIZE = 9
PASS = SIZE * SIZE


def stored(*records: GameRecord) -> Games:
    arrays = pack(list(records), records[0].size, [])
    return Games(**{name: arrays[name] for name in Games._fields if name != "size"}, size=records[0].size)


def record(points: list[int], colours: list[int] | None = None, **fields: Any) -> GameRecord:
    if colours is None:
        return GameRecord(moves=np.array(points, np.uint16), size=SIZE, **fields)
    moves, first_player = moves_with_colours(points, colours)
    return GameRecord(moves=moves, size=SIZE, first_player=first_player, **fields)


class Batch:
    """A batch of everything that can be filled; the arrays begin full of rubbish."""

    def __init__(self, games: Games, game: list[int], move_number: list[int], symmetry: int = 0, **how: Any) -> None:
        count, size = len(game), games.size
        planes, width = how.pop("planes", 6), how.pop("width", size * size + 1)
        self.planes = np.full((count, size, size, planes), np.nan, np.float32)
        self.policy = np.full((count, width), np.nan, np.float32)
        self.value = np.full(count, np.nan, np.float32)
        self.end = np.full((count, size, size, 2), np.nan, np.float32)
        self.groups = np.full((count, size, size, 1), np.nan, np.float32)
        fill_positions(
            games, game, move_number, [symmetry] * count, self.planes, self.policy, self.value,
            end=self.end, groups=self.groups, **how,
        )  # fmt: skip


def random_game(seed: int, moves: int) -> Game:
    random = np.random.default_rng(seed)
    game = Game(SIZE, Rules(ko="simple", suicide=False))
    while len(game.moves) < moves:
        game.play(int(random.choice(np.flatnonzero(game.legal_moves()))))
    return game


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 60), st.integers(0, 7), st.data())
def test_a_stored_position_is_the_position_of_the_game(seed: int, moves: int, symmetry: int, data: Any) -> None:
    whole = random_game(seed, moves)
    number = data.draw(st.integers(0, moves - 1))
    batch = Batch(stored(record(whole.moves, komi=6.5)), [0], [number], symmetry, planes=31)
    game = Game(SIZE, Rules(komi=6.5))
    for move in whole.moves[:number]:
        game.play(move)
    np.testing.assert_array_equal(batch.planes[0], apply_to_planes(encode(game, 31), symmetry))
    assert batch.policy.sum() == 1
    assert batch.policy[0, apply_to_move(whole.moves[number], symmetry, SIZE)] == 1

    own_at_the_end = whole.stones() == game.to_move
    opponent_at_the_end = whole.stones() == 3 - game.to_move
    end = np.stack([own_at_the_end, opponent_at_the_end], axis=-1)
    np.testing.assert_array_equal(batch.end[0], apply_to_planes(end, symmetry))


def test_groups_number_the_chains_from_the_top_left() -> None:
    moves = [0, 80, 1, 71, 20, 40, 10]  # Black 0 1 10 are one chain, 20 another; White 71 80, then 40
    groups = Batch(stored(record([*moves, PASS])), [0], [len(moves)]).groups[0, ..., 0]
    assert groups[0, :3].tolist() == [1, 1, 0]
    assert groups[1, 1] == 1
    assert groups[2, 2] == 2
    assert groups[4, 4] == 3
    assert groups[7, 8] == groups[8, 8] == 4
    assert np.count_nonzero(groups) == len(moves)


def test_the_side_to_move_is_the_one_who_moves_next_in_the_record() -> None:
    # Black plays three times in a row, as in free handicap, then White.
    games = stored(record([0, 1, 2, 3], [BLACK, BLACK, BLACK, WHITE]))
    batch = Batch(games, [0] * 4, [0, 1, 2, 3])
    assert batch.planes[:, 0, 0, 0].tolist() == [1, 1, 1, 0], "plane 0 tells who is to move"
    assert batch.planes[2, 0, :3, 2].tolist() == [1, 1, 0], "and own stones are Black's"
    assert batch.planes[3, 0, :4, 3].tolist() == [1, 1, 1, 0], "for White they are the opponent's"
    assert batch.end[0, 0, :4, 0].tolist() == [1, 1, 1, 0]
    assert batch.end[3, 0, :4, 0].tolist() == [0, 0, 0, 1]


def test_white_begins_a_handicap_game() -> None:
    games = stored(record([40], [WHITE], setup_black=[20, 60], setup_white=[30]))
    batch = Batch(games, [0], [0])
    assert batch.planes[0, ..., 0].sum() == 0
    assert np.flatnonzero(batch.planes[0, ..., 2]).tolist() == [30]
    assert np.flatnonzero(batch.planes[0, ..., 3]).tolist() == [20, 60]


@pytest.mark.parametrize(("result", "value"), [("W+R", 1.0), ("B+0.5", 0.0), ("0", 0.5), ("?", 0.5)])
def test_the_value_is_whether_white_won(result: str, value: float) -> None:
    assert Batch(stored(record([0, 1], result=result)), [0, 0], [0, 1]).value.tolist() == [value, value]


def test_search_values_are_taken_where_there_are_some() -> None:
    values = np.array([0.25, -1, 0.75], np.float32)
    games = stored(record([0, 1, 2], result="W+R", values=values), record([0], result="W+R"))
    assert Batch(games, [0, 0, 0, 1], [0, 1, 2, 0], search_weight=1.0).value.tolist() == [0.25, 1.0, 0.75, 1.0]
    assert Batch(games, [0, 0, 0, 1], [0, 1, 2, 0]).value.tolist() == [1.0] * 4


def test_a_soft_result_grows_certain_until_move_200() -> None:
    moves = [PASS] * 300
    won, lost = record(moves, result="W+1"), record(moves, result="B+1")
    numbers = [0, 100, 200, 299]
    np.testing.assert_allclose(Batch(stored(won), [0] * 4, numbers, soft=0.6).value, [0.6, 0.8, 1.0, 1.0])
    np.testing.assert_allclose(Batch(stored(lost), [0] * 4, numbers, soft=0.6).value, [0.4, 0.2, 0.0, 0.0], atol=1e-7)


def test_a_policy_without_the_pass_has_no_target_for_one() -> None:
    games = stored(record([5, PASS]))
    batch = Batch(games, [0, 0], [0, 1], width=PASS)
    assert batch.policy.sum(axis=1).tolist() == [1.0, 0.0]
    assert batch.policy[0, 5] == 1
    assert Batch(games, [0], [1]).policy[0, PASS] == 1


def test_several_threads_fill_the_same_batch() -> None:
    games = stored(*(record(random_game(seed, 40).moves, result="W+R") for seed in range(5)))
    game, number = list(range(5)) * 4, list(range(20))
    alone, together = Batch(games, game, number, 5), Batch(games, game, number, 5, threads=3)
    for name in ("planes", "policy", "value", "end", "groups"):
        np.testing.assert_array_equal(getattr(alone, name), getattr(together, name))
    with ThreadPoolExecutor(2) as pool:
        for batch in pool.map(lambda _: Batch(games, game, number, 5), range(4)):
            np.testing.assert_array_equal(batch.planes, alone.planes)


def test_a_symmetry_turns_planes_and_policy_alike() -> None:
    games = stored(record(random_game(3, 30).moves))
    plain = Batch(games, [0], [20])
    for s in range(1, 8):
        turned = Batch(games, [0], [20], s)
        np.testing.assert_array_equal(turned.policy, apply_to_policy(plain.policy, s, SIZE))
        np.testing.assert_array_equal(turned.groups, apply_to_planes(plain.groups, s))


@pytest.mark.parametrize(
    ("moves", "message"),
    [
        ([0, 0, 1], r"game 0 of the store: move 2 \(point 0\) cannot be played"),
        ([0, 90, 1], r"game 0 of the store: move 2 \(point 90\) cannot be played"),
    ],
)
def test_a_store_with_an_impossible_move_is_refused(moves: list[int], message: str) -> None:
    games = stored(record([0, 1, 2]))._replace(moves=np.array(moves, np.uint16))
    with pytest.raises(GoloisError, match=message):
        Batch(games, [0], [2])


def test_set_up_stones_off_the_board_are_refused() -> None:
    games = stored(record([0, 1, 2], setup_black=[5]))._replace(setup=np.array([4000], np.uint16))
    with pytest.raises(GoloisError, match="game 0 of the store has set-up stones"):
        Batch(games, [0], [2])


def test_numbers_out_of_range_are_refused() -> None:
    games = stored(record([0, 1, 2]))
    with pytest.raises(ValueError, match="no game 1: 1 games are stored"):
        Batch(games, [1], [0])
    with pytest.raises(ValueError, match="game 0 has 3 moves: no position before move number 3"):
        Batch(games, [0], [3])
    with pytest.raises(ValueError, match="symmetries are 0 to 7, not 8"):
        Batch(games, [0], [0], 8)
    with pytest.raises(ValueError, match=r"policy must be a contiguous float32 array \(1, 81\), not float32 \(1, 80\)"):
        Batch(games, [0], [0], width=80)


def test_the_value_mixes_result_and_search() -> None:
    values = np.array([0.25, -1], np.float32)
    games = stored(record([0, 1], result="W+R", values=values), record([0, 1], result="?", values=values))
    mixed = Batch(games, [0, 0, 1], [0, 1, 0], search_weight=0.2).value
    np.testing.assert_allclose(mixed, [0.2 * 0.25 + 0.8, 1.0, 0.25], rtol=1e-6)


@pytest.mark.parametrize("symmetry", [0, 3, 6])
def test_the_policy_of_a_search_is_its_distribution(symmetry: int) -> None:
    searched = np.zeros(SIZE * SIZE + 1, np.float32)
    searched[[1, 30, PASS]] = 0.5, 0.375, 0.125
    games = stored(record([0, 1, 2], visits=Visits.of([None, searched, None])), record([0]))
    policy = Batch(games, [0, 0, 0, 1], [0, 1, 2, 0], symmetry, search_policy=True).policy
    assert policy[[0, 2, 3]].sum() == 3, "without a distribution the move played"
    places = [apply_to_move(move, symmetry, SIZE) for move in (1, 30, PASS)]
    np.testing.assert_allclose(policy[1, places], [0.5, 0.375, 0.125], atol=1e-4)
    np.testing.assert_allclose(policy[1].sum(), 1, rtol=1e-6)
    assert Batch(games, [0], [1], symmetry).policy[0, apply_to_move(1, symmetry, SIZE)] == 1
