"""Hundreds of games of a network against itself at once, each move by search, each step one batch.

Games go on when the network is replaced by the next generation's: nothing waits for the last game of a generation,
and long games are as likely to be learned from as short ones.
"""

from __future__ import annotations

import itertools
import math
import queue
import random
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from golois.board import BLACK
from golois.evaluator import Evaluator
from golois.game import Game
from golois.records.record import GameRecord
from golois.records.replay import record_from_game
from golois.records.visits import Visits
from golois.search.rolling import RollingSearch, Root
from selfplay.openings import first_position
from selfplay.settings import BoardSettings, PlaySettings

RESIGN_TWICE = 2  # moves in a row at which a side's chance must be small
_WAIT_SECONDS = 0.2


@dataclass(frozen=True)
class PlayedGame:
    """A finished game.

    Attributes:
        record: moves, result, and what the search found at each move.
        checked: whether it was played out, and nobody could resign.
        lowest: the smallest chance that the winner's search gave him at two moves in a row; 1.0 without a winner.
    """

    record: GameRecord
    checked: bool
    lowest: float


@dataclass
class _Running:
    """A game in progress in a slot of the search."""

    number: int
    game: Game  # before its first move
    chances: random.Random
    checked: bool
    drawn: int  # so many first moves are drawn from the policy
    moves: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    policies: list[npt.NDArray[np.float32] | None] = field(default_factory=list)
    full: bool = True
    winrates: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))  # Black's, White's

    @property
    def opening(self) -> bool:
        """Whether the next move is drawn from the policy."""
        return len(self.moves) < self.drawn

    @property
    def mover(self) -> int:
        """0 when Black is to move, 1 when White is."""
        return (self.game.first_player - BLACK + len(self.moves)) % 2


