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
(`value_offsets[g] == value_offsets[g + 1]`). Games of a search have distributions over moves as well
(golois/records/visits.py): `visited[visited_offsets[g] + i]` entries, a move and its share of 65535, for move i, all
of a game's entries end to end in `visits[visits_offsets[g]:visits_offsets[g + 1]]`.

The datasets lie contiguous and uncompressed in the file, so that they can be memory-mapped: opening costs nothing,
a million games use no memory until they are read, and several processes share one copy.

A store is appended to by writing a new file beside it and renaming (`golois.files.write_whole`): whoever kills the
writer, at any moment, finds either the old games or the old and the new ones. Readers keep what they have open.
Append many games at a time: each append copies the file.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from golois.records.arrays import SETUP_WHITE, Arrays, pack, unpack
from golois.records.ranks import parse_rank
from golois.records.record import POINT_MASK, SAME_COLOUR, GameRecord
from golois.records.result import Winner
from golois.records.store_file import StoreError, map_store, write_store

__all__ = ["POINT_MASK", "SAME_COLOUR", "SETUP_WHITE", "GameStore", "StoreError"]

VALIDATION_BUCKET = 0


class GameStore:
    """Games of one board size, as arrays mapped from a file. Layout: see the top of this module.

    Attributes:
        path: the file.
        size: the board is size x size.
        sources: names of the sources; `source[g]` is an index into it.
        moves, offsets, setup, setup_offsets, values, value_offsets, scores, score_offsets, visited, visited_offsets,
        visits, visits_offsets, text, text_offsets, first_player, winner, ending, margin, komi, handicap, black_rank,
        white_rank, bucket, source:
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
    visited: npt.NDArray[np.uint16]
    visited_offsets: npt.NDArray[np.int64]
    visits: npt.NDArray[np.uint16]
    visits_offsets: npt.NDArray[np.int64]
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
        write_store(path, size, [], None, [])
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
        return unpack(self._mapped.arrays, number, self.size, self.sources)

    def ids(self, first: int = 0, last: int | None = None) -> list[str]:
        """Return the ids of the games first .. last - 1, of all games when left out."""
        return [fields[0] for fields in self._texts(first, last)]

    def rules(self, first: int = 0, last: int | None = None) -> list[str]:
        """Return the rule sets' names of the games first .. last - 1, as their records give them."""
        return [fields[-1] for fields in self._texts(first, last)]

    def _texts(self, first: int, last: int | None) -> Iterator[list[str]]:
        cuts = self.text_offsets[first : len(self) + 1 if last is None else last + 1].tolist()
        return (
            self.text[start:stop].tobytes().decode("utf-8", "replace").split("\t") for start, stop in pairwise(cuts)
        )

    def length(self, games: npt.NDArray[np.int64] | None = None) -> npt.NDArray[np.int64]:
        """Return the number of moves of each game, or of each of `games`."""
        if games is None:
            return np.diff(self.offsets)
        return self.offsets[games + 1] - self.offsets[games]  # of few games in a large store: not of all of them

    def select(
        self,
        *,
        split: str | None = None,
        source: str | Collection[str] | None = None,
        min_rank: str | None = None,
        handicap: int | None = None,
        komi: float | tuple[float, float] | None = None,
        min_length: int = 0,
        max_length: int | None = None,
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
            max_length: at most so many moves.
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
        if max_length is not None:
            keep &= np.diff(self.offsets) <= max_length
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
        for name in self._mapped.arrays:
            delattr(self, name)  # write_store lets go of the file, which Windows does not replace while it is mapped
        try:
            write_store(self.path, self.size, sources, self._mapped, parts)
        finally:
            self.close()
            self._open()

    def arrays(self) -> Arrays:
        """Return all arrays by their names."""
        return dict(self._mapped.arrays)

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
            # a store that is dropped without `close` lets go of its file without a warning
            weakref.finalize(self, self._file.close)
            self._mapped = map_store(self.path, self._file)
        except BaseException:
            self._file.close()
            raise
        self.size, self.sources = self._mapped.size, self._mapped.sources
        for name, array in self._mapped.arrays.items():
            setattr(self, name, array)
