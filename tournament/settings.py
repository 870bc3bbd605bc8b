"""The settings of a tournament: one TOML file that a person may read and edit."""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from golois.errors import GoloisError

KINDS = ("round-robin", "swiss", "gauntlet", "ladder")


def _setting(default: Any, about: str) -> Any:
    """Declare a setting with its default value and the comment that stands beside it in the file."""
    return dataclasses.field(default=default, metadata={"about": about})


@dataclass(frozen=True)
class Settings:
    """How a tournament is played. Each field is a line of `tournament.toml`."""

    name: str = _setting("Golois tournament", "the title of the report")
    kind: str = _setting("round-robin", "round-robin, swiss, gauntlet or ladder")
    games: int = _setting(20, "games per pairing; even, so that each plays as many with Black as with White")
    rounds: int = _setting(0, "rounds of a Swiss tournament; 0: as many as halving the field needs, and one more")
    champion: str = _setting("", "the team of a gauntlet that plays all the others")
    evaluations: int = _setting(0, "positions that a search may evaluate for each move; 0 and seconds 0: policy alone")
    seconds: float = _setting(0.0, "CPU time of the network's process that a search may take for each move; 0: none")
    rules: str = _setting("tromp-taylor", "a rules preset: tromp-taylor, chinese, aga, new-zealand, japanese")
    komi: float = _setting(7.5, "points added to White's score")
    opening_moves: int = _setting(20, "moves sampled from the policies before the best move is played")
    temperature: float = _setting(1.0, "of that sampling; 0.5 is sharper, 2 flatter")
    openings: str = _setting(
        "", "a file or folder of game records whose first moves are the openings instead, as seen from this file"
    )
    move_limit: int = _setting(722, "a game of this many moves ends and is counted as it stands")
    limit: int = _setting(0, "the most parameters a submitted network may have; 0: any number")
    evaluation_seconds: float = _setting(60.0, "a network that needs longer for one batch of positions has failed")
    failures: int = _setting(3, "a network is withdrawn after this many failures")
    prior_elo: float = _setting(500.0, "standard deviation of the prior of the ratings")
    database: str = _setting(
        "", "where the results are kept instead of tournament.sqlite: a URL, as postgresql+psycopg://user@host/name"
    )
    seed: int = _setting(1, "the same seed, networks and machine give the same games")

    def __post_init__(self) -> None:
        problem = self._problem()
        if problem:
            raise GoloisError(problem)

    def _problem(self) -> str | None:
        """Return what is wrong with the values, or None."""
        from golois.rules import Rules

        if self.kind not in KINDS:
            return f"kind is {self.kind!r}; it must be one of {', '.join(KINDS)}"
        if self.games < 2 or self.games % 2:
            return f"games is {self.games}; it must be even and at least 2, so that colours are swapped fairly"
        if self.kind == "gauntlet" and not self.champion:
            return "a gauntlet needs its champion: the team that plays all the others"
        for field, least in (
            ("rounds", 0),
            ("evaluations", 0),
            ("seconds", 0),
            ("opening_moves", 0),
            ("limit", 0),
            ("move_limit", 1),
            ("failures", 1),
        ):
            if getattr(self, field) < least:
                return f"{field} is {getattr(self, field)}; it must be at least {least}"
        for field in ("temperature", "evaluation_seconds", "prior_elo"):
            if not 0 < getattr(self, field) < 1e9:
                return f"{field} is {getattr(self, field)}; it must be positive"
        try:
            Rules.preset(self.rules, self.komi)
        except GoloisError as error:
            return str(error)
        return None

    def to_toml(self) -> str:
        """Return the file's text, every value with the comment that explains it."""
        lines = ["# How this tournament is played. `golois tournament run` reads it when it starts."]
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            lines.append(f"\n# {field.metadata['about']}\n{field.name} = {_toml_value(value)}")
        return "\n".join(lines) + "\n"

    @classmethod
    def from_toml(cls, path: Path) -> Settings:
        """Read a `tournament.toml`.

        Raises:
            GoloisError: it is missing, is no TOML, or holds an unknown name or an impossible value.
        """
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise GoloisError(f"{path}: cannot be read ({error.strerror})") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise GoloisError(f"{path}: not a TOML file: {error}") from error
        fields = {field.name: field for field in dataclasses.fields(cls)}
        for name, value in values.items():
            if name not in fields:
                raise GoloisError(f"{path}: unknown setting {name!r}; the settings are {', '.join(fields)}")
            expected = type(fields[name].default)
            if expected is float and type(value) is int:
                values[name] = float(value)
            elif type(value) is not expected:
                raise GoloisError(f"{path}: {name} = {value!r} should be a {_TYPE_NAMES[expected]}")
        try:
            return cls(**values)
        except GoloisError as error:
            raise GoloisError(f"{path}: {error}") from error


_TYPE_NAMES = {str: "text in quotes", int: "whole number", float: "number"}


def _toml_value(value: str | float) -> str:
    if not isinstance(value, str):
        return repr(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    # control characters are not allowed bare in a TOML string
    return '"' + "".join(c if ord(c) >= 32 and ord(c) != 127 else f"\\u{ord(c):04x}" for c in escaped) + '"'
