"""A network in a process of its own: right answers, and a sentence for every way to fail."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from golois.evaluator import UniformEvaluator
from tournament.network import NetworkFailure, NetworkProcess
from tournament.worker import ANSWER, HEADER

# a worker whose network answers with the sum of the planes, unless its behaviour is another
WORKER = """
import sys, time
import numpy as np
from tournament.worker import serve

class Network:
    planes, moves = 6, 361
    def evaluate(self, planes):
        if sys.argv[1] == "crash":
            raise MemoryError("no memory for the convolution")
        if sys.argv[1] == "die":
            import os
            os._exit(9)
        if sys.argv[1] == "hang":
            time.sleep(1000)
        policy = np.zeros((len(planes), 362), np.float32)
        policy[:, 0] = planes.sum(axis=(1, 2, 3))
        return policy, np.arange(len(planes), dtype=np.float32)

if sys.argv[1] == "no load":
    sys.exit("the file is damaged")
if sys.argv[1] == "never loads":
    time.sleep(1000)
serve(Network(), sys.stdin.buffer, sys.stdout.buffer)
"""


@pytest.fixture
def start(tmp_path):
    """A function that starts a worker with a behaviour; what was started is ended."""
    program = tmp_path / "worker.py"
    program.write_text(WORKER)
    started = []

    def start(behaviour, **limits):
        started.append(NetworkProcess(behaviour, command=(sys.executable, str(program)), **limits))
        return started[-1]

    yield start
    for network in started:
        network.close()


def planes(*sums):
    """One position for each sum, so many of its planes' points set."""
    batch = np.zeros((len(sums), 19, 19, 6), np.uint8)
    for row, count in zip(batch, sums, strict=True):
        row.ravel()[:count] = 1
    return batch


def test_answers_come_in_the_order_of_the_batches(start):
    network = start("sound")
    assert network.planes == 6
    network.start(planes(5, 17, 0))
    network.start(planes(300))  # before the first answer was fetched
    policy, value = network.finish()
    assert policy.shape == (3, 362)
    assert policy[:, 0].tolist() == [5, 17, 0]
    assert value.tolist() == [0, 1, 2]
    first_began, first_ended = network.worked
    policy, value = network.finish()
    assert policy[:, 0].tolist() == [300]
    assert first_began <= first_ended <= network.worked[0] <= network.worked[1]


def test_large_batches_do_not_block(start):
    network = start("sound")
    for _ in range(3):
        network.start(planes(*range(200)))
    for _ in range(3):
        policy, _ = network.finish()
        assert policy[:, 0].tolist() == list(range(200))


def test_a_crash_is_told_with_its_last_line(start):
    network = start("crash")
    network.start(planes(1))
    with pytest.raises(NetworkFailure, match=r"crashed \(exit status 1\): MemoryError: no memory for the convolution"):
        network.finish()


def test_a_process_that_dies_without_a_word_is_told_with_its_status(start):
    network = start("die")
    network.start(planes(1))
    with pytest.raises(NetworkFailure, match=r"crashed \(exit status 9\)$"):
        network.finish()


def test_a_network_that_hangs_is_given_up(start):
    network = start("hang", seconds_per_batch=0.3)
    network.start(planes(1, 2))
    with pytest.raises(NetworkFailure, match=r"needed more than 0.3 s for 2 positions"):
        network.finish()


def test_a_network_that_does_not_load_says_why(start):
    with pytest.raises(NetworkFailure, match="the file is damaged"):
        start("no load")
    with pytest.raises(NetworkFailure, match=r"needed more than 0.5 s to load"):
        start("never loads", seconds_to_load=0.5)


def test_the_protocol_is_what_it_says():
    import io

    from tournament.worker import REQUEST, serve

    requests, answers = io.BytesIO(REQUEST.pack(2) + bytes(2 * 361 * 8)), io.BytesIO()
    serve(UniformEvaluator(planes=8), requests, answers)
    data = answers.getvalue()
    assert HEADER.unpack_from(data) == (8, 362)
    began, ended = ANSWER.unpack_from(data, HEADER.size)
    assert began <= ended
    numbers = np.frombuffer(data, "<f4", offset=HEADER.size + ANSWER.size)
    assert numbers[:724].tolist() == pytest.approx([1 / 362] * 724)
    assert numbers[724:].tolist() == [0.5, 0.5]
