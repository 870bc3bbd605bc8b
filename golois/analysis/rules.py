"""The rules of a request: KataGo's names and objects; what is not played here gives way to the nearest that is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from golois.errors import GoloisError
from golois.rules import Rules

# as KataGo has them; the names that are missing here are those of `Rules.preset`
_ANCIENT = {"ko": "SIMPLE", "tax": "ALL", "suicide": False}
_NAMED: dict[str, dict[str, Any]] = {
    "stone-scoring": {**_ANCIENT, "scoring": "AREA", "friendlyPassOk": True},
    "ancient-area": {**_ANCIENT, "scoring": "AREA", "friendlyPassOk": True},
    "ancient-territory": {**_ANCIENT, "scoring": "TERRITORY"},
    "aga-button": {
        "ko": "SITUATIONAL",
        "suicide": False,
        "hasButton": True,
        "whiteHandicapBonus": "N-1",
        "friendlyPassOk": True,
    },
    "ing": {"friendlyPassOk": True},
    "goe": {"friendlyPassOk": True},
}
_JOINED = {name.replace("-", ""): name for name in _NAMED}
KOMI = {"area": 7.5, "territory": 6.5}  # where a request gives none


def read_rules(given: str | Mapping[str, Any]) -> tuple[Rules, str]:
    """Read a request's rules; return those that are played, and a warning where they are others, "" otherwise.

    A group tax, a button and Spight's ko rule are not played.

    Raises:
        GoloisError: KataGo has no such rules.
    """
    wanted = given
    if isinstance(given, str):
        key = given.strip().lower().replace("_", "-").replace(" ", "-")
        wanted = _NAMED.get(_JOINED.get(key, key), given)
    if isinstance(wanted, str) and wanted.lstrip().startswith("{"):
        try:
            wanted = json.loads(wanted)
        except (ValueError, RecursionError) as error:
            raise GoloisError(f"not valid JSON: {error}") from None
    if isinstance(wanted, str):
        rules = Rules.preset(wanted)
        return replace(rules, komi=KOMI[rules.scoring]), ""
    wanted = dict(wanted)
    if "score" in wanted:
        wanted["scoring"] = wanted.pop("score")
    played = dict(wanted)
    if _is_word(wanted.get("tax"), "ALL"):
        del played["tax"]
    if _is_word(wanted.get("ko"), "SPIGHT"):
        played["ko"] = "SITUATIONAL"
    if wanted.get("hasButton") is True:
        del played["hasButton"]
    rules = Rules.from_katago(played)
    if "komi" not in played:
        rules = replace(rules, komi=KOMI[rules.scoring])
    if played == wanted:
        return rules, ""
    asked = _in_katagos_words({**rules.to_katago(), **wanted, "komi": rules.komi})
    instead = _in_katagos_words({**rules.to_katago(), "komi": rules.komi})
    return rules, f"Rules {asked} not supported by neural net, using {instead} instead"


def _is_word(value: object, word: str) -> bool:
    return isinstance(value, str) and value.upper() == word


def _in_katagos_words(rules: Mapping[str, Any]) -> str:
    text = f"ko{rules['ko'].upper()}score{rules['scoring'].upper()}tax{rules['tax'].upper()}sui{int(rules['suicide'])}"
    if rules["hasButton"]:
        text += "button1"
    if rules["whiteHandicapBonus"] != "0":
        text += f"whb{rules['whiteHandicapBonus']}"
    if rules["friendlyPassOk"]:
        text += "fpok1"
    return f"{text}komi{rules['komi']:g}"
