"""Batches: collect leaves of many trees to be evaluated together, then take their evaluations into the trees.

`collect` walks down every unfinished tree, several times if leaves of one tree are to share a batch, and writes
the planes of the leaves it reaches; `absorb` takes the network's answers. Between the two the visits on the way
to a leaf are *pending*. What needs no network (finished games, positions in the cache) is backed up at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from golois.board import WHITE
from golois.history import POSITIONS, Histories, History
from golois.jit import Integer, kernel
from golois.planes import Planes, Points, Workspaces, encode_position
from golois.search.restriction import strike_out
from golois.search.selection import halves
from golois.search.simulation import back_up, descend, expand, mark_moves, mark_pending, prove, result_for, value_for
from golois.search.tree import EXPANDED, NEW, NONE, PENDING, ROOT, TERMINAL, Nodes, Priors, Tree
from golois.splitmix import next_word

U = np.uint64
ONE = np.float32(1.0)
ZERO = np.float32(0.0)

LEAF = np.dtype(
    [
        ("key", np.uint64),  # of the position with its history, for the cache
        ("game", np.int32),
        ("node", np.int32),
        ("symmetry", np.int32),  # in which the network sees it
        ("moved", np.int32),  # who moved into it: BLACK or WHITE
    ],
    align=True,
)

# an evaluation kept for positions that come again: a table indexed by the key's low bits
CACHED = np.dtype([("key", np.uint64), ("value", np.float32), ("used", np.int32)], align=True)

VIEW_PLAIN, VIEW_RANDOM, VIEW_ALL = 0, 1, 2  # SearchSettings.symmetry: "none", "random", "average"

Leaves = npt.NDArray[np.void]
Cached = Any


@kernel
def is_finished(tree: Tree, nodes: Nodes) -> bool:
    """Whether a tree's search has come to its end: by budget, by proof, or for want of room."""
    root = nodes[ROOT]
    return (
        root.visits + root.pending >= tree.visit_limit
        or tree.evaluations >= tree.evaluation_limit
        or root.state == TERMINAL
        or root.proven != 0
        or tree.full != 0
    )


@kernel
def collect(
    trees: npt.NDArray[np.void],
    nodes: Nodes,
    priors: Priors,
    roots: Histories,
    positions: npt.NDArray[np.uint64],
    schedule: npt.NDArray[np.int32],
    scores: Priors,
    work: Histories,
    workspaces: Workspaces,
    restrictions: npt.NDArray[np.int32],
    selections: npt.NDArray[np.void],
    cached: Cached,
    cached_policies: Priors,
    leaves_per_tree: Integer,
    view: Integer,
    seed: np.uint64,
    points: Points,
    leaves: Leaves,
    planes: Integer,
    out: Planes,
) -> Integer:
    """Fill a batch; returns its number of leaves.

    Args:
        trees: (G,) TREE.
        nodes: (G, capacity) NODE.
        priors: (G, capacity, moves).
        roots: (G,) positions.
        positions: (G, ...) keys of each game's positions, then room for the way down.
        schedule: (G, S) visits that the root's move needs at each simulation; (G, 0) for PUCT at the root.
        scores: (G, moves) for the schedule; (0, 0) without.
        work: (1,) a position to walk with.
        workspaces: (1,) for the planes; from Python an array is handed over much quicker than a record.
        restrictions: (G, 2, moves) Restriction.until, for the trees that are marked as restricted.
        selections: (G,) SELECTION, the constants of each tree.
        cached: (C,) CACHED, C a power of two or 0.
        cached_policies: (C, moves).
        leaves_per_tree: most leaves of one tree in the batch.
        view: VIEW_PLAIN, VIEW_RANDOM or VIEW_ALL, then every leaf takes eight rows of `out`.
        seed: of the random symmetries.
        points: (8, moves) symmetry.move_table.
        leaves: (at least G * leaves_per_tree,) LEAF, filled.
        planes: 6, 8, 21 or 31.
        out: (rows, size * size * planes), filled.
    """
    count = 0
    workspace = workspaces[0]
    for game in range(len(trees)):
        tree = trees[U(game)]
        selection = selections[U(game)]
        collected = 0
        # simulations that need no network are cheap, but must not hold up the other games for long
        for _ in range(4 * leaves_per_tree):
            if collected == leaves_per_tree or is_finished(tree, nodes[U(game)]):
                break
            required: Integer = NONE
            if schedule.shape[1] > 0 and nodes[U(game), ROOT].state == EXPANDED:
                last = schedule.shape[1] - 1
                step = np.int64(tree.simulations if tree.simulations < last else last)
                required = np.int64(schedule[U(game), U(step)])
                if nodes[U(game), ROOT].pending > 0 and halves(schedule[U(game)], step):
                    break  # who goes on is judged by values, not by visits under way
            work[0] = roots[U(game)]
            history = work[0]
            row_scores = scores[U(game)] if schedule.shape[1] > 0 else priors[U(game), 0]
            leaf = descend(
                nodes[U(game)],
                tree,
                priors[U(game)],
                history,
                positions[U(game)],
                required,
                row_scores,
                selection,
            )
            node = nodes[U(game), U(leaf)]
            if node.state == PENDING:
                break  # the batch has reached this leaf already
            if leaf != ROOT:
                tree.simulations += 1
            moved = 3 - np.int64(history.board.to_move)
            if node.state == NEW and history.board.passes >= 2:
                node.state = TERMINAL
                node.value = result_for(moved, history.board, tree.white_bonus)
                if tree.by_territory == 0:
                    prove(nodes[U(game)], leaf, node.value)
            if node.state != NEW:
                value = node.value
                if node.proven != 0:
                    value = ONE if node.proven > 0 else ZERO
                back_up(nodes[U(game)], leaf, value, False)
                continue
            row = priors[U(game), U(leaf)]
            node.complete = mark_moves(history.board, row)
            if tree.restricted != 0 and leaf != ROOT:
                strike_out(nodes[U(game)], leaf, row, restrictions[U(game), U(history.board.to_move - 1)])
            key = U(0)
            if len(cached) > 0 or view == VIEW_RANDOM:
                key = leaf_key(history, planes, np.int64(2 * tree.komi))
            if len(cached) > 0:
                slot = key & U(len(cached) - 1)
                if cached[slot].used != 0 and cached[slot].key == key:
                    expand(nodes[U(game)], leaf, row, cached_policies[slot], selection)
                    node.value = value_for(moved, cached[slot].value)
                    back_up(nodes[U(game)], leaf, node.value, False)
                    if leaf == ROOT:
                        break  # it waits for its noise
                    continue
            node.state = PENDING
            mark_pending(nodes[U(game)], leaf)
            tree.evaluations += 1
            record = leaves[U(count)]
            record.key = key
            record.game = game
            record.node = leaf
            record.moved = moved
            record.symmetry = 0
            if view == VIEW_ALL:
                for symmetry in range(8):
                    target = out[U(8 * count + symmetry)]
                    encode_position(history, workspace, tree.komi, planes, points[U(symmetry)], target)
            else:
                if view == VIEW_RANDOM:
                    record.symmetry = np.int64(_mixed(key ^ seed) & U(7))
                encode_position(history, workspace, tree.komi, planes, points[U(record.symmetry)], out[U(count)])
            count += 1
            collected += 1
    return count


