"""The sliding window: the latest positions of a run, drawn from the stores of several generations."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from golois.errors import GoloisError
from golois.records.store import GameStore, StoreError
from nets.data.examples import Batch
from nets.data.positions import GameFilter, Positions, select_positions
from selfplay.config import Config
from selfplay.settings import WindowSettings

Integers = npt.NDArray[np.int64]


def window_size(settings: WindowSettings, played: int) -> int:
    """Return how many positions the window holds after so many were played.

    KataGo's rule (Wu, "Accelerating Self-Play Learning in Go", 2019, appendix C): with the least size c, the
    exponent a and the slope b at the beginning, c (1 + b ((N / c)^a - 1) / a); never less than c.
    """
    least = settings.least
    if played <= least or settings.growth == 0:
        return least
    return round(least * (1 + settings.slope * ((played / least) ** settings.growth - 1) / settings.growth))


class Window:
    """Positions of several stores, as one `nets.data.Positions` for `nets.data.Batches`.

    Attributes:
        count: positions of the stores in the window, those without a full search included.
        usable: those that can be learned from.
        games: games in the window.
        generations: the first and the last generation in it.
    """

    def __init__(self, parts: Sequence[Positions], generations: tuple[int, int]) -> None:
        self._parts = parts
        self.generations = generations
        self.games = sum(len(part.games) for part in parts)
        self._choices = [part.all() for part in parts]
        self._ends = np.cumsum([len(games) for games, _ in self._choices])
        self.count = sum(part.count for part in parts)
        self.usable = int(self._ends[-1])
        if self.usable == 0:
            raise GoloisError("no position of the window was searched in full: raise [play] full_share")

    def draw(self, random: np.random.Generator, count: int) -> tuple[Integers, Integers]:
        """Draw positions, each with equal chance: the part each belongs to, and its number there."""
        numbers = random.integers(0, self.usable, count)
        parts = np.searchsorted(self._ends, numbers, side="right")
        return parts, numbers - np.concatenate([[0], self._ends])[parts]

    def examples(self, parts: Integers, numbers: Integers, symmetries: Integers) -> Batch:
        """Replay to drawn positions and encode them, those of each part together."""
        order = np.argsort(parts, kind="stable")
        batches = []
        for part in np.unique(parts):
            chosen = order[parts[order] == part]
            games, moves = self._choices[part]
            where = numbers[chosen]
            batches.append(self._parts[part].examples(games[where], moves[where], symmetries[chosen]))
        return Batch(*(np.concatenate(arrays) for arrays in zip(*batches, strict=True)))


def open_window(files: Sequence[tuple[int, Path]], config: Config, played: int) -> Window:
    """Open the newest stores that together hold the window.

    Args:
        files: generations and their stores, in order.
        config: the run's.
        played: positions of the whole run.

    Raises:
        GoloisError: a store of another board, or no position to learn from.
    """
    wanted = window_size(config.window, played)
    shape = config.shape
    parts: list[Positions] = []
    first = last = files[-1][0] if files else 0
    for generation, path in reversed(files):
        store = GameStore.open(path)
        if store.size != config.board.size:
            raise StoreError(
                f"{path} holds {store.size}x{store.size} games, the run is on {config.board.size}x{config.board.size}; "
                "start another size in a folder of its own"
            )
        if len(store) == 0:
            continue
        chosen = select_positions(store, "all", GameFilter(), shape.planes, shape.moves, shape.board_size)
        chosen.search_weight = config.train.search_weight
        parts.append(chosen)
        first = generation
        wanted -= chosen.count
        if wanted <= 0:
            break
    if not parts:
        raise GoloisError("there are no games to learn from yet: `golois selfplay play` makes them")
    return Window(parts[::-1], (first, last))


def delete_old_games(files: Sequence[tuple[int, Path, Path]], settings: WindowSettings) -> int:
    """Delete the oldest games until the others take no more than the configured space; the newest always stay.

    Args:
        files: generations, their stores and SGF collections, in order.
        settings: the space.

    Returns:
        The number of generations whose games were deleted.
    """
    room = settings.disk_gigabytes * 1e9
    deleted = 0
    for number, (_, store, sgf) in enumerate(reversed(files)):
        room -= sum(path.stat().st_size for path in (store, sgf) if path.exists())
        if room < 0 and number > 0:
            with suppress(OSError):
                sgf.unlink(missing_ok=True)
                store.unlink(missing_ok=True)
                deleted += 1
    return deleted
