"""What a search found, kept sparse in a store, and stores from before there was such a thing."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from golois.records.record import GameRecord, RecordProblem
from golois.records.store import GameStore
from golois.records.visits import Visits

MOVES = 7 * 7 + 1


def distribution(**shares: float) -> np.ndarray:
    out = np.zeros(MOVES, np.float32)
    for move, share in shares.items():
        out[int(move.removeprefix("m"))] = share
    return out


def test_a_distribution_comes_back_up_to_16_bits() -> None:
    given = np.random.default_rng(1).dirichlet(np.full(MOVES, 0.1)).astype(np.float32)
    visits = Visits.of([None, given, distribution(m49=1)])
    assert visits.distribution(0, MOVES) is None
    np.testing.assert_allclose(visits.distribution(1, MOVES), given, atol=2e-5)
    assert visits.distribution(2, MOVES)[49] == 1  # type: ignore[index]
    assert len(visits.entries) < 2 * MOVES, "what has no share takes no room"


def test_a_store_gives_back_what_it_was_given(tmp_path: Path) -> None:
    visits = Visits.of([distribution(m3=0.75, m4=0.25), None])
    searched = GameRecord(moves=np.array([3, 4]), size=7, id="a", visits=visits)
    plain = GameRecord(moves=np.array([5]), size=7, id="b")
    with GameStore.create(tmp_path / "games.h5", 7) as store:
        store.append([plain, searched])
        store.append([searched])
        assert [store.game(number).visits for number in range(3)] == [None, visits, visits]


def test_visits_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    with GameStore.create(tmp_path / "games.h5", 5) as store:
        for visits, said in (
            (Visits.of([None]), "2 moves but visits for 1"),
            (Visits.of([distribution(m49=1), None]), "the highest number on 5x5 is 25"),
            (Visits(np.array([2, 0], np.uint16), np.array([[1, 9]], np.uint16)), "do not fit entries"),
        ):
            with pytest.raises(RecordProblem, match=said):
                store.append([GameRecord(moves=np.array([0, 1]), size=5, visits=visits)])
        assert len(store) == 0


def test_a_store_from_before_there_were_visits_is_read_and_added_to(tmp_path: Path) -> None:
    path = tmp_path / "old.h5"
    with GameStore.create(path, 7) as store:
        store.append([GameRecord(moves=np.array([5]), size=7, id="old")])
    with h5py.File(path, "r+") as file:
        for name in ("visited", "visited_offsets", "visits", "visits_offsets"):
            del file[name]
    with GameStore.open(path) as store:
        assert store.game(0).visits is None
        new = GameRecord(moves=np.array([6]), size=7, id="new", visits=Visits.of([distribution(m6=1)]))
        store.append([new])
        assert store.game(0).id == "old"
        assert store.game(1) == new
