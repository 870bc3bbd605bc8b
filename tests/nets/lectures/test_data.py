"""The data sets: real files read without trusting them, synthetic ones of the same shapes."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest

from golois.errors import GoloisError
from nets.lectures import data
from nets.lectures.arrays import read_npz
from nets.lectures.options import Options

QUICK = Options(quick=True)


def ragged(*texts: list[int]) -> np.ndarray:
    """Lists of different lengths in one array."""
    array = np.empty(len(texts), object)
    array[:] = texts
    return array


def test_synthetic_sets_have_the_shapes_of_the_real_ones() -> None:
    (x, y), (x_test, _) = data.mnist(QUICK)
    assert (x.shape[1:], x.dtype, x_test.shape[1:]) == ((28, 28), np.uint8, (28, 28))
    assert set(y) == set(range(10))
    (x, y), _ = data.cifar10(QUICK)
    assert (x.shape[1:], x.dtype) == ((32, 32, 3), np.uint8)
    (x, y), _ = data.reuters(QUICK)
    assert set(y) == set(range(46))
    assert max(max(text) for text in x) < 10_000
    (x, y), (x_test, y_test) = data.boston(QUICK)
    assert (x.shape, y.shape, x_test.shape, y_test.shape) == ((404, 13), (404,), (102, 13), (102,))


def test_a_seed_gives_the_same_synthetic_set_again() -> None:
    np.testing.assert_array_equal(data.mnist(QUICK)[0][0], data.mnist(QUICK)[0][0])
    assert not np.array_equal(data.mnist(QUICK)[0][0], data.mnist(Options(quick=True, seed=1))[0][0])


def test_texts_are_numbered_as_keras_numbers_them(tmp_path: Path) -> None:
    texts = [[1, 5, 9997], [2], [3, 4], [6], [7]]
    np.savez(tmp_path / "reuters.npz", x=ragged(*texts), y=np.arange(5))
    (x, y), (x_test, y_test) = data.reuters(Options(data=tmp_path))
    assert (len(x), len(x_test)) == (4, 1)
    rebuilt = {int(topic): list(text) for text, topic in zip([*x, *x_test], [*y, *y_test], strict=True)}
    assert rebuilt[0] == [1, 4, 8, 2]  # start, words moved up by 3, word 10,000 unknown
    assert rebuilt[1] == [1, 5]


def test_real_files_are_split_as_keras_splits_them(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Keras finds the same file in its own cache: our loaders must agree with it, example by example
    folder = shared / "lecture-data"
    monkeypatch.setenv(data.DATA_VARIABLE, str(folder))
    monkeypatch.setattr(
        f"{keras.datasets.boston_housing.load_data.__module__}.get_file", lambda path, **_: str(folder / path)
    )
    theirs = keras.datasets.boston_housing.load_data()
    for ours, expected in zip(data.boston(Options()), theirs, strict=True):
        np.testing.assert_array_equal(ours[0], expected[0])
        np.testing.assert_array_equal(ours[1], expected[1])
    monkeypatch.setattr(
        keras.datasets.reuters.load_data.__module__ + ".get_file", lambda fname, **_: str(folder / fname)
    )
    theirs = keras.datasets.reuters.load_data(num_words=10_000)
    for ours, expected in zip(data.reuters(Options()), theirs, strict=True):
        assert all(list(a) == list(b) for a, b in zip(ours[0], expected[0], strict=True))
        np.testing.assert_array_equal(ours[1], expected[1])


def test_samples_limits_the_training_part_only(shared: Path) -> None:
    (x, y), (x_test, _) = data.mnist(Options(data=shared / "lecture-data", samples=100))
    assert (len(x), len(y), len(x_test)) == (100, 100, 10_000)


def test_a_missing_file_names_the_ways_out(tmp_path: Path) -> None:
    with pytest.raises(GoloisError, match=r"holds no mnist\.npz.*--quick"):
        data.mnist(Options(data=tmp_path))
    with pytest.raises(GoloisError, match=r"--data: the folder .* is not there"):
        data.mnist(Options(data=tmp_path / "nowhere"))


def test_without_a_folder_and_without_a_network_the_message_is_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline() -> None:
        raise Exception("URL fetch failure on https://...")

    monkeypatch.delenv(data.DATA_VARIABLE, raising=False)
    monkeypatch.setattr(keras.datasets.mnist, "load_data", offline)
    with pytest.raises(GoloisError, match=r"cannot be downloaded.*--data FOLDER.*--quick"):
        data.mnist(Options())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no zip at all", "cannot be read as a data set"),
        (b"", "cannot be read as a data set"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "mnist.npz"
    path.write_bytes(content)
    with pytest.raises(GoloisError, match=message):
        read_npz(path, ("x_train",))


def test_a_missing_array_is_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "set.npz", x=np.zeros(3))
    with pytest.raises(GoloisError, match=r"y\.npy.*expected the arrays x, y"):
        read_npz(tmp_path / "set.npz", ("x", "y"))


class Hostile:
    """Runs a command when it is unpickled by a trusting reader."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch /tmp/golois-was-here",)


def test_a_pickle_that_holds_more_than_arrays_is_refused(tmp_path: Path) -> None:
    array = np.empty(1, object)
    array[0] = Hostile()
    np.savez(tmp_path / "imdb.npz", x=array)
    with pytest.raises(GoloisError, match=r"asks for (posix|nt)\.system"):
        read_npz(tmp_path / "imdb.npz", ("x",))
    assert not Path("/tmp/golois-was-here").exists()


def test_lists_of_numbers_are_read(tmp_path: Path) -> None:
    np.savez(tmp_path / "set.npz", x=ragged([1, 2], [3]), y=np.arange(2))
    x, y = read_npz(tmp_path / "set.npz", ("x", "y"))
    assert [list(text) for text in x] == [[1, 2], [3]]
    np.testing.assert_array_equal(y, [0, 1])


def test_a_header_that_promises_another_shape_is_refused(tmp_path: Path) -> None:
    file = io.BytesIO()
    np.lib.format.write_array(file, ragged([1], [2]), allow_pickle=True)
    with zipfile.ZipFile(tmp_path / "set.npz", "w") as archive:
        archive.writestr("x.npy", file.getvalue().replace(b"(2,)", b"(9,)"))
    with pytest.raises(GoloisError, match=r"\(9,\) array"):
        read_npz(tmp_path / "set.npz", ("x",))
