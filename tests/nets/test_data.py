"""Positions and batches: the split by game, the order by seed, and what is left out."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from golois.errors import GoloisError
from golois.game import Game
from golois.planes import encode
from golois.records.record import GameRecord, split_bucket
from golois.records.store import GameStore
from golois.symmetry import apply_to_move
from nets.data import Batches, GameFilter, Positions, TaughtPositions, open_games, select_positions

GAME_MOVES = 40  # of the games of `games_path`


@pytest.fixture
def training(games_path: Path) -> Positions:
    """All training positions of the test's games."""
    return select_positions(GameStore.open(games_path), "train", GameFilter())


def test_a_game_is_trained_on_or_validated_on_but_never_both(games_path: Path) -> None:
    store = GameStore.open(games_path)
    train, validation, everything = (
        select_positions(store, split, GameFilter()) for split in ("train", "validation", "all")
    )
    assert set(train.games) | set(validation.games) == set(everything.games)
    assert not set(train.games) & set(validation.games)
    assert all(split_bucket(store.game(g).id) == 0 for g in validation.games)


def test_every_position_has_one_number(training: Positions) -> None:
    games, moves = training.all()
    assert training.count == len(games) == 24 * GAME_MOVES
    assert len(set(zip(games, moves, strict=True))) == len(games)
    assert moves.min() == 0
    assert moves.max() == GAME_MOVES - 1


def test_an_example_is_the_position_before_the_move_with_the_winner_as_value(training: Positions) -> None:
    record = training.store.game(5)
    game = Game(19)
    for move in record.points[:17]:
        game.play(int(move))
    example = training.examples(np.array([5]), np.array([17]), np.array([0]))
    np.testing.assert_array_equal(example.planes[0], encode(game, 6))
    assert example.policy[0].argmax() == record.points[17]
    assert example.policy[0].sum() == 1
    assert example.value[0, 0] == (record.result == "W+R")


def test_batch_k_is_the_same_whoever_makes_it_and_whatever_was_made_before(training: Positions) -> None:
    stream = Batches(training, 8, seed=3, threads=3).stream(first=0)
    in_order = [next(stream) for _ in range(6)]
    stream.close()
    resumed = Batches(training, 8, seed=3).stream(first=4)
    np.testing.assert_array_equal(next(resumed).planes, in_order[4].planes)
    np.testing.assert_array_equal(next(resumed).policy, in_order[5].policy)
    resumed.close()
    other = Batches(training, 8, seed=4).make(4)
    assert not np.array_equal(other.planes, in_order[4].planes)


def test_closing_a_stream_ends_its_threads(training: Positions) -> None:
    before = set(threading.enumerate())
    stream = Batches(training, 8, seed=1, threads=4).stream()
    next(stream)
    threads = set(threading.enumerate()) - before
    assert any(thread.name.startswith("batches") for thread in threads)
    stream.close()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)


def test_positions_are_drawn_evenly_over_games_and_moves(training: Positions) -> None:
    games, moves = training.draw(np.random.default_rng(1), 24_000)
    per_game = np.bincount(games, minlength=28)[training.games]
    assert per_game.min() > 850
    assert per_game.max() < 1150
    assert abs(moves.mean() - (GAME_MOVES - 1) / 2) < 0.5


def test_without_a_pass_output_passes_are_left_out(tmp_path: Path) -> None:
    moves = np.array([72, 361, 300, 361, 361], np.uint16)
    with GameStore.create(tmp_path / "passes.h5") as store:
        store.append([GameRecord(moves, result="B+1.5", id="passes")])
        with_pass = select_positions(store, "all", GameFilter(), moves=362)
        without = select_positions(store, "all", GameFilter(), moves=361)
        assert list(with_pass.all()[1]) == [0, 1, 2, 3, 4]
        assert list(without.all()[1]) == [0, 2]
        assert set(without.draw(np.random.default_rng(0), 50)[1]) == {0, 2}


def test_the_value_is_the_records_own_and_positions_marked_unusable_are_left_out(tmp_path: Path) -> None:
    values = np.array([0.5, -1, 0.75], np.float32)
    with GameStore.create(tmp_path / "values.h5") as store:
        store.append([GameRecord(np.array([72, 288, 300], np.uint16), result="B+R", id="values", values=values)])
        positions = select_positions(store, "all", GameFilter())
        games, moves = positions.all()
        assert list(moves) == [0, 2]
        np.testing.assert_allclose(positions.examples(games, moves, moves * 0).value[:, 0], [0.5, 0.75])


