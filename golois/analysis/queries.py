"""Requests for analysis: a query for each turn that a client of KataGo's analysis protocol asks about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from golois.analysis.fields import Fields, QueryError, is_integer
from golois.analysis.overrides import MOST_VISITS, read_overrides
from golois.analysis.positions import games_of
from golois.analysis.rules import read_rules
from golois.errors import GoloisError
from golois.game import Game
from golois.rules import Rules
from golois.search import SearchSettings
from golois.search.restriction import Restriction

ACTIONS = ("query_version", "query_models", "clear_cache", "terminate", "terminate_all")
SECONDS = "Must be number of seconds from 0.001 to 1000000.0"
RULES = (
    'Must specify rules string, such as "chinese" or "tromp-taylor", or a JSON object with detailed rules parameters.'
)
ROOT_FIELDS = {"rootFpuReductionMax": (0.0, 2.0), "rootPolicyTemperature": (0.01, 100.0)}
ENTRIES = "Must be a list of dicts with subfields 'player', 'moves', 'untilDepth'"
MOST_PRIORITY = (1 << 62) - 1
MOST_NODES = 1 << 30  # visits beyond it are more than any tree holds
LINE = 15  # moves after the first that a line shows, where a request does not say


@dataclass(frozen=True)
class Wanted:
    """What a request wants to be told.

    Attributes:
        report_every: seconds between partial results, None for none.
        report_first: seconds before the first of them.
        line: moves of a line after its first.
        ownership: the owner of each point.
        ownership_deviation: and how sure that is.
        moves_ownership: the same after each move.
        moves_ownership_deviation: see above.
        policy: the network's policy.
        variation_visits: visits along the lines.
        no_result: the probability of a game without a result.
        winrates_as: BLACK, WHITE or SIDETOMOVE.
    """

    report_every: float | None = None
    report_first: float | None = None
    line: int = LINE
    ownership: bool = False
    ownership_deviation: bool = False
    moves_ownership: bool = False
    moves_ownership_deviation: bool = False
    policy: bool = False
    variation_visits: bool = False
    no_result: bool = False
    winrates_as: str = "BLACK"


@dataclass
class Query:
    """One position to be analysed: a request with several turns makes several.

    Attributes:
        identity: the request's id.
        turn: number of moves played before the position.
        game: the position with its history.
        wanted: what is to be told.
        visits: of the search, None for the engine's own number.
        seconds: most seconds of the search, None for no limit.
        priority: higher ones are searched first.
        settings: of the search.
        restriction: moves to be left out, None when none are.
    """

    identity: str
    turn: int
    game: Game
    wanted: Wanted = field(default_factory=Wanted)
    visits: int | None = None
    seconds: float | None = None
    priority: int = 0
    settings: SearchSettings = field(default_factory=SearchSettings)
    restriction: Restriction | None = None


def parse_request(line: str) -> dict[str, Any]:
    """Read a line into a request with a string id; QueryError otherwise."""
    try:
        request = json.loads(line)
    except (ValueError, RecursionError) as error:
        told = f"{str(error)[:200]} - could not parse input line as json request: {line.strip()[:200]}"
        raise QueryError(told) from None
    if not isinstance(request, dict):
        raise QueryError(f"Request line was valid json but was not an object, ignoring: {line.strip()[:200]}")
    if not isinstance(request.get("id"), str):
        raise QueryError('Request must have a string "id" field')
    if "action" in request and request["action"] not in ACTIONS:
        names = " or ".join(f"'{action}'" for action in ACTIONS)
        raise QueryError(f"'action' field must be {names}", "action", request["id"])
    return request


def read_queries(
    request: Mapping[str, Any], size: int, winrates_as: str, settings: SearchSettings | None = None
) -> tuple[list[Query], list[dict[str, Any]]]:
    """Check a request for analysis; return a query for each turn, and warnings as responses.

    Args:
        request: from `parse_request`.
        size: the only board size that can be analysed.
        winrates_as: whose probabilities to report where the request does not say.
        settings: of the search where the request does not say.
    """
    fields = Fields(request)
    for name in ("boardXSize", "boardYSize"):
        if fields.integer(name, 2, 25, f"Must provide an integer from 2 to {size}") != size:
            raise fields.error(name, f"Must provide the integer {size}: the network plays on {size}x{size}")
    warnings: list[dict[str, Any]] = []
    stones = fields.stones("initialStones", size)
    if not fields.has("moves"):
        raise fields.error("moves", "Must specify an array of [player,location] pairs")
    moves = fields.stones("moves", size)
    first = fields.player("initialPlayer", fields.get("initialPlayer")) if fields.has("initialPlayer") else None
    priorities = _priorities(fields, len(moves))
    rules = _rules(fields, warnings)
    given = fields.get("overrideSettings") if fields.has("overrideSettings") else {}
    if not isinstance(given, dict):
        raise fields.error("overrideSettings", "Must be an object")
    overrides = dict(given)
    for name, (least, most) in ROOT_FIELDS.items():
        value = fields.number(name, least, most, f"Must be a number from {least} to {most}")
        if value is not None:
            overrides[name] = value
    try:
        changed = read_overrides(overrides, settings or SearchSettings(), winrates_as)
    except GoloisError as error:
        raise fields.error("overrideSettings", f"Could not set settings: {error}") from None
    if changed.unknown:
        warnings.append(fields.warning("overrideSettings", f"Unknown config params: {','.join(changed.unknown)}"))
    visits = fields.integer("maxVisits", 1, MOST_VISITS, "Must be an integer from 1 to 2^50") or changed.visits
    query = Query(
        fields.identity,
        0,
        Game(size, rules),
        _wanted(fields, changed.winrates_as),
        min(visits, MOST_NODES) if visits else None,
        changed.seconds,
        settings=changed.settings,
        restriction=_restriction(fields, size),
    )
    games = games_of(fields, size, rules, stones, moves, first)
    queries = [replace(query, turn=turn, game=games[turn], priority=priorities[turn]) for turn in sorted(priorities)]
    return queries, warnings + fields.warnings()


def _wanted(fields: Fields, winrates_as: str) -> Wanted:
    every = fields.number("reportDuringSearchEvery", 0.001, 1e6, SECONDS)
    first = fields.number("firstReportDuringSearchAfter", 0.001, 1e6, SECONDS)
    line = fields.integer("analysisPVLen", 1, 1000, "Must be an integer from 1 to 1000")
    return Wanted(
        report_every=every,
        report_first=every if first is None else first,
        line=LINE if line is None else line,
        ownership=fields.boolean("includeOwnership"),
        ownership_deviation=fields.boolean("includeOwnershipStdev"),
        moves_ownership=fields.boolean("includeMovesOwnership"),
        moves_ownership_deviation=fields.boolean("includeMovesOwnershipStdev"),
        policy=fields.boolean("includePolicy"),
        variation_visits=fields.boolean("includePVVisits"),
        no_result=fields.boolean("includeNoResultValue"),
        winrates_as=winrates_as,
    )


def _priorities(fields: Fields, moves: int) -> dict[int, int]:
    """The priority of each turn to be analysed."""
    turns = fields.integers("analyzeTurns", "Must specify an array of integers indicating turns to analyze")
    for turn in turns or ():
        if not 0 <= turn <= moves:
            raise fields.error("analyzeTurns", f"Invalid turn number: {turn}")
    priority = fields.integer("priority", -MOST_PRIORITY, MOST_PRIORITY, "Must be a number between -2^62 and 2^62")
    priorities = fields.integers("priorities", "Must specify an array of integers indicating priorities")
    if priorities is None:
        return dict.fromkeys([moves] if turns is None else turns, priority or 0)
    if turns is None:
        raise fields.error("priorities", "Can only specify when also specifying analyzeTurns")
    if priority is not None:
        raise fields.error("priority", "Cannot specify both priority and priorities")
    if len(priorities) != len(turns):
        raise fields.error("priorities", "Must be of matching length to analyzeTurns")
    for value in priorities:
        if abs(value) > MOST_PRIORITY:
            raise fields.error("priorities", f"Invalid priority: {value}")
    return dict(zip(turns, priorities, strict=True))


def _rules(fields: Fields, warnings: list[dict[str, Any]]) -> Rules:
    given = fields.get("rules")
    if not isinstance(given, str | dict):
        raise fields.error("rules", RULES)
    try:
        rules, warning = read_rules(given)
    except GoloisError as error:
        text = given if isinstance(given, str) else json.dumps(given)
        raise fields.error("rules", f"Could not parse rules: {text[:200]} ({error})") from None
    if warning:
        warnings.append(fields.warning("rules", warning))
    half_points = "Must be a integer or half-integer from -150.0 to 150.0"
    komi = fields.number("komi", -150, 150, half_points)
    if komi is not None and (2 * komi) % 1:
        raise fields.error("komi", half_points)
    bonus = fields.get("whiteHandicapBonus")
    if fields.has("whiteHandicapBonus"):
        if not isinstance(bonus, str) and bonus != 0:
            raise fields.error("whiteHandicapBonus", "Must be a string")
        if str(bonus) not in ("0", "N", "N-1"):
            raise fields.error("whiteHandicapBonus", f"Invalid whiteHandicapBonus rule: {str(bonus)[:40]}")
        rules = replace(rules, handicap_bonus=str(bonus))  # type: ignore[arg-type]
    return rules if komi is None else replace(rules, komi=komi)


def _restriction(fields: Fields, size: int) -> Restriction | None:
    """What avoidMoves or allowMoves keep out."""
    restriction = Restriction(size)
    given = [name for name in ("avoidMoves", "allowMoves") if fields.has(name)]
    if len(given) > 1:
        raise fields.error("allowMoves", "Cannot specify both allowMoves and avoidMoves")
    for name in given:
        entries = fields.get(name)
        if not isinstance(entries, list):
            raise fields.error(name, ENTRIES)
        players = set()
        for entry in entries:
            if not isinstance(entry, dict) or not {"player", "moves", "untilDepth"} <= set(entry):
                raise fields.error(name, ENTRIES)
            color = fields.player(name, entry["player"])
            vertices, depth = entry["moves"], entry["untilDepth"]
            if not isinstance(vertices, list) or not all(isinstance(vertex, str) for vertex in vertices):
                raise fields.error(name, "Must be an array of GTP board vertices")
            if not is_integer(depth) or not 1 <= depth <= 10**9:
                raise fields.error(name, "Must be a positive integer")
            if name == "allowMoves" and color in players:
                raise fields.error(name, "Currently allowMoves only allows one entry for each player")
            players.add(color)
            moves = [fields.move(name, vertex, size) for vertex in vertices]
            (restriction.avoid if name == "avoidMoves" else restriction.allow)(color, moves, depth)
    return None if restriction.is_empty else restriction
