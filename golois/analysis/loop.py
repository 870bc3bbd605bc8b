"""Read requests, search several positions at the same time, answer each as it is done."""

from __future__ import annotations

import heapq
import json
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, BinaryIO

from golois import __version__
from golois.analysis.answers import nothing_of, result_of
from golois.analysis.fields import QueryError, is_integer
from golois.analysis.queries import Query, parse_request, read_queries
from golois.errors import GoloisError
from golois.gtp.loop import RawInput, read_lines
from golois.search import Search

TERMINATE = 'Requests for a terminate action must have a string "terminateId" field'
TURNS = "If provided, must be an array of integers indicating turns to terminate"


@dataclass
class Running:
    """A position under search: since when, and when the next partial result is due."""

    query: Query
    started: float
    due: float | None
    terminated: bool = False


class AnalysisEngine:
    """The queue of positions and the search they share.

    Args:
        load_search: makes the search; called in a thread of its own, so that actions are answered while the network
            loads. Requests for analysis wait for it: they must be for its board. Each of its trees analyses one
            position at a time.
        visits: for requests that name no number.
        winrates_as: BLACK, WHITE or SIDETOMOVE, for requests that do not say.
        model: the network's name, for `query_models`.
    """

    def __init__(
        self, load_search: Callable[[], Search], visits: int, winrates_as: str = "BLACK", model: str = "network"
    ) -> None:
        self.visits = visits
        self.winrates_as = winrates_as
        self.model = model
        self._waiting: list[tuple[int, int, Query]] = []  # a heap: the highest priority, then the oldest first
        self._count = 0
        self._running: dict[int, Running] = {}
        self._sink: BinaryIO
        executor = ThreadPoolExecutor(1, "analysis-load")
        self._loading: Future[Search] = executor.submit(load_search)
        executor.shutdown(wait=False)

    def run(self, source: RawInput, sink: BinaryIO, quit_without_waiting: bool = False) -> None:
        """Answer the requests of `source` on `sink`; at its end finish what was asked for, unless told otherwise."""
        self._sink = sink
        lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=read_lines, args=(source, lines.put), daemon=True, name="analysis-input").start()
        open_input = True
        try:
            while open_input or self._waiting or self._running:
                idle = not self._waiting and not self._running
                while open_input and (idle or not lines.empty()):
                    line = lines.get()
                    idle = False
                    if line is None:
                        open_input = False
                        if quit_without_waiting:
                            return
                    elif line.strip():
                        self._receive(line)
                if self._waiting or self._running:
                    self._search_on()
        except (BrokenPipeError, KeyboardInterrupt):
            pass  # the program at the other end is gone

    def _send(self, answer: dict[str, Any]) -> None:
        self._sink.write(json.dumps(answer, separators=(",", ":"), sort_keys=True).encode() + b"\n")
        self._sink.flush()

    def _receive(self, line: str) -> None:
        """Carry out an action, or put the positions of a request into the queue."""
        try:
            request = parse_request(line)
            if "action" in request:
                self._act(request)
                return
            queries, warnings = self._read_queries(request)
        except QueryError as error:
            self._send(error.answer())
            return
        except Exception as error:
            # a defect of ours must not end the user's analysis: say what happened and go on
            traceback.print_exc(file=sys.stderr)
            self._send({"error": f"internal error: {type(error).__name__}: {str(error)[:200]}"})
            return
        for warning in warnings:
            self._send(warning)
        for query in queries:
            self._count += 1
            heapq.heappush(self._waiting, (-query.priority, self._count, query))

    def _read_queries(self, request: dict[str, Any]) -> tuple[list[Query], list[dict[str, Any]]]:
        try:
            search = self._loading.result()
        except GoloisError as error:
            raise QueryError(str(error), identity=request["id"]) from error
        return read_queries(request, search.size, self.winrates_as, search.settings)

    def _act(self, request: dict[str, Any]) -> None:
        action = request["action"]
        answer = dict(request)
        if action == "query_version":
            # clients look for features by KataGo's number; this is the protocol that is spoken here
            answer |= {"version": "1.13.0", "git_hash": f"golois-{__version__}"}
        elif action == "query_models":
            model = {"name": self.model, "internalName": self.model, "maxBatchSize": 256, "usesHumanSLProfile": False}
            answer |= {"models": [model]}
        elif action == "clear_cache":
            if self._loading.done() and self._loading.exception() is None:
                self._loading.result().clear_cache()
        elif action in ("terminate", "terminate_all"):
            turns = request.get("turnNumbers")
            identity = request.get("terminateId")
            if action == "terminate" and not isinstance(identity, str):
                raise QueryError(TERMINATE, "terminateId", request["id"])
            if "turnNumbers" in request and not (isinstance(turns, list) and all(map(is_integer, turns))):
                raise QueryError(TURNS, "turnNumbers", request["id"])
            self._terminate(identity if action == "terminate" else None, turns)
        self._send(answer)

    def _terminate(self, identity: str | None, turns: list[int] | None) -> None:
        def is_meant(query: Query) -> bool:
            return (identity is None or query.identity == identity) and (turns is None or query.turn in turns)

        given_up = sorted(entry for entry in self._waiting if is_meant(entry[2]))
        self._waiting = [entry for entry in self._waiting if not is_meant(entry[2])]
        heapq.heapify(self._waiting)
        for running in self._running.values():
            running.terminated = running.terminated or is_meant(running.query)
        for _, _, query in given_up:
            self._send(nothing_of(query))

    def _search_on(self) -> None:
        """Fill free trees from the queue, search one batch, answer what is done."""
        search = self._loading.result()  # it has loaded: nothing is in the queue before
        for slot in range(search.games):
            if slot not in self._running and self._waiting:
                self._start(search, slot, heapq.heappop(self._waiting)[2])
        try:
            search.step()
        except Exception as error:  # whatever the network's library raises must not end the user's analysis
            if not isinstance(error, GoloisError):
                traceback.print_exc(file=sys.stderr)
            for slot, running in list(self._running.items()):
                self._send({"error": str(error) or type(error).__name__, "id": running.query.identity})
                self._free(search, slot)
            return
        now = time.perf_counter()
        for slot, running in list(self._running.items()):
            query = running.query
            late = query.seconds is not None and now - running.started >= query.seconds
            report = None
            if running.terminated or late or search.is_finished(slot):
                report = search.report(slot)
                self._send(result_of(query, report, during_search=False) if report.visits else nothing_of(query))
                self._free(search, slot)
            elif running.due is not None and now >= running.due:
                report = search.report(slot)
                if report.visits:
                    self._send(result_of(query, report, during_search=True))
                # from when it was sent: a client that asks too often must not hold up the search
                every = query.wanted.report_every
                running.due = None if every is None else time.perf_counter() + every

    def _start(self, search: Search, slot: int, query: Query) -> None:
        search.forget(slot)
        search.place(slot, query.game, settings=query.settings)
        if query.restriction:
            search.restrict(slot, query.restriction)
        search.limit(slot, query.visits or self.visits)
        now = time.perf_counter()
        first = query.wanted.report_first
        self._running[slot] = Running(query, now, None if first is None else now + first)

    def _free(self, search: Search, slot: int) -> None:
        search.limit(slot, 0)
        search.forget(slot)
        del self._running[slot]
