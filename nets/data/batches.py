"""Batches filled by background threads, in an order that depends on nothing but the seed."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

import numpy as np

from nets.data.examples import Batch, Integers


class Source(Protocol):
    """What batches are drawn from: `nets.data.Positions`, or several of them together."""

    def draw(self, random: np.random.Generator, count: int) -> tuple[Integers, Integers]:
        """Draw `count` positions; two numbers (count,) tell each of them."""
        ...

    def examples(self, first: Integers, second: Integers, symmetries: Integers, /) -> Batch:
        """Replay to drawn positions and encode them, each under a symmetry 0 to 7."""
        ...


class Batches:
    """An endless stream of random batches; batch number k is the same whenever and by whomever it is made.

    Positions are drawn independently, each under a random symmetry. The kernel that replays them releases the
    interpreter lock, so that one thread keeps ahead of a CPU and a few keep ahead of a GPU.
    """

    def __init__(self, positions: Source, batch: int, seed: int, threads: int = 1) -> None:
        """Remember what to draw from; nothing runs until `stream` is iterated.

        Args:
            positions: the positions.
            batch: examples in a batch.
            seed: decides what every batch holds.
            threads: threads that fill batches.
        """
        self.positions = positions
        self.batch = batch
        self.seed = seed
        self.threads = threads

    def make(self, number: int) -> Batch:
        """Make batch `number`."""
        random = np.random.default_rng([self.seed, number])
        games, moves = self.positions.draw(random, self.batch)
        return self.positions.examples(games, moves, random.integers(0, 8, self.batch))

    def stream(self, first: int = 0) -> Generator[Batch, None, None]:
        """Yield batch `first`, `first` + 1, ... for ever; closing the iterator ends the threads."""
        pool = ThreadPoolExecutor(self.threads, thread_name_prefix="batches")
        ahead: deque[Future[Batch]] = deque()
        try:
            number = first
            while True:
                while len(ahead) < 2 * self.threads + 2:
                    ahead.append(pool.submit(self.make, number))
                    number += 1
                yield ahead.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
