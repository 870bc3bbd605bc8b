"""Requests: what KataGo's analysis protocol lets a client ask, read and checked.

The messages are KataGo's own, since clients show or match them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from golois.board import BLACK, WHITE
from golois.coordinates import move_from_vertex
from golois.errors import GoloisError
from golois.game import Game
from golois.rules import Rules

ACTIONS = ("query_version", "query_models", "clear_cache", "terminate", "terminate_all")
PAIRS = 'Must be an array of pairs of the form: ["b" or "w", GTP board vertex]'
WINRATES = ("BLACK", "WHITE", "SIDETOMOVE")

# fields that change nothing here: read without a warning
IGNORED = {
    "whiteHandicapBonus",
    "rootFpuReductionMax",
    "rootPolicyTemperature",
    "includeNoResultValue",
    "friendlyPassOk",
}


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


@dataclass
class Query:
    """One position to be analysed: a request with several turns makes several.

    Attributes:
        identity: the request's id.
        turn: number of moves played before the position.
        game: the position with its history.
        visits: of the search, None for the engine's own number.
        seconds: most seconds of the search, None for no limit.
        priority: higher ones are searched first.
        report_every: seconds between partial results, None for none.
        ownership: whether the owner of each point is asked for.
        moves_ownership: the same after each move.
        policy: whether the network's policy is asked for.
        variation_visits: whether visits along the lines are asked for.
        avoided: moves not to be searched at the root.
        winrates_as: BLACK, WHITE or SIDETOMOVE.
    """

    identity: str
    turn: int
    game: Game
    visits: int | None = None
    seconds: float | None = None
    priority: int = 0
    report_every: float | None = None
    ownership: bool = False
    moves_ownership: bool = False
    policy: bool = False
    variation_visits: bool = False
    avoided: frozenset[int] = field(default_factory=frozenset)
    winrates_as: str = "BLACK"


def parse_request(line: str) -> dict[str, Any]:
    """Read a line into a request with a string id; QueryError otherwise."""
    try:
        request = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise QueryError(f"Could not parse input line as json request: {str(error)[:200]}") from None
    if not isinstance(request, dict):
        raise QueryError("Request line was valid json but was not an object, ignoring")
    if not isinstance(request.get("id"), str):
        raise QueryError('Request must have a string "id" field')
    if "action" in request and request["action"] not in ACTIONS:
        names = " or ".join(f"'{action}'" for action in ACTIONS)
        raise QueryError(f"'action' field must be {names}", "action", request["id"])
    return request


def read_queries(request: Mapping[str, Any], size: int, winrates_as: str) -> tuple[list[Query], list[dict[str, Any]]]:
    """Check a request for analysis; return a query for each turn, and warnings as responses.

    Args:
        request: from `parse_request`.
        size: the only board size that can be analysed.
        winrates_as: whose probabilities to report where the request does not say.
    """
    reader = _Reader(request)
    for name in ("boardXSize", "boardYSize"):
        given = reader.integer(name, 2, 25, f"Must provide an integer from 2 to {size}", required=True)
        if given != size:
            raise reader.error(name, f"Must provide the integer {size}: the network plays on {size}x{size}")
    rules = reader.rules()
    stones = reader.stones("initialStones", size)
    moves = reader.stones("moves", size, required=True)
    first = reader.player("initialPlayer")
    games = _games(reader, size, rules, stones, moves, first)
    turns = reader.integers("analyzeTurns", len(moves), [len(moves)])
    priority = reader.integer("priority", -(2**31), 2**31, "Must be an integer", default=0)
    priorities = reader.integers("priorities", 2**31, [], least=-(2**31)) or [priority] * len(turns)
    if len(priorities) != len(turns):
        raise reader.error("priorities", "Must be of same length as analyzeTurns")
    override = request.get("overrideSettings", {})
    if not isinstance(override, dict):
        raise reader.error("overrideSettings", "Must be an object")
    winrates = override.get("reportAnalysisWinratesAs", winrates_as)
    if winrates not in WINRATES:
        raise reader.error("overrideSettings", f"reportAnalysisWinratesAs must be one of {', '.join(WINRATES)}")
    shared = {
        "visits": reader.integer("maxVisits", 1, 2**30, "Must be an integer from 1 to 2^30"),
        "seconds": _number(reader, override, "maxTime"),
        "report_every": _number(reader, request, "reportDuringSearchEvery"),
        "ownership": reader.boolean("includeOwnership"),
        "moves_ownership": reader.boolean("includeMovesOwnership"),
        "policy": reader.boolean("includePolicy"),
        "variation_visits": reader.boolean("includePVVisits"),
        "winrates_as": winrates,
    }
    queries = [
        Query(reader.identity, turn, games[turn], priority=priority, avoided=reader.avoided(games[turn]), **shared)
        for turn, priority in zip(turns, priorities, strict=True)
    ]
    unused = sorted(set(request) - reader.known - IGNORED - {"id", "overrideSettings", "avoidMoves", "allowMoves"})
    warnings = [{"warning": "Unexpected or unused field", "field": name, "id": reader.identity} for name in unused]
    return queries, warnings


def _games(
    reader: _Reader,
    size: int,
    rules: Rules,
    stones: list[tuple[int, int]],
    moves: list[tuple[int, int]],
    first: int | None,
) -> list[Game]:
    """The game after 0, 1, 2, ... moves."""
    black, white = ([point for color, point in stones if color == side] for side in (BLACK, WHITE))
    to_move = first or (moves[0][0] if moves else WHITE if black and not white else BLACK)
    try:
        game = Game(size, rules, black=black, white=white, to_move=to_move, handicap=len(black) if not white else 0)
    except GoloisError as error:
        raise reader.error("initialStones", f"Illegal initial stones: {error}") from None
    games = [game.copy()]
    for number, (color, move) in enumerate(moves):
        try:
            game.play(move, color)
        except GoloisError as error:
            raise reader.error("moves", f"Illegal move {number}: {error}") from None
        games.append(game.copy())
    return games


def _number(reader: _Reader, values: Mapping[str, Any], name: str) -> float | None:
    if values is reader.request:
        reader.known.add(name)
    value = values.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.001 <= value <= 1e6:
        raise reader.error(name, "Must be a number from 0.001 to 1000000")
    return float(value)


class _Reader:
    """Reads the fields of one request and remembers which it has asked for."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self.request = request
        self.identity: str = request["id"]
        self.known: set[str] = set()

    def error(self, name: str, message: str) -> QueryError:
        return QueryError(message, name, self.identity)

    def get(self, name: str) -> Any:
        self.known.add(name)
        return self.request.get(name)

    def integer(
        self, name: str, least: int, most: int, message: str, required: bool = False, default: int | None = None
    ) -> Any:
        value = self.get(name)
        if value is None and not required:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.error(name, message)
        return value

    def integers(self, name: str, most: int, default: list[int], least: int = 0) -> list[int]:
        values = self.get(name)
        if values is None:
            return default
        if not isinstance(values, list) or any(isinstance(v, bool) or not isinstance(v, int) for v in values):
            raise self.error(name, "Must be an array of integers")
        for value in values:
            if not least <= value <= most:
                raise self.error(name, f"Invalid turn number: {value}")
        return values

    def boolean(self, name: str) -> bool:
        value = self.get(name)
        if value is not None and not isinstance(value, bool):
            raise self.error(name, "Must be a boolean")
        return bool(value)

    def player(self, name: str) -> int | None:
        value = self.get(name)
        return None if value is None else self._color(name, value)

    def _color(self, name: str, value: object) -> int:
        color = {"b": BLACK, "black": BLACK, "w": WHITE, "white": WHITE}.get(str(value).lower())
        if color is None:
            raise self.error(name, f"Could not parse player: {str(value)[:40]}")
        return color

    def move(self, name: str, value: object, size: int) -> int:
        try:
            return move_from_vertex(str(value), size)
        except GoloisError:
            raise self.error(name, f"Could not parse board location: {str(value)[:40]}") from None

    def stones(self, name: str, size: int, required: bool = False) -> list[tuple[int, int]]:
        pairs = self.get(name)
        if pairs is None and not required:
            return []
        if not isinstance(pairs, list) or any(not isinstance(pair, list) or len(pair) != 2 for pair in pairs):
            raise self.error(name, PAIRS)
        return [(self._color(name, color), self.move(name, vertex, size)) for color, vertex in pairs]

    def rules(self) -> Rules:
        rules, komi = self.get("rules"), self.get("komi")
        if not isinstance(rules, str | dict):
            raise self.error("rules", "Must specify rules, as a string or a JSON object")
        is_number = isinstance(komi, int | float) and not isinstance(komi, bool)
        if komi is not None and not (is_number and abs(komi) <= 150 and (2 * komi) % 1 == 0):
            raise self.error("komi", "Must be a integer or half-integer from -150 to 150")
        try:
            found = Rules.from_katago(rules)
        except GoloisError as error:
            raise self.error("rules", f"Could not parse rules: {error}") from None
        return found if komi is None else replace(found, komi=float(komi))

    def avoided(self, game: Game) -> frozenset[int]:
        """Moves that avoidMoves and allowMoves keep out at the root, for the side to move there."""
        avoided: set[int] = set()
        for name in ("avoidMoves", "allowMoves"):
            entries = self.get(name) or []
            if not isinstance(entries, list) or any(not isinstance(entry, dict) for entry in entries):
                raise self.error(name, "Must be a list of dicts with player, moves and untilDepth")
            for entry in entries:
                vertices = entry.get("moves")
                if not isinstance(vertices, list):
                    raise self.error(name, "Must be a list of dicts with player, moves and untilDepth")
                moves = {self.move(name, vertex, game.size) for vertex in vertices}
                if self._color(name, entry.get("player")) == game.to_move:
                    avoided |= moves if name == "avoidMoves" else set(range(game.pass_move + 1)) - moves
        return frozenset(avoided)