@pytest.mark.parametrize(("moves", "pass_share"), [(362, 0.5), (361, 0.0)])
def test_a_teachers_answers_are_mixed_into_the_targets(games_path: Path, moves: int, pass_share: float) -> None:
    """A teacher that would pass half the time and play the first point else, and gives White a quarter."""

    def answer(planes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        policy = np.zeros((len(planes), 362), np.float32)
        policy[:, [0, 361]] = 0.5
        return policy, np.full(len(planes), 0.25, np.float32)

    recorded = select_positions(GameStore.open(games_path), "train", GameFilter(), moves=moves)
    taught = TaughtPositions(recorded, answer, share=0.8)
    drawn = taught.draw(np.random.default_rng(1), 16)
    symmetries = np.zeros(16, np.int64)
    own, mixed = recorded.examples(*drawn, symmetries), taught.examples(*drawn, symmetries)
    np.testing.assert_array_equal(mixed.planes, own.planes)
    taught_policy = np.zeros((16, moves))
    taught_policy[:, -1] = pass_share
    taught_policy[:, 0] = 1 - pass_share
    np.testing.assert_allclose(mixed.policy, 0.2 * own.policy + 0.8 * taught_policy, atol=1e-6)
    np.testing.assert_allclose(mixed.value, 0.2 * own.value + 0.8 * 0.25, atol=1e-6)


def test_games_without_a_result_are_not_used(tmp_path: Path) -> None:
    with GameStore.create(tmp_path / "unknown.h5") as store:
        store.append([GameRecord(np.array([72], np.uint16), result="?", id="unknown")])
        with pytest.raises(GoloisError, match=r"none of its 1 games is left for all"):
            select_positions(store, "all", GameFilter())


def test_filters_are_about_both_players_handicap_komi_and_length(games_path: Path) -> None:
    store = GameStore.open(games_path)
    assert len(select_positions(store, "all", GameFilter(komi=(6, 7), handicap=False, minimum_moves=40)).games) == 28
    assert len(select_positions(store, "all", GameFilter(maximum_moves=40)).games) == len(store)
    for nothing in (
        GameFilter(minimum_rank="1d"),
        GameFilter(komi=(7, 8)),
        GameFilter(minimum_moves=41),
        GameFilter(maximum_moves=39),
    ):
        with pytest.raises(GoloisError, match="loosen the filters"):
            select_positions(store, "all", nothing)


def test_games_on_a_small_board_are_replayed_on_it(small_games_path: Path) -> None:
    store = GameStore.open(small_games_path)
    positions = select_positions(store, "all", GameFilter(), board_size=7)
    game = Game(7)
    for move in store.game(3).points[:11]:
        game.play(int(move))
    for symmetry in (0, 6):
        example = positions.examples(np.array([3]), np.array([11]), np.array([symmetry]))
        np.testing.assert_array_equal(example.planes[0], encode(game, 6, symmetry))
        assert example.policy.shape == (1, 50)
        assert example.policy[0].argmax() == apply_to_move(int(store.game(3).points[11]), symmetry, 7)


def test_networks_of_19x19_do_not_learn_from_9x9(tmp_path: Path) -> None:
    with (
        GameStore.create(tmp_path / "small.h5", size=9) as store,
        pytest.raises(GoloisError, match=r"small\.h5 holds 9x9 games, the network is for 19x19: .* --size 9"),
    ):
        select_positions(store, "train", GameFilter())


def test_other_records_are_turned_into_a_store_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    records = tmp_path / "records"
    records.mkdir()
    sgf = "(;GM[1]SZ[19]KM[6.5]RE[B+R];B[pd];W[dp];B[pp];W[dd])"
    (records / "one.sgf").write_text(sgf)
    with open_games([str(records)]) as store:
        assert len(store) == 1
        first = store.path
    with open_games([str(records)]) as store:
        assert store.path == first
    (records / "two.sgf").write_text(sgf.replace("B[pd]", "B[qd]"))
    with open_games([str(records)]) as store:
        assert len(store) == 2
    with pytest.raises(GoloisError, match="no game on a 9x9 board that could be used"):
        open_games([str(records)], size=9)
    (records / "small.sgf").write_text(sgf.replace("SZ[19]", "SZ[9]").replace("p", "h"))
    with open_games([str(records)], size=9) as store:
        assert (len(store), store.size) == (1, 9)
    with open_games([str(records)]) as store:
        assert (len(store), store.size) == (2, 19)


def test_missing_and_empty_sources_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(GoloisError, match=r"nothing\.tsv\.xz: no such file"):
        open_games([str(tmp_path / "nothing.tsv.xz")])
    GameStore.create(tmp_path / "empty.h5").close()
    with pytest.raises(GoloisError, match=r"empty\.h5: no game on a 19x19 board that could be used"):
        open_games([str(tmp_path / "empty.h5")])
