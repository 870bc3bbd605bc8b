"""The course's calls, as training scripts of all years make them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import golois
from golois import course
from golois.course.data import _validation_games, load
from golois.course.deck import shuffled
from golois.errors import GoloisError
from golois.records.games_data import write_games_data
from golois.records.record import GameRecord
from golois.symmetry import move_table

N = 32


@pytest.fixture(autouse=True)
def _fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test works in a folder of its own, with an empty cache and the module as it is after import."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("GOLOIS_DATA", raising=False)
    monkeypatch.delenv("GOLOIS_SEED", raising=False)
    for name, value in (("soft", 1.0), ("random", None), ("last_index", None), ("has_warned", False)):
        monkeypatch.setattr(course._State, name, value)
    yield
    forget_loaded()


def forget_loaded() -> None:
    """As in a new process."""
    vars(course.data)["_loaded"] = None


def game(number: int, moves: int = 30) -> GameRecord:
    """A game unlike any other of the first twelve, in all eight symmetries; with one pass; White wins every second."""
    start = number if number < 9 else 11 + number
    points = [(start + 40 * i) % 361 for i in range(moves)]
    points[7] = 361
    values = np.round(np.linspace(0, 1, moves), 2).astype(np.float32)
    values[3] = -1
    return GameRecord(
        moves=np.array(points, np.uint16),
        komi=6.5,
        result="W+R" if number % 2 else "B+R",
        values=values,
        scores=np.zeros(moves, np.float32),
    )


def write_games(count: int, generation: Any = 2021, path: Path = Path("games.data")) -> None:
    assert write_games_data(path, [game(number) for number in range(count)], generation, pytest.fail) == count


class Arrays:
    """The arrays of a training script."""

    def __init__(self, planes: int = 31, n: int = N) -> None:
        random = np.random.default_rng(0)
        self.input = random.integers(0, 2, (n, 19, 19, planes)).astype("float32")
        self.policy = random.integers(0, 2, (n, 361)).astype("float32")
        self.value = random.integers(0, 2, (n,)).astype("float32")
        self.end = random.integers(0, 2, (n, 19, 19, 2)).astype("float32")
        self.groups = np.full((n, 19, 19, 1), -1, "float32")

    def four(self) -> tuple[np.ndarray, ...]:
        return self.input, self.policy, self.value, self.end

    def five(self) -> tuple[np.ndarray, ...]:
        return (*self.four(), self.groups)

    def was_filled(self) -> bool:
        one_hot = (self.policy.sum(axis=1) == 1).all() and set(np.unique(self.policy)) == {0.0, 1.0}
        return bool(one_hot and ((self.end.sum(axis=-1) <= 1).all()))

    def positions(self) -> set[bytes]:
        """What identifies each row up to symmetry: its planes turned in all eight ways, the least of them."""
        table = move_table(19)[:, :361]
        rows = (self.input.astype(np.int8), self.policy.astype(np.int8))
        flat = np.concatenate([rows[0].reshape(len(rows[0]), 361, -1), rows[1][..., None]], axis=-1)
        return {min(np.ascontiguousarray(row[table[s]]).tobytes() for s in range(8)) for row in flat}


# --- the three generations --------------------------------------------------------------------------------------------


def test_the_script_of_2019() -> None:
    write_games(12, 2019)
    a = Arrays(planes=8)
    golois.getBatch(*a.four())
    assert a.was_filled()
    assert set(a.value) == {0.0, 1.0}, "the value is the game's result"


def test_the_script_of_2020() -> None:
    write_games(12)
    a = Arrays(planes=21)
    golois.getValidation(*a.four())
    assert a.was_filled()
    golois.getBatch(*a.five())
    assert a.was_filled()
    assert a.groups.min() == 0
    assert ((a.groups[..., 0] > 0) == (a.input[..., 11:13].sum(axis=-1) > 0)).all(), "a group under every stone"


def test_the_script_of_2021_and_later() -> None:
    write_games(12)
    a = Arrays()
    golois.getValidation(*a.four())
    for i in range(1, 4):
        golois.getBatch(*a.five(), i * N)
        assert a.was_filled()
    expected = set(game(0).values[[i for i in range(30) if i not in (3, 7)]])
    assert set(a.value) <= expected, "the value is the one in the record"
    assert a.input[..., 21:].sum() == N * 361, "one plane of komi"


def test_the_lecture_with_six_planes_and_the_pass() -> None:
    write_games(12)
    a = Arrays(planes=6)
    a.policy = np.full((N, 362), -1, "float32")
    golois.getBatch(*a.four())
    assert a.policy[:, :361].sum() == N
    assert a.policy[:, 361].sum() == 0


def test_scripts_that_give_numpy_numbers_as_index() -> None:
    write_games(12)
    golois.getBatch(*Arrays().five(), np.int64(N))


# --- which positions --------------------------------------------------------------------------------------------------


def test_an_epoch_is_every_training_position_once() -> None:
    write_games(12)
    data = load()
    total = data.training.positions
    assert total == 11 * 28, "of 12 games one validates; of 30 moves one is a pass, one has the value -1"
    seen: set[bytes] = set()
    a = Arrays(planes=31)
    for index in range(0, total, N):
        golois.getBatch(*a.five(), index)
        seen |= a.positions()
    assert len(seen) == total
    golois.getBatch(*a.five(), total)  # after the last position comes the first
    assert a.positions() <= seen


def test_validation_positions_never_come_in_a_batch() -> None:
    write_games(12)
    validation, batch = Arrays(), Arrays(n=11 * 28)
    golois.getValidation(*validation.four())
    golois.getBatch(*batch.five(), 0)
    assert not validation.positions() & batch.positions()


def test_validation_is_always_the_same() -> None:
    write_games(12)
    first, second = Arrays(), Arrays()
    golois.getValidation(*first.four())
    golois.getBatch(*Arrays().five(), 0)
    golois.getValidation(*second.four())
    np.testing.assert_array_equal(first.input, second.input)
    np.testing.assert_array_equal(first.policy, second.policy)


def test_validation_of_more_positions_than_there_are() -> None:
    write_games(2)
    a = Arrays(n=100)
    golois.getValidation(*a.four())
    assert a.was_filled()
    assert len(a.positions()) == 28


def test_one_game_cannot_train_and_validate() -> None:
    write_games(1)
    with pytest.raises(GoloisError, match="holds 1 games that can be learnt from; two at least"):
        golois.getBatch(*Arrays().four())


def test_how_many_games_validate() -> None:
    assert [_validation_games(games) for games in (2, 9, 20, 15_000, 99_999, 1_000_000)] == [
        1,
        1,
        2,
        1500,
        9999,
        10_000,
    ]


def test_a_policy_from_to_categorical_of_keras_3_is_filled_though_it_is_float64() -> None:
    write_games(12)
    a = Arrays()
    golois.getValidation(a.input, doubles := np.zeros(a.policy.shape), a.value, a.end)
    assert (doubles.sum(axis=1) == 1).all()


def test_the_same_seed_gives_the_same_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    write_games(12)
    batches = []
    for seed in ("1", "1", "2"):
        monkeypatch.setenv("GOLOIS_SEED", seed)
        monkeypatch.setattr(course._State, "random", None)
        batches.append(Arrays())
        golois.getBatch(*batches[-1].five(), 0)
    np.testing.assert_array_equal(batches[0].input, batches[1].input)
    assert (batches[0].input != batches[2].input).any()


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 3000), st.integers(0, 2**64 - 1))
def test_the_order_is_a_permutation(count: int, seed: int) -> None:
    assert sorted(shuffled(i, count, np.uint64(seed)) for i in range(count)) == list(range(count))


def test_the_order_is_not_the_files() -> None:
    order = np.array([shuffled(i, 1000, np.uint64(0)) for i in range(1000)])
    assert abs(np.corrcoef(order, np.arange(1000))[0, 1]) < 0.1


# --- the other two calls ----------------------------------------------------------------------------------------------


def test_set_soft_softens_results_and_no_search_values() -> None:
    write_games(12)
    golois.setSoft(0.5)
    results, searched = Arrays(planes=8), Arrays(planes=31)
    golois.getBatch(*results.five(), 0)
    golois.getBatch(*searched.five(), 0)
    assert results.value.min() > 0.4, "moves 0 to 29 of 200"
    assert results.value.max() < 0.6
    assert searched.value.max() > 0.8
    golois.setSoft(1.0)
    golois.getBatch(*results.five(), 0)
    assert set(results.value) == {0.0, 1.0}
    with pytest.raises(GoloisError, match=r"setSoft\(2\): a number from 0.5 to 1.0"):
        golois.setSoft(2)


def test_get_batch_val_tells_the_value_in_a_last_plane() -> None:
    write_games(12)
    a = Arrays(planes=32)
    golois.getBatchVal(*a.four())
    assert a.was_filled()
    told = a.input[:, 0, 0, -1]
    assert (a.input[..., -1] == told[:, None, None]).all()
    assert ((told == a.value) | (told == 0)).all()
    assert N / 5 < np.count_nonzero(told) < 4 * N / 5, "half of the positions"
    golois.getBatchVal(*Arrays(planes=31).four())


# --- where the games are ----------------------------------------------------------------------------------------------


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(GoloisError, match=r"no games.data in the working directory .*GOLOIS_DATA"):
        golois.getBatch(*Arrays().four())


@pytest.mark.parametrize("name", ["elsewhere", "elsewhere/games.data"])
def test_the_environment_names_the_file_or_its_folder(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("elsewhere").mkdir()
    write_games(4, path=Path("elsewhere/games.data"))
    monkeypatch.setenv("GOLOIS_DATA", name)
    golois.getBatch(*Arrays().four())


def test_the_environment_names_a_store(monkeypatch: pytest.MonkeyPatch) -> None:
    with golois.GameStore.create("store.h5") as store:
        store.append([game(number) for number in range(4)])
    monkeypatch.setenv("GOLOIS_DATA", "store.h5")
    a = Arrays()
    golois.getBatch(*a.four())
    assert a.was_filled()
    monkeypatch.setenv("GOLOIS_DATA", "nothing.h5")
    with pytest.raises(GoloisError, match=r"nothing\.h5, which the environment variable GOLOIS_DATA names"):
        golois.getBatch(*a.four())


def test_later_loads_come_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_games(4)
    golois.getBatch(*Arrays().four())
    forget_loaded()
    monkeypatch.setattr(course.data, "build_store", lambda *_, **__: pytest.fail("read again"))
    golois.getBatch(*Arrays().four())
    assert [path.suffix for path in sorted((tmp_path / "cache" / "golois" / "course").iterdir())] == [
        ".h5",
        ".json",
        ".npy",
    ]


def test_a_file_that_changed_is_read_again() -> None:
    write_games(4)
    golois.getBatch(*Arrays().four())
    assert load().training.positions == 3 * 28
    write_games(6)
    golois.getBatch(*Arrays().four())
    assert load().training.positions == 5 * 28


def test_games_that_cannot_be_replayed_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    text = "6.5 1 2\n5 1 0.5 0\n5 0 0.5 0\n" + "".join(f"6.5 1 2\n{p} 1 0.5 0\n{p + 1} 0 0.5 0\n" for p in range(3))
    Path("games.data").write_text(text)
    golois.getBatch(*Arrays().four())
    assert load().training.positions == 4
    assert "3 games, 6 positions; 1 problems, the first:" in capsys.readouterr().err


def test_a_file_without_any_value_learns_from_the_results() -> None:
    records = [game(number) for number in range(4)]
    for record in records:
        record.values = None
    write_games_data(Path("games.data"), records, 2021, pytest.fail)
    a = Arrays()
    golois.getBatch(*a.four())
    assert set(a.value) == {0.0, 1.0}


# --- arrays that cannot be filled -------------------------------------------------------------------------------------

WRONG: dict[str, tuple[Callable[[Arrays], Any], str]] = {
    "float64": (
        lambda a: setattr(a, "input", a.input.astype(float)),
        r"getBatch: input is float64.*input = input.astype\('float32'\)",
    ),
    "integers": (lambda a: setattr(a, "value", a.value.astype(int)), r"value is int64.*value.astype\('float32'\)"),
    "a slice": (
        lambda a: setattr(a, "policy", np.zeros((N, 400), "float32")[:, :361]),
        r"policy is not contiguous.*policy = np.ascontiguousarray\(policy\)",
    ),
    "read-only": (lambda a: a.end.setflags(write=False), r"end is read-only; write end = np.array\(end\)"),
    "a list": (lambda a: setattr(a, "value", [0.0] * N), r"value is a list.*np.array\(value, dtype='float32'\)"),
    "to_categorical without num_classes": (
        lambda a: setattr(a, "policy", a.policy[:, :360].copy()),
        r"policy has the shape \(32, 360\); write .*to_categorical\(policy, num_classes=361\)",
    ),
    "too few rows of the policy": (
        lambda a: setattr(a, "policy", a.policy[:5].copy()),
        r"policy has the shape \(5, 361\); make it \(32, 361\)",
    ),
    "a number of planes that does not exist": (
        lambda a: setattr(a, "input", a.input[..., :7].copy()),
        r"input has the shape \(32, 19, 19, 7\); .* one of 6, 8, 21, 31",
    ),
    "a column of values": (
        lambda a: setattr(a, "value", a.value[:, None].copy()),
        r"value has the shape \(32, 1\); write value = np.zeros\(\(32,\), dtype='float32'\)",
    ),
    "channels first": (
        lambda a: setattr(a, "end", np.zeros((N, 2, 19, 19), "float32")),
        r"end has the shape \(32, 2, 19, 19\); write end = np.zeros\(\(32, 19, 19, 2\)",
    ),
    "groups without a channel": (
        lambda a: setattr(a, "groups", np.zeros((N, 19, 19), "float32")),
        r"groups has the shape \(32, 19, 19\)",
    ),
}


@pytest.mark.parametrize(("spoil", "message"), WRONG.values(), ids=WRONG.keys())
def test_an_array_that_cannot_be_filled_is_refused_with_the_way_to_mend_it(
    spoil: Callable[[Arrays], Any], message: str
) -> None:
    write_games(4)
    a = Arrays()
    spoil(a)
    with pytest.raises(GoloisError, match=message) as caught:
        golois.getBatch(*a.five(), 0)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("index", [-1, 1.5, "3"])
def test_an_index_that_is_none(index: Any) -> None:
    write_games(4)
    with pytest.raises(GoloisError, match=r"index is .*; give the number of positions used before, such as i \* N"):
        golois.getBatch(*Arrays().five(), index)


def test_i_in_place_of_i_times_n_is_pointed_out_once() -> None:
    write_games(4)
    golois.getBatch(*Arrays().five(), 1)
    with pytest.warns(UserWarning, match=r"index went from 1 to 2 with batches of 32 positions.*index = i \* N"):
        golois.getBatch(*Arrays().five(), 2)
    golois.getBatch(*Arrays().five(), 3)  # warnings are errors here: there is no second one


def test_a_bad_seed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    write_games(4)
    monkeypatch.setenv("GOLOIS_SEED", "today")
    with pytest.raises(GoloisError, match="GOLOIS_SEED is 'today'"):
        golois.getBatch(*Arrays().four())
