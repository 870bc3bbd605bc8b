"""Search of many games at once: one tree per game, all evaluations of a step in one batch."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from golois.errors import GoloisError
from golois.evaluator import Evaluator
from golois.game import KO_KINDS, Game
from golois.history import empty_records, history_of
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
from golois.search.continuation import continuation
from golois.search.gumbel import gumbel_scores, visit_schedule
from golois.search.report import Report, child_by, children, make_report
from golois.search.root import mix_noise, root_priors, write_root_priors
from golois.search.selection import scheduled_child, selection_record
from golois.search.settings import SearchSettings
from golois.search.tree import NODE, NONE, ROOT, TAKEN, TREE, clear, keep_subtree, make_child, new_records
from golois.symmetry import move_table

DEEPEST = 512  # moves below the root that a search looks at
REMEMBERED = 2048  # positions of the game that superko compares in the tree

_VIEWS = {"none": VIEW_PLAIN, "random": VIEW_RANDOM, "average": VIEW_ALL}


class Search:
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
        self.evaluator = evaluator
        self.settings = settings or SearchSettings()
        self.size = size = evaluator.board_size
        self.games = games
        self.leaves = leaves
        self.capacity = max(capacity, 2)
        self.seed = seed
        moves = size * size + 1
        self._trees = new_records(games, TREE)
        self._nodes = new_records((games, self.capacity), NODE)
        self._priors = np.empty((games, self.capacity, moves), np.float32)  # pages are used as nodes are made
        self._roots = empty_records(games, size)
        self._positions = np.empty((games, REMEMBERED + DEEPEST), np.uint64)
        self._scores = np.zeros((0, 0), np.float32)
        self._schedule = np.zeros((games, 0), np.int32)
        self._work = empty_records(1, size)
        self._workspace = new_workspaces(1, size)
        self._points = move_table(size)
        self._view = _VIEWS[self.settings.symmetry]
        views = 8 if self._view == VIEW_ALL else 1
        self._leaves = new_records(games * leaves, LEAF)
        self._planes = np.empty((games * leaves * views, size, size, evaluator.planes), np.float32)
        slots = 1 << (self.settings.cache - 1).bit_length() if self.settings.cache else 0
        self._cached = new_records(slots, CACHED)
        self._cached_policies = np.empty((slots, moves), np.float32)
        self._selection = selection_record(self.settings, has_pass=evaluator.moves == moves)
        self._placed: list[Game | None] = [None] * games
        self._seeds = [0] * games
        self._avoided: list[npt.NDArray[np.int64]] = [np.zeros(0, np.int64)] * games
        self._renumbered = np.empty(self.capacity, np.int32)
        self._batch_seconds = (0.0, 0.0)  # of the last two steps of `run`
        self.evaluations = 0

    def place(self, slot: int, game: Game, seed: int = 0) -> None:
        """Make a game's present position the root of a tree, keeping what an earlier search knows of it.

        Args:
            slot: which tree.
            game: a game on a board of this search's size; it is copied.
            seed: of the game, for the noise at its root.
        """
        if game.size != self.size:
            raise ValueError(f"a game on {game.size}x{game.size} in a search on {self.size}x{self.size}")
        before = self._placed[slot]
        tree, nodes = self._trees[slot], self._nodes[slot]
        played = continuation(before, game) if before is not None and self.settings.gumbel == 0 else None
        kept = played is not None and self._follow(slot, played)
        if not kept:
            clear(nodes, tree)
        if not kept or played:
            tree["prepared"] = 0  # another root: it needs noise of its own
        self._roots[slot : slot + 1] = history_of(game)
        positions = game.positions[-REMEMBERED:]
        self._positions[slot, : len(positions)] = positions
        tree["past"] = len(positions)
        tree["komi"] = game.rules.komi
        tree["white_bonus"] = game.rules.white_bonus(game.handicap)
        tree["ko"] = KO_KINDS[game.rules.ko]
        self._placed[slot] = game.copy()
        self._seeds[slot] = seed
        self._avoided[slot] = np.zeros(0, np.int64)

    def forget(self, slot: int) -> None:
        """Drop a tree: the next `place` begins anew."""
        self._placed[slot] = None

    def clear_cache(self) -> None:
        """Drop the evaluations kept by position; the trees stay."""
        self._cached["used"] = 0

    def avoid(self, slot: int, moves: Iterable[int]) -> None:
        """Search a placed game anew without some moves at the root, until the game goes on or is forgotten."""
        game = self._placed[slot]
        if game is not None:
            clear(self._nodes[slot], self._trees[slot])
            self._trees[slot]["prepared"] = 0
            self._avoided[slot] = np.array(sorted(moves), np.int64)

    def _follow(self, slot: int, played: list[int]) -> bool:
        """Cut a tree down to the position after some moves; False when the tree does not hold it."""
        nodes, tree = self._nodes[slot], self._trees[slot]
        if not played:
            return True
        top = ROOT
        for move in played:
            top = child_by(nodes, top, move)
            if top == NONE:
                return False
        keep_subtree(nodes, tree, self._priors[slot], top, self._renumbered)
        # a tree that is half full of the past would leave the next search no room
        return int(tree["nodes"]) <= self.capacity // 2

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
        trees["visit_limit"][list(chosen)] = UNLIMITED if budget.visits is None else budget.visits
        trees["evaluation_limit"] = UNLIMITED if budget.evaluations is None else budget.evaluations
        if self.settings.gumbel:
            simulations = min(limit for limit in (budget.visits, budget.evaluations, UNLIMITED) if limit is not None)
            if simulations == UNLIMITED:
                raise GoloisError("Gumbel search needs a budget of visits or evaluations: it plans them ahead")
            schedule = visit_schedule(self.settings.gumbel, max(simulations - 1, 1))
            self._schedule = np.tile(schedule, (len(trees), 1))
            self._scores = np.zeros((len(trees), self.size**2 + 1), np.float32)

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
            self._workspace[0],
            self._selection[0],
            self._cached,
            self._cached_policies,
            self.leaves,
            self._view,
            np.uint64(self.seed % 2**64),
            self._points,
            self._leaves,
            self.evaluator.planes,
            self._planes.reshape(len(self._planes), -1),
        )
        if count == 0:
            return 0
        rows = count * (8 if self._view == VIEW_ALL else 1)
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
            self._selection[0],
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

    def report(self, slot: int, variations: bool = True) -> Report:
        """What the search has found out about a placed game; without `variations` lines end after a move."""
        game = self._placed[slot]
        if game is None:
            raise ValueError(f"no game is placed in slot {slot}")
        row = self._priors[slot, ROOT]
        return make_report(self._nodes[slot], self._trees[slot], row, game, self.settings, variations)

    def gumbel_choice(self, slot: int) -> int:
        """The move that sequential halving leaves: of the most visited the best by g + log prior + sigma(Q)."""
        nodes = self._nodes[slot]
        most = max((int(nodes["visits"][child]) for child in children(nodes, ROOT)), default=0)
        child = scheduled_child(nodes, most, self._scores[slot], self._selection[0])
        return self.size**2 if child == NONE else int(nodes["move"][child])

    def is_finished(self, slot: int | None = None) -> bool:
        """Whether a tree's search, or every tree's, has come to its end."""
        slots = range(self.games) if slot is None else (slot,)
        return all(is_finished(self._trees[index], self._nodes[index]) for index in slots)

    def _prepare_roots(self) -> None:
        """Give opened roots their noise, temperature and Gumbel candidates, once for each search."""
        settings = self.settings
        changed = settings.noise_weight or settings.gumbel or settings.policy_temperature != 1
        if not changed and not any(len(moves) for moves in self._avoided):
            return
        opened = (self._trees["prepared"] == 0) & (self._nodes["visits"][:, ROOT] > 0)
        for slot in np.flatnonzero(opened):
            game = self._placed[slot]
            if game is None:
                continue
            nodes, tree, rows = self._nodes[slot], self._trees[slot], self._priors[slot]
            seed = [self.seed % 2**64, self._seeds[slot] % 2**64, len(game.moves), game.hash]
            random = np.random.default_rng(seed)
            priors = root_priors(nodes, rows[ROOT])
            priors[self._avoided[slot]] = TAKEN
            if len(self._avoided[slot]):
                nodes["complete"][ROOT] = 0  # a move left out here may still be the saving one
            priors = mix_noise(priors, settings, random)
            write_root_priors(nodes, rows[ROOT], priors)
            if settings.gumbel:
                scores, candidates = gumbel_scores(priors, settings.gumbel, random)
                self._scores[slot] = scores
                for move in candidates:
                    if game.is_legal(int(move)) and int(tree["nodes"]) < self.capacity:
                        make_child(nodes, tree, rows, ROOT, int(move))
            tree["prepared"] = 1
