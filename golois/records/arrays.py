"""The flat arrays of many games: their names and dtypes declared once, packed from records and unpacked again.

The game store (`golois.records.store`) holds exactly these arrays; its page explains how to read them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from golois.records.record import POINT_MASK, SAME_COLOUR, GameRecord, RecordProblem, split_bucket
from golois.records.result import Ending, Result, Winner
from golois.records.visits import Visits

Arrays = dict[str, npt.NDArray[Any]]

SETUP_WHITE = 0x8000
MOST_POINTS = 1000  # a komi beyond is a sign that the record is not what it seems

# one number a game: [games]
PER_GAME: dict[str, str] = {
    "first_player": "u1",  # BLACK 1, WHITE 2
    "winner": "u1",  # Winner: DRAW 0, BLACK 1, WHITE 2, UNKNOWN 3
    "ending": "u1",  # Ending: UNKNOWN 0, SCORE 1, RESIGNATION 2, TIME 3, FORFEIT 4
    "margin": "<f4",  # points, nan when the game was not counted
    "komi": "<f4",  # nan when unknown
    "handicap": "u1",  # stones, as the record claims
    "black_rank": "u1",  # golois.records.ranks, 0 unknown
    "white_rank": "u1",
    "bucket": "u1",  # split_bucket(id), 0..99: 0 validation, else train
    "source": "<u2",  # index into the store's `sources`
}

# many numbers a game, laid end to end, with the offsets [games + 1] int64 that cut them
RAGGED: dict[str, tuple[str, str]] = {
    "moves": ("<u2", "offsets"),
    "setup": ("<u2", "setup_offsets"),
    "values": ("<f4", "value_offsets"),
    "scores": ("<f4", "score_offsets"),
    "visited": ("<u2", "visited_offsets"),  # entries in `visits` of each move; 0 where the search kept nothing
    "visits": ("<u2", "visits_offsets"),  # golois.records.visits: move, share, move, share, ...
    "text": ("u1", "text_offsets"),  # UTF-8, TAB between: id, date, black, white, rules
}
OFFSETS_DTYPE = "<i8"
LATER = frozenset({"visited", "visits"})  # what stores of the first releases lack
_TEXT_FIELDS = 5


def empty_arrays() -> Arrays:
    """Return the arrays of no games."""
    return pack([], 19, [])


def pack(records: Sequence[GameRecord], size: int, sources: list[str]) -> Arrays:
    """Return the arrays of `records`; `sources` grows by the names of sources that are new.

    Raises:
        RecordProblem: a record of another board size, with a point off the board, or with values or
            scores that are not one per move.
    """
    for record in records:
        check_record(record, size)
    numbers = {name: number for number, name in enumerate(sources)}
    for record in records:
        if record.source not in numbers:
            numbers[record.source] = len(sources)
            sources.append(record.source)
    if len(sources) > np.iinfo(np.uint16).max:
        raise RecordProblem(f"more than {np.iinfo(np.uint16).max} different sources; give a whole collection one name")
    outcomes = [record.outcome for record in records]
    columns: dict[str, list[Any]] = {
        "first_player": [record.first_player for record in records],
        "winner": [outcome.winner for outcome in outcomes],
        "ending": [outcome.ending for outcome in outcomes],
        "margin": [outcome.margin for outcome in outcomes],
        "komi": [record.komi for record in records],
        "handicap": [record.handicap for record in records],
        "black_rank": [record.black_rank for record in records],
        "white_rank": [record.white_rank for record in records],
        "bucket": [split_bucket(record.id) for record in records],
        "source": [numbers[record.source] for record in records],
    }
    arrays: Arrays = {name: np.array(columns[name], dtype) for name, dtype in PER_GAME.items()}
    none = np.empty(0, np.float32)
    ragged: dict[str, list[npt.NDArray[Any]]] = {
        "moves": [record.moves for record in records],
        "setup": [coloured_setup(record) for record in records],
        "values": [none if record.values is None else record.values for record in records],
        "scores": [none if record.scores is None else record.scores for record in records],
        "visited": [none if record.visits is None else record.visits.counts for record in records],
        "visits": [none if record.visits is None else record.visits.entries.ravel() for record in records],
        "text": [np.frombuffer(_text(record), np.uint8) for record in records],
    }
    for name, (dtype, offsets) in RAGGED.items():
        parts = ragged[name]
        arrays[name] = np.concatenate(parts).astype(dtype, copy=False) if parts else np.empty(0, dtype)
        arrays[offsets] = np.zeros(len(parts) + 1, OFFSETS_DTYPE)
        np.cumsum([len(part) for part in parts], out=arrays[offsets][1:])
    return arrays


def unpack(arrays: Arrays, game: int, size: int, sources: Sequence[str]) -> GameRecord:
    """Return game number `game` of the arrays as a record of its own (nothing is shared with the arrays)."""

    def cut(name: str) -> npt.NDArray[Any]:
        offsets = arrays[RAGGED[name][1]]
        return np.array(arrays[name][offsets[game] : offsets[game + 1]])

    setup = cut("setup")
    white = (setup & SETUP_WHITE) != 0
    values, scores, visited = cut("values"), cut("scores"), cut("visited")
    fields = cut("text").tobytes().decode("utf-8", "replace").split("\t", _TEXT_FIELDS - 1)
    game_id, date, black, white_name, rules = fields + [""] * (_TEXT_FIELDS - len(fields))
    result = Result(Winner(arrays["winner"][game]), Ending(arrays["ending"][game]), _decimal(arrays["margin"][game]))
    return GameRecord(
        moves=cut("moves"),
        size=size,
        first_player=int(arrays["first_player"][game]),
        setup_black=setup[~white],
        setup_white=setup[white] & np.uint16(POINT_MASK),
        komi=_decimal(arrays["komi"][game]),
        handicap=int(arrays["handicap"][game]),
        rules=rules,
        result=str(result),
        black_rank=int(arrays["black_rank"][game]),
        white_rank=int(arrays["white_rank"][game]),
        black=black,
        white=white_name,
        date=date,
        source=sources[arrays["source"][game]],
        id=game_id,
        values=values if len(values) else None,
        scores=scores if len(scores) else None,
        visits=Visits(visited, cut("visits").reshape(-1, 2)) if len(visited) else None,
    )


def coloured_setup(record: GameRecord) -> npt.NDArray[np.uint16]:
    """Return the set-up stones in one row: the black ones, then the white ones with SETUP_WHITE."""
    return np.concatenate([record.setup_black, record.setup_white | np.uint16(SETUP_WHITE)])


def check_record(record: GameRecord, size: int) -> None:
    """Check that `pack` can take the record.

    Raises:
        RecordProblem: says what does not fit.
    """
    if record.size != size:
        raise RecordProblem(
            f"game {record.id} is {record.size}x{record.size}, the store holds {size}x{size}; "
            "put each board size into a store of its own"
        )
    for name, points, highest in (
        ("move", record.moves & np.uint16(POINT_MASK), size * size),
        ("black set-up stone", record.setup_black, size * size - 1),
        ("white set-up stone", record.setup_white, size * size - 1),
    ):
        if len(points) and int(points.max()) > highest:
            number = int(np.argmax(points > highest))
            raise RecordProblem(
                f"game {record.id}: {name} {number + 1} is {points[number]}; "
                f"the highest number on {size}x{size} is {highest}"
            )
    if len(record.moves) and record.moves[0] & SAME_COLOUR:
        raise RecordProblem(f"game {record.id}: the first move carries SAME_COLOUR; set first_player instead")
    for name, numbers in (("values", record.values), ("scores", record.scores)):
        if numbers is not None and len(numbers) != len(record.moves):
            raise RecordProblem(f"game {record.id} has {len(record.moves)} moves but {len(numbers)} {name}")
    if record.visits is not None:
        _check_visits(record, record.visits, size)
    if not math.isnan(record.komi) and not abs(record.komi) <= MOST_POINTS:
        raise RecordProblem(
            f"game {record.id}: komi {record.komi:g} is not from -{MOST_POINTS} to {MOST_POINTS} points"
        )
    if not 0 <= record.handicap <= 255:
        raise RecordProblem(f"game {record.id}: handicap {record.handicap} is not a number of stones from 0 to 255")


def _check_visits(record: GameRecord, visits: Visits, size: int) -> None:
    if len(visits.counts) != len(record.moves):
        raise RecordProblem(f"game {record.id} has {len(record.moves)} moves but visits for {len(visits.counts)}")
    if visits.entries.shape != (int(visits.counts.sum(dtype=np.int64)), 2):
        raise RecordProblem(
            f"game {record.id}: its {int(visits.counts.sum(dtype=np.int64))} visited moves do not fit entries of "
            f"shape {visits.entries.shape}"
        )
    if len(visits.entries) and int(visits.entries[:, 0].max()) > size * size:
        raise RecordProblem(
            f"game {record.id}: a visited move is {int(visits.entries[:, 0].max())}; the highest number on "
            f"{size}x{size} is {size * size}"
        )


def _text(record: GameRecord) -> bytes:
    fields = (record.id, record.date, record.black, record.white, record.rules)
    return "\t".join(field.replace("\t", " ") for field in fields).encode("utf-8", "replace")


def _decimal(number: np.float32) -> float:
    """Return a float32 such as 6.1 as the decimal it stands for, so that it prints and compares as written."""
    return math.nan if np.isnan(number) else round(float(number), 4)
