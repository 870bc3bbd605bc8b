"""The kernel that reads the numbers of games.data; `golois.records.games_data` explains the format."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from golois.board.kernels import U
from golois.board.layout import BLACK, WHITE
from golois.jit import Integer, kernel
from golois.records.record import SAME_COLOUR

COMPLETE, BAD_NUMBER, BAD_LENGTH = 0, 1, 2
_PASS = 361
_MOST_POINTS = 1000.0
_MORE, _NO_NUMBER = -1, -2  # what _number answers when the text ends inside a number, or holds something else
_ZERO, _NINE, _POINT, _PLUS, _MINUS, _E, _I, _N = (ord(character) for character in "09.+-ein")
_LOWER = 32  # the bit that makes a letter lower-case


@kernel
def parse_games(
    text: npt.NDArray[np.uint8],
    has_values: bool,
    longest: int,
    moves: npt.NDArray[np.uint16],
    values: npt.NDArray[np.float32],
    scores: npt.NDArray[np.float32],
    heads: npt.NDArray[np.float64],
    first_player: npt.NDArray[np.uint8],
    faults: npt.NDArray[np.int64],
) -> tuple[Integer, Integer, Integer]:
    """Parse whole games from the beginning of `text`.

    Args:
        text: (bytes,) the text.
        has_values: whether it is of the generation of 2021.
        longest: more moves than this in one game are an error.
        moves: (at least the number of moves,) filled with the moves of all games, end to end, coloured by SAME_COLOUR.
        values: as long as moves, or empty without values; -1 for what is no number in [0, 1].
        scores: likewise; 0 for what is no number of points.
        heads: (at least the number of games, 3) filled with komi (nan without), winner, number of moves.
        first_player: (games,) filled with BLACK or WHITE.
        faults: (games,) filled with the index of the first move without a real point and colour, or -1.

    Returns:
        number of games, number of bytes they take, and COMPLETE, BAD_NUMBER or BAD_LENGTH: what ended the parse.
    """
    number = np.empty(1, np.float64)
    columns = 4 if has_values else 2
    position: Integer = 0
    consumed: Integer = 0
    games = 0
    start: Integer = 0
    while True:
        heads[games, 0] = np.nan
        for column in range(0 if has_values else 1, 3):
            position = _number(text, position, number)
            if position < 0:
                return games, consumed, COMPLETE if position == _MORE else BAD_NUMBER
            heads[games, column] = number[0]
        if not 0 <= heads[games, 2] <= longest:
            return games, consumed, BAD_LENGTH
        length = np.int64(heads[games, 2])
        first_player[games] = BLACK
        faults[games] = -1
        colour_before = -1.0
        for index in range(length):
            point, colour = 0.0, 0.0
            for column in range(columns):
                position = _number(text, position, number)
                if position < 0:
                    return games, consumed, COMPLETE if position == _MORE else BAD_NUMBER
                if column == 0:
                    point = number[0]
                elif column == 1:
                    colour = number[0]
                elif column == 2:
                    values[U(start + index)] = number[0] if 0 <= number[0] <= 1 else -1
                else:
                    scores[U(start + index)] = number[0] if abs(number[0]) <= _MOST_POINTS else 0
            is_real = 0 <= point <= _PASS and point == np.floor(point) and colour in (0, 1)
            if not is_real:
                point = _PASS
                if faults[games] < 0:
                    faults[games] = index
            if index == 0:
                first_player[games] = BLACK if colour == 1 else WHITE
            moves[U(start + index)] = np.int64(point) | (SAME_COLOUR if colour == colour_before else 0)
            colour_before = colour
        start += length
        games += 1
        consumed = position


@kernel
def _number(text: npt.NDArray[np.uint8], position: Integer, number: npt.NDArray[np.float64]) -> Integer:
    """Read the next number, `-12.5e-3` or `nan`, into number[0].

    Returns:
        the position of the byte after it; _MORE when the text ends before that byte; _NO_NUMBER when it is none.
    """
    end = len(text)
    while position < end and _is_space(text[U(position)]):
        position += 1
    sign = 1.0
    if position < end and (text[U(position)] == _MINUS or text[U(position)] == _PLUS):
        if text[U(position)] == _MINUS:
            sign = -1.0
        position += 1
    if position < end and (text[U(position)] | _LOWER) in (_N, _I):  # nan, inf
        number[0] = np.nan
        while position < end and not _is_space(text[U(position)]):
            position += 1
        return position if position < end else _MORE
    mantissa = 0.0
    digits = 0
    exponent = 0
    seen_point = False
    while position < end:
        byte = np.int64(text[U(position)])
        if _ZERO <= byte <= _NINE:
            digits += 1
            mantissa = mantissa * 10.0 + (byte - _ZERO)
            exponent -= 1 if seen_point else 0
        elif byte == _POINT and not seen_point:
            seen_point = True
        else:
            break
        position += 1
    if position == end:
        return _MORE
    if digits == 0:
        return _NO_NUMBER
    if (text[U(position)] | _LOWER) == _E:
        position += 1
        down = position < end and text[U(position)] == _MINUS
        if position < end and (text[U(position)] == _MINUS or text[U(position)] == _PLUS):
            position += 1
        power = 0
        while position < end and _ZERO <= text[U(position)] <= _NINE:
            power = min(power * 10 + int(text[U(position)]) - _ZERO, 1000)
            position += 1
        exponent += -power if down else power
    if position == end:
        return _MORE
    if not _is_space(text[U(position)]):
        return _NO_NUMBER
    # dividing by a power of ten rounds once and so keeps short decimals exact
    number[0] = sign * (mantissa * 10.0**exponent if exponent >= 0 else mantissa / 10.0**-exponent)
    return position


@kernel
def _is_space(byte: Integer) -> bool:
    return bool(byte == 32 or 9 <= byte <= 13)
