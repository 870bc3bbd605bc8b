"""Every way in which an HDF5 file may attack, lie or be damaged ends in one clear line."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nets.reader import NetworkError
from nets.reader.understand import understand
from tests.nets.reader.small_network import weights, write

FILES: dict[str, tuple[Callable[[Path], None], str]] = {}


def refused_file(message: str) -> Callable[[Callable[[Path], None]], Callable[[Path], None]]:
    def register(make: Callable[[Path], None]) -> Callable[[Path], None]:
        FILES[make.__name__] = (make, message)
        return make

    return register


@refused_file("extra: a link to another file is refused")
def an_external_link(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file["extra"] = h5py.ExternalLink("/etc/passwd", "/")


@refused_file("a symbolic link is refused")
def a_soft_link_for_a_weight(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        del file["model_weights/conv/conv/bias:0"]
        file["model_weights/conv/conv/bias:0"] = h5py.SoftLink("/elsewhere")


@refused_file("external storage (data in other files) is refused")
def data_in_another_file(path: Path) -> None:
    secret = path.with_name("secret")
    secret.write_bytes(b"12345678")
    with h5py.File(path, "r+") as file:
        del file["model_weights/conv/conv/bias:0"]
        group = file["model_weights/conv/conv"]
        group.create_dataset("bias:0", (2,), np.float32, external=[(str(secret), 0, 8)])


@refused_file("a virtual dataset (data in other files) is refused")
def a_virtual_dataset(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        layout = h5py.VirtualLayout((2,), np.float32)
        layout[:] = h5py.VirtualSource("/etc/passwd", "x", (2,))
        file.create_virtual_dataset("extra", layout)


@refused_file("a decompression bomb")
def a_decompression_bomb(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file.create_dataset("extra", (5000, 10000), np.float32, chunks=(5000, 10000), fillvalue=0, compression="gzip")


@refused_file("declares 1,000,000,000,000 numbers")
def a_terabyte_that_is_not_there(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file.create_dataset("extra", (10**6, 10**6), np.float32, chunks=(100, 100))


@refused_file("HDF5 filter number 32000 is refused")
def a_filter_from_a_plug_in(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file.create_dataset("extra", data=np.zeros(1000, np.float32), compression="lzf")


@refused_file("values that are NaN or infinite: training diverged")
def weights_that_are_not_numbers(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file["model_weights/conv/conv/bias:0"][0] = np.nan


@refused_file("weights are plain numbers")
def words_for_weights(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file.create_dataset("extra", data=np.array([b"a", b"bc"]))


@refused_file("weights are plain numbers")
def lists_for_weights(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file.create_dataset("extra", (3,), h5py.vlen_dtype(np.float32))


@refused_file("groups nest more than 16 deep")
def groups_without_end(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file.create_group("/".join(["deep"] * 50))


@refused_file("attributes, more than the 256 allowed")
def a_thousand_attributes(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        for number in range(300):
            file.attrs[f"a{number}"] = number


@refused_file("has no place in a network file")
def a_named_type(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file["extra"] = np.dtype("f4")


@refused_file("no architecture (no model_config: perhaps weights alone")
def weights_alone(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        del file.attrs["model_config"]


@refused_file("not one text")
def an_architecture_of_numbers(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file.attrs["model_config"] = np.zeros(1000)


@refused_file("contains '../../secret', not a name")
def a_name_that_climbs(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file["model_weights/conv"].attrs["weight_names"] = [b"../../secret"]


@refused_file("is listed but not stored")
def a_weight_that_is_not_there(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        del file["model_weights/conv/conv/bias:0"]


@refused_file("the file is damaged")
def half_a_file(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1500])


@refused_file("the file is empty")
def nothing(path: Path) -> None:
    path.write_bytes(b"")


@refused_file("this is a zip archive (a .keras file, perhaps)")
def another_format(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + bytes(100))


@refused_file("this is a web page or a text")
def a_web_page(path: Path) -> None:
    path.write_text("<!DOCTYPE html><html>Not found</html>")


@refused_file("the file cannot be read: No such file")
def no_file_at_all(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("name", FILES)
def test_the_file_is_refused(name: str, tmp_path: Path) -> None:
    make, message = FILES[name]
    path = write(tmp_path / "network.h5")
    make(path)
    with pytest.raises(NetworkError) as caught:
        understand(path)
    assert message in str(caught.value)


def test_a_circle_of_hard_links_is_walked_once(tmp_path: Path) -> None:
    path = write(tmp_path / "network.h5")
    with h5py.File(path, "r+") as file:
        file["model_weights/again"] = file["/"]
    assert understand(path).moves == 361


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=20))
def test_flipped_bytes_never_escape_the_error(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    data = bytearray(_small_file(tmp_path))
    for place, value in changes:
        data[8 + place % (len(data) - 8)] = value
    path = tmp_path / "flipped.h5"
    path.write_bytes(data)
    report = _understand_forked(path)
    assert report in ("understood", "refused", "crashed")


def _small_file(folder: Path) -> bytes:
    path = folder / "whole.h5"
    if not path.exists():
        write(path)
    return path.read_bytes()


def _understand_forked(path: Path) -> str:
    """Read a damaged file in a fork, as HDF5 itself may crash on it; anything but a NetworkError fails."""
    child = os.fork()
    if child == 0:
        code = 3
        try:
            understand(path)
            code = 0
        except NetworkError:
            code = 1
        finally:
            os._exit(code)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return "crashed"
    return {0: "understood", 1: "refused"}.get(os.WEXITSTATUS(status), "escaped")


def test_weights_may_be_compressed(tmp_path: Path) -> None:
    arrays = weights()
    path = write(tmp_path / "network.h5")
    with h5py.File(path, "r+") as file:
        kernel = file["model_weights/conv/conv"]
        del kernel["kernel:0"]
        kernel.create_dataset("kernel:0", data=arrays["conv"]["conv/kernel:0"], compression="gzip", shuffle=True)
    np.testing.assert_array_equal(understand(path).nodes[1].weights[0].array, arrays["conv"]["conv/kernel:0"])