@kernel
def absorb(
    trees: npt.NDArray[np.void],
    nodes: Nodes,
    priors: Priors,
    selections: npt.NDArray[np.void],
    cached: Cached,
    cached_policies: Priors,
    view: Integer,
    points: Points,
    leaves: Leaves,
    count: Integer,
    policies: Priors,
    values: npt.NDArray[np.float32],
) -> None:
    """Take the evaluations of a batch into the trees; arguments as for `collect`.

    Args:
        trees: and so on, see `collect`.
        nodes: see there.
        priors: see there.
        selections: see there.
        cached: see there.
        cached_policies: see there.
        view: see there.
        points: see there.
        leaves: filled by `collect`.
        count: its answer.
        policies: (rows, moves) as the network saw the board.
        values: (rows,) probability that White wins.
    """
    moves = priors.shape[2]
    policy = np.empty(moves, np.float32)
    for index in range(count):
        leaf = leaves[U(index)]
        value = ZERO
        if view == VIEW_ALL:
            policy[:] = ZERO
            for symmetry in range(8):
                for move in range(moves):
                    policy[U(move)] += policies[U(8 * index + symmetry), U(points[U(symmetry), U(move)])]
                value += values[U(8 * index + symmetry)] / np.float32(8)
        else:
            for move in range(moves):
                policy[U(move)] = policies[U(index), U(points[U(leaf.symmetry), U(move)])]
            value = values[U(index)]
        if not (value >= ZERO and value <= ONE):  # true for nan
            value = ONE if value > ONE else ZERO if value < ZERO else np.float32(0.5)
        if len(cached) > 0:
            slot = leaf.key & U(len(cached) - 1)
            cached[slot].key = leaf.key
            cached[slot].value = value
            cached[slot].used = 1
            cached_policies[slot] = policy
        game_nodes = nodes[U(leaf.game)]
        row = priors[U(leaf.game), U(leaf.node)]
        expand(game_nodes, np.int64(leaf.node), row, policy, selections[U(leaf.game)])
        node = game_nodes[U(leaf.node)]
        node.value = value_for(np.int64(leaf.moved), value)
        back_up(game_nodes, np.int64(leaf.node), node.value, True)


@kernel
def leaf_key(history: History, planes: Integer, komi: Integer) -> np.uint64:
    """A hash of all that the planes of a position show: stones now and earlier, the side to move, the ko, komi."""
    board = history.board
    key = board.hash ^ U(board.ko)
    key = _mixed(key ^ (U(komi) << U(32)) ^ U(board.to_move == WHITE))
    earlier = 1 if planes == 6 else 2 if planes == 8 else 4
    for back in range(1, earlier + 1):
        stones = history.stones[U((history.newest + POSITIONS - back) % POSITIONS)]
        for start in range(0, len(stones), 16):
            packed = U(0)
            for point in range(start, min(start + 16, len(stones))):
                packed = (packed << U(2)) | U(stones[U(point)])
            key = _mixed(key ^ packed)
    return key


@kernel
def _mixed(word: np.uint64) -> np.uint64:
    stream = np.empty(1, np.uint64)
    stream[0] = word
    return next_word(stream)
