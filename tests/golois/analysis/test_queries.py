"""Requests of KataGo's analysis protocol: what they may ask, what they mean, and what is wrong with the others."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from golois.analysis.overrides import read_overrides
from golois.analysis.queries import read_queries
from golois.analysis.rules import read_rules
from golois.board import BLACK, WHITE
from golois.evaluator import UniformEvaluator
from golois.rules import Rules
from golois.search import Search, SearchSettings

from .conversation import converse, request


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
