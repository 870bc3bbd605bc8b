"""Settings that a person keeps in a TOML file: dataclasses whose fields are its lines, each with its comment.

    @dataclass(frozen=True)
    class Match:
        games: int = setting(100, "Games to play.", least=2)
        level: str = setting("easy", "easy or hard.", choices=("easy", "hard"))

`lines_of(Match())` is the text of such a file, `settings_of(Match, read_toml(path))` reads it back.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from golois.errors import GoloisError

T = TypeVar("T")

_TYPE_NAMES = {
    str: "text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    tuple: "a list of texts in quotes",
}


def setting(default: Any, about: str, **limits: Any) -> Any:
    """Declare a setting: its usual value, which also gives its type, its comment, and `least`, `most` or `choices`."""
    return dataclasses.field(default=default, metadata={"about": about, **limits})


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        GoloisError: it cannot be read, or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GoloisError(f"{path}: cannot be read ({error.strerror or error})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GoloisError(f"{path}: not a TOML file: {error}") from error


def lines_of(settings: Any) -> list[str]:
    """Return the lines of the file for an instance of a dataclass of settings, each below its comment."""
    lines = []
    for one in dataclasses.fields(settings):
        lines += [f"# {one.metadata['about']}", f"{one.name} = {_written(getattr(settings, one.name))}"]
    return lines


def settings_of(kind: type[T], values: Mapping[str, Any], section: str = "") -> T:
    """Make an instance of a dataclass of settings; what `values` leaves out has its usual value.

    Args:
        kind: the dataclass, its fields declared with `setting`.
        values: a table as `tomllib` gives it.
        section: the name of the table, for the errors; "" for the file's top.

    Raises:
        GoloisError: an unknown name or an impossible value.
    """
    place = f"[{section}] " if section else ""
    known = {one.name: one for one in dataclasses.fields(kind)}  # type: ignore[arg-type]
    checked = {}
    for name, value in values.items():
        if name not in known:
            raise GoloisError(f"{place}{'has no' if section else 'unknown'} setting {name!r}{nearest(name, known)}")
        checked[name] = _converted(f"{place}{name}", value, known[name])
    try:
        return kind(**checked)
    except GoloisError as error:
        raise GoloisError(f"{place}{error}") from error


def nearest(name: object, known: Iterable[object]) -> str:
    """Return the end of an error about an unknown name: "; did you mean ...?", or all that is known."""
    names = [str(one) for one in known]
    close = difflib.get_close_matches(str(name), names, 1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(names)}"


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
    if least is not None and not least <= value:  # true for nan
        raise GoloisError(f"{place} = {value!r}: at least {least:g} is possible")
    if most is not None and not value <= most:
        raise GoloisError(f"{place} = {value!r}: at most {most:g} is possible")
    choices = one.metadata.get("choices")
    items: tuple[Any, ...] = value if isinstance(value, tuple) else (value,)
    for item in items:
        if choices and item not in choices:
            raise GoloisError(f"{place} = {item!r}: one of {', '.join(map(str, choices))}{nearest(item, choices)}")
    return value


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    if not isinstance(value, str):
        return repr(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    # control characters are not allowed bare in a TOML string
    return '"' + "".join(c if ord(c) >= 32 and ord(c) != 127 else f"\\u{ord(c):04x}" for c in escaped) + '"'
