"""From the root to a leaf: PUCT with first-play urgency, superko and the bounded tree."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt

from golois.jit import Integer, kernel
from golois.search.settings import SearchSettings
from golois.search.tree import NONE, ROOT, TAKEN, Node, Nodes, Priors, Real, find_best_untried, new_records

# the settings as the kernels read them: see settings.py
SELECTION = np.dtype(
    [
        ("cpuct", np.float32),
        ("cpuct_base", np.float32),
        ("exponent", np.float32),
        ("fpu_reduction", np.float32),
        ("root_fpu_reduction", np.float32),
        ("gumbel_visit", np.float32),
        ("gumbel_scale", np.float32),
        ("pass_prior", np.float32),
        ("pending_is_loss", np.int8),
        ("has_pass", np.int8),  # the network has a pass output
    ],
    align=True,
)

Selection = Any
U = np.uint64
ONE = np.float32(1.0)
ZERO = np.float32(0.0)


def selection_record(settings: SearchSettings, has_pass: bool) -> npt.NDArray[np.void]:
    """The (1,) SELECTION of a search's settings, for a network with a pass output or without."""
    record = new_records(1, SELECTION)
    for name in {field.name for field in fields(settings)} & set(SELECTION.names or ()):
        record[name] = getattr(settings, name)
    record["pending_is_loss"] = settings.pending == "loss"
    record["has_pass"] = has_pass
    return record


@kernel
def exploration(visits: Real, selection: Selection) -> np.float32:
    """The factor of a child's prior / (1 + n): c N^exponent."""
    weight = selection.cpuct + np.float32(math.log((visits + selection.cpuct_base + ONE) / selection.cpuct_base))
    if selection.exponent == np.float32(0.5):
        return weight * np.float32(math.sqrt(visits))
    return weight * np.float32(visits**selection.exponent)


@kernel
def mean_value(node: Node, selection: Selection, unknown: Real) -> np.float32:
    """Q of a child for the player who chooses it; `unknown` when nothing is known of it."""
    if selection.pending_is_loss:
        visits = node.visits + node.pending
        return np.float32(node.value_sum / visits) if visits > 0 else np.float32(unknown)
    return np.float32(node.value_sum / node.visits) if node.visits > 0 else np.float32(unknown)


@kernel
def best_child(nodes: Nodes, index: Integer, selection: Selection, row: Priors) -> tuple[Integer, Integer]:
    """The child to follow by PUCT, and the untried move that is better still, or NONE for either."""
    node = nodes[U(index)]
    factor = exploration(np.float32(node.visits + node.pending), selection)
    own = ONE - np.float32(node.value_sum / node.visits) if node.visits > 0 else np.float32(0.5)
    reduction = selection.root_fpu_reduction if index == ROOT else selection.fpu_reduction
    urgency = own - reduction * np.float32(math.sqrt(node.tried))
    best = np.float32(-1e30)
    chosen: Integer = NONE
    child_index = np.int64(node.first_child)
    while child_index != NONE:
        child = nodes[U(child_index)]
        score = factor * child.prior / (ONE + np.float32(child.visits + child.pending))
        # a move known to lose is looked at only when there is no other
        score += mean_value(child, selection, urgency) - np.float32(1e6) * np.float32(child.proven < 0)
        if score > best:
            best = score
            chosen = child_index
        child_index = np.int64(child.next_sibling)
    untried: Integer = np.int64(node.best_untried)
    if untried != NONE and urgency + factor * row[U(untried)] <= best:
        untried = NONE
    return chosen, untried


@kernel
def scheduled_child(nodes: Nodes, required: Integer, scores: npt.NDArray[np.float32], selection: Selection) -> Integer:
    """The root's child for sequential halving: of those with `required` visits the best by g + logit + sigma(Q).

    Args:
        nodes: the game's nodes.
        required: visits that the move to be tried has, from the schedule.
        scores: (moves,) Gumbel noise plus log prior.
        selection: c_visit and c_scale of sigma(Q) = (c_visit + max visits) c_scale Q.
    """
    most: Integer = 0
    child_index = np.int64(nodes[ROOT].first_child)
    while child_index != NONE:
        if nodes[U(child_index)].visits > most:
            most = np.int64(nodes[U(child_index)].visits)
        child_index = np.int64(nodes[U(child_index)].next_sibling)
    scale = (selection.gumbel_visit + np.float32(most)) * selection.gumbel_scale
    best = np.float32(-1e30)
    chosen: Integer = NONE
    child_index = np.int64(nodes[ROOT].first_child)
    while child_index != NONE:
        child = nodes[U(child_index)]
        if child.visits + child.pending == required:
            score = scores[U(child.move)] + scale * mean_value(child, selection, np.float32(0.5))
            if score > best:
                best = score
                chosen = child_index
        child_index = np.int64(child.next_sibling)
    return chosen


@kernel
def halves(schedule: npt.NDArray[np.int32], step: Integer) -> bool:
    """Whether a round of sequential halving with fewer moves than before begins at a step of its schedule.

    In the schedule each number of visits stands once for each move that is still in: 0 0 0 0 1 1 2 2 for four moves.
    """
    if step == 0 or schedule[U(step)] == schedule[U(step - 1)]:
        return False
    before: Integer = np.int64(0)
    while before < step and schedule[U(step - 1 - before)] == schedule[U(step - 1)]:
        before += 1
    last = step + before - 1
    return last >= len(schedule) or schedule[U(last)] != schedule[U(step)]


@kernel
def forbid(node: Node, row: Priors, move: Integer) -> None:
    """Strike out an untried move that superko forbids here."""
    row[U(move)] = TAKEN
    find_best_untried(node, row)