class SelfPlay:
    """Games in progress, which stay between one call of `play` and the next.

    Args:
        board: the game.
        settings: how it is played.
        evaluator: the network; `use` replaces it.
        first_number: of the games to come; game n depends on the seed, on n and on the networks, not on its
            neighbours.
        prefix: of the games' ids.
    """

    def __init__(
        self,
        board: BoardSettings,
        settings: PlaySettings,
        evaluator: Evaluator,
        first_number: int = 0,
        prefix: str = "game",
    ) -> None:
        self.board = board
        self.settings = settings
        self.prefix = prefix
        self.evaluator = evaluator
        self.resign = settings.resign
        self.source = evaluator.name
        self._numbers = itertools.count(first_number)
        self._to_begin: int | None = None
        self._lock = threading.Lock()
        self._finished: queue.SimpleQueue[PlayedGame] = queue.SimpleQueue()
        threads = min(settings.threads, settings.parallel)
        sizes = [settings.parallel * (k + 1) // threads - settings.parallel * k // threads for k in range(threads)]
        self._groups = [_Group(self, size) for size in sizes]

    def use(self, evaluator: Evaluator) -> None:
        """Let another network of the same shape make the next moves."""
        self.evaluator = evaluator
        for group in self._groups:
            group.use(evaluator)

    @property
    def in_progress(self) -> int:
        """Games that have begun and have not ended."""
        return sum(group.in_progress for group in self._groups)

    @property
    def moves(self) -> int:
        """Moves played so far in all games."""
        return sum(group.moves for group in self._groups)

    def play(
        self, games: int, go_on: bool = True, stop: Callable[[], bool] | None = None
    ) -> Generator[PlayedGame, None, None]:
        """Play until so many games have ended, and yield each as it ends; closing the iterator ends the threads.

        Args:
            games: how many.
            go_on: begin new games all the time, so that some are in progress at the end: the next call goes on
                with them. Otherwise all are played to their ends, with smaller and smaller batches.
            stop: asked a few times a second; true ends the call early.
        """
        self._to_begin = None if go_on else max(0, games - self.in_progress - self._finished.qsize())
        halt = threading.Event()
        with ThreadPoolExecutor(len(self._groups), thread_name_prefix="selfplay") as pool:
            working = [pool.submit(group.run, halt, self._finished.put) for group in self._groups]
            try:
                while games and not (stop is not None and stop()):
                    try:
                        played = self._finished.get(timeout=_WAIT_SECONDS)
                    except queue.Empty:
                        for one in working:
                            if one.done():
                                one.result()  # raises what ended it
                        continue
                    games -= 1
                    yield played
            finally:
                halt.set()
        for one in working:
            one.result()

    def begin_game(self) -> _Running | None:
        """Begin the next game; None when no more are wanted."""
        with self._lock:
            if self._to_begin is not None:
                if self._to_begin == 0:
                    return None
                self._to_begin -= 1
            number = next(self._numbers)
        chances = random.Random(f"{self.settings.seed} {number}")
        game = first_position(self.board, chances)
        checked = chances.random() < self.settings.resign_checked
        # few moves mostly and many now and then: an exponential distribution, as KataGo's
        drawn = int(-math.log(1 - chances.random()) * self.settings.drawn_moves * self.board.size**2)
        return _Running(number, game, chances, checked, min(drawn, self.board.size**2 // 2))


class _Group:
    """Some of the games, with the trees and the thread that belong to them."""

    def __init__(self, owner: SelfPlay, size: int) -> None:
        self.owner = owner
        self.running: list[_Running | None] = [None] * size
        self.moves = 0
        settings = owner.settings
        self.search = RollingSearch(
            owner.evaluator,
            settings.search(),
            games=size,
            visits=max(settings.visits, settings.fast_visits),
            seed=settings.seed,
        )
        self.longest = max(2, round(settings.move_limit * owner.board.size**2))

    @property
    def in_progress(self) -> int:
        return sum(one is not None for one in self.running)

    def use(self, evaluator: Evaluator) -> None:
        self.search.use(evaluator)

    def run(self, halt: threading.Event, put: Callable[[PlayedGame], None]) -> None:
        """Play until halted, or until there is nothing left to play."""
        for slot, one in enumerate(self.running):
            if one is None:
                self._begin(slot)
        while any(self.running) and not halt.is_set():
            for slot in self.search.finished().tolist():
                one = self.running[slot]
                if one is not None:
                    self._move(slot, one, put)
            self.search.step()

    def _begin(self, slot: int) -> None:
        one = self.running[slot] = self.owner.begin_game()
        if one is None:
            self.search.stop(slot)
        else:
            self.search.start(slot, one.game)
            self._think(slot, one)

    def _think(self, slot: int, one: _Running) -> None:
        settings = self.owner.settings
        one.full = not one.opening and one.chances.random() < settings.full_share
        visits = 1 if one.opening else settings.visits if one.full else settings.fast_visits
        considered = min(settings.considered, max(2, visits // 2))
        self.search.begin_search(slot, visits, one.chances.getrandbits(64), considered)

    def _move(self, slot: int, one: _Running, put: Callable[[PlayedGame], None]) -> None:
        """Play what a finished search chose."""
        root = self.search.read(slot)
        one.values.append(root.white_wins)
        one.policies.append(root.policy if one.full else None)
        winrates = one.winrates[one.mover]
        if not one.opening:  # what a search of one visit thinks is no reason to resign
            winrates.append(root.winrate)
        loser = one.mover
        one.moves.append(self._drawn(one, slot) if one.opening else self._chosen(one, root))
        self.moves += 1
        resigns = not one.checked and len(winrates) > 1 and max(winrates[-RESIGN_TWICE:]) < self.owner.resign
        if resigns:
            put(self._result(one, "BW"[1 - loser] + "+R"))
            self._begin(slot)
            return
        self.search.advance(slot, one.moves[-1])
        if one.moves[-2:] == [one.game.pass_move] * 2 or len(one.moves) >= self.longest:
            put(self._result(one, ""))
            self._begin(slot)
        else:
            self._think(slot, one)

    def _chosen(self, one: _Running, root: Root) -> int:
        settings = self.owner.settings
        if settings.root == "gumbel" or len(one.moves) >= settings.opening_moves:
            return root.move
        weights = (root.visits / max(1, int(root.visits.max()))) ** (1 / settings.temperature)
        total = float(weights.sum())
        return _draw(weights, one.chances) if total > 0 else root.move

    def _drawn(self, one: _Running, slot: int) -> int:
        """Draw a move of the opening from the policy; a pass only where there is nothing else."""
        policy = np.maximum(self.search.priors(slot), 0)[:-1]
        if not policy.any():
            return one.game.pass_move
        return _draw((policy / policy.max()) ** (1 / self.owner.settings.drawn_temperature), one.chances)

    def _result(self, one: _Running, result: str) -> PlayedGame:
        game = one.game
        for move in one.moves[:-1] if result else one.moves:
            game.play(move)
        count = len(game.moves)
        result = result or game.result()
        name = self.owner.evaluator.name
        record = record_from_game(
            game,
            result=result,
            black=name,
            white=name,
            source=self.owner.source,
            id=f"{self.owner.prefix}-{one.number:07d}",
            values=np.array(one.values[:count], np.float32),
            visits=Visits.of(one.policies[:count]),
        )
        lowest = 1.0
        if result[0] in "BW":
            winner = one.winrates["BW".index(result[0])]
            lowest = min((max(pair) for pair in itertools.pairwise(winner)), default=1.0)
        return PlayedGame(record, one.checked, lowest)


def _draw(weights: npt.NDArray[np.floating], chances: random.Random) -> int:
    return chances.choices(range(len(weights)), weights.tolist())[0]
