"""Games as lines of TAB-separated columns, one game a line, usually packed as `.tsv.xz`.

    id  date  black_rank  white_rank  komi  handicap  rules  result  moves

`?` is an unknown value. Moves are two SGF letters each (column, row from the top left; `tt` passes),
19x19. Before them may stand `+<black set-up stones>|` and the colour of the first player, `B` or `W`;
without the letter White moves first after set-up stones, else Black. Colours alternate.
"""

from __future__ import annotations

import lzma
import math
from collections.abc import Iterable, Iterator
from io import BufferedIOBase
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from golois.errors import GoloisError
from golois.files import write_whole
from golois.records.ranks import rank_from_text, text_from_rank
from golois.records.record import (
    BLACK,
    POINT_MASK,
    SAME_COLOUR,
    WHITE,
    GameRecord,
    OnBytes,
    OnProblem,
    Points,
    RecordProblem,
)
from golois.records.result import parse_result

SIZE = 19
PASS = SIZE * SIZE
COLUMNS = 9
_COLUMN_NAMES = "id, date, black_rank, white_rank, komi, handicap, rules, result, moves"


def read_tsv(path: Path, on_problem: OnProblem, on_bytes: OnBytes) -> Iterator[GameRecord]:
    """Yield the games of a `.tsv` or `.tsv.xz` file; a line that cannot be used goes to `on_problem`.

    A file that breaks off gives the games before the break, then one problem.
    """
    source = path.name.removesuffix(".xz").removesuffix(".tsv")
    number = seen = 0
    try:
        with path.open("rb") as packed, _unpacked(path, packed) as file:
            for number, line in enumerate(file, start=1):
                if number % 256 == 0:
                    on_bytes(packed.tell() - seen)
                    seen = packed.tell()
                text = line.rstrip(b"\r\n")
                if not text or text.startswith(b"#"):
                    continue
                try:
                    yield record_from_line(text, source)
                except GoloisError as error:
                    on_problem(RecordProblem(f"{path}, line {number}: {error}"))
            on_bytes(packed.tell() - seen)
    except OSError as error:
        on_problem(RecordProblem(f"cannot read {path}: {error.strerror or error}"))
    except (lzma.LZMAError, EOFError) as error:
        on_problem(
            RecordProblem(
                f"{path} is damaged or breaks off after line {number} ({error}); "
                "the games before that are used: copy or download the file again for the rest"
            )
        )


def record_from_line(line: bytes, source: str = "") -> GameRecord:
    """Return the game of one line (without its line end).

    Raises:
        RecordProblem: says which column is wrong and what was expected.
    """
    columns = line.split(b"\t")
    if len(columns) != COLUMNS:
        raise RecordProblem(f"expected {COLUMNS} columns separated by TAB ({_COLUMN_NAMES}), found {len(columns)}")
    try:
        game_id, date, black_rank, white_rank, komi, handicap, rules, result = (c.decode() for c in columns[:8])
    except UnicodeDecodeError as error:
        raise RecordProblem(f"the columns are not UTF-8 text ({error})") from error
    try:
        setup, first_player, moves = _parse_moves(columns[8])
        return GameRecord(
            moves=moves,
            size=SIZE,
            first_player=first_player,
            setup_black=setup,
            komi=math.nan if komi == "?" else _number(komi, "komi"),
            handicap=0 if handicap == "?" else int(_number(handicap, "handicap")),
            rules="" if rules == "?" else rules,
            result=str(parse_result(result)),
            black_rank=rank_from_text(black_rank),
            white_rank=rank_from_text(white_rank),
            date="" if date == "?" else date,
            source=source,
            id=game_id,
        )
    except GoloisError as error:
        raise RecordProblem(f"game {game_id}: {error}") from error


