"""The fields of one request, read and checked; the messages are KataGo's own, since clients show or match them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from golois.board import BLACK, WHITE
from golois.coordinates import move_from_vertex
from golois.errors import GoloisError

PAIRS = 'Must be an array of pairs of the form: ["b" or "w", GTP board vertex]'
COLORS = {"b": BLACK, "black": BLACK, "w": WHITE, "white": WHITE}
_COORDINATES = re.compile(r"\(\s*(\d{1,2})\s*,\s*(\d{1,2})\s*\)")


class QueryError(GoloisError):
    """A request that cannot be answered, with the field at fault and the request's id where it has one."""

    def __init__(self, message: str, field_name: str | None = None, identity: str | None = None) -> None:
        super().__init__(message)
        self.field = field_name
        self.identity = identity

    def answer(self) -> dict[str, Any]:
        """The error as a response."""
        answer: dict[str, Any] = {"error": str(self)}
        if self.field is not None:
            answer["field"] = self.field
        if self.identity is not None:
            answer["id"] = self.identity
        return answer


def is_integer(value: object) -> bool:
    """Whether a JSON value is an integer; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    """Whether a JSON value is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


class Fields:
    """Reads the fields of one request and remembers which it has asked for.

    Args:
        request: with a string id.
    """

    def __init__(self, request: Mapping[str, Any]) -> None:
        self.request = request
        self.identity: str = request["id"]
        self._known = {"id"}

    def error(self, name: str, message: str) -> QueryError:
        """What to raise about a field."""
        return QueryError(message, name, self.identity)

    def get(self, name: str) -> Any:
        """The value of a field, None without it."""
        self._known.add(name)
        return self.request.get(name)

    def has(self, name: str) -> bool:
        """Whether the request has a field."""
        self._known.add(name)
        return name in self.request

    def warnings(self) -> list[dict[str, Any]]:
        """A response for each field that nobody has asked for."""
        unknown = sorted(set(self.request) - self._known)
        return [self.warning(name, "Unexpected or unused field, do you have a typo?") for name in unknown]

    def warning(self, name: str, message: str) -> dict[str, Any]:
        """A warning about a field as a response."""
        return {"warning": message, "field": name, "id": self.identity}

    def integer(self, name: str, least: int, most: int, message: str) -> int | None:
        """An integer, None when it is not given."""
        value = self.get(name)
        if not self.has(name):
            return None
        if not is_integer(value) or not least <= value <= most:
            raise self.error(name, message)
        return int(value)

    def number(self, name: str, least: float, most: float, message: str) -> float | None:
        """A number, None when it is not given."""
        value = self.get(name)
        if not self.has(name):
            return None
        if not is_number(value) or not least <= value <= most:  # false for nan
            raise self.error(name, message)
        return float(value)

    def integers(self, name: str, message: str) -> list[int] | None:
        """An array of integers, None when it is not given."""
        values = self.get(name)
        if not self.has(name):
            return None
        if not isinstance(values, list) or not all(is_integer(value) for value in values):
            raise self.error(name, message)
        return values

    def boolean(self, name: str) -> bool:
        """Whether a field is given and true."""
        value = self.get(name)
        if self.has(name) and not isinstance(value, bool):
            raise self.error(name, "Must be a boolean")
        return bool(value)

    def player(self, name: str, value: object) -> int:
        """BLACK or WHITE."""
        color = COLORS.get(value.lower()) if isinstance(value, str) else None
        if color is None:
            raise self.error(name, 'Must be "b" or "w"')
        return color

    def move(self, name: str, vertex: str, size: int) -> int:
        """A GTP vertex, "pass", or "(x,y)" counted from the upper left, as KataGo takes them."""
        try:
            if found := _COORDINATES.fullmatch(vertex.strip()):
                column, row = int(found[1]), int(found[2])
                if column < size and row < size:
                    return size * row + column
            return move_from_vertex(vertex, size)
        except GoloisError:
            raise self.error(name, f"Could not parse board location: {vertex[:40]}") from None

    def stones(self, name: str, size: int) -> list[tuple[int, int]]:
        """Pairs of a colour and a move, [] when they are not given."""
        pairs = self.get(name)
        if not self.has(name):
            return []
        if not isinstance(pairs, list):
            raise self.error(name, PAIRS)
        stones = []
        for pair in pairs:
            if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(word, str) for word in pair):
                raise self.error(name, PAIRS)
            if pair[0].lower() not in COLORS:
                raise self.error(name, f"Could not parse player: {pair[0][:40]}")
            stones.append((COLORS[pair[0].lower()], self.move(name, pair[1], size)))
        return stones
