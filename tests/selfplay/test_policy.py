"""Self-play by policy: real games, the same for the same seed, whole in the store."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from golois.game import Game
from golois.records.store import GameStore
from golois.rules import Rules
from selfplay.policy import PolicySettings, game_id, play_games

Floats = npt.NDArray[np.float32]

# Games are cut off early: what matters here is how they are kept, not how they end.
SHORT = PolicySettings(opening_moves=20, move_limit=40, seed=7)


class TopLeftFirst:
    """A network that prefers points in reading order and is sure that White wins."""

    name = "reader"
    board_size = 19
    board_size = 19
    planes = 6
    moves = 362

    def __init__(self) -> None:
        self.batches: list[int] = []

    def evaluate(self, planes: Floats) -> tuple[Floats, Floats]:
        self.batches.append(len(planes))
        preference = np.linspace(2, 1, 362, dtype=np.float32)
        preference[361] = 0
        policy = np.tile(preference / preference.sum(), (len(planes), 1))
        return policy, np.full(len(planes), 0.75, np.float32)


def test_the_games_replay_to_their_results() -> None:
    records = list(play_games(TopLeftFirst(), range(5), SHORT))
    assert sorted(record.id for record in records) == [f"reader-seed7-{n:06d}" for n in range(5)]
    for record in records:
        game = Game(19, Rules())
        for move in record.points.tolist():
            game.play(move)
        assert record.result == game.result()
        assert record.komi == 7.5
        assert record.values is not None
        assert record.values.tolist() == [0.75] * len(record)


def test_all_games_in_progress_are_one_batch() -> None:
    network = TopLeftFirst()
    assert len(list(play_games(network, range(6), SHORT, parallel=4))) == 6
    assert network.batches[0] == 4
    assert max(network.batches) == 4


def test_a_game_does_not_depend_on_its_neighbours() -> None:
    together = {record.id: record.moves.tolist() for record in play_games(TopLeftFirst(), range(4), SHORT)}
    alone = next(play_games(TopLeftFirst(), [2], SHORT))
    assert alone.moves.tolist() == together[game_id("reader", SHORT, 2)]
    assert len({tuple(moves) for moves in together.values()}) == 4, "the opening is drawn, so games differ"


def test_another_seed_plays_other_games() -> None:
    other = PolicySettings(opening_moves=20, move_limit=40, seed=8)
    first = next(play_games(TopLeftFirst(), [0], SHORT))
    second = next(play_games(TopLeftFirst(), [0], other))
    assert first.moves.tolist() != second.moves.tolist()


def test_no_opening_moves_means_no_chance() -> None:
    settings = PolicySettings(opening_moves=0, move_limit=10)
    first, second = play_games(TopLeftFirst(), range(2), settings)
    assert first.moves.tolist() == second.moves.tolist()
    assert first.moves[0] == 0


def test_games_go_into_a_store_and_come_back(tmp_path: Path) -> None:
    with GameStore.create(tmp_path / "games.h5") as store:
        records = list(play_games(TopLeftFirst(), range(3), SHORT))
        store.append(records)
        assert [store.game(n).moves.tolist() for n in range(3)] == [record.moves.tolist() for record in records]
        assert store.game(0).values == pytest.approx(0.75)
