"""SGF: read the games of a collection, write a game.

Read is the main line of each game, in FF[1] to FF[4]. Stones may be set up before the first move, not later.
Moves may be by any colour at any time. What the standard asks and a file lacks is taken as most programs do:
no SZ is 19x19, no result or komi is an unknown one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from sgfmill import sgf_grammar

from golois import __version__
from golois.coordinates import BadVertex, move_from_sgf, sgf_from_move
from golois.errors import GoloisError
from golois.files import write_whole
from golois.records.ranks import rank_from_text, text_from_rank
from golois.records.record import (
    BLACK,
    WHITE,
    GameRecord,
    OnProblem,
    RecordProblem,
    moves_with_colours,
)
from golois.records.result import parse_result
from golois.records.sgf_text import Node, games_of

WIN_RATE = "SBKV"  # Black's chances in percent, as Sabaki writes and draws them
_COLOURS = {"B": BLACK, "W": WHITE}
HIGHEST_KOMI = 150.0
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d*)?|[+-]?[.,]\d+")


def read_sgf(path: Path, on_problem: OnProblem, name: str = "", source: str = "") -> Iterator[GameRecord]:
    """Yield the games of one SGF file; what cannot be read goes to `on_problem`, and the others follow.

    Args:
        path: the file.
        on_problem: called with each game that cannot be used.
        name: the games' id, followed by #2, #3, ... from the second game of a collection on; the file's name
            when left out.
        source: the games' source; the file's name without its ending when left out.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        on_problem(RecordProblem(f"cannot read {path}: {error.strerror or error}"))
        return

    def here(problem: RecordProblem) -> None:
        on_problem(RecordProblem(f"{path}: {problem}"))

    yield from records_from_sgf(content, here, name or path.name, source or path.stem)


def records_from_sgf(content: bytes, on_problem: OnProblem, name: str = "", source: str = "") -> Iterator[GameRecord]:
    """Yield the games of an SGF collection; arguments as for `read_sgf`."""
    for number, game in enumerate(games_of(content), start=1):
        try:
            if isinstance(game, RecordProblem):
                raise game
            record = record_from_nodes(game)
        except RecordProblem as problem:
            on_problem(RecordProblem(f"game {number}: {problem}" if number > 1 else str(problem)))
            continue
        record.id = f"{name}#{number}" if number > 1 else name
        record.source = source
        yield record


def record_from_nodes(nodes: list[Node]) -> GameRecord:
    """Return the game of a main line.

    Raises:
        RecordProblem: another game than Go, a size that Golois does not play, a point off the board, stones set
            up after the first move.
    """
    root = nodes[0]
    if (kind := _text(root, "GM")) not in ("", "1"):
        raise RecordProblem(f"GM[{kind}] is not Go (GM[1])")
    size = _size(_text(root, "SZ"))
    setup: dict[int, int] = {}
    points: list[int] = []
    colours: list[int] = []
    values = np.full(len(nodes) + 1, -1, np.float32)  # at i: of the position before move i
    for node in nodes:
        _set_up(node, size, setup, len(points))
        for name in [name for name in node if name in _COLOURS]:  # two in one node are a fault, but clear enough
            points.append(_move(node[name], size, len(points) + 1))
            colours.append(_COLOURS[name])
        if WIN_RATE in node and len(points) < len(values):
            values[len(points)] = 1 - _number(_text(node, WIN_RATE), math.nan) / 100
    values = np.where((values >= 0) & (values <= 1), values, np.float32(-1))[: len(points)]
    handicap = _handicap(root, setup)
    if not setup and 2 <= handicap < len(points) and colours[: handicap + 1] == [BLACK] * handicap + [WHITE]:
        # handicap stones that were played as moves
        setup = dict.fromkeys(points[:handicap], BLACK)
        points, colours, values = points[handicap:], colours[handicap:], values[handicap:]
    moves, first_player = moves_with_colours(points, colours)
    if not points:
        first_player = _first_player(root, setup)
    return GameRecord(
        moves=moves,
        size=size,
        first_player=first_player,
        setup_black=np.array([point for point, colour in setup.items() if colour == BLACK], np.uint16),
        setup_white=np.array([point for point, colour in setup.items() if colour == WHITE], np.uint16),
        komi=_komi(_text(root, "KM")),
        handicap=handicap,
        rules=_text(root, "RU"),
        result=_result(_text(root, "RE")),
        black_rank=rank_from_text(_text(root, "BR")),
        white_rank=rank_from_text(_text(root, "WR")),
        black=_text(root, "PB"),
        white=_text(root, "PW"),
        date=_text(root, "DT"),
        values=values if np.any(values >= 0) else None,
    )


