"""The priors at the root of a search: noise and temperature are mixed into them before the first choice."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from golois.search.settings import SearchSettings
from golois.search.tree import NONE, ROOT, TAKEN, Nodes, Priors, find_best_untried

Floats = npt.NDArray[np.float32]


def root_priors(nodes: Nodes, row: Priors) -> Floats:
    """(moves,) the root's priors, those of its children included; -1 where a move is not possible."""
    priors = row.copy()
    child = int(nodes["first_child"][ROOT])
    while child != NONE:
        priors[nodes["move"][child]] = nodes["prior"][child]
        child = int(nodes["next_sibling"][child])
    return priors


def write_root_priors(nodes: Nodes, row: Priors, priors: Floats) -> None:
    """Put (moves,) priors back where `root_priors` found them."""
    row[:] = priors
    tried = np.float32(0)
    child = int(nodes["first_child"][ROOT])
    while child != NONE:
        move = nodes["move"][child]
        nodes["prior"][child] = priors[move]
        tried += max(priors[move], np.float32(0))
        row[move] = TAKEN
        child = int(nodes["next_sibling"][child])
    nodes["tried"][ROOT] = tried
    find_best_untried(nodes[ROOT], row)


def mix_noise(priors: Floats, settings: SearchSettings, random: np.random.Generator) -> Floats:
    """Raise priors to 1 / temperature and mix in Dirichlet noise, over the possible moves only."""
    possible = priors >= 0
    mixed = np.where(possible, priors, 0).astype(np.float64)
    if settings.policy_temperature != 1 and mixed.max() > 0:
        mixed = (mixed / mixed.max()) ** (1 / settings.policy_temperature)
        mixed[~possible] = 0
    mixed /= max(mixed.sum(), 1e-30)
    if settings.noise_weight:
        noise = random.dirichlet(np.full(int(possible.sum()), settings.noise_alpha))
        mixed[possible] = (1 - settings.noise_weight) * mixed[possible] + settings.noise_weight * noise
    return np.where(possible, mixed, TAKEN).astype(np.float32)
