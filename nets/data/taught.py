"""Examples in which a stronger network has its say beside the record: knowledge distillation (Hinton et al. 2015).

A record tells one move of the good ones, and who won after a hundred more. What a stronger network thinks of the
position is less of an accident: all the moves that it would play, and how likely the win was. A small network learns
from it in fewer positions.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nets.data.batches import Source
from nets.data.examples import Batch, Floats, Integers


class TaughtPositions:
    """A source of examples whose targets are mixed with a teacher's answers.

    Attributes:
        source: the examples.
        answer: the teacher: of planes (B, size, size, P) the policy (B, points + 1) and the value (B,), as an
            `Evaluator` gives them.
        share: how much the teacher counts in both targets, 0 to 1; the record counts for the rest.
    """

    def __init__(self, source: Source, answer: Callable[[Floats], tuple[Floats, Floats]], share: float) -> None:
        self.source = source
        self.answer = answer
        self.share = share

    def draw(self, random: np.random.Generator, count: int) -> tuple[Integers, Integers]:
        """Draw `count` positions of the source."""
        return self.source.draw(random, count)

    def examples(self, first: Integers, second: Integers, symmetries: Integers, /) -> Batch:
        """Make the source's examples and ask the teacher about each of them."""
        planes, policy, value = self.source.examples(first, second, symmetries)
        taught_policy, taught_value = self.answer(planes)
        taught_policy = taught_policy[:, : policy.shape[1]]  # a pupil without a pass
        taught_policy = taught_policy / taught_policy.sum(axis=1, keepdims=True)
        own = 1 - self.share
        return Batch(
            planes,
            (own * policy + self.share * taught_policy).astype(np.float32),
            (own * value + self.share * taught_value[:, None]).astype(np.float32),
        )
