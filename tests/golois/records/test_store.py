"""The game store: what it selects, and that neither kills nor broken files lose games silently."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from golois.errors import GoloisError
from golois.records.ranks import rank_from_text
from golois.records.record import BLACK, WHITE, GameRecord, RecordProblem, split_bucket
from golois.records.store import GameStore, StoreError


def a_game(number: int = 0, length: int = 30, **facts: object) -> GameRecord:
    """A game like no other; its moves stand for nothing."""
    moves = (np.arange(length) * 7 + number) % 361
    return GameRecord(moves.astype(np.uint16), **({"result": "B+R", "id": f"game {number}", "source": "s"} | facts))  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> GameStore:
    """Eight games that differ in what `select` looks at."""
    store = GameStore.create(tmp_path / "games.h5")
    store.append(
        [
            a_game(0, komi=6.5, black_rank=rank_from_text("9d"), white_rank=rank_from_text("9d")),
            a_game(1, komi=7.5, black_rank=rank_from_text("5p"), white_rank=rank_from_text("1d")),
            a_game(2, komi=0.5, handicap=1, black_rank=rank_from_text("6d"), white_rank=rank_from_text("7d")),
            a_game(3, komi=0.5, handicap=2, setup_black=np.array([60, 300]), first_player=WHITE),
            a_game(4, setup_black=np.array([60]), setup_white=np.array([61])),
            a_game(5, length=200, source="long games"),
            a_game(6, result="0"),
            a_game(7, result="?"),
        ]
    )
    return store


@pytest.mark.parametrize(
    ("conditions", "games"),
    [
        ({}, [0, 1, 2, 3, 4, 5, 6, 7]),
        ({"min_rank": "6d"}, [0, 2]),
        ({"min_rank": "1d"}, [0, 1, 2]),
        ({"min_rank": "1p"}, []),
        ({"handicap": 0}, [0, 1, 2, 5, 6, 7]),
        ({"handicap": 2}, [3]),
        ({"komi": 7.5}, [1]),
        ({"komi": (0.5, 6.5)}, [0, 2, 3]),
        ({"min_length": 31}, [5]),
        ({"max_length": 30}, [0, 1, 2, 3, 4, 6, 7]),
        ({"source": "long games"}, [5]),
        ({"source": ["s", "long games"], "min_length": 30}, [0, 1, 2, 3, 4, 5, 6, 7]),
        ({"decided": True}, [0, 1, 2, 3, 4, 5]),
        ({"decided": True, "handicap": 0, "komi": 6.5}, [0]),
    ],
)
def test_select(store: GameStore, conditions: dict[str, object], games: list[int]) -> None:
    assert store.select(**conditions).tolist() == games  # type: ignore[arg-type]


def test_the_split_depends_on_the_id_alone(store: GameStore) -> None:
    validation = next(f"game {number}" for number in range(1000) if split_bucket(f"game {number}") == 0)
    store.append([a_game(8, id=validation)])
    assert store.select(split="validation").tolist() == [8]
    assert store.select(split="train").tolist() == [0, 1, 2, 3, 4, 5, 6, 7]


def test_the_split_never_changes() -> None:
    """These numbers are what other programs compute from the same ids."""
    assert [split_bucket(game_id) for game_id in ("kgs-2001-01-02-2", "tom-354460", "")] == [
        99, 6, 10,
    ]  # fmt: skip


def test_select_refuses_what_it_does_not_know(store: GameStore) -> None:
    with pytest.raises(StoreError, match="no source 'kgs'; it has s, long games"):
        store.select(source="kgs")
    with pytest.raises(StoreError, match="split 'test' is not 'train' or 'validation'"):
        store.select(split="test")
    with pytest.raises(GoloisError, match="'best' is not a rank"):
        store.select(min_rank="best")


def test_arrays_are_flat_mapped_and_only_ours(store: GameStore) -> None:
    assert store.moves.dtype == np.uint16
    assert store.moves[store.offsets[5] : store.offsets[6]].tolist() == a_game(5, length=200).moves.tolist()
    assert all(array.flags.aligned for array in store.arrays().values())
    store.moves[0] = 99  # a private copy of the page: nothing reaches the file
    assert GameStore(store.path).moves[0] == 0
    assert store.values.size == 0


def test_values_stand_only_where_the_source_has_them(store: GameStore) -> None:
    values = np.linspace(0, 1, 30, dtype=np.float32)
    store.append([a_game(8, values=values), a_game(9)])
    assert store.value_offsets.tolist() == [0] * 9 + [30, 30]
    assert store.values.tolist() == values.tolist()
    assert store.game(9).values is None


def test_readers_keep_what_they_opened(store: GameStore) -> None:
    with GameStore(store.path) as reader:
        moves = reader.moves
        store.append([a_game(8)])
        assert len(reader) == 8
        assert reader.game(0) == store.game(0)
    assert moves[:30].tolist() == a_game(0).moves.tolist()


def test_two_writers_do_not_overwrite_each_other(store: GameStore) -> None:
    late = GameStore(store.path)
    store.append([a_game(8)])
    with pytest.raises(StoreError, match="was changed by another program meanwhile; nothing added"):
        late.append([a_game(9)])
    assert len(GameStore(store.path)) == 9


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (a_game(size=9), "is 9x9, the store holds 19x19; put each board size into a store of its own"),
        (GameRecord(np.array([362], np.uint16), id="x"), "game x: move 1 is 362; the highest number on 19x19 is 361"),
        (a_game(setup_black=np.array([361])), "black set-up stone 1 is 361"),
        (a_game(values=np.zeros(3, np.float32)), "has 30 moves but 3 values"),
        (a_game(handicap=300), "handicap 300"),
        (a_game(komi=1e300), r"komi 1e\+300 is not from -1000 to 1000 points"),
    ],
)
def test_a_record_that_does_not_fit_adds_nothing(store: GameStore, record: GameRecord, said: str) -> None:
    with pytest.raises(RecordProblem, match=said):
        store.append([a_game(8), record])
    assert len(store) == len(GameStore(store.path)) == 8


def test_numbers_of_games(store: GameStore) -> None:
    assert store.game(7) == a_game(7, result="?")
    for number in (8, -1):
        with pytest.raises(StoreError, match=f"has no game {number}; its 8 games are numbered from 0"):
            store.game(number)


def test_create_and_open(tmp_path: Path, store: GameStore) -> None:
    with pytest.raises(StoreError, match="exists already"):
        GameStore.create(store.path)
    with pytest.raises(StoreError, match=r"cannot open the game store .*missing.h5: No such file"):
        GameStore.open(tmp_path / "missing.h5")
    with pytest.raises(StoreError, match="holds 19x19 games, not 9x9"):
        GameStore.open_or_create(store.path, size=9)
    assert len(GameStore.open_or_create(tmp_path / "new.h5", size=9)) == 0


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.999])
def test_a_store_that_breaks_off_says_so(store: GameStore, share: float) -> None:
    content = store.path.read_bytes()
    store.path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(StoreError, match="breaks off: part of the game store is missing") as error:
        GameStore(store.path)
    assert str(store.path) in str(error.value)
    assert "golois games build" in str(error.value)


@pytest.mark.parametrize("content", [b"", b"(;SZ[19])", b"\x89HDF\r\n\x1a\n" + bytes(50), bytes(5000)])
def test_a_foreign_file_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign.h5"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"foreign.h5 (is not an HDF5 file|breaks off)"):
        GameStore(path)


def test_hdf5_that_is_no_store_says_so(tmp_path: Path) -> None:
    path = tmp_path / "network.h5"
    with h5py.File(path, "w") as file:
        file["weights"] = np.zeros(3)
    with pytest.raises(StoreError, match=r"network.h5 is HDF5 but not a Golois game store"):
        GameStore(path)


def _replace(file: h5py.File, name: str, array: np.ndarray) -> None:
    del file[name]
    file[name] = array


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda file: file.attrs.__setitem__("version", 99), "version 99, not 1"),
        (lambda file: file.attrs.__setitem__("size", 99), "board size 99"),
        (lambda file: file.__delitem__("komi"), "komi"),
        (lambda file: _replace(file, "komi", np.zeros(8)), "should be one row of float32"),
        (lambda file: _replace(file, "komi", np.zeros(7, np.float32)), "komi has 7 entries for 8 games"),
        (lambda file: _replace(file, "offsets", np.array([0, 9, 3, 4, 5, 6, 7, 8, 410])), "offsets do not cut moves"),
        (lambda file: _replace(file, "offsets", np.arange(9)), "offsets do not cut moves"),
        (lambda file: file["first_player"].__setitem__(0, 7), "first_player has entries that are not 1 to 2"),
        (lambda file: file["winner"].__setitem__(0, 9), "winner has entries that are not 0 to 3"),
        (lambda file: file["source"].__setitem__(0, 9), "a game is of source 9, there are 2"),
        (lambda file: (file.__delitem__("moves"), file.create_dataset("moves", data=np.zeros(410, "u2"), chunks=(8,))),
         "moves is not stored contiguously"),
    ],
)  # fmt: skip
def test_a_damaged_store_says_where(store: GameStore, damage: object, said: str) -> None:
    with h5py.File(store.path, "r+") as file:
        damage(file)  # type: ignore[operator]
    with pytest.raises(StoreError, match=said):
        GameStore(store.path)


KILLED_WRITER = """
import os, signal, sys
from pathlib import Path
import h5py, numpy as np
from golois.records.record import GameRecord
from golois.records.store import GameStore

