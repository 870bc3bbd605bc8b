"""The process that reads a submission may die in any way: the parent lives and says in one line what happened."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from nets.reader import Limits, NetworkError, check_network, sandbox, understand_safely
from tests.nets.reader.small_network import write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "équipe n° 1 (final).v2.h5")


def test_it_returns_what_a_reading_in_this_process_returns(path: Path) -> None:
    network = understand_safely(path)
    assert (network.planes, network.moves, network.policy_name) == (6, 361, "policy")
    assert [node.kind for node in network.nodes][:2] == ["Input", "Convolution"]


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(
    ("signal", "words"),
    [
        ("SIGKILL", "was killed (SIGKILL; the system does that when memory runs out)"),
        ("SIGSEGV", "crashed (SIGSEGV)"),
        ("SIGXCPU", "takes more than 90 seconds"),
    ],
)
def test_a_killed_reader_is_reported(path: Path, monkeypatch: pytest.MonkeyPatch, signal: str, words: str) -> None:
    monkeypatch.setattr(sandbox, "CHILD", f"import os, signal; os.kill(os.getpid(), signal.{signal})")
    report = check_network(path)
    assert not report.ok
    assert words in report.problems[0]


def test_a_reader_that_hangs_is_ended(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "CHILD", "import time; time.sleep(60)")
    report = check_network(path, limits=Limits(wall_seconds=1))
    assert report.problems == ["reading and running the network takes more than 1 seconds: make it smaller"]


def test_a_reader_that_answers_nonsense_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = "import json,sys;t=json.load(sys.stdin);open(t['folder']+'/answer.json','w').write('[1')"
    monkeypatch.setattr(sandbox, "CHILD", answer)
    assert "without an answer" in check_network(path).problems[0]


def test_a_description_that_was_tampered_with_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = (
        "import json,sys;t=json.load(sys.stdin);f=t['folder']+'/';"
        """open(f+'answer.json','w').write('{"problems": []}');open(f+'network.npz','wb').write(b'PK' + bytes(99))"""
    )
    monkeypatch.setattr(sandbox, "CHILD", answer)
    with pytest.raises(NetworkError, match="damaged description"):
        understand_safely(path)


@pytest.mark.skipif(sys.platform != "linux", reason="the address space is limited on Linux")
def test_memory_is_bounded(path: Path) -> None:
    report = check_network(path, limits=Limits(memory_bytes=1 << 20))
    assert not report.ok
    assert "memory" in report.problems[0] or "reader" in report.problems[0]


@pytest.mark.skipif(sys.platform != "linux", reason="processor time is limited on POSIX")
def test_processor_time_is_bounded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spin = sandbox.CHILD.replace(
        "main(t)", "import nets.reader.child as c;c.understand=lambda *a:list(iter(int,1));main(t)"
    )
    monkeypatch.setattr(sandbox, "CHILD", spin)
    report = check_network(path, limits=Limits(cpu_seconds=2, memory_bytes=64 << 30))
    assert report.problems == ["reading and running the network takes more than 2 seconds: make it smaller"]


def test_a_large_file_is_not_even_read(path: Path) -> None:
    with pytest.raises(NetworkError, match="more than the 1,000 allowed"):
        understand_safely(path, Limits(file_bytes=1000))


def test_the_environment_of_the_parent_stays_outside(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "12345")
    tell = (
        "import json,os,sys;t=json.load(sys.stdin);open(t['folder']+'/answer.json','w').write(json.dumps({'problems':"
    )
    monkeypatch.setattr(sandbox, "CHILD", tell + "list(os.environ)}))")
    assert "SECRET_TOKEN" not in check_network(path).problems
