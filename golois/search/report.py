"""What a search has found out: the moves it looked at, how often, and what they are worth."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from golois.jit import Integer, kernel
from golois.search.root import root_priors
from golois.search.settings import SearchSettings
from golois.search.tree import NONE, ROOT, Nodes, Priors, Tree

if TYPE_CHECKING:
    from golois.game import Game

# one imagined visit with this deviation keeps the bound of a move with few equal values honest
PRIOR_DEVIATION = 0.25
LONGEST_LINE = 60  # moves of a principal variation


@dataclass(frozen=True)
class MoveReport:
    """One move at the root. Probabilities are those of the side to move, in [0, 1].

    Attributes:
        move: the move.
        visits: simulations through it.
        winrate: mean value Q.
        prior: the network's probability for it, noise included.
        bound: lower confidence bound of the win rate; it can lie outside [0, 1].
        variation: the most visited line that begins with it.
        variation_visits: the visits of its moves.
        proven: 1 won, -1 lost, 0 not known.
    """

    move: int
    visits: int
    winrate: float
    prior: float
    bound: float
    variation: list[int]
    variation_visits: list[int]
    proven: int


@dataclass(frozen=True)
class Report:
    """The state of a search at its root, for the side to move.

    Attributes:
        to_move: BLACK or WHITE.
        visits: of the root.
        winrate: mean value of the root.
        value: the network's own value of the root.
        simulations: of this search.
        evaluations: positions this search sent to the network.
        nodes: in the tree.
        moves: visited moves, the best first: see `make_report`.
        priors: (moves,) the root's priors, noise and temperature included; -1 where a move is not possible or left out.
        policy: (moves,) the network's own, -1 where a move is not possible.
    """

    to_move: int
    visits: int
    winrate: float
    value: float
    simulations: int
    evaluations: int
    nodes: int
    moves: list[MoveReport]
    priors: npt.NDArray[np.float32]
    policy: npt.NDArray[np.float32]

    @property
    def best(self) -> MoveReport | None:
        """The move to play, None when nothing was visited."""
        return self.moves[0] if self.moves else None


def children(nodes: Nodes, parent: int) -> Iterator[int]:
    """The children of a node, the latest first."""
    child = int(nodes["first_child"][parent])
    while child != NONE:
        yield child
        child = int(nodes["next_sibling"][child])


@kernel
def follow_most_visited(nodes: Nodes, top: Integer, indices: npt.NDArray[np.int32]) -> Integer:
    """Write the nodes below `top`, always the most visited child (the oldest of equals); return their number."""
    count = 0
    index = np.int64(top)
    while count < len(indices):
        best = np.int64(NONE)
        most = 0
        child = np.int64(nodes[index].first_child)
        while child != NONE:
            if nodes[child].visits > 0 and nodes[child].visits >= most:
                most = nodes[child].visits
                best = child
            child = np.int64(nodes[child].next_sibling)
        if best == NONE:
            break
        indices[count] = best
        count += 1
        index = best
    return count


def child_by(nodes: Nodes, parent: int, move: int) -> int:
    """The child that a move leads to, NONE without one."""
    return next((child for child in children(nodes, parent) if nodes["move"][child] == move), NONE)


def make_report(
    nodes: Nodes,
    tree: Tree,
    row: Priors,
    game: Game,
    settings: SearchSettings,
    variations: bool,
    policy: npt.NDArray[np.float32] | None,
) -> Report:
    """Sum up a tree.

    The moves are ordered so that the first is the one to play: a proven win before all, a proven loss after
    all; then the moves with enough visits (`lcb_visits` of the most) by their lower confidence bound, then
    the others by visits. With `lcb_deviations` 0 visits alone count, and equal visits are decided by Q.

    Args:
        nodes: of the tree.
        tree: its record.
        row: the root's row of priors.
        game: at the root.
        settings: of the tree.
        variations: whether to follow the moves' lines.
        policy: what the network said at the root, None where the root's priors are that.
    """
    root = nodes[ROOT]
    indices = np.array(list(children(nodes, ROOT)), np.int64)
    visited = indices[nodes["visits"][indices] > 0].tolist()
    moves = [_move_report(nodes, child, settings, variations) for child in visited]
    most = max((move.visits for move in moves), default=0)

    def rank(move: MoveReport) -> tuple[float, ...]:
        enough = settings.lcb_deviations > 0 and move.visits >= max(settings.lcb_visits * most, 2)
        return (move.proven, enough, move.bound if enough else 0.0, move.visits, move.winrate, move.prior)

    moves.sort(key=rank, reverse=True)
    visits = int(root["visits"])
    priors = root_priors(nodes, row)
    return Report(
        to_move=game.to_move,
        visits=visits,
        winrate=1 - float(root["value_sum"]) / visits if visits else 0.5,
        value=1 - float(root["value"]),
        simulations=int(tree["simulations"]),
        evaluations=int(tree["evaluations"]),
        nodes=int(tree["nodes"]),
        moves=moves,
        priors=priors,
        policy=priors if policy is None else policy,
    )


def _move_report(nodes: Nodes, child: int, settings: SearchSettings, variations: bool) -> MoveReport:
    node = nodes[child]
    visits = int(node["visits"])
    winrate = float(node["value_sum"]) / visits
    spread = max(float(node["square_sum"]) - visits * winrate * winrate, 0.0) + PRIOR_DEVIATION**2
    bound = winrate - settings.lcb_deviations * math.sqrt(spread / visits / visits)
    line, counts = [int(node["move"])], [visits]
    if variations:
        indices = np.empty(LONGEST_LINE, np.int32)
        below = indices[: follow_most_visited(nodes, child, indices)]
        line += nodes["move"][below].tolist()
        counts += nodes["visits"][below].tolist()
    return MoveReport(
        int(node["move"]), visits, winrate, float(node["prior"]), bound, line, counts, int(node["proven"])
    )
