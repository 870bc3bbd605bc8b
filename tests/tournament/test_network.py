"""A network in a process of its own: right answers, and a sentence for every way to fail."""

from __future__ import annotations

import io
import sys
import time
from typing import ClassVar

import numpy as np
import pytest
from fake_networks import Taste

from golois.evaluator import UniformEvaluator
from golois.game import Game
from golois.rules import Rules
from tournament.network import NetworkProcess
from tournament.openings import GameToPlay
from tournament.players import NO_DISTRIBUTION, PlayerFailure
from tournament.worker import ANSWER, GAME, READY, REQUEST, Asked, NetworkPlayer, Options, serve

# a worker whose network prefers the point of the number of stones on the board, unless its behaviour is another
WORKER = """
import os, sys, time
import numpy as np
from tournament.worker import NetworkPlayer, Options, serve

class Network:
    name, board_size, planes, moves = "counting", 19, 6, 361
    def evaluate(self, planes):
        if sys.argv[1] == "crash":
            raise MemoryError("no memory for the convolution")
        if sys.argv[1] == "die":
            os._exit(9)
        if sys.argv[1] == "hang":
            time.sleep(1000)
        policy = np.full((len(planes), 362), 0.001, np.float32)
        policy[np.arange(len(planes)), planes[..., 2:4].sum(axis=(1, 2, 3)).astype(int) + 100] = 0.5
        return policy, np.full(len(planes), 0.5, np.float32)

if sys.argv[1] == "no load":
    sys.exit("the file is damaged")
if sys.argv[1] == "never loads":
    time.sleep(1000)
serve(NetworkPlayer(Network(), Options()), sys.stdin.buffer, sys.stdout.buffer)
"""


@pytest.fixture
def start(tmp_path):
    """A function that starts a worker with a behaviour; what was started is ended."""
    program = tmp_path / "worker.py"
    program.write_text(WORKER)
    started = []

    def start(behaviour, **limits):
        started.append(NetworkProcess(behaviour, Options(), command=(sys.executable, str(program)), **limits))
        return started[-1]

    yield start
    for network in started:
        network.close()


def games(*lengths):
    """Games of so many moves along the upper edge, waiting for a move."""
    waiting = []
    for number, length in enumerate(lengths):
        game = Game(19, Rules())
        for move in range(length):
            game.play(move)
        waiting.append(GameToPlay(1, (number,), (1, 2), game))
    return waiting


def test_answers_come_in_the_order_of_the_batches(start):
    network = start("sound")
    first, second = games(2, 5, 0), games(11)
    network.start(first)
    network.start(second)  # before the first answer was fetched
    assert network.finish() == [102, 105, 100]
    began, ended = network.worked
    assert network.finish() == [111]
    assert began < ended <= network.worked[0] < network.worked[1]
    second[0].game.play(111)  # a game that goes on is known by its number, and only its new moves are played
    network.start(second)
    assert network.finish() == [112]


def test_large_batches_do_not_block(start):
    network = start("sound")
    lengths = [number % 15 for number in range(200)]
    many = games(*lengths)
    for _ in range(3):
        network.start(many)
    for _ in range(3):
        assert network.finish() == [100 + length for length in lengths]


def test_a_crash_is_told_with_its_last_line(start):
    network = start("crash")
    network.start(games(1))
    with pytest.raises(PlayerFailure, match=r"crashed \(exit status 1\): MemoryError: no memory for the convolution"):
        network.finish()


def test_a_process_that_dies_without_a_word_is_told_with_its_status(start):
    network = start("die")
    network.start(games(1))
    with pytest.raises(PlayerFailure, match=r"crashed \(exit status 9\)$"):
        network.finish()


def test_a_network_that_hangs_is_given_up(start):
    network = start("hang", seconds_per_batch=0.3)
    network.start(games(1, 2))
    with pytest.raises(PlayerFailure, match=r"needed more than 0.3 s for a batch of 2 games"):
        network.finish()


def test_a_network_that_does_not_load_says_why(start):
    with pytest.raises(PlayerFailure, match="the file is damaged"):
        start("no load")
    with pytest.raises(PlayerFailure, match=r"needed more than 0.5 s to load"):
        start("never loads", seconds_to_load=0.5)


