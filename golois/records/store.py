"""The game store: games of one board size in one HDF5 file, as flat arrays that are mapped, not loaded.

Game g has the moves `moves[offsets[g]:offsets[g + 1]]`. A move is 2 bytes: `move & POINT_MASK` (0x7FFF) is the
point `size * row + column`, row 0 at the top, or the pass `size * size`. Colours alternate from `first_player[g]`;
**a move with the bit `SAME_COLOUR` (0x8000) was played by the colour of the move before it**. So a reader does

    to_play = first_player[g]
    for k in range(offsets[g], offsets[g + 1]):
        if moves[k] & SAME_COLOUR:
            to_play = 3 - to_play      # undo the alternation: the same colour again
        point = moves[k] & POINT_MASK
        ... play `point` for `to_play`, then to_play = 3 - to_play

Before its first move game g has the stones `setup[setup_offsets[g]:setup_offsets[g + 1]]` on the board: a point is
black, a point with the bit `SETUP_WHITE` (0x8000) is white. Games whose source has values have one per move,
`values[value_offsets[g] + i]` for the position before move i; the others have none
(`value_offsets[g] == value_offsets[g + 1]`).

The datasets lie contiguous and uncompressed in the file, so that they can be memory-mapped: opening costs nothing,
a million games use no memory until they are read, and several processes share one copy.

A store is appended to by writing a new file beside it and renaming (`golois.files.write_whole`): whoever kills the
writer, at any moment, finds either the old games or the old and the new ones. Readers keep what they have open.
Append many games at a time: each append copies the file.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import h5py
import numpy as np
import numpy.typing as npt

from golois.errors import GoloisError
from golois.files import write_whole
from golois.records.arrays import OFFSETS_DTYPE, PER_GAME, RAGGED, SETUP_WHITE, Arrays, empty_arrays, pack, unpack
from golois.records.ranks import parse_rank
from golois.records.record import POINT_MASK, SAME_COLOUR, GameRecord
from golois.records.result import Winner

__all__ = ["POINT_MASK", "SAME_COLOUR", "SETUP_WHITE", "GameStore", "StoreError"]

FORMAT = "golois game store"
VERSION = 1
VALIDATION_BUCKET = 0
_ALIGNMENT = 64  # bytes: mapped arrays must lie aligned
_COPY_BYTES = 1 << 24  # how much of the old games is copied at a time


class StoreError(GoloisError):
    """A game store that cannot be used: the message names the file and what to do."""


class GameStore:
    """Games of one board size, as arrays mapped from a file. Layout: see the top of this module.

    Attributes:
        path: the file.
        size: the board is size x size.
        sources: names of the sources; `source[g]` is an index into it.
        moves, offsets, setup, setup_offsets, values, value_offsets, scores, score_offsets, text, text_offsets,
        first_player, winner, ending, margin, komi, handicap, black_rank, white_rank, bucket, source:
            the arrays of `golois.records.arrays`. They are private copies-on-write of the file: writing into
            them changes nothing on disk. `append` replaces them by longer ones.
    """

    moves: npt.NDArray[np.uint16]
    offsets: npt.NDArray[np.int64]
    setup: npt.NDArray[np.uint16]
    setup_offsets: npt.NDArray[np.int64]
    values: npt.NDArray[np.float32]
    value_offsets: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float32]
    score_offsets: npt.NDArray[np.int64]
    text: npt.NDArray[np.uint8]
    text_offsets: npt.NDArray[np.int64]
    first_player: npt.NDArray[np.uint8]
    winner: npt.NDArray[np.uint8]
    ending: npt.NDArray[np.uint8]
    margin: npt.NDArray[np.float32]
    komi: npt.NDArray[np.float32]
    handicap: npt.NDArray[np.uint8]
    black_rank: npt.NDArray[np.uint8]
    white_rank: npt.NDArray[np.uint8]
    bucket: npt.NDArray[np.uint8]
    source: npt.NDArray[np.uint16]

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Open the store at `path` for reading and for `append`. See `create` for a new one.

        Raises:
            StoreError: there is no such file, or it is no game store, or only part of one.
        """
        self.path = Path(path)
        self._open()

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> GameStore:
        """Open an existing store; the same as `GameStore(path)`."""
        return cls(path)

    @classmethod
    def create(cls, path: str | os.PathLike[str], size: int = 19) -> GameStore:
        """Write a store without games and open it.

        Raises:
            StoreError: there is a file at `path` already, or the folder cannot be written to.
        """
        path = Path(path)
        if path.exists():
            raise StoreError(f"{path} exists already; open it to add games, or choose another name")
        if not 2 <= size <= 25:
            raise StoreError(f"board size {size} is not between 2 and 25")
        _write(path, size, [], None, [])
        return cls(path)

    @classmethod
    def open_or_create(cls, path: str | os.PathLike[str], size: int = 19) -> GameStore:
        """Open the store at `path`, or start it when there is no file yet."""
        store = cls(path) if Path(path).exists() else cls.create(path, size)
        if store.size != size:
            raise StoreError(f"{path} holds {store.size}x{store.size} games, not {size}x{size}; choose another store")
        return store

    def __len__(self) -> int:
        """Return the number of games."""
        return len(self.offsets) - 1

    def __iter__(self) -> Iterator[GameRecord]:
        """Iterate over all games."""
        return (self.game(number) for number in range(len(self)))

    def __enter__(self) -> GameStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file. Arrays that were taken from the store stay valid."""
        self._file.close()

    def game(self, number: int) -> GameRecord:
        """Return one game as a record of its own.

        Raises:
            StoreError: the store has no game of this number.
        """
        if not 0 <= number < len(self):
            raise StoreError(f"{self.path} has no game {number}; its {len(self)} games are numbered from 0")
        return unpack(self._arrays, number, self.size, self.sources)

    def rules(self, first: int, last: int) -> list[str]:
        """Return the rule sets' names of the games first .. last - 1, as their records give them."""
        cuts = self.text_offsets[first : last + 1].tolist()
        return [self.text[start:stop].tobytes().rpartition(b"\t")[2].decode() for start, stop in pairwise(cuts)]

    def length(self, games: npt.NDArray[np.int64] | None = None) -> npt.NDArray[np.int64]:
        """Return the number of moves of each game, or of each of `games`."""
        lengths: npt.NDArray[np.int64] = np.diff(self.offsets)
        return lengths if games is None else lengths[games]

    def select(
        self,
        *,
        split: str | None = None,
        source: str | Collection[str] | None = None,
        min_rank: str | None = None,
        handicap: int | None = None,
        komi: float | tuple[float, float] | None = None,
        min_length: int = 0,
        decided: bool = False,
    ) -> npt.NDArray[np.int64]:
        """Return the numbers of the games that fulfil every given condition, ascending.

        Args:
            split: "train" or "validation" (one game in a hundred, always the same ones: by the hash of the id).
            source: one name of `sources`, or several.
            min_rank: both players at least this strong: "6d", "1p"; 9 dan stands below 1 dan professional.
            handicap: exactly so many stones; 0 is an even game on an empty board.
            komi: exactly this, or from one to the other inclusive.
            min_length: at least so many moves.
            decided: only games that Black or White won.

        Raises:
            StoreError: an unknown split or source.
            GoloisError: `min_rank` is no rank.
        """
        keep = np.ones(len(self), np.bool_)
        if split is not None:
            if split not in {"train", "validation"}:
                raise StoreError(f"split {split!r} is not 'train' or 'validation'")
            keep &= (self.bucket == VALIDATION_BUCKET) == (split == "validation")
        if source is not None:
            names = [source] if isinstance(source, str) else list(source)
            for name in names:
                if name not in self.sources:
                    raise StoreError(f"{self.path} has no source {name!r}; it has {', '.join(self.sources) or 'none'}")
            keep &= np.isin(self.source, [self.sources.index(name) for name in names])
        if min_rank is not None:
            rank = parse_rank(min_rank)
            keep &= (self.black_rank >= rank) & (self.white_rank >= rank)
        if handicap is not None:
            if handicap > 0:
                keep &= self.handicap == handicap
            else:
                keep &= (self.handicap <= 1) & (np.diff(self.setup_offsets) == 0)
        if komi is not None:
            low, high = komi if isinstance(komi, tuple) else (komi, komi)
            keep &= (self.komi >= np.float32(low)) & (self.komi <= np.float32(high))
        if min_length > 0:
            keep &= np.diff(self.offsets) >= min_length
        if decided:
            keep &= (self.winner == Winner.BLACK) | (self.winner == Winner.WHITE)
        return np.flatnonzero(keep)

    def append(self, records: Iterable[GameRecord]) -> int:
        """Add games at the end, all or none, and return how many. The file is replaced in one step.

        Raises:
            RecordProblem: a record does not fit (another board size, a point off the board, ...).
            StoreError: another program changed the file since it was opened, or it cannot be written.
        """
        records = list(records)
        if not records:
            return 0
        sources = list(self.sources)
        self.append_arrays([pack(records, self.size, sources)], sources)
        return len(records)

    def append_arrays(self, parts: Sequence[Arrays], sources: list[str]) -> None:
        """Add games that `golois.records.arrays.pack` packed, as `append` does.

        Args:
            parts: the new games' arrays, in order.
            sources: the store's sources, followed by those of `parts` that are new.
        """
        if not self._is_current():
            raise StoreError(f"{self.path} was changed by another program meanwhile; nothing added: open it again")
        _write(self.path, self.size, sources, self, parts)
        self.close()
        self._open()

    def arrays(self) -> Arrays:
        """Return all arrays by their names."""
        return dict(self._arrays)

    def _read_blocks(self, name: str) -> Iterator[npt.NDArray[Any]]:
        """Read an array piece by piece from the file, past the mapping, so that copying it takes no memory."""
        array = self._arrays[name]
        start, step = self._places[name], _COPY_BYTES // array.itemsize
        for first in range(0, len(array), step):
            block = np.empty(min(step, len(array) - first), array.dtype)
            self._file.seek(start + first * array.itemsize)
            self._file.readinto(block)  # type: ignore[attr-defined]
            yield block

    def _is_current(self) -> bool:
        try:
            return os.path.samestat(self.path.stat(), os.fstat(self._file.fileno()))
        except FileNotFoundError:
            return False

    def _open(self) -> None:
        try:
            self._file: BinaryIO = self.path.open("rb")
        except OSError as error:
            raise StoreError(f"cannot open the game store {self.path}: {error.strerror}") from error
        try:
            self.size, self.sources, self._arrays, self._places = _mapped(self.path, self._file)
        except BaseException:
            self._file.close()
            raise
        for name, array in self._arrays.items():
            setattr(self, name, array)


