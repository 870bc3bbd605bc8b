"""The file under a game store: HDF5 whose datasets lie contiguous, mapped for reading, written whole."""

from __future__ import annotations

import contextlib
import glob
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import h5py
import numpy as np
import numpy.typing as npt

from golois.errors import GoloisError
from golois.files import write_whole
from golois.records.arrays import LATER, OFFSETS_DTYPE, PER_GAME, RAGGED, Arrays, empty_arrays
from golois.records.record import BLACK, WHITE
from golois.records.result import Ending, Winner

FORMAT = "golois game store"
VERSION = 1
_ALIGNMENT = 64  # bytes: mapped arrays must lie aligned
_LEFTOVER_SECONDS = 3600
_COPY_BYTES = 1 << 24  # how much of the old games is copied at a time


class StoreError(GoloisError):
    """A game store that cannot be used: the message names the file and what to do."""


@dataclass(frozen=True)
class MappedStore:
    """The arrays of an open store file.

    Attributes:
        file: the file, which must stay open.
        size: board size.
        sources: names of the sources.
        arrays: the mapped arrays.
        places: where in the file each array begins, in bytes.
    """

    file: BinaryIO
    size: int
    sources: list[str]
    arrays: Arrays
    places: dict[str, int]

    def blocks(self, name: str) -> Iterator[npt.NDArray[Any]]:
        """Read an array piece by piece from the file, past the mapping, so that copying it takes no memory."""
        array = self.arrays[name]
        step = _COPY_BYTES // array.itemsize
        for first in range(0, len(array), step):
            block = np.empty(min(step, len(array) - first), array.dtype)
            self.file.seek(self.places[name] + first * array.itemsize)
            self.file.readinto(block)  # type: ignore[attr-defined]
            yield block

    def release(self) -> None:
        """Let go of the file; arrays that someone else holds stay valid."""
        self.arrays.clear()
        self.file.close()


def map_store(path: Path, file: BinaryIO) -> MappedStore:
    """Map the arrays of a store that is open for reading; see `golois.records.store` for what they are.

    Raises:
        StoreError: the file is no game store, or only part of one, or damaged.
    """
    again = "make it again with `golois games build`"
    try:
        hdf5 = h5py.File(file, "r")
    except OSError as error:
        if "truncated" in str(error):
            raise StoreError(
                f"{path} breaks off: part of the game store is missing; copy it again or {again}"
            ) from error
        raise StoreError(f"{path} is not an HDF5 file, so not a game store; {again}") from error
    with hdf5:
        if hdf5.attrs.get("format") != FORMAT:
            raise StoreError(f"{path} is HDF5 but not a Golois game store; {again}")
        if hdf5.attrs.get("version") != VERSION:
            raise StoreError(f"{path} is a game store of version {hdf5.attrs.get('version')}, not {VERSION}; {again}")
        try:
            size = int(hdf5.attrs["size"])
            sources = [str(name) for name in hdf5["sources"].asstr()[:]]
            present = {name: dtype for name, dtype in _datasets().items() if name in hdf5 or name not in _later()}
            places = {name: _place(hdf5[name], dtype) for name, dtype in present.items()}
            arrays = {name: _map(file, places[name], len(hdf5[name]), dtype) for name, dtype in present.items()}
            _add_later(arrays, places)
            _check(size, len(sources), arrays)
        except (KeyError, OSError, TypeError, ValueError) as error:
            raise StoreError(f"the game store {path} is damaged ({error}); {again}") from error
    return MappedStore(file, size, sources, arrays, places)


def _later() -> set[str]:
    """The datasets that stores of the first releases lack."""
    return {part for name in LATER for part in (name, RAGGED[name][1])}


def _add_later(arrays: Arrays, places: dict[str, int]) -> None:
    """Give a store of the first releases what later ones have: nothing, for each of its games."""
    for name in LATER:
        dtype, offsets = RAGGED[name]
        if name not in arrays:
            arrays[name] = np.empty(0, dtype)
            arrays[offsets] = np.zeros(len(arrays["offsets"]), OFFSETS_DTYPE)
            places[name] = places[offsets] = 0


def _datasets() -> dict[str, str]:
    ragged = {name: dtype for name, (dtype, _) in RAGGED.items()}
    return PER_GAME | ragged | {offsets: OFFSETS_DTYPE for _, offsets in RAGGED.values()}


