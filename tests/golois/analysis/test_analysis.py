"""KataGo's analysis protocol as KaTrain uses it, and as nobody should."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from golois.analysis.loop import AnalysisEngine
from golois.analysis.overrides import read_overrides
from golois.analysis.queries import read_queries
from golois.analysis.rules import read_rules
from golois.board import BLACK, WHITE
from golois.errors import GoloisError
from golois.evaluator import UniformEvaluator
from golois.rules import Rules
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


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ({"maxVisits": 5}, {"visits": 5}),
        ({"maxVisits": "7", "maxPlayouts": 6}, {"visits": 6}),
        ({"maxTime": 2}, {"seconds": 2.0}),
        ({"cpuctExploration": 1.1}, {"cpuct": 0.55}),
        ({"cpuctExplorationBase": 500}, {"cpuct_base": 500}),
        ({"fpuReductionMax": 0.2, "rootFpuReductionMax": 0}, {"fpu_reduction": 0.1, "root_fpu_reduction": 0}),
        ({"wideRootNoise": 0.05, "rootPolicyTemperature": 1.5}, {"policy_temperature": 1.8}),
        ({"rootNoiseEnabled": True}, {"noise_weight": 0.25}),
        ({"rootNoiseEnabled": "true", "rootDirichletNoiseWeight": 0.1}, {"noise_weight": 0.1}),
        ({"rootDirichletNoiseTotalConcentration": 10.83}, {"noise_alpha": 0.03}),
        ({"useLcbForSelection": False}, {"lcb_deviations": 0}),
        ({"lcbStdevs": 3, "minVisitPropForLCB": 0.2}, {"lcb_deviations": 3, "lcb_visits": 0.2}),
        ({"reportAnalysisWinratesAs": "white"}, {"winrates_as": "WHITE"}),
        ({"humanSLProfile": "rank_3d", "antiMirror": True}, {"unknown": ["antiMirror", "humanSLProfile"]}),
    ],
)
def test_katagos_parameters_have_these_meanings(override: dict[str, Any], expected: dict[str, Any]):
    found = read_overrides(override, SearchSettings(), "BLACK")
    for name, value in expected.items():
        got = getattr(found, name) if hasattr(found, name) else getattr(found.settings, name)
        assert got == (pytest.approx(value) if isinstance(value, float) else value)


def test_unknown_parameters_are_a_warning_and_the_request_is_answered():
    answers = converse(request(overrideSettings={"playoutDoublingAdvantage": 1, "ignorePreRootHistory": True}))
    unknown = "Unknown config params: ignorePreRootHistory,playoutDoublingAdvantage"
    assert answers[0] == {"warning": unknown, "field": "overrideSettings", "id": "q"}
    assert "rootInfo" in answers[1]


@pytest.mark.parametrize(
    ("given", "rules"),
    [
        ("tromp-taylor", Rules()),
        ("chinese-kgs", Rules.preset("chinese-superko")),
        ("ChineseOGS", Rules.preset("chinese-superko")),
        ("new zealand", Rules.preset("new-zealand", 7.5)),  # KataGo's komi where none is given
        ("korean", Rules.preset("japanese")),
        ("bga", Rules.preset("aga")),
        ("ing", Rules(friendly_pass_ok=True)),
        ({"ko": "SIMPLE", "score": "TERRITORY"}, Rules(6.5, ko="simple", scoring="territory", tax="seki")),
        ('{"scoring":"AREA","tax":"SEKI","komi":0}', Rules(0, tax="seki")),
    ],
)
def test_rules_have_katagos_names(given: Any, rules: Rules):
    assert read_rules(given) == (rules, "")


@pytest.mark.parametrize(
    ("given", "asked", "played"),
    [
        ("stone_scoring", "koSIMPLEscoreAREAtaxALLsui0fpok1komi7.5", "koSIMPLEscoreAREAtaxNONEsui0fpok1komi7.5"),
        ("Ancient Area", "koSIMPLEscoreAREAtaxALLsui0fpok1komi7.5", "koSIMPLEscoreAREAtaxNONEsui0fpok1komi7.5"),
        (
            "ancientterritory",
            "koSIMPLEscoreTERRITORYtaxALLsui0komi6.5",
            "koSIMPLEscoreTERRITORYtaxSEKIsui0komi6.5",
        ),
        (
            "aga-button",
            "koSITUATIONALscoreAREAtaxNONEsui0button1whbN-1fpok1komi7.5",
            "koSITUATIONALscoreAREAtaxNONEsui0whbN-1fpok1komi7.5",
        ),
        ({"ko": "SPIGHT"}, "koSPIGHTscoreAREAtaxNONEsui1komi7.5", "koSITUATIONALscoreAREAtaxNONEsui1komi7.5"),
    ],
)
def test_rules_that_are_not_played_give_way_to_the_nearest(given: Any, asked: str, played: str):
    answers = converse(request(rules=given, maxVisits=1))
    told = f"Rules {asked} not supported by neural net, using {played} instead"
    assert answers[0] == {"warning": told, "field": "rules", "id": "q"}
    assert "rootInfo" in answers[1]


@pytest.mark.parametrize(
    ("fields", "to_move", "white_bonus"),
    [
        ({"initialStones": [["B", "D4"], ["B", "Q16"]]}, WHITE, 9.5),
        ({"initialStones": [["B", "D4"]]}, BLACK, 7.5),
        ({"initialStones": [["B", "D4"], ["B", "Q16"]], "initialPlayer": "B"}, BLACK, 9.5),
        ({"initialStones": [["B", "D4"], ["B", "C3"], ["W", "Q16"]]}, BLACK, 7.5),
        ({"moves": [["B", "D4"], ["B", "Q16"], ["B", "Q4"], ["W", "C3"]]}, BLACK, 10.5),
        ({"moves": [["B", "D4"], ["B", "Q16"], ["W", "Q4"], ["W", "C3"]]}, BLACK, 7.5),
        ({"initialStones": [["B", "D4"], ["B", "Q16"]], "whiteHandicapBonus": "N-1"}, WHITE, 8.5),
        ({"initialStones": [["B", "D4"], ["B", "Q16"]], "whiteHandicapBonus": "0"}, WHITE, 7.5),
    ],
)
def test_who_begins_and_what_white_gets_for_handicap(fields: dict[str, Any], to_move: int, white_bonus: float):
    (query,), warnings = read_queries(request(**({"rules": "chinese"} | fields)), 19, "BLACK")
    assert not warnings
    assert query.game.to_move == to_move
    assert query.game.rules.white_bonus(query.game.handicap) == white_bonus


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"boardXSize": 9}, "boardXSize", "Must provide the integer 19"),
        ({"boardYSize": "19"}, "boardYSize", "Must provide an integer"),
        ({"moves": None}, "moves", "Must be an array of pairs"),
        ({"moves": [["B"]]}, "moves", "Must be an array of pairs"),
        ({"moves": [["B", 3]]}, "moves", "Must be an array of pairs"),
        ({"moves": [["R", "D4"]]}, "moves", "Could not parse player: R"),
        ({"moves": [["B", "I4"]]}, "moves", "Could not parse board location: I4"),
        ({"moves": [["B", "(19,0)"]]}, "moves", "Could not parse board location: (19,0)"),
        ({"moves": [["B", "D4"], ["W", "D4"]]}, "moves", "Illegal move 1: D4 (illegal move White D4"),
        ({"initialPlayer": "R"}, "initialPlayer", 'Must be "b" or "w"'),
        ({"rules": None}, "rules", "Must specify rules string"),
        ({"rules": "checkers"}, "rules", "Could not parse rules: checkers"),
        ({"rules": {"ko": "NEVER"}}, "rules", 'Could not parse rules: {"ko": "NEVER"}'),
        ({"komi": 6.3}, "komi", "Must be a integer or half-integer from -150.0 to 150.0"),
        ({"komi": "7"}, "komi", "Must be a integer or half-integer"),
        ({"whiteHandicapBonus": 1}, "whiteHandicapBonus", "Must be a string"),
        ({"whiteHandicapBonus": "2N"}, "whiteHandicapBonus", "Invalid whiteHandicapBonus rule: 2N"),
        ({"analyzeTurns": [1]}, "analyzeTurns", "Invalid turn number: 1"),
        ({"analyzeTurns": [True]}, "analyzeTurns", "Must specify an array of integers indicating turns"),
        ({"maxVisits": 0}, "maxVisits", "Must be an integer from 1 to 2^50"),
        ({"analysisPVLen": 0}, "analysisPVLen", "Must be an integer from 1 to 1000"),
        ({"rootPolicyTemperature": 0}, "rootPolicyTemperature", "Must be a number from 0.01 to 100.0"),
        ({"rootFpuReductionMax": 3}, "rootFpuReductionMax", "Must be a number from 0.0 to 2.0"),
        ({"reportDuringSearchEvery": 0}, "reportDuringSearchEvery", "Must be number of seconds from 0.001"),
        ({"priority": "high"}, "priority", "Must be a number between -2^62 and 2^62"),
        ({"priorities": [1]}, "priorities", "Can only specify when also specifying analyzeTurns"),
        ({"priorities": [1, 2], "analyzeTurns": [0]}, "priorities", "Must be of matching length to analyzeTurns"),
        (
            {"priorities": [1], "analyzeTurns": [0], "priority": 1},
            "priority",
            "Cannot specify both priority and priorities",
        ),
        ({"includePolicy": "yes"}, "includePolicy", "Must be a boolean"),
        ({"overrideSettings": []}, "overrideSettings", "Must be an object"),
        ({"overrideSettings": {"maxTime": "soon"}}, "overrideSettings", "Could not set settings: maxTime"),
        ({"overrideSettings": {"maxVisits": None}}, "overrideSettings", "Could not set settings: maxVisits"),
        (
            {"overrideSettings": {"reportAnalysisWinratesAs": "GREY"}},
            "overrideSettings",
            "Could not set settings: reportAnalysisWinratesAs must be one of BLACK, WHITE, SIDETOMOVE",
        ),
        ({"initialStones": [["B", "D4"], ["W", "D4"]]}, "initialStones", "Illegal initial stones"),
        (
            {"avoidMoves": ["D4"]},
            "avoidMoves",
            "Must be a list of dicts with subfields 'player', 'moves', 'untilDepth'",
        ),
        ({"avoidMoves": [{"player": "B", "moves": ["D4"]}]}, "avoidMoves", "Must be a list of dicts"),
        ({"avoidMoves": [], "allowMoves": []}, "allowMoves", "Cannot specify both allowMoves and avoidMoves"),
        (
            {"allowMoves": [{"player": "B", "moves": ["D4"], "untilDepth": 1}] * 2},
            "allowMoves",
            "Currently allowMoves only allows one entry",
        ),
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
    told = "Unexpected or unused field, do you have a typo?"
    assert answers[0] == {"warning": told, "field": "maxVisit", "id": "q"}
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
    [
        *("initialStones", "initialPlayer", "overrideSettings", "avoidMoves", "allowMoves", "whiteHandicapBonus"),
        *("reportDuringSearchEvery", "firstReportDuringSearchAfter", "analysisPVLen", "rootPolicyTemperature"),
        "terminateId",
    ]
)


@given(st.dictionaries(FIELDS | MORE_FIELDS, JSON, max_size=3), st.integers(1, 400))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_request_stops_the_engine(change: dict[str, Any], length: int):
    broken = json.dumps(request("odd", **(change | {"maxVisits": change.get("maxVisits", 3)})))
    shared = Search(UniformEvaluator(), games=2, leaves=1, capacity=50)
    answers = converse(broken, broken[:length], {"id": "alive", "action": "query_version"}, load_search=lambda: shared)
    assert "alive" in [answer.get("id") for answer in answers]