def _mapped(path: Path, file: BinaryIO) -> tuple[int, list[str], Arrays, dict[str, int]]:
    """Return board size, sources, mapped arrays and their places (bytes) in an open store file."""
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
            places = {name: _place(hdf5[name], dtype) for name, dtype in _datasets().items()}
            arrays = {name: _map(file, places[name], len(hdf5[name]), dtype) for name, dtype in _datasets().items()}
            _check(size, len(sources), arrays)
        except (KeyError, OSError, TypeError, ValueError) as error:
            raise StoreError(f"the game store {path} is damaged ({error}); {again}") from error
    return size, sources, arrays, places


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
    if games and int(arrays["source"].max()) >= sources:
        raise ValueError(f"a game is of source {arrays['source'].max()}, there are {sources}")


def _write(path: Path, size: int, sources: list[str], old: GameStore | None, parts: Sequence[Arrays]) -> None:
    """Write the games of `old` and then those of `parts` as the store at `path`, whole or not at all."""
    arrays = [empty_arrays() if old is None else old.arrays(), *parts]

    def content(temporary: Path) -> None:
        with h5py.File(temporary, "w", alignment_threshold=1, alignment_interval=_ALIGNMENT) as hdf5:
            hdf5.attrs.update({"format": FORMAT, "version": VERSION, "size": size})
            hdf5.create_dataset("sources", data=sources, dtype=h5py.string_dtype())
            for name in [*PER_GAME, *RAGGED]:
                dataset = hdf5.create_dataset(name, (sum(len(part[name]) for part in arrays),), arrays[0][name].dtype)
                _fill(dataset, old._read_blocks(name) if old else [], (part[name] for part in parts))
            for name, (_, offsets) in RAGGED.items():
                starts = np.cumsum([len(part[name]) for part in arrays])
                moved = [part[offsets][1:] + start for part, start in zip(parts, starts, strict=False)]
                hdf5.create_dataset(offsets, data=np.concatenate([arrays[0][offsets], *moved]))

    try:
        write_whole(path, content)
    except OSError as error:
        raise StoreError(f"cannot write the game store {path}: {error.strerror or error}") from error


def _fill(dataset: Any, *blocks: Iterable[npt.NDArray[Any]]) -> None:
    start = 0
    for block in chain.from_iterable(blocks):
        if len(block):
            dataset[start : start + len(block)] = block
            start += len(block)
