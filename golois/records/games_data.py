"""games.data: the text files of games that course scripts train on, in both generations.

    2019   <number of games>                  2021   [<number of games>]
           <winner> <number of moves>                <komi> <winner> <number of moves>
           <point> <colour>                          <point> <colour> <value> <score>
           ... a line per move ...                   ... a line per move ...

White is 0 and Black 1; points are 19 * row + column, the pass is 361. The value is the probability that White
wins, -1 where there is none. Colours need not alternate.

A file may be gigabytes long: it is read in blocks by a kernel that turns digits into numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np
import numpy.typing as npt

from golois.files import write_whole
from golois.records.games_data_parser import (
    BAD_LENGTH,
    COMPLETE,
    parse_games,
)
from golois.records.record import BLACK, GameRecord, OnBytes, OnProblem, RecordProblem
from golois.records.result import Winner

SIZE = 19
PASS = SIZE * SIZE
BLOCK_BYTES = 1 << 22
LONGEST_GAME = 5_000  # moves; a larger number is a sign that the file is not what it seems

Generation = Literal[2019, 2021]

_EXPECTED = "expected `winner moves` (2019) or `komi winner moves` (2021), then a line per move"


def read_games_data(path: Path, on_problem: OnProblem, on_bytes: OnBytes) -> Iterator[GameRecord]:
    """Yield the games of a games.data file of either generation.

    A game with a point or colour that does not exist is a problem and the next one follows; a file that
    breaks off, or holds something else than numbers, gives the games before that place and one problem.
    """
    try:
        with path.open("rb") as file:
            yield from _read(path, file, on_problem, on_bytes)
    except OSError as error:
        on_problem(RecordProblem(f"cannot read {path}: {error.strerror or error}"))


def _read(path: Path, file: BinaryIO, on_problem: OnProblem, on_bytes: OnBytes) -> Iterator[GameRecord]:
    try:
        generation, announced, start = _generation(path, file)
    except RecordProblem as problem:
        on_problem(problem)
        return
    file.seek(start)
    on_bytes(start)
    games = 0
    position = start  # bytes of the file before `rest`
    rest = b""
    while True:
        fresh = file.read(BLOCK_BYTES)
        on_bytes(len(fresh))
        block = _Block(rest + fresh, generation, is_last=not fresh)
        for record, fault in block.games():
            games += 1
            record.source = path.name
            record.id = f"{path.name}#{games}"
            if fault:
                on_problem(RecordProblem(f"{path}, game {games}: {fault}"))
            else:
                yield record
        position += block.consumed
        rest = block.rest
        if block.status != COMPLETE or len(rest) > BLOCK_BYTES:  # no game is as long as a block
            what = "a number of moves that no game has" if block.status == BAD_LENGTH else "something that is no number"
            on_problem(
                RecordProblem(
                    f"{path}, game {games + 1}, which begins at byte {position}: found {what}; {_EXPECTED}; "
                    f"the {games} games before it are used"
                )
            )
            return
        if not fresh:
            break
    if rest.strip() or games < announced:
        said = f" of {announced} that the first line announces" if announced else ""
        on_problem(
            RecordProblem(
                f"{path} breaks off in game {games + 1}{said}; the {games} games before it are used: "
                "copy or download the file again for the rest"
            )
        )


class _Block:
    """Some bytes of the file, parsed as far as whole games go."""

    def __init__(self, content: bytes, generation: Generation, is_last: bool) -> None:
        # a number at the end of the bytes may go on in the next block; at the end of the file it does not
        content += b"\n" * is_last
        moves, games = len(content) // 4 + 1, len(content) // 3 + 1  # the shortest are "0 1\n" and "0 0"
        self.content = content
        self.generation = generation
        self.moves = np.empty(moves, np.uint16)
        self.values = np.empty(moves if generation == 2021 else 0, np.float32)
        self.scores = np.empty_like(self.values)
        self.heads = np.empty((games, 3), np.float64)  # komi, winner, number of moves
        self.first_player = np.empty(games, np.uint8)
        self.faults = np.empty(games, np.int64)  # index of the first bad move, -1: none
        self.count, self.consumed, self.status = parse_games(
            np.frombuffer(content, np.uint8), generation == 2021, LONGEST_GAME,
            self.moves, self.values, self.scores, self.heads, self.first_player, self.faults,
        )  # fmt: skip

    @property
    def rest(self) -> bytes:
        return self.content[self.consumed :]

    def games(self) -> Iterator[tuple[GameRecord, str]]:
        """Yield each game with "" or with what is wrong with it."""
        start = 0
        for index in range(self.count):
            komi, winner, length = self.heads[index].tolist()
            stop = start + int(length)
            fault = ""
            if self.faults[index] >= 0:
                fault = f"move {self.faults[index] + 1} is no point 0 to {PASS} with the colour 0 (White) or 1 (Black)"
            elif winner not in (0, 1):
                fault = f"winner {winner:g} is neither 0 (White) nor 1 (Black)"
            record = GameRecord(
                moves=self.moves[start:stop].copy(),
                size=SIZE,
                first_player=int(self.first_player[index]),
                komi=komi,
                result="B+" if winner == 1 else "W+",
            )
            if self.generation == 2021:
                record.values = self.values[start:stop].copy()
                record.scores = self.scores[start:stop].copy()
            yield record, fault
            start = stop


def _generation(path: Path, file: BinaryIO) -> tuple[Generation, int, int]:
    """Return the generation, the announced number of games (0: none) and where the first game begins."""
    announced = start = 0
    for line in BytesIO(file.read(4096)):
        words = line.split()
        if len(words) == 1 and words[0].isdigit() and not announced:
            announced = int(words[0])
        elif len(words) == 2:
            return 2019, announced, start
        elif len(words) == 3:
            return 2021, announced, start
        elif words:
            break
        start += len(line)
    if announced or (start == 0 and file.seek(0, 2) == 0):
        raise RecordProblem(f"{path} holds no games; {_EXPECTED}")
    raise RecordProblem(f"{path} is not a games.data file; {_EXPECTED}")


def write_games_data(path: Path, records: Iterable[GameRecord], generation: Generation, on_problem: OnProblem) -> int:
    """Write the games as games.data of one generation, and return how many.

    Games that the format cannot hold (not 19x19, undecided, set-up stones, no komi for 2021) are problems
    and are left out. Values and scores that a game does not have are written as -1 and 0.
    """
    count = 0

    def content(temporary: Path) -> None:
        nonlocal count
        with temporary.open("wb") as file:
            if generation == 2019:
                file.write(b"%-12d\n" % 0)  # the number of games, known at the end
            for record in records:
                if fault := _cannot_hold(record, generation):
                    on_problem(RecordProblem(f"game {record.id} is left out: {fault}"))
                else:
                    file.write(_text(record, generation))
                    count += 1
            if generation == 2019:
                file.seek(0)
                file.write(b"%-12d\n" % count)

    write_whole(path, content)
    return count


def _cannot_hold(record: GameRecord, generation: Generation) -> str:
    if record.size != SIZE:
        return f"it is {record.size}x{record.size}, games.data is 19x19"
    if record.winner not in (Winner.BLACK, Winner.WHITE):
        return f"its result {record.result!r} names no winner"
    if len(record.setup_black) or len(record.setup_white):
        return "it begins with stones on the board"
    if generation == 2021 and math.isnan(record.komi):
        return "its komi is unknown"
    return ""


# the text of every point and colour, by 2 * point + (0 White, 1 Black)
_MOVES = [f"{point} {colour}".encode() for point in range(PASS + 1) for colour in (0, 1)]


def _text(record: GameRecord, generation: Generation) -> bytes:
    winner = int(record.winner == Winner.BLACK)
    keys = (2 * record.points.astype(np.int64) + (record.colours == BLACK)).tolist()
    if generation == 2019:
        lines = [f"{winner} {len(keys)}".encode(), *(_MOVES[key] for key in keys)]
    else:
        values = _decimals(record.values, len(keys), -1)
        scores = _decimals(record.scores, len(keys), 0)
        lines = [f"{record.komi:g} {winner} {len(keys)}".encode()]
        lines += [b"%s %s %s" % line for line in zip((_MOVES[key] for key in keys), values, scores, strict=True)]
    return b"\n".join(lines) + b"\n"


def _decimals(numbers: npt.NDArray[np.float32] | None, count: int, absent: int) -> list[bytes]:
    if numbers is None:
        return [b"%d" % absent] * count
    return [b"%.7g" % number for number in numbers.tolist()]
