"""One network in a process of its own that thinks about the games of many visitors at once.

Start: `python -m tournament.web.play.worker NETWORK.h5 OPTIONS`, OPTIONS a JSON object with `rules`, `komi` and
`games`. Requests come in and answers go out as JSON objects, one a line. Every position that is asked for gets a tree
of its own, and the leaves of all trees share a batch; a request that comes during a search joins the next batch.

    request   {"id": 7, "moves": [60, 72, ...], "visits": 200, "hint": false}
    request   {"id": 8, "moves": [60, 72, ...], "game": true}: what the network makes of every position of a game
    cancel    {"cancel": 7}
    ready     {"ready": true}
    progress  {"id": 7, "visits": 80}
    answer    {"id": 7, "move": 288, "winrate": 0.52, "candidates": [...]}, with "policy" for a hint
    answer    {"id": 8, "values": [...], "policies": [...]}, as whole_game.py describes them
    failure   {"id": 7, "error": "..."}
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np

from golois.errors import GoloisError
from golois.evaluator import Evaluator
from golois.game import Game
from golois.players import choose_move
from golois.rules import Rules
from golois.search import Budget, Report, Search, SearchSettings
from golois.search.player import best_move, ends_by_passing
from tournament.web.play.whole_game import WholeGame

LEAVES = 8
"""Leaves of one tree in one batch: what the engine takes for a single game."""
MOST_VISITS = 1600
EVALUATIONS_KEPT = 1 << 14
"""Visitors play the same openings, and a game its own expected moves: 25 MB save them most of their evaluations."""
CANDIDATES = 8
"""Moves that a hint lists."""
SECONDS_BETWEEN_REPORTS = 0.5
NICENESS = 3
"""Pages are answered first, and visitors' moves before those of a tournament that is played meanwhile."""

Answer = dict[str, Any]


@dataclass
class _Position:
    """A position that is being searched or waits for a free tree."""

    identity: int
    game: Game
    visits: int
    hint: bool


