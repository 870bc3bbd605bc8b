"""The names of points: GTP vertices ("D4", column I left out, row 1 at the bottom) and SGF's two letters."""

from __future__ import annotations

from golois.errors import GoloisError

COLUMNS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"


class BadVertex(GoloisError):
    """A text that names no point of the board."""


def pass_move(size: int) -> int:
    """The move that is a pass on a board of `size`."""
    return size * size


def vertex_from_move(move: int, size: int) -> str:
    """The GTP vertex of a move, "pass" for a pass."""
    if move == size * size:
        return "pass"
    if not 0 <= move < size * size:
        raise BadVertex(f"move {move}: a board of size {size} has the moves 0 to {size * size} (pass)")
    row, column = divmod(move, size)
    return f"{COLUMNS[column]}{size - row}"


def move_from_vertex(text: str, size: int) -> int:
    """The move that a GTP vertex names, in either case; "pass" is a move too.

    Raises:
        BadVertex: the text is no vertex, or the point is not on a board of this size.
    """
    name = text.strip().upper()
    if name == "PASS":
        return size * size
    letter, digits = name[:1], name[1:]
    if letter not in COLUMNS or not letter or not (digits.isascii() and digits.isdigit() and len(digits) <= 2):
        raise BadVertex(f"{text!r} is not a point: write a column letter and a row number, such as D4, or pass")
    column, row = COLUMNS.index(letter), size - int(digits)
    if column >= size or not 0 <= row < size:
        last = f"{COLUMNS[size - 1]}{size}"
        raise BadVertex(f"{text!r} is not on a board of size {size}, whose points are A1 to {last}")
    return size * row + column


def sgf_from_move(move: int, size: int) -> str:
    """SGF's letters for a move: column, then row from the top, "aa" at the upper left; "" for a pass."""
    if move == size * size:
        return ""
    row, column = divmod(move, size)
    return chr(ord("a") + column) + chr(ord("a") + row)


def move_from_sgf(letters: str, size: int) -> int:
    """The move of SGF's letters; "" is a pass, and so is "tt" on boards up to 19 (FF3).

    Raises:
        BadVertex: not two letters, or a point that is not on the board.
    """
    if letters == "" or (letters == "tt" and size <= 19):
        return size * size
    if len(letters) == 2:
        column, row = (ord(letter) - ord("a") for letter in letters)
        if 0 <= column < size and 0 <= row < size:
            return size * row + column
    raise BadVertex(f"{letters!r} is not a point of a board of size {size} in SGF's letters ('aa' is the upper left)")
