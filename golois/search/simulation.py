"""The steps of one simulation: down the tree to a leaf, its expansion, and the value's way back up."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from golois.board import EMPTY, WHITE, Board, is_legal_at, is_own_eye_at, stride_of
from golois.board.superko import position_hash, repeated_position
from golois.history import History, advance
from golois.jit import Integer, kernel
from golois.scoring import find_owners
from golois.search.selection import Selection, best_child, forbid, scheduled_child
from golois.search.tree import (
    EXPANDED,
    NONE,
    ROOT,
    TAKEN,
    Node,
    Nodes,
    Priors,
    Real,
    Tree,
    find_best_untried,
    make_child,
)

U = np.uint64
ONE = np.float32(1.0)
ZERO = np.float32(0.0)


@kernel
def value_for(color: Integer, white_value: np.float32) -> np.float32:
    """White's probability of winning as that of `color`: the one place where sides are turned."""
    return white_value if color == WHITE else ONE - white_value


@kernel
def result_for(color: Integer, board: Board, white_bonus: Real) -> np.float32:
    """1, 0.5 or 0 for `color` if the position is counted by area now."""
    owner = np.empty(len(board.colour), np.uint8)
    lead = white_bonus - find_owners(board.colour, np.int64(board.side), stride_of(board), owner)
    white = ONE if lead > 0 else ZERO if lead < 0 else np.float32(0.5)
    return value_for(color, white)


@kernel
def back_up(nodes: Nodes, leaf: Integer, value: np.float32, was_pending: bool) -> None:
    """Add a value, that of the player who moved into the leaf, to every node up to the root."""
    index = np.int64(leaf)
    while index != NONE:
        node = nodes[U(index)]
        node.visits += 1
        if was_pending:
            node.pending -= 1
        node.value_sum += np.float64(value)
        node.square_sum += np.float64(value) * np.float64(value)
        value = ONE - value
        index = np.int64(node.parent)


@kernel
def mark_pending(nodes: Nodes, leaf: Integer) -> None:
    """Count one visit under way on every node up to the root."""
    index = np.int64(leaf)
    while index != NONE:
        nodes[U(index)].pending += 1
        index = np.int64(nodes[U(index)].parent)


@kernel
def prove(nodes: Nodes, leaf: Integer, value: np.float32) -> None:
    """Note what the end of the game at `leaf` proves, there and on the way up.

    A win refutes the move before it. A move after which every legal answer loses has won.
    """
    if value == np.float32(0.5):
        return
    index = np.int64(leaf)
    nodes[U(index)].proven = 1 if value > np.float32(0.5) else -1
    while True:
        proven = nodes[U(index)].proven
        index = np.int64(nodes[U(index)].parent)
        if index == NONE or nodes[U(index)].proven != 0 or (proven < 0 and not _is_lost(nodes, index)):
            return
        nodes[U(index)].proven = -proven


@kernel
def _is_lost(nodes: Nodes, index: Integer) -> bool:
    """Whether every legal move at a node is proven to lose: the search leaves own eyes alone, which may be legal."""
    if nodes[U(index)].complete == 0 or nodes[U(index)].best_untried != NONE:
        return False
    child = np.int64(nodes[U(index)].first_child)
    while child != NONE:
        if nodes[U(child)].proven >= 0:
            return False
        child = np.int64(nodes[U(child)].next_sibling)
    return True


@kernel
def mark_moves(board: Board, row: Priors) -> bool:
    """Write 0 for every sensible move and for pass into a row of priors, TAKEN for the rest.

    Returns whether those are all legal moves. An empty point beside another is always sensible: that is seen for a
    whole line of the board at once, and only the few others are judged one by one.
    """
    size = np.int64(board.side)
    stride = stride_of(board)
    colour = board.colour
    complete = True
    for line in range(size):
        first_point, first_move = stride * (line + 1) + 1, size * line
        enclosed = 0
        for column in range(size):
            point = first_point + column
            empty = colour[U(point)] == EMPTY
            beside_empty = (
                (colour[U(point - 1)] == EMPTY)
                | (colour[U(point + 1)] == EMPTY)
                | (colour[U(point - stride)] == EMPTY)
                | (colour[U(point + stride)] == EMPTY)
            )
            row[U(first_move + column)] = ZERO if empty & beside_empty else TAKEN
            enclosed += empty > beside_empty
        if enclosed:
            for column in range(size):
                point = first_point + column
                if row[U(first_move + column)] < ZERO and is_legal_at(board, point, np.int64(board.to_move)):
                    if is_own_eye_at(board, point, np.int64(board.to_move)):
                        complete = False
                    else:
                        row[U(first_move + column)] = ZERO
    row[U(size * size)] = ZERO
    return complete


