"""The real processes with the shipped network, at the other end of real pipes, as each client talks to them.

The conversations in full stand in tests/golois/gtp/test_clients.py; here is what only a process can get wrong.
"""

from __future__ import annotations

import json
import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from nets.pretrained import shipped_network

PATIENCE = 200.0  # seconds: kernels and networks may have to be compiled first
VERTEX = r"(?:[A-HJ-T](?:1?[0-9])|pass)"


class Process:
    """`golois` with some arguments, and lines from its standard output."""

    def __init__(self, *arguments: str, **environment: str):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "golois", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | environment,
            text=True,
            bufsize=1,
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def send(self, *lines: str) -> None:
        """Send lines in one piece."""
        assert self._process.stdin is not None
        self._process.stdin.write("".join(f"{line}\n" for line in lines))
        self._process.stdin.flush()

    def line(self) -> str:
        """The next line, "" at the end of the output."""
        return self._lines.get(timeout=PATIENCE).rstrip("\n")

    def answer(self) -> list[str]:
        """The lines up to the empty one that ends an answer of GTP."""
        lines = []
        while line := self.line():
            lines.append(line)
        return lines

    def ask(self, line: str) -> list[str]:
        self.send(line)
        return self.answer()

    def end(self) -> tuple[int, str, list[str]]:
        """Close the input; return the exit status, what was written to standard error, and the lines not yet read."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._process.stdin.close()
        complaints = self._process.stderr.read()
        status = self._process.wait(PATIENCE)
        rest = self.answer()
        self._process.stdout.close()
        self._process.stderr.close()
        return status, complaints, rest


@pytest.fixture(scope="module")
def engine() -> Iterator[Process]:
    process = Process("gtp", "--visits", "20", "--ponder")
    yield process
    assert process.end() == (0, "", [])


def test_sabaki_sends_four_commands_at_once_and_interrupts_an_analysis_by_a_move(engine: Process):
    engine.send("1 name", "2 version", "3 protocol_version", "4 list_commands")
    answers = [engine.answer() for _ in range(4)]
    assert [answer[0].split()[0] for answer in answers] == ["=1", "=2", "=3", "=4"]
    commands = answers[3]
    for wanted in ("genmove_analyze", "kata-genmove_analyze", "lz-genmove_analyze", "analyze", "rectangular_boardsize"):
        assert wanted in commands
    for command in ("5 boardsize 19", "6 clear_board", "7 komi 6.5", "8 set_free_handicap D4 Q16"):
        assert engine.ask(command) == [f"={command[0]}"]
    answer = engine.ask("9 genmove_analyze W 5")
    assert answer[0] == "=9"
    assert re.fullmatch(rf"play {VERTEX}", answer[-1])
    for identity, analyze, winrate in ((10, "analyze", r"\d+"), (12, "kata-analyze", r"[01]\.\d+")):
        engine.send(f"{identity} {analyze} B 2")
        assert engine.line() == f"={identity}"
        assert re.match(rf"info move {VERTEX} visits \d+ (?:utility -?\d\.\d+ )?winrate {winrate} ", engine.line())
        engine.send(f"{identity + 1} name")
        engine.answer()  # the rest of the analysis
        assert engine.answer() == [f"={identity + 1} Golois"]


def test_lizzie_stops_pondering_by_asking_for_the_name(engine: Process):
    engine.send("20 boardsize 19", "21 komi 7.5", "22 lz-analyze 1")
    assert [engine.answer() for _ in range(2)] == [["=20"], ["=21"]]
    assert engine.line() == "=22"
    assert engine.line().startswith("info move ")
    engine.send("23 name", "24 play B Q16", "25 undo", "26 time_settings 0 1 1", "27 genmove B")
    engine.answer()
    answers = [engine.answer() for _ in range(5)]
    assert answers[:4] == [["=23 Golois"], ["=24"], ["=25"], ["=26"]]
    assert re.fullmatch(rf"=27 {VERTEX}", answers[4][0])


def test_a_network_is_exchanged_while_the_engine_ponders(engine: Process):
    network = shipped_network()
    assert engine.ask("genmove w")[0].startswith("= ")  # and now it ponders
    refused = engine.ask("golois-load-network /nowhere/none.h5")
    assert refused[0].startswith("? ")
    assert "/nowhere/none.h5" in refused[0]
    assert engine.ask("genmove b")[0].startswith("= ")
    assert engine.ask(f"golois-load-network {network}") == ["="]
    assert engine.ask("genmove w")[0].startswith("= ")


def test_a_missing_network_is_named_in_an_answer_and_on_standard_error():
    process = Process("gtp", "--network", "/nowhere/none.h5")
    assert process.ask("name") == ["= Golois"]
    assert process.ask("boardsize 19") == ["="]
    (refused,) = process.ask("genmove b")
    assert refused.startswith("? cannot play: /nowhere/none.h5: ")
    assert process.ask("quit") == ["="]
    status, complaints, _ = process.end()
    assert status == 1
    assert complaints.startswith("Error: /nowhere/none.h5: ")


def test_katrain():
    """Its requests as it words them; a move it took back is terminated while it is analysed."""
    process = Process("analysis")

    def request(identity: str, **fields: Any) -> str:
        usual = {
            "id": identity,
            "rules": "japanese",
            "priority": 0,
            "analyzeTurns": [2],
            "maxVisits": 20,
            "komi": 6.5,
            "boardXSize": 19,
            "boardYSize": 19,
            "includeOwnership": True,
            "includeMovesOwnership": False,
            "includePolicy": True,
            "initialStones": [],
            "initialPlayer": "B",
            "moves": [["B", "Q16"], ["W", "D4"]],
            "overrideSettings": {"maxTime": 8.0, "wideRootNoise": 0.04, "reportAnalysisWinratesAs": "BLACK"},
        }
        return json.dumps(usual | fields)

    process.send(
        request("QUERY:1"),
        request("QUERY:2", maxVisits=10**6, reportDuringSearchEvery=0.1, overrideSettings={}),
        request("QUERY:3", moves=[["B", "Q16"], ["W", "Q16"]]),
    )
    answers = []
    while not any(answer["id"] == "QUERY:2" for answer in answers):
        answers.append(json.loads(process.line()))
    process.send(json.dumps({"id": "T", "action": "terminate", "terminateId": "QUERY:2"}))
    status, complaints, rest = process.end()
    assert (status, complaints) == (0, "")
    answers += map(json.loads, rest)
    by_id = {answer["id"]: answer for answer in answers if not answer.get("isDuringSearch")}
    assert by_id["QUERY:3"]["error"].startswith("Illegal move")  # KaTrain looks for these words
    assert by_id["T"]["terminateId"] == "QUERY:2"
    assert by_id["QUERY:2"]["rootInfo"]["visits"] > 0
    result = by_id["QUERY:1"]
    assert result["turnNumber"] == 2
    assert {"winrate", "scoreLead", "visits"} <= set(result["rootInfo"])
    assert len(result["policy"]) == 362
    assert len(result["ownership"]) == 361
    for order, move in enumerate(result["moveInfos"]):
        assert move["order"] == order
        assert {"move", "visits", "winrate", "scoreLead", "scoreStdev", "prior", "lcb", "utility"} <= set(move)
        assert move["pv"][0] == move["move"]
