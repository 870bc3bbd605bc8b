"""Boards drawn as text: X is Black, O is White, x and o are stones to be pointed at, other letters empty points."""

from __future__ import annotations

from typing import Any

import numpy as np

from golois.board import BLACK
from golois.game import Game
from golois.rules import Rules

STONES = {"X": 1, "x": 1, "O": 2, "o": 2}
SYMBOLS = ".XO"


def cells(diagram: str) -> list[str]:
    """The characters of a square drawing, row by row."""
    lines = [line.split() for line in diagram.strip().splitlines()]
    assert all(len(line) == len(lines) for line in lines), f"not square:\n{diagram}"
    return [cell for line in lines for cell in line]


def position(diagram: str, rules: Rules | None = None, to_move: int = BLACK, **options: Any) -> Game:
    """A game that begins with the drawn stones."""
    drawn = cells(diagram)
    black = [point for point, cell in enumerate(drawn) if STONES.get(cell) == 1]
    white = [point for point, cell in enumerate(drawn) if STONES.get(cell) == 2]
    size = round(len(drawn) ** 0.5)
    return Game(size, rules, black=black, white=white, to_move=to_move, **options)


def marked(diagram: str, marks: str) -> list[int]:
    """The points of a drawing that hold one of these characters, in reading order."""
    return [point for point, cell in enumerate(cells(diagram)) if cell in marks]


def point(diagram: str, mark: str) -> int:
    """The one point of a drawing that holds this character."""
    (found,) = marked(diagram, mark)
    return found


def draw(stones: np.ndarray) -> str:
    """Stones (size, size) as text, to be compared with `plain`."""
    return "\n".join(" ".join(SYMBOLS[stone] for stone in row) for row in stones.tolist())


def plain(diagram: str) -> str:
    """A drawing without its indentation and its pointers."""
    drawn = [SYMBOLS[STONES.get(cell, 0)] for cell in cells(diagram)]
    size = round(len(drawn) ** 0.5)
    return "\n".join(" ".join(drawn[row * size : (row + 1) * size]) for row in range(size))
