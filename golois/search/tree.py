"""The search trees as flat arrays: one row of nodes and one row of priors per game.

A node is a position reached by a move. Its children are a linked list and are made only when the search
first tries them; a move not tried yet is an entry in the node's row of priors. Children always stand behind
their parent in the array, which lets a tree be cut down to a subtree in one forward pass.

Values in a node are those of the player who *moved into* it, so that a parent takes the largest.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from golois.jit import Integer, kernel

ROOT = 0
NONE = -1  # no node, no move

# state of a node
NEW, PENDING, EXPANDED, TERMINAL = 0, 1, 2, 3

# prior of a move that may not be tried: illegal, or a child already
TAKEN = np.float32(-1.0)

NODE = np.dtype(
    [
        ("value_sum", np.float64),  # of the visits' values, each in [0, 1]
        ("square_sum", np.float64),  # of their squares: for the confidence bound
        ("visits", np.int32),
        ("pending", np.int32),  # visits whose evaluation is under way
        ("parent", np.int32),
        ("first_child", np.int32),
        ("next_sibling", np.int32),
        ("prior", np.float32),
        ("tried", np.float32),  # sum of the children's priors
        ("value", np.float32),  # of the position itself: the network's, or the result when TERMINAL
        ("move", np.int16),
        ("best_untried", np.int16),  # the move of the largest entry in the row of priors
        ("state", np.int8),  # NEW, PENDING, EXPANDED or TERMINAL
        ("proven", np.int8),  # 1: the player who moved here has won, -1: has lost, 0: not known
        ("complete", np.int8),  # every legal move is among those that may be tried
    ],
    align=True,
)

TREE = np.dtype(
    [
        ("nodes", np.int32),  # in use
        ("simulations", np.int32),  # of this search, pending ones included
        ("evaluations", np.int32),  # of this search: leaves sent to the network
        ("visit_limit", np.int32),  # the search ends when the root has so many visits
        ("evaluation_limit", np.int32),  # or after so many evaluations
        ("past", np.int32),  # keys of the game's positions in use
        ("komi", np.float32),  # for the planes
        ("white_bonus", np.float32),  # what White is given when the area is counted
        ("by_territory", np.int8),  # an end by two passes is an estimate: see Forest.place
        ("ko", np.int8),  # the kind of ko: see golois/board/superko.py
        ("full", np.int8),  # there was no room for another node
        ("prepared", np.int8),  # the root's priors hold this search's noise
        ("restricted", np.int8),  # some moves are left out: see restriction.py
    ],
    align=True,
)

Node = Any
Real = float | np.floating[Any]
Nodes = npt.NDArray[np.void]
Tree = Any
Priors = npt.NDArray[np.float32]
U = np.uint64


def new_records(shape: int | tuple[int, ...], dtype: np.dtype[np.void]) -> npt.NDArray[np.void]:
    """Records, all bytes zero; without the compiler in the form that offers fields as attributes."""
    records = np.zeros(shape, dtype)
    return records.view(np.recarray) if numba.config.DISABLE_JIT else records


@kernel
def make_node(nodes: Nodes, tree: Tree, parent: Integer, move: Integer, prior: Real) -> Integer:
    """Append a node; the caller has made sure of the room. Returns its index."""
    index = np.int64(tree.nodes)
    tree.nodes = index + 1
    node = nodes[U(index)]
    node.value_sum = 0.0
    node.square_sum = 0.0
    node.visits = 0
    node.pending = 0
    node.parent = parent
    node.first_child = NONE
    node.next_sibling = NONE
    node.prior = prior
    node.tried = np.float32(0.0)
    node.value = np.float32(0.5)
    node.move = move
    node.best_untried = NONE
    node.state = NEW
    node.proven = 0
    node.complete = 0
    return index


@kernel
def clear(nodes: Nodes, tree: Tree) -> None:
    """Leave a tree with nothing but a root."""
    tree.nodes = 0
    tree.full = 0
    make_node(nodes, tree, NONE, NONE, np.float32(1.0))


@kernel
def find_best_untried(node: Node, row: Priors) -> None:
    """Remember the untried move with the largest prior, NONE when every move is tried or illegal."""
    best = np.float32(TAKEN)
    node.best_untried = NONE
    for move in range(len(row)):
        if row[U(move)] > best:
            best = row[U(move)]
            node.best_untried = move


@kernel
def make_child(nodes: Nodes, tree: Tree, priors: Priors, parent: Integer, move: Integer) -> Integer:
    """Make the child of `parent` by an untried move; returns its index."""
    row = priors[U(parent)]
    prior = row[U(move)]
    child = make_node(nodes, tree, parent, move, prior)
    node = nodes[U(parent)]
    nodes[U(child)].next_sibling = node.first_child
    node.first_child = child
    node.tried += prior
    row[U(move)] = TAKEN
    find_best_untried(node, row)
    return child


@kernel
def keep_subtree(nodes: Nodes, tree: Tree, priors: Priors, top: Integer, renumbered: npt.NDArray[np.int32]) -> None:
    """Make the node `top` the root of the tree and drop what is not below it.

    The arrays are those of one game; `renumbered` is scratch, (capacity,).
    """
    kept = 1
    for index in range(top):
        renumbered[U(index)] = NONE
    renumbered[U(top)] = ROOT
    for index in range(top + 1, tree.nodes):
        if renumbered[U(nodes[U(index)].parent)] == NONE:
            renumbered[U(index)] = NONE
        else:
            renumbered[U(index)] = kept
            kept += 1
    for index in range(top, tree.nodes):
        target = np.int64(renumbered[U(index)])
        if target == NONE:
            continue
        # a node only ever moves forward in the array, so nothing still needed is overwritten
        if target != index:
            nodes[U(target)] = nodes[U(index)]
            priors[U(target)] = priors[U(index)]
        node = nodes[U(target)]
        node.parent = renumbered[U(node.parent)] if target != ROOT else NONE
        if target == ROOT:
            node.next_sibling = NONE
        elif node.next_sibling != NONE:
            node.next_sibling = renumbered[U(node.next_sibling)]
        if node.first_child != NONE:
            node.first_child = renumbered[U(node.first_child)]
    tree.nodes = kept
    tree.full = 0
