"""Games that the tests of training and evaluation share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from golois.game import Game
from golois.records.record import GameRecord, split_bucket
from golois.records.store import GameStore

GAME_MOVES = 40


def some_ids(validation: bool, count: int) -> list[str]:
    """Ids that the split by hash puts on one side."""
    ids: list[str] = []
    number = 0
    while len(ids) < count:
        name = f"game {number}"
        if (split_bucket(name) == 0) == validation:
            ids.append(name)
        number += 1
    return ids


def random_game(game_id: str, seed: int, size: int = 19, **facts: object) -> GameRecord:
    """A legal game of random moves that Black wins when its first move is in the upper half."""
    random = np.random.default_rng(seed)
    game = Game(size)
    for _ in range(GAME_MOVES):
        legal = np.flatnonzero(game.legal_moves()[:-1])
        game.play(int(random.choice(legal)))
    moves = np.array(game.moves, np.uint16)
    result = "B+R" if moves[0] < size * size // 2 else "W+R"
    return GameRecord(moves, **({"result": result, "id": game_id, "source": "test", "komi": 6.5, "size": size} | facts))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def games_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 24 training games and 4 validation games."""
    path = tmp_path_factory.mktemp("games") / "games.h5"
    ids = some_ids(False, 24) + some_ids(True, 4)
    with GameStore.create(path) as store:
        store.append([random_game(name, seed) for seed, name in enumerate(ids)])
    return path


@pytest.fixture(scope="session")
def small_games_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 7x7 games, 12 for training and 2 for validation."""
    path = tmp_path_factory.mktemp("games") / "small-games.h5"
    ids = some_ids(False, 12) + some_ids(True, 2)
    with GameStore.create(path, size=7) as store:
        store.append([random_game(name, seed, size=7) for seed, name in enumerate(ids)])
    return path
