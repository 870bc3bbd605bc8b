"""Search of many games at once: one tree per game, all evaluations of a step in one batch."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from golois.errors import GoloisError
from golois.evaluator import Evaluator
from golois.history import empty_records
from golois.planes import new_workspaces
from golois.search.batch import (
    CACHED,
    LEAF,
    VIEW_ALL,
    VIEW_PLAIN,
    VIEW_RANDOM,
    absorb,
    collect,
    is_finished,
)
from golois.search.budget import UNLIMITED, Budget
from golois.search.forest import Forest
from golois.search.gumbel import visit_schedule
from golois.search.settings import SearchSettings
from golois.search.tree import ROOT, clear, new_records
from golois.symmetry import move_table

VISITS_AN_EVALUATION = 16  # that a search bounded by evaluations alone makes at most
_VIEWS = {"none": VIEW_PLAIN, "random": VIEW_RANDOM, "average": VIEW_ALL}


class Search(Forest):
    """Trees for `games` games on boards of the network's size.

    Args:
        evaluator: the network.
        settings: the constants.
        games: number of trees.
        leaves: leaves of one tree that may share a batch; 1 searches each tree as if it were alone.
        capacity: nodes of a tree. A node takes 56 bytes and 4 bytes for each move: 1.5 kB on 19x19. A search
            whose tree is full ends.
        seed: of noise and symmetries.

    Attributes:
        evaluations: positions sent to the network by all searches so far.
    """

    def __init__(
        self,
        evaluator: Evaluator,
        settings: SearchSettings | None = None,
        *,
        games: int = 1,
        leaves: int = 8,
        capacity: int = 1 << 16,
        seed: int = 0,
    ) -> None:
        size = evaluator.board_size
        moves = size * size + 1
        has_pass = evaluator.moves == moves
        super().__init__(
            size, settings or SearchSettings(), games=games, capacity=capacity, seed=seed, has_pass=has_pass
        )
        self.evaluator = evaluator
        self.leaves = leaves
        self._work = empty_records(1, size)
        self._workspaces = new_workspaces(1, size)
        self._points = move_table(size)
        self._view, self._views = _VIEWS[self.settings.symmetry], self.settings.views
        self._leaves = new_records(games * leaves, LEAF)
        self._planes = np.empty((games * leaves * self._views, size, size, evaluator.planes), np.float32)
        self._rows = self._planes.reshape(len(self._planes), -1)
        self._symmetry_seed = np.uint64(seed % 2**64)
        slots = 1 << (self.settings.cache - 1).bit_length() if self.settings.cache else 0
        self._cached = new_records(slots, CACHED)
        self._cached_policies = np.empty((slots, moves), np.float32)
        self._batch_seconds = (0.0, 0.0)  # of the last two steps of `run`
        self.evaluations = 0

    def clear_cache(self) -> None:
        """Drop the evaluations kept by position; the trees stay."""
        self._cached["used"] = 0

    def run(self, budget: Budget, stop: Callable[[], bool] | None = None, slots: Sequence[int] | None = None) -> None:
        """Search placed games until the budget is spent, the trees are full, or `stop()` says so.

        A limit in seconds is kept by leaving out a batch that would go beyond it, judged by the last two; a
        position that was never evaluated is evaluated whatever the limit.

        Args:
            budget: the limits.
            stop: asked after every batch.
            slots: the trees to search; all that hold a game when left out.
        """
        started = now = time.perf_counter()
        self.begin(budget, slots)
        limited = self._trees["visit_limit"] > 0
        known = bool((self._nodes["visits"][limited, ROOT] > 0).all())
        # batches that were held up must not keep later searches from trying for ever
        self._batch_seconds = (0.8 * self._batch_seconds[0], 0.8 * self._batch_seconds[1])
        while not (known and budget.seconds is not None and now - started + self.batch_seconds > budget.seconds):
            before = now
            if self.step() == 0 and self.is_finished():
                break
            known = True
            now = time.perf_counter()
            self._batch_seconds = (self._batch_seconds[1], now - before)
            if stop is not None and stop():
                break

    @property
    def batch_seconds(self) -> float:
        """How long a batch of `run` takes, 0 before the second: the shorter of the last two, one may compile."""
        return min(self._batch_seconds)

    def begin(self, budget: Budget, slots: Sequence[int] | None = None) -> None:
        """Set the limits of the search that the following calls of `step` carry out; arguments as for `run`."""
        trees = self._trees
        trees["simulations"] = 0
        trees["evaluations"] = 0
        trees["visit_limit"] = 0
        chosen = [slot for slot in range(len(trees)) if self._placed[slot] is not None] if slots is None else slots
        for slot in chosen:
            trees["visit_limit"][slot] = self._most_visits(budget, slot)
        trees["evaluation_limit"] = UNLIMITED if budget.evaluations is None else budget.evaluations
        if self.settings.gumbel:
            simulations = min(limit for limit in (budget.visits, budget.evaluations, UNLIMITED) if limit is not None)
            if simulations == UNLIMITED:
                raise GoloisError("Gumbel search needs a budget of visits or evaluations: it plans them ahead")
            schedule = visit_schedule(self.settings.gumbel, max(simulations - 1, 1))
            self._schedule = np.tile(schedule, (len(trees), 1))
            self._scores = np.zeros((len(trees), self.size**2 + 1), np.float32)

    def _most_visits(self, budget: Budget, slot: int) -> int:
        if budget.visits is not None:
            return budget.visits
        if budget.evaluations is None:
            return UNLIMITED
        # near the end of a game hardly anything is left to evaluate, and a few known leaves would be visited for ever
        visits = int(self._nodes["visits"][slot, ROOT])
        return min(UNLIMITED, visits + VISITS_AN_EVALUATION * budget.evaluations)

    def limit(self, slot: int, visits: int) -> None:
        """Let one tree be searched until its root has so many visits, whatever the others do; 0 leaves it alone."""
        self._trees["simulations"][slot] = 0
        self._trees["evaluations"][slot] = 0
        self._trees["visit_limit"][slot] = visits
        self._trees["evaluation_limit"][slot] = UNLIMITED

    def step(self) -> int:
        """Search one batch further; returns the number of positions evaluated, 0 when nothing needed it."""
        self._prepare_roots()
        count = collect(
            self._trees,
            self._nodes,
            self._priors,
            self._roots,
            self._positions,
            self._schedule,
            self._scores,
            self._work,
            self._workspaces,
            self._restrictions,
            self._selections,
            self._cached,
            self._cached_policies,
            self.leaves,
            self._view,
            self._symmetry_seed,
            self._points,
            self._leaves,
            self.evaluator.planes,
            self._rows,
        )
        if count == 0:
            return 0
        rows = count * self._views
        try:
            policies, values = self.evaluator.evaluate(self._planes[:rows])
        except BaseException:
            # visits under way would never be counted: no tree can be searched on
            for tree, nodes in zip(self._trees, self._nodes, strict=True):
                clear(nodes, tree)
                tree["prepared"] = 0
            raise
        absorb(
            self._trees,
            self._nodes,
            self._priors,
            self._selections,
            self._cached,
            self._cached_policies,
            self._view,
            self._points,
            self._leaves,
            count,
            np.ascontiguousarray(policies, np.float32),
            np.ascontiguousarray(values, np.float32),
        )
        self.evaluations += count
        return int(count)

    def is_finished(self, slot: int | None = None) -> bool:
        """Whether a tree's search, or every tree's, has come to its end."""
        slots = range(self.games) if slot is None else (slot,)
        return all(is_finished(self._trees[index], self._nodes[index]) for index in slots)
