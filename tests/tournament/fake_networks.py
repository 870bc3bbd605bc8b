"""Networks without Keras: they favour their own points, and some of them misbehave."""

from __future__ import annotations

import time
from collections import deque

import numpy as np

from tournament.players import PlayerFailure
from tournament.worker import Asked, NetworkPlayer, Options


class Taste:
    """An evaluator that likes some points more than others, whatever the position."""

    name = "taste"

    def __init__(self, taste, planes, moves):
        self.board_size, self.planes, self.moves = 19, planes, moves
        self.row = np.random.default_rng(taste).dirichlet(np.ones(362)).astype(np.float32)

    def evaluate(self, planes):
        assert planes.shape[1:] == (19, 19, self.planes)
        return np.repeat(self.row[None], len(planes), axis=0), np.full(len(planes), 0.5, np.float32)


class FakeNetwork:
    """A player with a taste, in this process."""

    evaluator = Taste

    def __init__(self, taste=0, planes=6, moves=362, pause=0.0, **options):
        self.player = NetworkPlayer(self.evaluator(taste, planes, moves), Options(**options))
        self.worked = (0.0, 0.0)
        self.pause = pause
        self.batches = []
        self.sent = deque()

    @property
    def policy(self):
        return self.player.evaluator.inner.row

    def start(self, games):
        # the moves as they are now: the pool may not play on before it has the answer
        self.sent.append([Asked(g.seed, -1 if g.chance is None else g.chance, list(g.game.moves)) for g in games])
        self.batches.append(len(games))

    def finish(self):
        time.sleep(self.pause)
        return self.player.choose(self.sent.popleft())

    def close(self):
        pass


class NotANumber(FakeNetwork):
    """Returns NaN for the first position of every batch."""

    class evaluator(Taste):
        def evaluate(self, planes):
            policy, value = super().evaluate(planes)
            policy[0, 7] = np.nan
            return policy, value


class Crashing(FakeNetwork):
    """Crashes with every batch after the first few."""

    def __init__(self, taste=0, sound_batches=3):
        super().__init__(taste)
        self.sound_batches = sound_batches

    def finish(self):
        if len(self.batches) > self.sound_batches:
            raise PlayerFailure("crashed (exit status -11)")
        return super().finish()
