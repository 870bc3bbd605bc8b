"""What a run does: one TOML file that a person may read and edit, every key checked."""

from __future__ import annotations

import dataclasses
import difflib
import math
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from golois.errors import GoloisError
from golois.rules import Rules
from selfplay.settings import (
    BoardSettings,
    GateSettings,
    NetworkSettings,
    PlaySettings,
    TrainSettings,
    WindowSettings,
)

if TYPE_CHECKING:
    from nets.architectures.shape import NetworkShape

SECTIONS = {
    "board": "The game.",
    "network": "The network; a run keeps to one.",
    "play": "Playing: `golois selfplay play`.",
    "window": "The games that are learned from: the latest ones.",
    "train": "Learning: `golois selfplay train`.",
    "gate": "Judging: `golois selfplay gate`.",
}


@dataclass(frozen=True)
class Config:
    """A run's configuration; each attribute is a section of the file, see `selfplay.settings`."""

    board: BoardSettings = field(default_factory=BoardSettings)
    network: NetworkSettings = field(default_factory=NetworkSettings)
    play: PlaySettings = field(default_factory=PlaySettings)
    window: WindowSettings = field(default_factory=WindowSettings)
    train: TrainSettings = field(default_factory=TrainSettings)
    gate: GateSettings = field(default_factory=GateSettings)

    @property
    def rules(self) -> Rules:
        """The rules, with the komi of an even game."""
        return Rules.preset(self.board.rules, self.board.komi)

    @property
    def shape(self) -> NetworkShape:
        """The shape of the network."""
        from nets.quiet import import_keras

        import_keras()
        from nets.architectures.shape import NetworkShape

        network, size = self.network, self.board.size
        return NetworkShape(
            family=network.family,
            blocks=network.blocks,
            filters=network.filters,
            planes=network.planes,
            moves=size * size + 1,
            normalization=network.normalization,
            board_size=size,
        )

    def to_toml(self) -> str:
        """Return the file's text, every value with the comment that explains it."""
        lines = ["# A run of self-play: `golois selfplay run --config` with the name of this file."]
        for name, about in SECTIONS.items():
            lines += ["", f"# {about}", f"[{name}]"]
            section = getattr(self, name)
            for one in dataclasses.fields(section):
                lines.append(f"# {one.metadata['about']}")
                lines.append(f"{one.name} = {_toml_value(getattr(section, one.name))}")
        return "\n".join(lines) + "\n"

    @classmethod
    def from_toml(cls, path: Path) -> Config:
        """Read a configuration file; what it leaves out has its usual value.

        Raises:
            GoloisError: it is missing, is no TOML, or holds an unknown name or an impossible value.
        """
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise GoloisError(f"{path}: cannot be read ({error.strerror})") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise GoloisError(f"{path}: not a TOML file: {error}") from error
        try:
            return cls.from_tables(tables)
        except GoloisError as error:
            raise GoloisError(f"{path}: {error}") from error

    @classmethod
    def from_tables(cls, tables: dict[str, Any]) -> Config:
        """Make a configuration of sections as TOML gives them.

        Raises:
            GoloisError: an unknown name or an impossible value.
        """
        kinds = get_type_hints(cls)
        sections = {}
        for name, values in tables.items():
            if name not in SECTIONS:
                raise GoloisError(f"unknown section [{name}]{_nearest(name, SECTIONS)}")
            if not isinstance(values, dict):
                raise GoloisError(f"{name} = {values!r}: [{name}] is a section, with its settings in lines below it")
            sections[name] = _section(kinds[name], name, values)
        return cls(**sections)


def _section(kind: type, section: str, values: dict[str, Any]) -> Any:
    fields = {one.name: one for one in dataclasses.fields(kind)}
    checked = {}
    for name, value in values.items():
        if name not in fields:
            raise GoloisError(f"[{section}] has no setting {name!r}{_nearest(name, fields)}")
        checked[name] = _converted(f"[{section}] {name}", value, fields[name])
    try:
        return kind(**checked)
    except GoloisError as error:
        raise GoloisError(f"[{section}] {error}") from error


def _converted(place: str, value: Any, one: dataclasses.Field[Any]) -> Any:
    """Check a value's type, its range or its choices."""
    expected: type = type(one.default)
    if expected is float and type(value) is int:
        value = float(value)
    if expected is tuple and type(value) is list and all(type(item) is str for item in value):
        value = tuple(value)
    if type(value) is not expected:
        raise GoloisError(f"{place} = {value!r} should be {_TYPE_NAMES[expected]}")
    least, most = one.metadata.get("least"), one.metadata.get("most")
    if value in (math.inf, -math.inf):
        raise GoloisError(f"{place} = {value!r}: a finite number is possible")
    if least is not None and not least <= value:
        raise GoloisError(f"{place} = {value!r}: at least {least:g} is possible")
    if most is not None and not value <= most:
        raise GoloisError(f"{place} = {value!r}: at most {most:g} is possible")
    choices = one.metadata.get("choices")
    items: tuple[Any, ...] = value if isinstance(value, tuple) else (value,)
    for item in items:
        if choices and item not in choices:
            raise GoloisError(f"{place} = {item!r}: one of {', '.join(map(str, choices))}{_nearest(item, choices)}")
    return value


_TYPE_NAMES = {
    str: "text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    tuple: "a list of texts in quotes",
}


def _nearest(name: object, known: Any) -> str:
    """Return "; did you mean ...?", or all that is known."""
    close = difflib.get_close_matches(str(name), [str(one) for one in known], 1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(map(str, known))}"


def _toml_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml_value(item) for item in value) + "]"
    if not isinstance(value, str):
        return repr(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    # control characters are not allowed bare in a TOML string
    return '"' + "".join(c if ord(c) >= 32 and ord(c) != 127 else f"\\u{ord(c):04x}" for c in escaped) + '"'
