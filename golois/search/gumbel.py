"""Choosing at the root with few simulations: Gumbel noise and sequential halving.

Danihelka, Guez, Schrittwieser, Silver: "Policy improvement by planning with Gumbel" (ICLR 2022). A few moves
are drawn without replacement (the largest g + log prior), then rounds of equal visits halve their number.
Below the root the tree is searched by PUCT. What the network should learn from such a search is the improved policy.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import numpy.typing as npt

from golois.board.superko import repeated_position
from golois.history import Histories
from golois.jit import Integer, kernel
from golois.search.selection import Selection
from golois.search.tree import EXPANDED, NONE, ROOT, Nodes, Priors, make_child
from golois.splitmix import next_word

U = np.uint64
ONE = np.float32(1.0)
ZERO = np.float32(0.0)
Floats = npt.NDArray[np.float32]
IMPOSSIBLE = np.float32(-1e9)


@cache
def visit_schedule(considered: int, simulations: int) -> npt.NDArray[np.int32]:
    """Return (simulations,) how many visits the move has that each simulation tries; read-only, made once.

    Sequential halving: with m moves considered, each of ceil(log2 m) rounds gives equal visits to the moves
    still in, and the better half goes on.
    """
    if considered <= 1:
        alone = np.arange(simulations, dtype=np.int32)
        alone.flags.writeable = False
        return alone
    rounds = math.ceil(math.log2(considered))
    visits = [0] * considered
    schedule: list[int] = []
    remaining = considered
    while len(schedule) < simulations:
        for _ in range(max(1, simulations // (rounds * remaining))):
            schedule.extend(visits[:remaining])
            for index in range(remaining):
                visits[index] += 1
        remaining = max(2, remaining // 2)
    numbers = np.array(schedule[:simulations], np.int32)
    numbers.flags.writeable = False
    return numbers


def gumbel_scores(priors: Floats, considered: int, random: np.random.Generator) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Draw the moves to be considered.

    Args:
        priors: (moves,) the root's priors, negative where a move is impossible.
        considered: number of moves to draw.
        random: source of the Gumbel noise.

    Returns:
        (moves,) g + log prior, and the (at most `considered`,) moves with the largest.
    """
    possible = priors >= 0
    logits = np.log(np.maximum(priors, 1e-12))
    scores = np.where(possible, logits + random.gumbel(size=len(priors)), IMPOSSIBLE).astype(np.float32)
    count = min(considered, int(possible.sum()))
    return scores, np.argsort(-scores, kind="stable")[:count]


@kernel
def improve_policy(
    policy: Floats, visits: npt.NDArray[np.int32], values: Floats, value: np.float32, selection: Selection
) -> None:
    """Turn priors into the improved policy of Danihelka et al. (ICLR 2022): softmax(log prior + sigma(completed Q)).

    A move without visits counts as v_mix: the network's value of the position, mixed with the visited moves' means.

    Args:
        policy: (moves,) the root's priors, negative where a move is not possible; filled.
        visits: (moves,) of each move.
        values: (moves,) mean value of the visited moves for the side to move, in [0, 1].
        value: the network's own value of the position, for the side to move.
        selection: c_visit and c_scale of sigma(Q) = (c_visit + max visits) c_scale Q.
    """
    total: Integer = np.int64(0)
    most: Integer = np.int64(0)
    known, weighted = 0.0, 0.0
    for move in range(len(policy)):
        count = np.int64(visits[U(move)])
        total += count
        most = max(most, count)
        if count > 0 and policy[U(move)] >= ZERO:
            known += policy[U(move)]
            weighted += policy[U(move)] * values[U(move)]
    mixed = float(value)
    if known > 0:
        mixed = float((value + total * weighted / known) / (1.0 + total))
    scale = (selection.gumbel_visit + most) * selection.gumbel_scale
    logits = np.full(len(policy), -np.inf)
    for move in range(len(policy)):
        if policy[U(move)] >= ZERO:
            completed = np.float64(values[U(move)]) if visits[U(move)] > 0 else mixed
            logits[U(move)] = np.log(max(np.float64(policy[U(move)]), 1e-12)) + scale * completed
    weights = np.exp(logits - logits.max())
    policy[:] = weights / weights.sum()


@kernel
def consider(
    trees: npt.NDArray[np.void],
    nodes: Nodes,
    priors: Priors,
    roots: Histories,
    positions: npt.NDArray[np.uint64],
    scores: Floats,
    considered: npt.NDArray[np.int32],
    streams: npt.NDArray[np.uint64],
) -> None:
    """Draw the Gumbel noise of every newly opened root and make the children that it is to try.

    Args:
        trees: (G,) TREE.
        nodes: (G, capacity) NODE.
        priors: (G, capacity, moves).
        roots: (G,) the roots' positions.
        positions: (G, ...) keys of each game's positions.
        scores: (G, moves), filled: g + log prior.
        considered: (G,) how many moves each root tries.
        streams: (G,) states of the random numbers, moved on.
    """
    for game in range(len(trees)):
        tree = trees[U(game)]
        root = nodes[U(game), ROOT]
        if tree.prepared != 0 or root.state != EXPANDED:
            continue
        tree.prepared = 1
        row = priors[U(game), ROOT]
        score = scores[U(game)]
        stream = streams[U(game) : U(game + 1)]
        for move in range(len(row)):
            score[U(move)] = IMPOSSIBLE
            noise = gumbel_noise(stream)
            if row[U(move)] >= ZERO:
                score[U(move)] = np.float32(np.log(max(np.float64(row[U(move)]), 1e-12)) + noise)
        board = roots[U(game)].board
        made = 0
        while made < considered[U(game)]:
            best: Integer = NONE
            for move in range(len(row)):
                if row[U(move)] >= ZERO and (best == NONE or score[U(move)] > score[U(best)]):
                    best = move
            if best == NONE or tree.nodes >= nodes.shape[1]:
                break
            past = np.int64(tree.past)
            ko = np.int64(tree.ko)
            if best < len(row) - 1 and repeated_position(board, best, positions[U(game)][:past], ko) >= 0:
                row[U(best)] = -ONE
                continue
            make_child(nodes[U(game)], tree, priors[U(game)], ROOT, best)
            made += 1


@kernel
def gumbel_noise(stream: npt.NDArray[np.uint64]) -> np.float64:
    """A draw from the standard Gumbel distribution."""
    uniform = (np.float64(next_word(stream) >> U(11)) + 0.5) / 9007199254740992.0
    return -np.log(-np.log(uniform))