class SharedSearch:
    """Searches many positions with one network, a tree each, all in the same batches.

    Args:
        evaluator: the network.
        rules: of all games.
        games: how many positions are searched at once; more wait for their turn.
        answer: takes each answer as soon as it is known.
    """

    def __init__(self, evaluator: Evaluator, rules: Rules, games: int, answer: Callable[[Answer], None]) -> None:
        self.evaluator = evaluator
        self.rules = rules
        self.answer = answer
        settings = SearchSettings(cache=EVALUATIONS_KEPT)
        self._search = Search(evaluator, settings, games=games, leaves=LEAVES, capacity=MOST_VISITS + 2 * LEAVES)
        self._waiting: deque[_Position] = deque()
        self._running: dict[int, _Position] = {}
        self._whole: dict[int, WholeGame] = {}
        self._reported = time.monotonic()

    def warm_up(self) -> None:
        """Compile or load the kernels and run the network once, so that no visitor waits for that."""
        game = Game(self.evaluator.board_size, self.rules)
        self._search.place(0, game)
        self._search.run(Budget(visits=2), slots=[0])
        answer_of(game, self._search.report(0), visits=2, hint=True)
        self._search.limit(0, 0)
        self._search.forget(0)

    @property
    def busy(self) -> bool:
        """Whether a position is searched or waits, or a whole game is looked at."""
        return bool(self._waiting or self._running or self._whole)

    def receive(self, request: dict[str, Any]) -> None:
        """Take a request; a position that needs no search is answered at once."""
        if "cancel" in request:
            self._cancel(request["cancel"])
            return
        identity = request["id"]
        if request.get("game"):
            self._whole[identity] = WholeGame(self.evaluator, self.rules, request["moves"])
            return
        try:
            game = Game(self.evaluator.board_size, self.rules)
            for move in request["moves"]:
                game.play(move)
            if not 0 < request["visits"] <= MOST_VISITS:
                raise GoloisError(f"{request['visits']} visits were asked for; 1 to {MOST_VISITS} are possible")
        except GoloisError as error:
            self.answer({"id": identity, "error": str(error)})
            return
        if ends_by_passing(game) and not request["hint"]:
            self.answer({"id": identity, "move": game.pass_move, "winrate": 1.0, "candidates": []})
            return
        self._waiting.append(_Position(identity, game, request["visits"], request["hint"]))

    def step(self) -> None:
        """Search one batch further, look at some positions of a whole game, and answer what is done."""
        if self._waiting or self._running:
            self._search_on()
        if self._whole:
            identity, whole = next(iter(self._whole.items()))
            try:
                found = whole.step()
            except Exception as error:  # as in a search
                found = {"error": str(error) or type(error).__name__}
            if found is not None:
                del self._whole[identity]
                self.answer({"id": identity, **found})

    def _search_on(self) -> None:
        for slot in range(self._search.games):
            if slot not in self._running and self._waiting:
                position = self._running[slot] = self._waiting.popleft()
                self._search.place(slot, position.game)
                self._search.limit(slot, position.visits)
        try:
            self._search.step()
        except Exception as error:  # whatever a submitted network does, the others play on
            for slot, position in list(self._running.items()):
                self._free(slot)
                self.answer({"id": position.identity, "error": str(error) or type(error).__name__})
            return
        tell = time.monotonic() - self._reported >= SECONDS_BETWEEN_REPORTS
        if tell:
            self._reported = time.monotonic()
        for slot, position in list(self._running.items()):
            if self._search.is_finished(slot):
                report = self._search.report(slot)
                self._free(slot)
                found = answer_of(position.game, report, position.visits, position.hint)
                self.answer({"id": position.identity, **found})
            elif tell:
                self.answer({"id": position.identity, "visits": self._search.report(slot, variations=False).visits})

    def _cancel(self, identity: int) -> None:
        self._whole.pop(identity, None)
        self._waiting = deque(position for position in self._waiting if position.identity != identity)
        for slot, position in list(self._running.items()):
            if position.identity == identity:
                self._free(slot)

    def _free(self, slot: int) -> None:
        self._search.limit(slot, 0)
        self._search.forget(slot)
        del self._running[slot]


def answer_of(game: Game, report: Report, visits: int, hint: bool) -> Answer:
    """Return what a search found, ready for JSON; with one visit the network's policy alone chooses.

    `winrate`, and that of each candidate, is the probability that the side to move wins.
    """
    policy = np.maximum(report.priors, 0)
    move = choose_move(game, policy) if visits == 1 else best_move(game, report)
    found: Answer = {
        "move": move,
        "winrate": round(report.winrate, 4),
        "candidates": [
            {"move": m.move, "visits": m.visits, "winrate": round(m.winrate, 4), "prior": round(m.prior, 4)}
            for m in report.moves[:CANDIDATES]
        ],
    }
    if hint:
        found["policy"] = [round(float(prior), 4) for prior in policy]
    return found


def serve(shared: SharedSearch, requests: BinaryIO) -> None:
    """Say that all is ready, then answer requests until the input ends."""
    shared.warm_up()
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def read() -> None:
        while line := requests.readline():
            lines.put(line)
        lines.put(b"")

    threading.Thread(target=read, daemon=True).start()
    shared.answer({"ready": True})
    while True:
        while not (shared.busy and lines.empty()):
            line = lines.get()
            if not line:
                return
            shared.receive(json.loads(line))
        shared.step()


def main() -> None:
    """Load the network named on the command line and serve it."""
    # whatever a library prints must not end up among the answers
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from nets.inference import load_evaluator

    options = json.loads(sys.argv[2])

    def write(answer: Answer) -> None:
        answers.write(json.dumps(answer, separators=(",", ":")).encode() + b"\n")
        answers.flush()

    evaluator = load_evaluator(sys.argv[1], max_batch=LEAVES * options["games"])
    shared = SharedSearch(evaluator, Rules.preset(options["rules"], options["komi"]), options["games"], write)
    serve(shared, sys.stdin.buffer)


if __name__ == "__main__":
    main()
