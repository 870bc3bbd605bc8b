"""A network file is read once; what was understood is found again by the file's digest."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nets.inference import cache
from nets.reader import Network, NetworkError
from tests.nets.reader.small_network import weights, write


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GOLOIS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "networks"


def refuse(*_: object) -> Network:
    raise AssertionError("the file was read again")


def test_a_file_is_read_once(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.h5")
    first = cache.understood(path)
    monkeypatch.setattr(cache, "understand_safely", refuse)
    (tmp_path / "copy of a.h5").write_bytes(path.read_bytes())
    again = cache.understood(tmp_path / "copy of a.h5")
    assert again.digest == first.digest
    assert [entry.name.split("-")[0] for entry in folder.iterdir()] == [first.digest]


def test_another_file_under_the_same_name_is_another_network(folder: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "a.h5")
    first = cache.understood(path)
    arrays = weights()
    arrays["conv"]["conv/bias:0"] += 1
    second = cache.understood(write(path, arrays=arrays))
    assert first.digest != second.digest
    assert len(list(folder.iterdir())) == 2


def test_a_damaged_entry_is_written_again(folder: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "a.h5")
    cache.understood(path)
    entry = next(folder.iterdir())
    whole = entry.read_bytes()
    entry.write_bytes(whole[: len(whole) // 2])
    assert cache.understood(path).moves == 361
    assert Network.from_bytes(entry.read_bytes()).moves == 361


def test_an_entry_for_another_file_is_not_believed(folder: Path, tmp_path: Path) -> None:
    first, arrays = write(tmp_path / "a.h5"), weights()
    arrays["conv"]["conv/bias:0"] += 1
    second = write(tmp_path / "b.h5", arrays=arrays)
    digest = cache.understood(first).digest
    entry = next(folder.iterdir())
    other = cache.understood(second)
    next(e for e in folder.iterdir() if e != entry).write_bytes(entry.read_bytes())
    assert cache.understood(second).digest == other.digest != digest


def test_many_may_write_at_once(folder: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "a.h5")
    with ThreadPoolExecutor(4) as pool:
        networks = list(pool.map(cache.understood, [path] * 4))
    assert {network.digest for network in networks} == {networks[0].digest}
    assert len(list(folder.iterdir())) == 1, "no temporary file is left"


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_folder_that_others_may_write_is_not_trusted(folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    assert cache.cache_folder("networks") != folder


def test_a_refusal_names_the_file(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "équipe 7 (v1.2).h5"
    path.write_text("nothing")
    with pytest.raises(NetworkError, match=r"équipe 7 \(v1.2\).h5: this is not an HDF5 file"):
        cache.understood(path)


def test_play_starts_without_tensorflow(folder: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "a.h5")
    program = (
        "import sys; from nets.inference import load_evaluator; e = load_evaluator(sys.argv[1]); "
        "print(e.engine, e.parameters, [m for m in ('tensorflow', 'keras', 'h5py') if m in sys.modules])"
    )
    cache.understood(path)
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
    engine, parameters, heavy = done.stdout.strip().split(" ", 2)
    assert (engine, parameters) == ("openvino", "116")
    assert "tensorflow" not in heavy
    assert "keras" not in heavy
