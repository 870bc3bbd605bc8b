"""Searches of many games that each go at their own pace: when one is done its game moves on, the others wait not.

`Search` begins and ends the searches of its games together. In self-play that would empty the batch towards the end
of each move; here every step is one batch of all the games, whatever their budgets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from golois.board import BLACK
from golois.board.superko import position_hash
from golois.evaluator import Evaluator
from golois.game import Game
from golois.history import Histories, advance
from golois.jit import Integer, kernel
from golois.search.batch import is_finished
from golois.search.budget import UNLIMITED
from golois.search.forest import REMEMBERED
from golois.search.gumbel import consider, improve_policy, visit_schedule
from golois.search.root import mix_noise, root_priors, write_root_priors
from golois.search.search import Search
from golois.search.selection import Selection, scheduled_child
from golois.search.settings import SearchSettings
from golois.search.simulation import mark_moves, strike_repeated
from golois.search.tree import NONE, ROOT, Nodes, Priors, Tree, clear, keep_subtree

U = np.uint64
ONE = np.float32(1.0)
ZERO = np.float32(0.0)
_ROOM = 16  # nodes beside one for each visit

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Root:
    """What a finished search found at its root.

    Attributes:
        move: the one to play: a proven win, or what sequential halving leaves, or the most visited.
        visits: (moves,) int32 of each move.
        policy: (moves,) float32, sums to 1: what the network should learn to play here. With Gumbel search the
            improved policy of its paper, softmax(log prior + sigma(completed Q)); else the share of the visits.
        white_wins: the root's mean value, as the probability that White wins.
        winrate: the same for the side to move.
    """

    move: int
    visits: npt.NDArray[np.int32]
    policy: Floats
    white_wins: float
    winrate: float


class RollingSearch(Search):
    """Trees for `games` games; each is started, limited, read and moved on by itself.

    Args:
        evaluator: the network.
        settings: the constants.
        games: number of trees.
        visits: the most that a search will be given; with PUCT a tree keeps what the last search knows.
        seed: of noise and symmetries.
    """

    def __init__(
        self, evaluator: Evaluator, settings: SearchSettings, *, games: int, visits: int, seed: int = 0
    ) -> None:
        # a kept tree may fill half of the room: see _advance
        capacity = visits + settings.gumbel + _ROOM if settings.gumbel else 2 * visits + _ROOM
        super().__init__(evaluator, settings, games=games, leaves=1, capacity=capacity, seed=seed)
        moves = self.size * self.size + 1
        self._considered = np.zeros(games, np.int32)
        self._streams = np.zeros(games, np.uint64)
        self._finished = np.empty(games, np.int32)
        self._running = np.zeros(games, np.bool_)
        if settings.gumbel:
            self._schedule = np.zeros((games, visits), np.int32)
            self._scores = np.zeros((games, moves), np.float32)
        self._values = np.empty(moves, np.float32)

    def use(self, evaluator: Evaluator) -> None:
        """Search on with another network for the same board and planes; what the first one said is forgotten."""
        if (evaluator.board_size, evaluator.planes) != (self.size, self.evaluator.planes):
            raise ValueError(f"the network {evaluator.name} has other planes or another board than the search")
        self.evaluator = evaluator
        self.clear_cache()

    def start(self, slot: int, game: Game) -> None:
        """Put a game into a slot, in place of the one that was there."""
        self.forget(slot)
        self.place(slot, game)
        self._running[slot] = False

    def stop(self, slot: int) -> None:
        """Leave a slot empty: no search of it takes part in the batches."""
        self._trees["visit_limit"][slot] = 0
        self._running[slot] = False

    def begin_search(self, slot: int, visits: int, seed: int, considered: int = 0) -> None:
        """Search a slot's position until its root has so many visits more.

        Args:
            slot: which game.
            visits: at most those that the constructor was told.
            seed: of the noise at this root.
            considered: moves among which sequential halving chooses, in place of the settings' `gumbel`.
        """
        tree = self._trees[slot]
        tree["simulations"] = 0
        tree["evaluations"] = 0
        tree["evaluation_limit"] = UNLIMITED
        tree["visit_limit"] = visits + int(self._nodes["visits"][slot, ROOT])
        tree["prepared"] = 0
        self._streams[slot] = seed % 2**64
        self._running[slot] = True
        if self.settings.gumbel:
            mark_moves(self._roots[slot]["board"], self._values)
            possible = int((self._values >= 0).sum())
            self._considered[slot] = min(considered or self.settings.gumbel, possible)
            schedule = visit_schedule(int(self._considered[slot]), max(visits - 1, 1))
            self._schedule[slot, : len(schedule)] = schedule
            self._schedule[slot, len(schedule) :] = schedule[-1]

    def finished(self) -> npt.NDArray[np.int32]:
        """The slots whose search has come to its end."""
        count = _finished(self._trees, self._nodes, self._running, self._finished)
        return self._finished[:count]

    def read(self, slot: int) -> Root:
        """What the search of a slot found; its game stays where it is."""
        nodes, settings = self._nodes[slot], self.settings
        self._strike_repeated(slot)
        visits = np.empty(self.size**2 + 1, np.int32)
        policy = np.empty(self.size**2 + 1, np.float32)
        chosen = int(_read(nodes, self._priors[slot, ROOT], self._selections[slot], visits, self._values, policy))
        root = nodes[ROOT]
        if settings.gumbel and root["proven"] == 0:
            child = scheduled_child(nodes, int(visits.max()), self._scores[slot], self._selections[slot])
            if child == NONE:
                chosen = self.size**2
            elif nodes["proven"][child] >= 0:
                chosen = int(nodes["move"][child])
        if not settings.gumbel:
            policy = (visits / max(1, int(visits.sum()))).astype(np.float32)
        winrate = 1 - float(root["value_sum"]) / max(1, int(root["visits"]))
        black_moves = self._roots[slot]["board"]["to_move"] == BLACK
        return Root(chosen, visits, policy, 1 - winrate if black_moves else winrate, winrate)

    def priors(self, slot: int) -> Floats:
        """(moves,) float32: what the network says of a slot's position, once visited; -1 for an impossible move."""
        self._strike_repeated(slot)
        return root_priors(self._nodes[slot], self._priors[slot, ROOT])

    def _strike_repeated(self, slot: int) -> None:
        tree, root = self._trees[slot], self._nodes[slot, ROOT]
        board, row = self._roots[slot]["board"], self._priors[slot, ROOT]
        strike_repeated(root, board, row, self._positions[slot], int(tree["past"]), int(tree["ko"]))

    def advance(self, slot: int, move: int) -> None:
        """Play a move in a slot's game; with PUCT the tree below it is kept."""
        past = int(self._trees["past"][slot])
        if past == REMEMBERED:
            self._positions[slot, : past - 1] = self._positions[slot, 1:past]
            self._trees["past"][slot] -= 1
        _advance(
            self._trees[slot],
            self._nodes[slot],
            self._priors[slot],
            self._roots,
            slot,
            self._positions[slot],
            move,
            self.settings.gumbel == 0,
            self.capacity // 2,
            self._renumbered,
        )
        self._running[slot] = False

    def _prepare_roots(self) -> None:
        """Give opened roots their noise: Gumbel candidates, or Dirichlet noise."""
        if self.settings.gumbel:
            consider(
                self._trees,
                self._nodes,
                self._priors,
                self._roots,
                self._positions,
                self._scores,
                self._considered,
                self._streams,
            )
        elif self.settings.noise_weight or self.settings.policy_temperature != 1:
            opened = (self._trees["prepared"] == 0) & (self._nodes["visits"][:, ROOT] > 0) & self._running
            for slot in np.flatnonzero(opened):
                nodes, row = self._nodes[slot], self._priors[slot, ROOT]
                random = np.random.default_rng([self.seed % 2**64, self._streams[slot]])
                write_root_priors(nodes, row, mix_noise(root_priors(nodes, row), self.settings, random))
                self._trees["prepared"][slot] = 1


