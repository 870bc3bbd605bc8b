"""Choosing at the root with few simulations: Gumbel noise and sequential halving.

Danihelka, Guez, Schrittwieser, Silver: "Policy improvement by planning with Gumbel" (ICLR 2022). A few moves
are drawn without replacement (the largest g + log prior), then rounds of equal visits halve their number.
Below the root the tree is searched by PUCT.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
IMPOSSIBLE = np.float32(-1e9)


def visit_schedule(considered: int, simulations: int) -> npt.NDArray[np.int32]:
    """Return (simulations,) how many visits the move has that each simulation tries.

    Sequential halving: with m moves considered, each of ceil(log2 m) rounds gives equal visits to the moves
    still in, and the better half goes on.
    """
    if considered <= 1:
        return np.arange(simulations, dtype=np.int32)
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
    return np.array(schedule[:simulations], np.int32)


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
