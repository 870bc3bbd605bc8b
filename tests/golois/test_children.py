"""Children end with the process that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from golois.children import start_child

pytestmark = pytest.mark.skipif(os.name != "posix", reason="process groups are POSIX's")

# hangs, deaf to what it is asked and to signals, and has started a process of its own that does the same
HANGS = "trap '' HUP INT TERM PIPE; sleep 1000 & echo $$ $!; wait; sleep 1000"

STARTS = f"""
import sys
from golois.children import start_child
child = start_child(["sh", "-c", {HANGS!r}])
child.wait() if sys.argv[1] == "wait" else sys.stdin.readline()
"""


def is_running(number):
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(number)], capture_output=True, text=True, check=False)
    return state.stdout.strip()[:1] not in ("", "Z")


def wait_until_gone(*numbers):
    until = time.monotonic() + 20
    while any(map(is_running, numbers)):
        assert time.monotonic() < until, f"still running: {[n for n in numbers if is_running(n)]}"
        time.sleep(0.02)


@pytest.fixture
def start():
    """A function that starts a process with a hanging child; returns it and the numbers of child and grandchild."""
    started = []

    def start(what):
        process = subprocess.Popen(
            [sys.executable, "-c", STARTS, what], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        child, grandchild = map(int, process.stdout.readline().split())
        started.append((process, child, grandchild))
        return started[-1]

    yield start
    for process, *numbers in started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()
        for number in filter(is_running, numbers):
            os.kill(number, signal.SIGKILL)


def test_a_hanging_child_does_not_outlive_a_killed_parent(start):
    parent, child, grandchild = start("wait")
    assert is_running(child)
    assert is_running(grandchild)
    parent.kill()
    parent.wait()
    wait_until_gone(child, grandchild)


def test_nor_one_that_ended_as_it_should(start):
    parent, child, grandchild = start("end")
    parent.stdin.close()
    assert parent.wait() == 0
    wait_until_gone(child, grandchild)


def test_other_processes_are_left_alone(start):
    other = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    parent, child, grandchild = start("wait")
    parent.kill()
    parent.wait()
    wait_until_gone(child, grandchild)
    assert other.poll() is None
    other.kill()
    other.wait()


def test_a_child_starts_again_after_its_guard_was_killed():
    first = start_child(["sh", "-c", "ps -o pgid= -p $$"], stdout=subprocess.PIPE, text=True)
    guard = int(first.communicate()[0])
    os.kill(guard, signal.SIGKILL)
    until = time.monotonic() + 20
    while is_running(guard):
        assert time.monotonic() < until
        time.sleep(0.02)
    assert start_child(["true"]).wait() == 0


def test_a_program_that_is_not_there_is_an_error():
    with pytest.raises(OSError, match="no-such-program"):
        start_child(["no-such-program"])
