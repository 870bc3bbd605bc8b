"""KataGo's analysis protocol as KaTrain uses it, and as nobody should."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from golois.analysis.loop import AnalysisEngine
from golois.errors import GoloisError
from golois.evaluator import UniformEvaluator
from golois.search import Search, SearchSettings


def load() -> Search:
    return Search(UniformEvaluator(), games=3, leaves=2, capacity=400)


def converse(*requests: dict[str, Any] | str, load_search: Any = load, **options: Any) -> list[dict[str, Any]]:
    """Send requests, all at once; return all responses."""
    lines = [request if isinstance(request, str) else json.dumps(request) for request in requests]
    sink = io.BytesIO()
    engine = AnalysisEngine(load_search, visits=20, model="test", **options)
    engine.run(io.BytesIO("".join(line + "\n" for line in lines).encode()), sink)
    return [json.loads(line) for line in sink.getvalue().splitlines()]


def request(identity: str = "q", **fields: Any) -> dict[str, Any]:
    return {
        "id": identity,
        "moves": [],
        "rules": "tromp-taylor",
        "komi": 7.5,
        "boardXSize": 19,
        "boardYSize": 19,
    } | fields


def test_katrain_asks_for_the_version_and_analyses_a_game():
    answers = converse(
        {"id": "version", "action": "query_version"},
        request(
            "game",
            moves=[["B", "D4"], ["W", "Q16"], ["B", "pass"]],
            initialStones=[["B", "C3"]],
            initialPlayer="B",
            analyzeTurns=[0, 3],
            maxVisits=12,
            includeOwnership=True,
            includePolicy=True,
            includeMovesOwnership=True,
            includePVVisits=True,
            overrideSettings={"maxTime": 1000, "wideRootNoise": 0.04},
        ),
    )
    assert answers[0]["id"] == "version"
    assert answers[0]["version"].count(".") == 2
    results = {answer["turnNumber"]: answer for answer in answers[1:]}
    assert set(results) == {0, 3}
    for result in results.values():
        assert result["id"] == "game"
        assert result["isDuringSearch"] is False
        assert len(result["ownership"]) == 361
        assert len(result["policy"]) == 362
        root = result["rootInfo"]
        assert root["visits"] >= 12
        assert {"winrate", "scoreLead", "scoreSelfplay", "utility", "currentPlayer"} <= set(root)
        for order, move in enumerate(result["moveInfos"]):
            assert move["order"] == order
            assert move["pv"][0] == move["move"]
            assert len(move["pv"]) == len(move["pvVisits"])
            assert 0 <= move["winrate"] <= 1
            assert len(move["ownership"]) == 361 or order >= 12
    assert results[0]["policy"][19 * 16 + 2] == -1  # C3 is taken
    assert results[3]["rootInfo"]["currentPlayer"] == "W"


def test_values_are_told_from_the_side_that_is_asked_for():
    class Lopsided(UniformEvaluator):
        def evaluate(self, planes):  # type: ignore[no-untyped-def]
            policy, value = super().evaluate(planes)
            return policy, value * 0 + 0.9  # White is ahead

    def winrate(turn: int, **fields: Any) -> float:
        moves = [["B", "D4"]] if turn else []
        answer = converse(
            request(moves=moves, **fields), load_search=lambda: Search(Lopsided(), games=1, leaves=1, capacity=100)
        )[0]
        root: float = answer["rootInfo"]["winrate"]
        assert answer["rootInfo"]["scoreLead"] * (root - 0.5) > 0
        return root

    assert winrate(0) == pytest.approx(0.1, abs=1e-4)
    assert winrate(1) == pytest.approx(0.1, abs=1e-4)
    white = {"overrideSettings": {"reportAnalysisWinratesAs": "WHITE"}}
    assert winrate(0, **white) == pytest.approx(0.9, abs=1e-4)
    mover = {"overrideSettings": {"reportAnalysisWinratesAs": "SIDETOMOVE"}}
    assert winrate(1, **mover) == pytest.approx(0.9, abs=1e-4)


def test_positions_of_higher_priority_come_first():
    requests = [request(str(priority), priority=priority, maxVisits=30) for priority in (1, 2, 3, 9, 8, 7)]
    order = [answer["id"] for answer in converse(*requests, load_search=lambda: Search(UniformEvaluator(), games=1))]
    assert order == ["9", "8", "7", "3", "2", "1"]
    turns = request("t", moves=[["B", "D4"]], analyzeTurns=[0, 1], priorities=[1, 5])
    answers = converse(turns, load_search=lambda: Search(UniformEvaluator(), games=1))
    assert [answer["turnNumber"] for answer in answers] == [1, 0]


def test_what_is_terminated_before_it_began_has_no_results():
    answers = converse(
        request("a", maxVisits=50),
        request("b", maxVisits=50),
        {"id": "stop", "action": "terminate", "terminateId": "b"},
        {"id": "none", "action": "terminate", "terminateId": "unknown", "turnNumbers": [1]},
    )
    assert {"id": "b", "isDuringSearch": False, "noResults": True, "turnNumber": 0} in answers
    assert {"id": "stop", "action": "terminate", "terminateId": "b"} in answers
    assert [answer["id"] for answer in answers if "rootInfo" in answer] == ["a"]
    everything = converse(request("a"), request("b"), {"id": "all", "action": "terminate_all"})
    assert sum(answer.get("noResults", False) for answer in everything) == 2


def test_partial_results_come_during_a_long_search():
    search = lambda: Search(UniformEvaluator(), games=1, leaves=1, capacity=20000)  # noqa: E731
    answers = converse(request(maxVisits=2000, reportDuringSearchEvery=0.05), load_search=search)
    assert answers[0]["isDuringSearch"] is True
    assert [answer["isDuringSearch"] for answer in answers].count(False) == 1
    assert answers[-1]["isDuringSearch"] is False


def test_moves_can_be_avoided_or_allowed():
    only = {"player": "B", "moves": ["D4", "Q16"], "untilDepth": 1}
    answer = converse(request(allowMoves=[only]))[0]
    assert {move["move"] for move in answer["moveInfos"]} == {"D4", "Q16"}
    first = converse(request())[0]["moveInfos"][0]["move"]
    avoided = converse(request(avoidMoves=[{"player": "B", "moves": [first], "untilDepth": 1}]))[0]
    assert first not in {move["move"] for move in avoided["moveInfos"]}


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"boardXSize": 9}, "boardXSize", "Must provide the integer 19"),
        ({"boardYSize": "19"}, "boardYSize", "Must provide an integer"),
        ({"moves": None}, "moves", "Must be an array of pairs"),
        ({"moves": [["B"]]}, "moves", "Must be an array of pairs"),
        ({"moves": [["R", "D4"]]}, "moves", "Could not parse player: R"),
        ({"moves": [["B", "I4"]]}, "moves", "Could not parse board location: I4"),
        ({"moves": [["B", "D4"], ["W", "D4"]]}, "moves", "Illegal move 1: illegal move White D4"),
        ({"rules": None}, "rules", "Must specify rules"),
        ({"rules": "checkers"}, "rules", "Could not parse rules"),
        ({"komi": 6.3}, "komi", "Must be a integer or half-integer from -150 to 150"),
        ({"komi": "7"}, "komi", "Must be a integer or half-integer"),
        ({"analyzeTurns": [1]}, "analyzeTurns", "Invalid turn number: 1"),
        ({"analyzeTurns": [True]}, "analyzeTurns", "Must be an array of integers"),
        ({"maxVisits": 0}, "maxVisits", "Must be an integer"),
        ({"priorities": [1, 2]}, "priorities", "same length"),
        ({"includePolicy": "yes"}, "includePolicy", "Must be a boolean"),
        ({"overrideSettings": []}, "overrideSettings", "Must be an object"),
        ({"initialStones": [["B", "D4"], ["W", "D4"]]}, "initialStones", "Illegal initial stones"),
        ({"avoidMoves": ["D4"]}, "avoidMoves", "Must be a list of dicts"),
    ],
)
def test_errors_name_the_field_in_katagos_words(change: dict[str, Any], field: str, message: str):
    answers = converse(request("bad", **change), request("good"))
    assert answers[0]["id"] == "bad"
    assert answers[0]["field"] == field
    assert message in answers[0]["error"]
    assert "rootInfo" in answers[1]


@pytest.mark.parametrize(
    "line", ["{", "[]", "7", '{"id": 3}', "{}", '{"id":"x","action":"dance"}', "nul", "[" * 100000]
)
def test_lines_that_are_no_requests(line: str):
    answers = converse(line, request("good"))
    assert "error" in answers[0]
    assert "rootInfo" in answers[1]


def test_an_unknown_field_is_a_warning_and_the_request_is_answered():
    answers = converse(request(maxVisit=10))
    assert answers[0] == {"warning": "Unexpected or unused field", "field": "maxVisit", "id": "q"}
    assert "rootInfo" in answers[1]


def test_the_board_is_the_networks():
    small = lambda: Search(UniformEvaluator(board_size=9), games=1, capacity=400)  # noqa: E731
    nine = {"boardXSize": 9, "boardYSize": 9}
    (answer,) = converse(request(moves=[["B", "E5"]], includePolicy=True, **nine), load_search=small)
    assert len(answer["policy"]) == 82
    (refused,) = converse(request(), load_search=small)
    assert refused["error"] == "Must provide the integer 9: the network plays on 9x9"
    assert refused["field"] == "boardXSize"


def test_a_network_that_cannot_load_is_told_with_every_request():
    def broken() -> Search:
        raise GoloisError("x.h5: there is no such file")

    answers = converse({"id": "v", "action": "query_version"}, request("a"), request("b"), load_search=broken)
    assert answers[0]["id"] == "v"
    assert answers[1:] == [{"error": "x.h5: there is no such file", "id": name} for name in "ab"]


def test_a_network_that_fails_is_told_with_the_request_it_failed_on(capsys: pytest.CaptureFixture[str]):
    class Failing(UniformEvaluator):
        calls = 0

        def evaluate(self, planes):  # type: ignore[no-untyped-def]
            self.calls += 1
            if self.calls == 1:
                raise RuntimeError("out of memory")
            return super().evaluate(planes)

    answers = converse(request("a"), request("b"), load_search=lambda: Search(Failing(), games=1, capacity=400))
    assert answers[0] == {"error": "out of memory", "id": "a"}
    assert "rootInfo" in answers[1]
    assert "RuntimeError" in capsys.readouterr().err


def test_the_cache_is_cleared():
    class Counting(UniformEvaluator):
        positions = 0

        def evaluate(self, planes):  # type: ignore[no-untyped-def]
            self.positions += len(planes)
            return super().evaluate(planes)

    def positions_evaluated(*between: dict[str, Any]) -> int:
        evaluator = Counting()
        search = Search(evaluator, SearchSettings(cache=64), games=1, leaves=1, capacity=50)
        engine = AnalysisEngine(lambda: search, visits=1)
        for line in (request("a"), *between, request("b")):
            engine.run(io.BytesIO(json.dumps(line).encode()), io.BytesIO())
        return evaluator.positions

    assert positions_evaluated() == 1
    assert positions_evaluated({"id": "c", "action": "clear_cache"}) == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["id", "action", "moves", "rules", "komi", "boardXSize", "analyzeTurns", "maxVisits", "priority", "priorities"]
)
MORE_FIELDS = st.sampled_from(
    ["initialStones", "initialPlayer", "overrideSettings", "avoidMoves", "reportDuringSearchEvery", "terminateId"]
)


@given(st.dictionaries(FIELDS | MORE_FIELDS, JSON, max_size=3), st.integers(1, 400))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_request_stops_the_engine(change: dict[str, Any], length: int):
    broken = json.dumps(request("odd", **(change | {"maxVisits": change.get("maxVisits", 3)})))
    shared = Search(UniformEvaluator(), games=2, leaves=1, capacity=50)
    answers = converse(broken, broken[:length], {"id": "alive", "action": "query_version"}, load_search=lambda: shared)
    assert "alive" in [answer.get("id") for answer in answers]
