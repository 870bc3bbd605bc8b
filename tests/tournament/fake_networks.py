"""Networks without Keras: they favour their own points, and some of them misbehave."""

from __future__ import annotations

import time
from collections import deque

import numpy as np

from tournament.network import NetworkFailure


class FakeNetwork:
    """A policy that likes some points more than others; `taste` fixes which."""

    def __init__(self, taste=0, planes=6, moves=362, seconds=0.0):
        self.planes, self.moves = planes, moves
        self.worked = (0.0, 0.0)
        self.batches = []
        self.pause = seconds
        self.policy = np.random.default_rng(taste).dirichlet(np.ones(362)).astype(np.float32)
        self.sent = deque()

    def start(self, planes):
        assert planes.dtype == np.uint8
        assert planes.shape[1:] == (19, 19, self.planes)
        self.sent.append(planes)
        self.batches.append(len(planes))

    def finish(self):
        planes = self.sent.popleft()
        time.sleep(self.pause)
        return self.answer(planes)

    def answer(self, planes):
        return np.repeat(self.policy[None], len(planes), axis=0), np.full(len(planes), 0.5, np.float32)

    def close(self):
        pass


class NotANumber(FakeNetwork):
    """Returns NaN for the first position of every batch."""

    def answer(self, planes):
        policy, value = super().answer(planes)
        policy[0, 7] = np.nan
        return policy, value


class Crashing(FakeNetwork):
    """Crashes with every batch after the first few."""

    def __init__(self, taste=0, sound_batches=3):
        super().__init__(taste)
        self.sound_batches = sound_batches

    def answer(self, planes):
        if len(self.batches) > self.sound_batches:
            raise NetworkFailure("crashed (exit status -11)")
        return super().answer(planes)
