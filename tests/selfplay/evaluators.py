"""Networks for tests: answers that depend on nothing but the position."""

from __future__ import annotations

import zlib

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


class HashedNetwork:
    """A policy and a value drawn at random for each position, always the same for the same planes."""

    def __init__(self, size: int = 5, planes: int = 6) -> None:
        self.name = "hashed"
        self.board_size = size
        self.planes = planes
        self.moves = size * size + 1
        self.batches: list[int] = []

    def evaluate(self, planes: Floats) -> tuple[Floats, Floats]:
        self.batches.append(len(planes))
        seeds = [zlib.crc32(position.tobytes()) for position in planes]
        randoms = [np.random.default_rng(seed) for seed in seeds]
        policy = np.array([random.dirichlet(np.full(self.moves, 0.5)) for random in randoms], np.float32)
        return policy, np.array([random.uniform(0.3, 0.7) for random in randoms], np.float32)
