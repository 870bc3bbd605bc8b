"""Read the .npz files of the Keras data sets without trusting them.

The IMDB and Reuters files hold ragged lists of word numbers as NumPy object arrays, which NumPy can only store
as a pickle, and a pickle may run any code when it is opened. Those two files need exactly three names to be
rebuilt (ndarray, dtype and the function that joins them), so nothing else is admitted here.
"""

from __future__ import annotations

import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from golois.errors import GoloisError

ADMITTED = {
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("numpy.core.multiarray", "_reconstruct"),  # as written by NumPy 1
    ("numpy._core.multiarray", "_reconstruct"),  # as written by NumPy 2
}


class _ArraysOnly(pickle.Unpickler):
    """Rebuilds arrays, lists and numbers, and refuses every other name."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in ADMITTED:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which is neither an array nor a list")
        return super().find_class(module, name)


def read_npz(path: Path, names: tuple[str, ...]) -> list[np.ndarray]:
    """Read the named arrays of an .npz file.

    Raises:
        GoloisError: the file is not there, is broken, lacks an array, or holds more than arrays and lists.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return [_read_member(archive.read(f"{name}.npy")) for name in names]
    except FileNotFoundError as error:
        raise GoloisError(f"{path} is not there") from error
    except KeyError as error:
        raise GoloisError(f"{path}: {error.args[0]}; expected the arrays {', '.join(names)}") from error
    except Exception as error:  # a broken or hostile pickle may fail with anything
        raise GoloisError(f"{path} cannot be read as a data set: {error}") from error


def _read_member(content: bytes) -> np.ndarray:
    file = io.BytesIO(content)
    version = np.lib.format.read_magic(file)
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read_header(file)
    if not dtype.hasobject:
        file.seek(0)
        return np.asarray(np.lib.format.read_array(file, allow_pickle=False))
    array = _ArraysOnly(file).load()
    if not isinstance(array, np.ndarray) or array.shape != shape:
        raise pickle.UnpicklingError(f"it does not hold the {shape} array its header promises")
    return array