def line_from_record(record: GameRecord) -> bytes:
    """Return the line of a game, without its line end.

    Raises:
        RecordProblem: the game is not 19x19, or has what the columns cannot say (White set-up stones,
            two moves in a row by one colour).
    """
    if record.size != SIZE:
        raise RecordProblem(f"game {record.id} is {record.size}x{record.size}; .tsv holds 19x19 games only")
    if len(record.setup_white):
        raise RecordProblem(f"game {record.id} starts with White stones on the board, which .tsv cannot say; use SGF")
    if np.any(record.moves & SAME_COLOUR):
        raise RecordProblem(f"game {record.id} has two moves in a row by one colour, which .tsv cannot say; use SGF")
    usual = WHITE if len(record.setup_black) else BLACK
    moves = b"".join(
        [
            b"+" + _letters(record.setup_black) + b"|" if len(record.setup_black) else b"",
            b"" if record.first_player == usual else b"?BW"[record.first_player : record.first_player + 1],
            _letters(record.moves),
        ]
    )
    columns = [
        record.id,
        record.date or "?",
        text_from_rank(record.black_rank),
        text_from_rank(record.white_rank),
        "?" if math.isnan(record.komi) else f"{record.komi:g}",
        str(record.handicap),
        record.rules or "?",
        record.result,
    ]
    return b"\t".join([" ".join(column.split()).encode() for column in columns] + [moves])


def write_tsv(path: Path, records: Iterable[GameRecord]) -> int:
    """Write the games as `.tsv`, or packed when `path` ends in `.xz`; return how many.

    Raises:
        RecordProblem: a game that the columns cannot hold; nothing is written then.
    """
    count = 0

    def content(temporary: Path) -> None:
        nonlocal count
        with cast(BufferedIOBase, lzma.open(temporary, "wb") if path.suffix == ".xz" else temporary.open("wb")) as file:
            for record in records:
                file.write(line_from_record(record) + b"\n")
                count += 1

    write_whole(path, content)
    return count


def _unpacked(path: Path, packed: BinaryIO) -> BufferedIOBase:
    return cast(BufferedIOBase, lzma.open(packed, "rb") if path.suffix.lower() == ".xz" else packed)


def _number(text: str, what: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or abs(number) > 1000:
        raise RecordProblem(f"{what} {text!r} is not a number of points or stones; '?' stands for unknown")
    return number


def _parse_moves(text: bytes) -> tuple[Points, int, Points]:
    setup = np.empty(0, np.uint16)
    first_player = BLACK
    if text.startswith(b"+"):
        stones, bar, text = text[1:].partition(b"|")
        if not bar:
            raise RecordProblem("the set-up stones after '+' do not end with '|'")
        setup = _points(stones, "set-up stone")
        if np.any(setup == PASS):
            raise RecordProblem("a pass (tt) among the set-up stones")
        first_player = WHITE
    if text[:1] in (b"B", b"W"):
        first_player = BLACK if text[:1] == b"B" else WHITE
        text = text[1:]
    return setup, first_player, _points(text, "move")


def _points(text: bytes, what: str) -> Points:
    """Points of SGF letter pairs: column a..s, row a..s from the top; `tt` is the pass."""
    if len(text) % 2:
        raise RecordProblem(f"{what} {len(text) // 2 + 1} has one letter: the line breaks off there")
    pairs = (np.frombuffer(text, np.uint8) - np.uint8(ord("a"))).reshape(-1, 2)
    points: Points = pairs[:, 1].astype(np.uint16) * np.uint16(SIZE) + pairs[:, 0]
    outside = (pairs >= SIZE).any(axis=1)
    if outside.any():
        passes = (pairs == SIZE).all(axis=1)
        wrong = np.flatnonzero(outside & ~passes)
        if len(wrong):
            letters = text[2 * wrong[0] : 2 * wrong[0] + 2].decode("latin-1")
            raise RecordProblem(f"{what} {wrong[0] + 1} is {letters!r}; expected two letters a to s, or tt for a pass")
        points[passes] = PASS
    return points


def _letters(moves: Points) -> bytes:
    points = moves & np.uint16(POINT_MASK)
    pairs = np.stack([points % SIZE, points // SIZE], axis=1).astype(np.uint8)
    pairs[points == PASS] = SIZE
    return (pairs + np.uint8(ord("a"))).tobytes()
