"""KataGo's analysis protocol: what is searched, when it is answered, and what the answers hold."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from golois.analysis.loop import AnalysisEngine
from golois.errors import GoloisError
from golois.evaluator import UniformEvaluator
from golois.search import Search, SearchSettings

from .conversation import converse, request


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
            overrideSettings={"maxTime": 1000, "wideRootNoise": 0.04, "reportAnalysisWinratesAs": "BLACK"},
        ),
    )
    assert not [answer for answer in answers if "warning" in answer]
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


REPEATING = "pass A1 B1 B2 C3 B3 C2 pass A3 C1 pass pass B1"


def test_records_of_other_rules_are_analysed_though_these_forbid_a_move():
    """Black's last move repeats a position: what was before it is left out, as KataGo accepts it."""
    moves = [["BW"[number % 2], vertex] for number, vertex in enumerate(REPEATING.split())]
    stones = [["B", vertex] for vertex in ("A4", "B4", "C4", "D3", "D2", "D1")]
    answers = converse(
        request(rules="aga", initialStones=stones, initialPlayer="B", moves=moves, analyzeTurns=[0, 13], maxVisits=4)
    )
    assert [answer["turnNumber"] for answer in answers] == [0, 13]
    assert answers[1]["rootInfo"]["currentPlayer"] == "W"
    occupied = converse(request(moves=[["B", "D4"], ["W", "D4"]]))
    assert occupied[0]["error"].startswith("Illegal move 1: D4")


def test_a_text_that_is_nested_without_end_is_an_error_and_no_end():
    nested = '{"ko":' + "[" * 100_000
    answers = converse(request("deep", rules=nested), request("next"))
    assert "not valid JSON" in answers[0]["error"]
    assert answers[-1]["id"] == "next"


def test_a_game_ended_by_two_passes_is_analysed_as_if_it_went_on():
    """Dead stones may be on the board: what would be counted there is no result to be told."""
    answers = converse(request(moves=[["B", "pass"], ["W", "pass"]], analyzeTurns=[2], maxVisits=30, rules="chinese"))
    assert answers[0]["moveInfos"]
    assert 0.1 < answers[0]["rootInfo"]["winrate"] < 0.9


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
    answer = converse(request(allowMoves=[only], includePolicy=True))[0]
    assert {move["move"] for move in answer["moveInfos"]} == {"D4", "Q16"}
    assert min(answer["policy"]) > 0  # the network's policy, whatever is left out
    first = converse(request())[0]["moveInfos"][0]["move"]
    avoided = converse(request(avoidMoves=[{"player": "B", "moves": [first], "untilDepth": 1}]))[0]
    assert first not in {move["move"] for move in avoided["moveInfos"]}
    others = converse(request(avoidMoves=[{"player": "W", "moves": [first], "untilDepth": 1}]))[0]
    assert first in {move["move"] for move in others["moveInfos"]}  # White's moves are not Black's


def test_moves_are_left_out_down_to_a_depth():
    """Black's first move is given, and White's answer is one of two, while its depth is within the limit."""

    def answers_to(depth: int) -> set[str]:
        black = {"player": "B", "moves": ["D4"], "untilDepth": 1}
        white = {"player": "W", "moves": ["Q16", "Q4"], "untilDepth": depth}
        answer = converse(request(allowMoves=[black, white], maxVisits=300))[0]
        lines = [move["pv"] for move in answer["moveInfos"]]
        assert {line[0] for line in lines} == {"D4"}
        return {line[1] for line in lines}

    assert answers_to(2) <= {"Q16", "Q4"}
    assert not answers_to(1) & {"Q16", "Q4"}


def test_repeated_turns_are_analysed_once_in_their_order():
    answers = converse(request(moves=[["B", "D4"], ["W", "Q4"]], analyzeTurns=[2, 0, 2, 0]))
    assert sorted(answer["turnNumber"] for answer in answers) == [0, 2]


def test_points_may_be_counted_from_the_upper_left():
    named, counted = (
        converse(request(moves=[["B", point]], maxVisits=1))[0]["rootInfo"]["thisHash"] for point in ("D4", "(3,15)")
    )
    assert named == counted


def test_positions_have_names_that_their_images_share():
    def names(point: str) -> tuple[str, str]:
        root = converse(request(moves=[["B", point]], maxVisits=1))[0]["rootInfo"]
        return root["thisHash"], root["symHash"]

    assert names("D4")[0] != names("Q16")[0]
    assert names("D4")[1] == names("Q16")[1]
    assert names("D4")[1] != names("C3")[1]


def test_lines_are_as_long_as_is_asked():
    class Straight(UniformEvaluator):
        """Sees one move that is worth playing: the search goes deep."""

        def evaluate(self, planes):  # type: ignore[no-untyped-def]
            policy, value = super().evaluate(planes)
            empty = (planes[..., :4].reshape(len(planes), 361, -1)[..., 2:4].sum(-1) == 0).argmax(1)
            policy[:] = 1e-6
            policy[range(len(policy)), empty] = 1
            return policy, value

    def longest(**fields: Any) -> int:
        search = Search(Straight(), games=1, leaves=1, capacity=400)
        answer = converse(request(maxVisits=60, includePVVisits=True, **fields), load_search=lambda: search)[0]
        assert all(len(move["pv"]) == len(move["pvVisits"]) for move in answer["moveInfos"])
        return max(len(move["pv"]) for move in answer["moveInfos"])

    assert longest() == 16
    assert longest(analysisPVLen=2) == 3
    assert longest(analysisPVLen=30) == 31


def test_how_sure_an_owner_is():
    wanted = {"includeOwnership": True, "includeOwnershipStdev": True, "includeMovesOwnershipStdev": True}
    answer = converse(request(**wanted, includeNoResultValue=True))[0]
    for owner, deviation in zip(answer["ownership"], answer["ownershipStdev"], strict=True):
        assert deviation == pytest.approx((1 - owner**2) ** 0.5, abs=0.01)
    assert len(answer["moveInfos"][0]["ownershipStdev"]) == 361
    assert "ownership" not in answer["moveInfos"][0]
    assert answer["moveInfos"][0]["noResultValue"] == answer["rootInfo"]["rawNoResultProb"] == 0


def test_settings_are_overridden_for_one_request_only():
    """A hot policy is a flat one; the network's own policy is told all the same."""

    class Decided(UniformEvaluator):
        def evaluate(self, planes):  # type: ignore[no-untyped-def]
            policy, value = super().evaluate(planes)
            policy[:, 60] = 0.9
            return policy / policy.sum(axis=1, keepdims=True), value

    search = Search(Decided(), games=1, leaves=1, capacity=400)
    hot, plain = converse(
        request("hot", maxVisits=40, includePolicy=True, overrideSettings={"rootPolicyTemperature": 5}),
        request("plain", maxVisits=40, includePolicy=True),
        load_search=lambda: search,
    )
    assert hot["policy"] == plain["policy"]
    hottest, plainest = (max(move["prior"] for move in answer["moveInfos"]) for answer in (hot, plain))
    assert hottest < plainest / 5


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
