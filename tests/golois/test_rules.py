"""Rules: presets, KataGo's form both ways, and words for everything that is refused."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golois.errors import GoloisError
from golois.rules import PRESETS, BadRules, Rules

# KataGo's own object for each name, from its documentation of GTP extensions
KATAGO: dict[str, dict[str, Any]] = {
    "tromp-taylor": {
        "ko": "POSITIONAL", "scoring": "AREA", "tax": "NONE", "suicide": True,
        "hasButton": False, "whiteHandicapBonus": "0", "friendlyPassOk": False,
    },
    "chinese": {
        "ko": "SIMPLE", "scoring": "AREA", "tax": "NONE", "suicide": False,
        "hasButton": False, "whiteHandicapBonus": "N", "friendlyPassOk": True,
    },
    "chinese-ogs": {
        "ko": "POSITIONAL", "scoring": "AREA", "tax": "NONE", "suicide": False,
        "hasButton": False, "whiteHandicapBonus": "N", "friendlyPassOk": True,
    },
    "aga": {
        "ko": "SITUATIONAL", "scoring": "AREA", "tax": "NONE", "suicide": False,
        "hasButton": False, "whiteHandicapBonus": "N-1", "friendlyPassOk": True,
    },
    "new-zealand": {
        "ko": "SITUATIONAL", "scoring": "AREA", "tax": "NONE", "suicide": True,
        "hasButton": False, "whiteHandicapBonus": "0", "friendlyPassOk": True,
    },
    "japanese": {
        "ko": "SIMPLE", "scoring": "TERRITORY", "tax": "SEKI", "suicide": False,
        "hasButton": False, "whiteHandicapBonus": "0", "friendlyPassOk": True,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", KATAGO)
def test_presets_are_katagos(name: str) -> None:
    rules = Rules.preset(name)
    assert rules.to_katago() == KATAGO[name]
    assert Rules.from_katago(KATAGO[name], rules.komi) == rules
    assert Rules.from_katago(json.dumps(KATAGO[name]), rules.komi) == rules
    assert Rules.from_katago(name) == rules


@given(
    st.builds(
        Rules,
        komi=st.integers(-600, 600).map(lambda quarters: quarters / 4),
        ko=st.sampled_from(["simple", "positional", "situational"]),
        suicide=st.booleans(),
        scoring=st.sampled_from(["area", "territory"]),
        tax=st.sampled_from(["none", "seki"]),
        handicap_bonus=st.sampled_from(["0", "N", "N-1"]),
        friendly_pass_ok=st.booleans(),
    )
)
def test_rules_survive_katagos_form(rules: Rules) -> None:
    assert Rules.from_katago(json.dumps(rules.to_katago()), rules.komi) == rules
    # whatever the rules are called, the name alone brings them back
    assert Rules.from_katago(rules.name, rules.komi) == rules


@pytest.mark.parametrize(
    ("text", "name"),
    [("Tromp-Taylor", "tromp-taylor"), (" CHINESE ", "chinese"), ("new_zealand", "new-zealand"),
     ("New Zealand", "new-zealand"), ("korean", "japanese"), ("chinese-kgs", "chinese-superko"), ("bga", "aga")],
)  # fmt: skip
def test_names_in_every_spelling(text: str, name: str) -> None:
    assert Rules.preset(text) == PRESETS[name]
    assert Rules.preset(text, komi=0.5) == replace(PRESETS[name], komi=0.5)


def test_the_name_does_not_depend_on_komi() -> None:
    assert Rules.preset("chinese", komi=5.5).name == "chinese"
    assert str(Rules.preset("japanese")) == "japanese, komi 6.5"
    assert json.loads(Rules(ko="simple").name)["ko"] == "SIMPLE"


def test_komi_in_the_object_wins() -> None:
    assert Rules.from_katago('{"ko": "simple", "komi": 3.5}', komi=7.5).komi == 3.5
    assert Rules.from_katago("japanese", komi=0.5).komi == 0.5


def test_territory_scoring_taxes_seki_unless_told_otherwise() -> None:
    assert Rules.from_katago({"scoring": "TERRITORY"}).tax == "seki"
    assert Rules.from_katago({"scoring": "TERRITORY", "tax": "NONE"}).tax == "none"


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("chines", "no rules are named 'chines'; the names are tromp-taylor, cgos, chinese,"),
        ("", "no rules are named ''"),
        ("{", "are not valid JSON"),
        ('{"ko": "EVERY"}', "rules: ko 'every': one of 'simple', 'positional', 'situational' is possible"),
        ('{"ko": 3}', "rules: ko 3"),
        ('{"kO": "SIMPLE"}', "rules: the key 'kO' is unknown; known are ko, scoring"),
        ('{"hasButton": true}', "does not play with a button"),
        ('{"tax": "ALL"}', "rules: tax 'all': one of 'none', 'seki' is possible"),
        ('{"suicide": 1}', "rules: suicide 1: true or false is expected"),
        ('{"suicide": "yes"}', "rules: suicide 'yes'"),
        ('{"komi": "7.5"}', "rules: komi '7.5'"),
        ('{"komi": 1000}', "rules: komi 1000: a number between -150 and 150 is possible"),
        ('{"komi": NaN}', "rules: komi nan"),
        ('{"komi": true}', "rules: komi True"),
        ('{"komi": null}', "rules: komi None"),
        ('{"ko": ["simple"]}', r"rules: ko \['simple'\]"),
        ("{} {}", "are not valid JSON"),
        (7, "rules 7: a name or a JSON object is expected"),
        (["ko"], "a name or a JSON object is expected"),
    ],
)
def test_bad_rules_are_refused_with_a_word(rules: Any, message: str) -> None:
    with pytest.raises(BadRules, match=message):
        Rules.from_katago(rules)
    assert issubclass(BadRules, GoloisError)


def test_rules_never_change() -> None:
    rules = Rules()
    with pytest.raises(FrozenInstanceError):
        rules.komi = 0
    assert len({Rules(), Rules(), Rules(komi=0)}) == 2


def test_what_white_receives() -> None:
    assert Rules(komi=0.5, handicap_bonus="N").white_bonus(4) == 4.5
    assert Rules(komi=0.5, handicap_bonus="N-1").white_bonus(4) == 3.5
    assert Rules(komi=0.5, handicap_bonus="N-1").white_bonus(0) == 0.5
    assert Rules(komi=0.5, handicap_bonus="N", scoring="territory").white_bonus(4) == 0.5
