"""The rules of a game as one value that board, search, GTP, referee and records share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from golois.errors import GoloisError

Ko = Literal["simple", "positional", "situational"]
Scoring = Literal["area", "territory"]
Tax = Literal["none", "seki"]
HandicapBonus = Literal["0", "N", "N-1"]


class BadRules(GoloisError):
    """Rules that do not exist or that Golois does not play."""


@dataclass(frozen=True)
class Rules:
    """How a game is played and counted.

    Attributes:
        komi: points added to White's score, -150 to 150; usually half a point more than a whole number.
        ko: "simple" forbids taking a ko back at once; "positional" superko forbids any earlier position,
            "situational" superko any earlier position with the same player to move.
        suicide: whether a move may take off its own chain of two stones or more (a single stone never:
            it would change nothing on the board).
        scoring: "area" counts stones and surrounded points, "territory" surrounded points and prisoners.
        tax: "seki" counts no surrounded point for chains in seki, "none" counts them all.
        handicap_bonus: points White receives under area scoring for N handicap stones: "0", "N" or "N-1".
        friendly_pass_ok: a player may pass before all dead stones are captured, trusting that they are
            taken off by agreement.
    """

    komi: float = 7.5
    ko: Ko = "positional"
    suicide: bool = True
    scoring: Scoring = "area"
    tax: Tax = "none"
    handicap_bonus: HandicapBonus = "0"
    friendly_pass_ok: bool = False

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            value = getattr(self, name)
            if value not in choices:
                raise BadRules(f"rules: {name} {value!r}: one of {', '.join(map(repr, choices))} is possible")
        if isinstance(self.komi, bool) or not isinstance(self.komi, int | float) or not abs(self.komi) <= 150:
            raise BadRules(f"rules: komi {self.komi!r}: a number between -150 and 150 is possible")

    @classmethod
    def preset(cls, name: str, komi: float | None = None) -> Rules:
        """The rules of a name, in any case: see `PRESETS`, and KataGo's other names for them.

        Args:
            name: such as "tromp-taylor", "cgos", "chinese", "aga", "new-zealand", "japanese".
            komi: in place of the preset's own.

        Raises:
            BadRules: no rules have this name.
        """
        key = name.strip().lower().replace("_", "-").replace(" ", "-")
        rules = PRESETS.get(_ALIASES.get(key, key))
        if rules is None:
            raise BadRules(f"no rules are named {name!r}; the names are {', '.join(PRESETS)}")
        return rules if komi is None else replace(rules, komi=komi)

    @classmethod
    def from_katago(cls, rules: str | Mapping[str, Any], komi: float | None = None) -> Rules:
        """Read rules as KataGo writes them: a name, or a JSON object as text or already parsed.

        Keys of the object: ko, scoring, tax, suicide, hasButton, whiteHandicapBonus, friendlyPassOk, and
        komi where present. A missing key takes its value from Tromp-Taylor rules.

        Args:
            rules: the name or object.
            komi: used unless the object holds one.

        Raises:
            BadRules: not a name nor an object, an unknown key or value, or a rule Golois does not play.
        """
        if isinstance(rules, str):
            if not rules.lstrip().startswith("{"):
                return cls.preset(rules, komi)
            try:
                rules = json.loads(rules)
            except (ValueError, RecursionError) as error:
                raise BadRules(f"rules {rules!r} are not valid JSON: {error}") from None
        if not isinstance(rules, Mapping):
            raise BadRules(f"rules {rules!r}: a name or a JSON object is expected")
        values: dict[str, Any] = {} if komi is None else {"komi": komi}
        for key, value in rules.items():
            if key == "hasButton":
                if value is not False:
                    raise BadRules(f"rules: hasButton {value!r}: Golois does not play with a button")
            elif key not in _KATAGO:
                raise BadRules(f"rules: the key {key!r} is unknown; known are {', '.join([*_KATAGO, 'hasButton'])}")
            else:
                name = _KATAGO[key]
                values[name] = value.lower() if key in ("ko", "scoring", "tax") and isinstance(value, str) else value
        for name in ("suicide", "friendly_pass_ok"):
            if not isinstance(values.get(name, False), bool):
                raise BadRules(f"rules: {name} {values[name]!r}: true or false is expected")
        if values.get("scoring") == "territory":
            values.setdefault("tax", "seki")
        return cls(**values)

    def to_katago(self) -> dict[str, Any]:
        """These rules as KataGo's JSON object; komi is told apart from it, as KataGo does."""
        return {
            "ko": self.ko.upper(),
            "scoring": self.scoring.upper(),
            "tax": self.tax.upper(),
            "suicide": self.suicide,
            "hasButton": False,
            "whiteHandicapBonus": self.handicap_bonus,
            "friendlyPassOk": self.friendly_pass_ok,
        }

    def white_bonus(self, handicap: int) -> float:
        """Points added to White's score: komi, and what these rules give for handicap stones."""
        if self.scoring == "territory" or handicap == 0:
            return self.komi
        return self.komi + {"0": 0, "N": handicap, "N-1": handicap - 1}[self.handicap_bonus]

    @property
    def name(self) -> str:
        """The name of the preset that these rules are but for komi, else their KataGo object as text."""
        for name, rules in PRESETS.items():
            if replace(rules, komi=self.komi) == self:
                return name
        return json.dumps(self.to_katago(), separators=(",", ":"))

    def __str__(self) -> str:
        return f"{self.name}, komi {self.komi:g}"


_CHOICES: dict[str, tuple[object, ...]] = {
    "ko": ("simple", "positional", "situational"),
    "scoring": ("area", "territory"),
    "tax": ("none", "seki"),
    "handicap_bonus": ("0", "N", "N-1"),
    "suicide": (False, True),
    "friendly_pass_ok": (False, True),
}

_KATAGO = {
    "ko": "ko",
    "scoring": "scoring",
    "tax": "tax",
    "suicide": "suicide",
    "whiteHandicapBonus": "handicap_bonus",
    "friendlyPassOk": "friendly_pass_ok",
    "komi": "komi",
}

PRESETS: dict[str, Rules] = {
    "tromp-taylor": Rules(),
    "cgos": Rules(suicide=False),
    "chinese": Rules(ko="simple", suicide=False, handicap_bonus="N", friendly_pass_ok=True),
    "chinese-superko": Rules(suicide=False, handicap_bonus="N", friendly_pass_ok=True),
    "aga": Rules(ko="situational", suicide=False, handicap_bonus="N-1", friendly_pass_ok=True),
    "new-zealand": Rules(komi=7.0, ko="situational", suicide=True, friendly_pass_ok=True),
    "japanese": Rules(komi=6.5, ko="simple", suicide=False, scoring="territory", tax="seki", friendly_pass_ok=True),
}
"""The rules that have a name. "chinese" is as KataGo and most servers play it, with simple ko;
"chinese-superko" adds positional superko, as the Chinese rule book has it and KGS and OGS play it. "cgos" is what the
Computer Go Server plays: Tromp-Taylor without suicide."""

_ALIASES = {
    "tromptaylor": "tromp-taylor",
    "tt": "tromp-taylor",
    "chinese-kgs": "chinese-superko",
    "chinese-ogs": "chinese-superko",
    "chinesekgs": "chinese-superko",
    "chineseogs": "chinese-superko",
    "bga": "aga",
    "french": "aga",
    "nz": "new-zealand",
    "newzealand": "new-zealand",
    "korean": "japanese",
}