def die_at(owner, name, call):
    # die in the middle of the n-th call, as `kill -9` or a power cut would have it
    original, calls = getattr(owner, name), [0]
    def wrapper(*arguments, **options):
        calls[0] += 1
        if calls[0] == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*arguments, **options)
    setattr(owner, name, wrapper)

store = GameStore(sys.argv[1])
owner, name = {"dataset": (h5py.Group, "create_dataset"), "fsync": (os, "fsync"), "rename": (Path, "replace"),
               "reopen": (GameStore, "_open")}[sys.argv[2]]
die_at(owner, name, int(sys.argv[3]))
store.append([GameRecord(np.arange(50), id=f"new {number}") for number in range(100)])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")
@pytest.mark.parametrize(
    ("place", "call", "games"),
    [("dataset", 12, 8), ("fsync", 1, 8), ("rename", 1, 8), ("fsync", 2, 108), ("reopen", 1, 108)],
)
def test_a_killed_append_leaves_the_old_games_or_all_of_them(
    store: GameStore, place: str, call: int, games: int
) -> None:
    before = list(store)
    command = [sys.executable, "-c", KILLED_WRITER, str(store.path), place, str(call)]
    ended = subprocess.run(command, check=False, capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    with GameStore(store.path) as after:
        assert len(after) == games
        assert [after.game(number) for number in range(8)] == before
        assert all(after.game(number).moves.tolist() == list(range(50)) for number in range(8, games))
        assert after.append([a_game(200)]) == 1
    assert len(GameStore(store.path)) == games + 1


def test_what_a_killed_writer_left_is_removed_when_it_is_old(store: GameStore) -> None:
    old, young, other = (store.path.with_name(name) for name in (".games-dead.h5", ".games-busy.h5", "games-1.h5"))
    for path in (old, young, other):
        path.write_bytes(b"half a store")
    os.utime(old, (0, 0))
    os.utime(other, (0, 0))
    store.append([a_game(8)])
    assert (old.exists(), young.exists(), other.exists()) == (False, True, True)


def test_a_full_disk_is_an_error_and_the_games_stay(store: GameStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(h5py.Group, "create_dataset", full)
    with pytest.raises(StoreError, match=r"cannot write the game store .*games.h5: No space left on device"):
        store.append([a_game(8)])
    monkeypatch.undo()
    assert len(GameStore(store.path)) == 8
    assert [path.name for path in store.path.parent.iterdir()] == ["games.h5"], "no temporary file stays"


def test_colours_and_set_up_survive(store: GameStore) -> None:
    game = store.game(4)
    assert (game.setup_black.tolist(), game.setup_white.tolist(), game.first_player) == ([60], [61], BLACK)


def test_ids_and_rules_without_whole_records(store: GameStore) -> None:
    store.append([a_game(8, rules="Chinese", id="9路")])
    assert store.ids() == [f"game {number}" for number in range(8)] + ["9路"]
    assert store.ids(2, 4) == ["game 2", "game 3"]
    assert store.rules(7) == ["", "Chinese"]