@kernel
def strike_repeated(
    node: Node, board: Board, row: Priors, positions: npt.NDArray[np.uint64], past: Integer, ko: Integer
) -> None:
    """Strike out all untried moves of a node that superko forbids; `descend` strikes those that it comes to."""
    for move in range(len(row) - 1):
        if row[U(move)] >= ZERO and repeated_position(board, move, positions[:past], ko) >= 0:
            row[U(move)] = TAKEN
    find_best_untried(node, row)


@kernel
def sum_of_priors(row: Priors) -> np.float32:
    """The sum of a row of priors, TAKEN ones left out."""
    # four sums at a time: an addition waits for the one before it, but not for its neighbours
    sums = (ZERO, ZERO, ZERO, ZERO)
    whole = len(row) & ~3
    for move in range(0, whole, 4):
        sums = (
            sums[0] + max(row[U(move)], ZERO),
            sums[1] + max(row[U(move + 1)], ZERO),
            sums[2] + max(row[U(move + 2)], ZERO),
            sums[3] + max(row[U(move + 3)], ZERO),
        )
    for move in range(whole, len(row)):
        sums = (sums[0] + max(row[U(move)], ZERO), sums[1], sums[2], sums[3])
    return np.float32((sums[0] + sums[1]) + (sums[2] + sums[3]))


@kernel
def expand(nodes: Nodes, index: Integer, row: Priors, policy: Priors, selection: Selection) -> None:
    """Fill a marked row of priors from the network's policy and open the node."""
    node = nodes[U(index)]
    passing = len(row) - 1
    for move in range(len(row)):
        prior = policy[U(move)]
        prior = prior if prior > ZERO else ZERO  # false for nan as well
        row[U(move)] = prior if row[U(move)] >= ZERO else TAKEN
    total = sum_of_priors(row)
    if selection.has_pass == 0 and row[U(passing)] >= ZERO:
        row[U(passing)] = selection.pass_prior * total  # everywhere: in a seki every other move may lose stones
    if total <= ZERO:
        for move in range(len(row)):
            row[U(move)] = ONE if row[U(move)] >= ZERO else TAKEN
        total = sum_of_priors(row)
    scale = ONE / total
    for move in range(len(row)):
        prior = row[U(move)]
        row[U(move)] = prior * scale if prior >= ZERO else TAKEN
    node.state = EXPANDED
    find_best_untried(node, row)


@kernel
def descend(
    nodes: Nodes,
    tree: Tree,
    priors: Priors,
    history: History,
    positions: npt.NDArray[np.uint64],
    required: Integer,
    scores: Priors,
    selection: Selection,
) -> Integer:
    """Walk from the root to the leaf of one simulation, making at most one node; returns its index.

    Args:
        nodes: the game's row, as are `tree` and `priors`.
        tree: see above.
        priors: see above.
        history: the root's position; afterwards the leaf's.
        positions: keys of the game's positions, the first `tree.past` in use; the way down is appended.
        required: visits that the root's move shall have by the schedule, NONE for PUCT at the root.
        scores: (moves,) for the schedule.
        selection: the constants.
    """
    board = history.board
    index: Integer = ROOT
    depth = np.int64(tree.past)
    while nodes[U(index)].state == EXPANDED and nodes[U(index)].proven == 0 and depth < len(positions):
        child: Integer = NONE
        if index == ROOT and required != NONE:
            child = scheduled_child(nodes, required, scores, selection)
        if child == NONE:
            child, untried = best_child(nodes, index, selection, priors[U(index)])
            if untried != NONE:
                is_pass = untried == board.side * board.side
                if not is_pass and repeated_position(board, untried, positions[:depth], np.int64(tree.ko)) >= 0:
                    forbid(nodes[U(index)], priors[U(index)], untried)
                    continue
                if tree.nodes < len(nodes):
                    child = make_child(nodes, tree, priors, index, untried)
                else:
                    tree.full = 1
            if child == NONE:
                return index
        advance(history, np.int64(nodes[U(child)].move))
        positions[U(depth)] = position_hash(board, np.int64(tree.ko))
        depth += 1
        index = child
    return index
