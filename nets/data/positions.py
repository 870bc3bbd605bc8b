"""Which positions of a game store a network learns from, and the examples they make."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from golois.errors import GoloisError
from golois.records.record import POINT_MASK
from golois.records.result import Winner
from golois.records.store import GameStore
from golois.sampling import fill_positions
from golois.stored_games import Games
from nets.data.examples import Batch, Integers

_ATTEMPTS = 100


@dataclass(frozen=True)
class GameFilter:
    """Which games of a store are used.

    Attributes:
        minimum_rank: both players have at least this rank, as a record writes it ("6d", "3k", "1p"); "" for all.
        handicap: whether games with handicap stones are used.
        komi: least and greatest komi, or None for all; games of unknown komi are used only with None.
        minimum_moves: shorter games are left out.
        maximum_moves: longer games are left out; None for no limit.
    """

    minimum_rank: str = ""
    handicap: bool = True
    komi: tuple[float, float] | None = None
    minimum_moves: int = 0
    maximum_moves: int | None = None


class Positions:
    """The positions before each move of some games of a store, numbered game by game.

    Attributes:
        store: the games.
        games: (G,) the numbers in the store of the games that are used.
        planes: P, planes of an example.
        moves: width of the policy: size * size + 1, which 0 stands for, or size * size when positions in which
            the player passed are left out.
        search_weight: how much the values of the record count against the result in the value to learn, 0 to 1.
        count: number of positions, those left out included.
    """

    def __init__(
        self, store: GameStore, games: Integers, planes: int = 6, moves: int = 0, search_weight: float = 1.0
    ) -> None:
        self.store = store
        self.games = games
        self.planes = planes
        self.moves = moves or store.size**2 + 1
        self.search_weight = search_weight
        self._arrays = Games.of(store)
        self._ends = np.cumsum(store.length(games))
        self.count = int(self._ends[-1]) if len(games) else 0

    def locate(self, numbers: Integers) -> tuple[Integers, Integers]:
        """Return game in the store and number of the move to be predicted, for positions 0 .. count - 1."""
        place = np.searchsorted(self._ends, numbers, side="right")
        games = self.games[place]
        return games, numbers - (self._ends[place] - self.store.length(games))

    def draw(self, random: np.random.Generator, count: int) -> tuple[Integers, Integers]:
        """Draw `count` usable positions, each with equal chance, with repetition.

        Raises:
            GoloisError: hardly any position can be used.
        """
        games, moves = self.locate(random.integers(0, self.count, count))
        for _ in range(_ATTEMPTS):
            bad = np.flatnonzero(~self.usable(games, moves))
            if len(bad) == 0:
                return games, moves
            games[bad], moves[bad] = self.locate(random.integers(0, self.count, len(bad)))
        raise GoloisError(f"{self.store.path}: hardly any position can be used (games without a result or a value?)")

    def all(self) -> tuple[Integers, Integers]:
        """Return every usable position once, in the order of the store."""
        games, moves = self.locate(np.arange(self.count))
        keep = self.usable(games, moves)
        return games[keep], moves[keep]

    def usable(self, games: Integers, moves: Integers) -> npt.NDArray[np.bool_]:
        """Tell which positions have a target: a value not marked unusable, a move the policy knows, its visits."""
        store = self.store
        keep = np.ones(len(games), np.bool_)
        move_of_pass = store.size**2
        if self.moves == move_of_pass:
            keep &= (store.moves[store.offsets[games] + moves] & POINT_MASK) != move_of_pass
        if len(store.values):
            first = store.value_offsets[games]
            has_values = store.value_offsets[games + 1] > first
            values = store.values[np.where(has_values, first + moves, 0)]
            keep &= ~has_values | (values >= 0)
        if len(store.visited):  # of a game with searches those moves are learned that were searched in full
            first = store.visited_offsets[games]
            has_visits = store.visited_offsets[games + 1] > first
            keep &= ~has_visits | (store.visited[np.where(has_visits, first + moves, 0)] > 0)
        return keep

    def examples(self, games: Integers, moves: Integers, symmetries: Integers) -> Batch:
        """Replay to the given positions and encode them.

        Args:
            games: (B,) numbers in the store.
            moves: (B,) number of the move to predict: 0 is the first.
            symmetries: (B,) 0 to 7.
        """
        count, size = len(games), self.store.size
        planes = np.empty((count, size, size, self.planes), np.float32)
        policy = np.zeros((count, self.moves), np.float32)
        value = np.empty((count, 1), np.float32)
        fill_positions(
            self._arrays,
            games,
            moves,
            symmetries,
            planes,
            policy,
            value[:, 0],
            search_weight=self.search_weight,
            search_policy=True,
        )
        return Batch(planes, policy, value)


def select_positions(
    store: GameStore, split: str, chosen: GameFilter, planes: int = 6, moves: int = 0, board_size: int = 19
) -> Positions:
    """Return the positions of one split of a store.

    Args:
        store: games on boards of `board_size`.
        split: "train", "validation" (the games whose id falls into bucket 0 of 100) or "all".
        chosen: which games.
        planes: planes of an example.
        moves: outputs of the policy, see `Positions`.
        board_size: of the network.

    Raises:
        GoloisError: another board size, or no game is left.
    """
    if store.size != board_size:
        raise GoloisError(
            f"{store.path} holds {store.size}x{store.size} games, the network is for {board_size}x{board_size}: name "
            f"games on that board, or train a network of the games' size with --size {store.size}"
        )
    games = store.select(
        split=None if split == "all" else split,
        min_rank=chosen.minimum_rank or None,
        handicap=None if chosen.handicap else 0,
        komi=chosen.komi,
        min_length=max(1, chosen.minimum_moves),
        max_length=chosen.maximum_moves,
    )
    known = (store.winner[games] != Winner.UNKNOWN) | (np.diff(store.value_offsets)[games] > 0)
    games = games[known]
    if len(games) == 0:
        raise GoloisError(
            f"{store.path}: none of its {len(store)} games is left for {split} after the filters; "
            "loosen the filters or add games"
        )
    return Positions(store, games, planes, moves)