def _place(dataset: Any, dtype: str) -> int:
    """Return where in the file the dataset's bytes begin."""
    if not isinstance(dataset, h5py.Dataset) or dataset.dtype != np.dtype(dtype) or dataset.ndim != 1:
        raise ValueError(f"{dataset!r} should be one row of {np.dtype(dtype)}")
    if dataset.size == 0:
        return 0
    offset = dataset.id.get_offset()
    if offset is None:
        raise ValueError(f"{dataset.name} is not stored contiguously")
    return int(offset)


def _map(file: BinaryIO, place: int, length: int, dtype: str) -> npt.NDArray[Any]:
    if length == 0:
        return np.empty(0, dtype)
    # copy-on-write: kernels compile once for writable arrays, and no one can change the file by mistake
    return np.asarray(np.memmap(file, dtype, "c", place, (length,)))


def _check(size: int, sources: int, arrays: Arrays) -> None:
    """Check all that keeps a reader inside the arrays, except the moves themselves (too many to read on opening)."""
    games = len(arrays["offsets"]) - 1
    if not 2 <= size <= 25:
        raise ValueError(f"board size {size}")
    for name in PER_GAME:
        if len(arrays[name]) != games:
            raise ValueError(f"{name} has {len(arrays[name])} entries for {games} games")
    for name, (_, offsets_name) in RAGGED.items():
        offsets = arrays[offsets_name]
        whole = len(offsets) == games + 1 and offsets[0] == 0 and offsets[-1] == len(arrays[name])
        if not whole or np.any(offsets[1:] < offsets[:-1]):
            raise ValueError(f"{offsets_name} do not cut {name}")
    for name, lowest, highest in (
        ("first_player", BLACK, WHITE),
        ("winner", 0, max(Winner)),
        ("ending", 0, max(Ending)),
    ):
        if games and not (lowest <= arrays[name].min() and arrays[name].max() <= highest):
            raise ValueError(f"{name} has entries that are not {lowest} to {highest}")
    if games and int(arrays["source"].max()) >= sources:
        raise ValueError(f"a game is of source {arrays['source'].max()}, there are {sources}")


def write_store(path: Path, size: int, sources: list[str], old: MappedStore | None, parts: Sequence[Arrays]) -> None:
    """Write the games of `old` and then those of `parts` as the store at `path`, whole or not at all.

    `old` is released when all its games are copied.

    Raises:
        StoreError: the file cannot be written.
    """
    arrays = [empty_arrays() if old is None else old.arrays, *parts]

    def content(temporary: Path) -> None:
        with h5py.File(temporary, "w", alignment_threshold=1, alignment_interval=_ALIGNMENT) as hdf5:
            hdf5.attrs.update({"format": FORMAT, "version": VERSION, "size": size})
            hdf5.create_dataset("sources", data=sources, dtype=h5py.string_dtype())
            for name in [*PER_GAME, *RAGGED]:
                dataset = hdf5.create_dataset(name, (sum(len(part[name]) for part in arrays),), arrays[0][name].dtype)
                _fill(dataset, old.blocks(name) if old else [], (part[name] for part in parts))
            for name, (_, offsets) in RAGGED.items():
                starts = np.cumsum([len(part[name]) for part in arrays])
                moved = [part[offsets][1:] + start for part, start in zip(parts, starts, strict=False)]
                hdf5.create_dataset(offsets, data=np.concatenate([arrays[0][offsets], *moved]))
        if old is not None:
            old.release()

    _remove_leftovers(path)
    try:
        write_whole(path, content)
    except OSError as error:
        raise StoreError(f"cannot write the game store {path}: {error.strerror or error}") from error


def _remove_leftovers(path: Path) -> None:
    """Delete what killed writers of this store left behind: temporary files that nobody has written to for an hour."""
    for leftover in path.parent.glob(f".{glob.escape(path.stem[:60])}-*{glob.escape(path.suffix)}"):
        with contextlib.suppress(OSError):
            if time.time() - leftover.stat().st_mtime > _LEFTOVER_SECONDS:
                leftover.unlink()


def _fill(dataset: Any, *blocks: Iterable[npt.NDArray[Any]]) -> None:
    start = 0
    for block in chain.from_iterable(blocks):
        if len(block):
            dataset[start : start + len(block)] = block
            start += len(block)
