"""What networks make of whole games: computed once, kept in the folder, one at a time."""

from __future__ import annotations

import asyncio
import gzip
import json

import numpy as np
import pytest

from golois.evaluator import UniformEvaluator
from golois.rules import Rules
from tournament.database import PlayedGame
from tournament.web import evaluations
from tournament.web.evaluations import Busy, Evaluations
from tournament.web.play.process import ThinkingFailed
from tournament.web.play.whole_game import POSITIONS, WholeGame

MOVES = np.arange(0, 361, 2, dtype=np.uint16)[:70]
GAME = PlayedGame(1, 0, 1, 2, "B+1", "two passes", 0, MOVES, "tromp-taylor", 7.5, "2026-11-21T10:00:00Z")


class Opinionated(UniformEvaluator):
    """Prefers the first points of the board; the more stones, the better for White."""

    def evaluate(self, planes):
        policy = np.zeros((len(planes), 362), np.float32)
        policy[:, :3] = 0.5, 0.3, 0.2
        return policy, np.linspace(0, 1, len(planes), dtype=np.float32)


class Pool:
    """Answers what a pool of networks would, and counts."""

    def __init__(self, error=None):
        self.asked, self.together, self.most_together, self.error = 0, 0, 0, error

    async def evaluate(self, digest, moves):
        self.asked += 1
        self.together += 1
        self.most_together = max(self.most_together, self.together)
        await asyncio.sleep(0.01)
        self.together -= 1
        if self.error:
            raise self.error
        return {"id": 7, "values": [0.5] * (len(moves) + 1), "policies": [[] for _ in range(len(moves) + 1)]}


def test_a_whole_game_has_a_value_and_a_policy_for_every_position():
    whole = WholeGame(Opinionated(), Rules.preset("tromp-taylor"), MOVES.tolist())
    steps = 1
    while (found := whole.step()) is None:
        steps += 1
    assert steps == -(-71 // POSITIONS)
    assert len(found["values"]) == len(found["policies"]) == 71
    assert found["policies"][0] == [(0, 0.5), (1, 0.3), (2, 0.2)]
    json.dumps(found)


def test_an_evaluation_is_computed_once_and_survives_a_restart(tmp_path):
    pool = Pool()

    async def ask():
        shared = Evaluations(tmp_path, pool)
        together = await asyncio.gather(*(shared.get(GAME, "b" * 64) for _ in range(5)))
        later = await Evaluations(tmp_path, Pool(ThinkingFailed("not asked"))).get(GAME, "b" * 64)
        return [*together, later]

    answers = asyncio.run(ask())
    assert pool.asked == 1
    assert len(set(answers)) == 1
    assert json.loads(gzip.decompress(answers[0]))["values"] == [0.5] * 71


def test_games_are_looked_at_one_at_a_time_and_too_many_are_sent_away(tmp_path, monkeypatch):
    monkeypatch.setattr(evaluations, "MOST_WAITING", 3)
    pool = Pool()

    async def ask():
        shared = Evaluations(tmp_path, pool)
        asked = [shared.get(GAME, letter * 64) for letter in "abcdef"]
        return await asyncio.gather(*asked, return_exceptions=True)

    answers = asyncio.run(ask())
    assert pool.most_together == 1
    assert sum(isinstance(answer, Busy) for answer in answers) == 3


def test_a_network_that_fails_is_asked_again_the_next_time(tmp_path):
    pool = Pool(ThinkingFailed("the network crashed"))

    async def ask():
        shared = Evaluations(tmp_path, pool)
        for _ in range(2):
            with pytest.raises(ThinkingFailed):
                await shared.get(GAME, "a" * 64)

    asyncio.run(ask())
    assert pool.asked == 2


def test_the_oldest_are_forgotten(tmp_path, monkeypatch):
    monkeypatch.setattr(evaluations, "MOST_KEPT", 4)

    async def ask():
        shared = Evaluations(tmp_path, Pool())
        for letter in "abcdefgh":
            await shared.get(GAME, letter * 64)

    asyncio.run(ask())
    assert len(list(tmp_path.glob("*.json.gz"))) <= 4