def test_the_protocol_is_what_it_says():
    moves = np.array([60, 72, 300], "<u2")
    request = REQUEST.pack(2) + GAME.pack(7, -1, 3) + moves.tobytes() + GAME.pack(8, -1, 0)
    answers = io.BytesIO()
    serve(NetworkPlayer(Taste(3, 8, 362), Options()), io.BytesIO(request), answers)
    data = answers.getvalue()
    assert READY.unpack_from(data) == (1,)
    began, ended, in_network, beside = ANSWER.unpack_from(data, READY.size)
    assert 0 < began <= ended
    assert in_network >= 0
    assert beside >= 0
    chosen = np.frombuffer(data, "<i4", offset=READY.size + ANSWER.size)
    favourite = np.argmax(Taste(3, 8, 362).row[:361])
    assert chosen.tolist() == [favourite, favourite]


def test_moves_of_an_opening_are_sampled_and_depend_on_its_chance_alone():
    player = NetworkPlayer(UniformEvaluator(), Options(seed=5))
    openings = [Asked(-1, chance, []) for chance in range(30)]
    moves = player.choose(openings)
    assert len(set(moves)) > 20
    again = NetworkPlayer(UniformEvaluator(), Options(seed=5)).choose(openings[::-1])
    assert again == moves[::-1]


def test_rows_that_are_no_distribution_are_told_apart():
    class Broken(UniformEvaluator):
        def evaluate(self, planes):
            policy, value = super().evaluate(planes)
            policy[1, 3], policy[2], policy[3, 5] = np.inf, 0, -0.5
            return policy, value

    moves = NetworkPlayer(Broken(), Options()).choose([Asked(number, -1, []) for number in range(5)])
    assert moves[1:4] == [NO_DISTRIBUTION] * 3
    assert all(0 <= move < 361 for move in (moves[0], moves[4]))


def test_with_a_budget_the_network_searches_but_openings_stay_with_the_policy():
    class Counting(Taste):
        evaluated = 0

        def evaluate(self, planes):
            self.evaluated += len(planes)
            return super().evaluate(planes)

    network = Counting(3, 6, 362)
    player = NetworkPlayer(network, Options(evaluations=20))
    network.evaluated = 0
    player.choose([Asked(-1, 4, [])])
    assert network.evaluated == 1
    network.evaluated = 0
    first, second = player.choose([Asked(1, -1, [60]), Asked(2, -1, [60, 72])])
    assert 20 <= network.evaluated <= 44
    assert {first, second} <= set(range(362))


def test_a_search_never_sees_what_is_no_distribution():
    class Broken(UniformEvaluator):
        broken = False

        def evaluate(self, planes):
            policy, value = super().evaluate(planes)
            return (policy * np.nan if self.broken else policy), value

    network = Broken()
    player = NetworkPlayer(network, Options(evaluations=4))
    network.broken = True
    with pytest.raises(ArithmeticError, match="no policy"):
        player.choose([Asked(1, -1, [])])


def test_a_budget_in_seconds_is_cpu_time_of_the_network():
    class Sleepy(Taste):
        """Waits, and so uses the clock but hardly the processor."""

        asked_at: ClassVar[list[float]] = []

        def evaluate(self, planes):
            self.asked_at.append(time.monotonic())
            time.sleep(0.02)
            return super().evaluate(planes)

    player = NetworkPlayer(Sleepy(0, 6, 362), Options(seconds=0.1))
    asked = [Asked(7, -1, [])]
    player.choose(asked)
    began_cpu, began = time.process_time(), time.monotonic()
    player.choose([Asked(8, -1, [60])])
    cpu, clock = time.process_time() - began_cpu, time.monotonic() - began
    assert clock > 0.1  # the clock alone does not end it
    # at eight times that it ends by the clock; a batch that would have gone beyond is left out
    longest_batch = max(np.diff([moment for moment in Sleepy.asked_at if moment >= began]))
    assert cpu >= 0.1 or clock + longest_batch >= 0.8