@kernel
def _finished(
    trees: npt.NDArray[np.void], nodes: Nodes, running: npt.NDArray[np.bool_], out: npt.NDArray[np.int32]
) -> Integer:
    """Write the running trees that are finished; return their number."""
    count = 0
    for game in range(len(trees)):
        if running[U(game)] and is_finished(trees[U(game)], nodes[U(game)]):
            out[U(count)] = game
            count += 1
    return count


@kernel
def _read(
    nodes: Nodes,
    row: Priors,
    selection: Selection,
    visits: npt.NDArray[np.int32],
    values: Floats,
    policy: Floats,
) -> Integer:
    """Write the visits, the mean values and the improved policy of the root's moves.

    Returns:
        A proven win, or the most visited move. A move known to lose is returned only when there is no other; a
        position with no visited move gives a pass.
    """
    visits[:] = 0
    values[:] = ZERO
    policy[:] = row
    best: Integer = np.int64(len(visits) - 1)
    most: Integer = np.int64(-1)
    child = np.int64(nodes[ROOT].first_child)
    while child != NONE:
        node = nodes[U(child)]
        policy[U(node.move)] = node.prior
        if node.visits > 0:
            visits[U(node.move)] = node.visits
            values[U(node.move)] = np.float32(node.value_sum / node.visits)
            weight: Integer = np.int64(node.visits)
            if node.proven > 0:
                weight = np.int64(1 << 40)
            elif node.proven < 0:
                weight = np.int64(0)
            if weight > most:
                most = weight
                best = np.int64(node.move)
        child = np.int64(node.next_sibling)
    improve_policy(policy, visits, values, ONE - nodes[ROOT].value, selection)
    return best


@kernel
def _advance(
    tree: Tree,
    nodes: Nodes,
    priors: Priors,
    roots: Histories,
    slot: Integer,
    positions: npt.NDArray[np.uint64],
    move: Integer,
    keep: bool,
    most_kept: Integer,
    renumbered: npt.NDArray[np.int32],
) -> None:
    """Play a move at the root of a tree, and keep what lies below it where that is wanted and small enough."""
    history = roots[U(slot)]
    advance(history, move)
    positions[U(tree.past)] = position_hash(history.board, np.int64(tree.ko))
    tree.past += 1
    child: Integer = NONE
    if keep:
        child = np.int64(nodes[ROOT].first_child)
        while child != NONE and nodes[U(child)].move != move:
            child = np.int64(nodes[U(child)].next_sibling)
    if child != NONE:
        keep_subtree(nodes, tree, priors, child, renumbered)
    if child == NONE or tree.nodes > most_kept:
        clear(nodes, tree)