def sgf_from_record(record: GameRecord, comments: dict[int, str] | None = None) -> bytes:
    """Return the game as FF[4], UTF-8.

    Values of the record are written as SBKV, which Sabaki draws as a graph.

    Args:
        record: the game.
        comments: text for the node after so many moves (0 is the root).
    """
    root: Node = {"FF": [b"4"], "GM": [b"1"], "CA": [b"UTF-8"], "AP": [f"Golois:{__version__}".encode()]}
    root["SZ"] = [b"%d" % record.size]
    facts = {
        "GN": record.id,
        "SO": record.source,
        "DT": record.date,
        "PB": record.black,
        "PW": record.white,
        "BR": text_from_rank(record.black_rank) if record.black_rank else "",
        "WR": text_from_rank(record.white_rank) if record.white_rank else "",
        "RU": record.rules,
        "KM": "" if math.isnan(record.komi) else f"{record.komi:g}",
        "HA": str(record.handicap),
        "RE": "" if record.result == "?" else record.result,
    }
    root.update({name: [_escaped(" ".join(text.split()))] for name, text in facts.items() if text})
    for name, stones in (("AB", record.setup_black), ("AW", record.setup_white)):
        if len(stones):
            root[name] = [sgf_from_move(int(stone), record.size).encode() for stone in stones]
    if record.first_player == WHITE or root.keys() & {"AB", "AW"}:
        root["PL"] = [b"B" if record.first_player == BLACK else b"W"]
    nodes = [root]
    for point, colour in zip(record.points.tolist(), record.colours.tolist(), strict=True):
        nodes.append({"B" if colour == BLACK else "W": [sgf_from_move(point, record.size).encode()]})
    if record.values is not None:
        for node, value in zip(nodes, record.values.tolist(), strict=False):
            if 0 <= value <= 1:
                node[WIN_RATE] = [f"{100 * (1 - value):.5g}".encode()]
    for number, comment in (comments or {}).items():
        nodes[number]["C"] = [_escaped(comment)]
    tree = sgf_grammar.Coarse_game_tree()
    tree.sequence = nodes
    text: bytes = sgf_grammar.serialise_game_tree(tree)
    return text


def write_sgf(path: Path, records: Iterable[GameRecord]) -> int:
    """Write the games as one SGF collection, whole or not at all, and return how many."""
    count = 0

    def content(temporary: Path) -> None:
        nonlocal count
        with temporary.open("wb") as file:
            for record in records:
                file.write(sgf_from_record(record))
                count += 1

    write_whole(path, content)
    return count


def _text(node: Node, name: str) -> str:
    """Return a property's value as one line of text, "" when there is none."""
    values = node.get(name)
    return " ".join(sgf_grammar.simpletext_value(values[0]).decode("utf-8", "replace").split()) if values else ""


def _escaped(text: str) -> bytes:
    escaped: bytes = sgf_grammar.escape_text(text.encode("utf-8", "replace"))
    return escaped


def _size(text: str) -> int:
    if not text:
        return 19
    columns, colon, rows = text.partition(":")
    if colon and columns.strip() != rows.strip():
        raise RecordProblem(f"SZ[{text}] is a rectangular board; Golois plays on square ones")
    if not (columns.strip().isdecimal() and len(columns) < 4 and 2 <= int(columns) <= 25):
        raise RecordProblem(f"SZ[{text}] is not a board size from 2 to 25")
    return int(columns)


def _set_up(node: Node, size: int, setup: dict[int, int], moves: int) -> None:
    """Apply AB, AW and AE of a node to the stones set up so far."""
    if not node.keys() & {"AB", "AW", "AE"}:
        return
    if moves:
        raise RecordProblem(f"stones are set up (AB, AW or AE) after move {moves}, which is no game record")
    for name, colour in (("AE", None), ("AB", BLACK), ("AW", WHITE)):
        for point in _points(node.get(name, []), size, name):
            setup.pop(point, None)
            if colour is not None:
                setup[point] = colour


def _points(values: list[bytes], size: int, name: str) -> Iterator[int]:
    """Yield the points of a list, in which `aa:cc` is a rectangle."""
    for value in values:
        first, colon, last = value.strip().lower().partition(b":")
        if not first and len(values) == 1:
            return  # AB[] says: none
        corners = [_point(corner.strip(), size, name, value) for corner in ((first, last) if colon else (first, first))]
        rows, columns = zip(*(divmod(corner, size) for corner in corners), strict=True)
        for row in range(min(rows), max(rows) + 1):
            for column in range(min(columns), max(columns) + 1):
                yield size * row + column


def _point(letters: bytes, size: int, name: str, value: bytes) -> int:
    try:
        point = move_from_sgf(letters.decode("latin-1"), size)
    except BadVertex:
        point = size * size
    if point == size * size:
        raise RecordProblem(f"{name}[{value.decode('utf-8', 'replace')}] is no point of a {size}x{size} board")
    return point


def _move(values: list[bytes], size: int, number: int) -> int:
    text = values[0].strip().lower().decode("utf-8", "replace")
    if len(values) > 1:
        raise RecordProblem(f"move {number} has {len(values)} points in one node")
    try:
        return move_from_sgf(text, size)
    except BadVertex as error:
        raise RecordProblem(f"move {number}: {error}") from error


def _first_player(root: Node, setup: dict[int, int]) -> int:
    """Return who is to move in a record without moves."""
    player = _text(root, "PL").upper()[:1]
    if player in ("B", "W"):
        return BLACK if player == "B" else WHITE
    return WHITE if BLACK in setup.values() and WHITE not in setup.values() else BLACK


def _handicap(root: Node, setup: dict[int, int]) -> int:
    text = _text(root, "HA")
    claimed = _number(text, -1)
    if 0 <= claimed <= 255 and claimed == int(claimed):
        return int(claimed)
    return len(setup) if len(setup) >= 2 and WHITE not in setup.values() else 0


def _komi(text: str) -> float:
    """Return komi in points, nan when it is unknown.

    Chinese servers write hundredths (650, 375), and Chinese records count in stones of two points each,
    which shows by a small number with a quarter: 3.75 stones are 7.5 points.
    """
    komi = _number(text, math.nan)
    if abs(komi) >= 100:
        komi /= 100
    if abs(komi) % 0.5 == 0.25 and abs(komi) < 5:
        komi *= 2
    return komi if abs(komi) <= HIGHEST_KOMI else math.nan


def _number(text: str, absent: float) -> float:
    match = _NUMBER.match(text.strip())
    return float(match[0].replace(",", ".")) if match else absent


def _result(text: str) -> str:
    try:
        return str(parse_result(text))
    except GoloisError:
        return "?"
