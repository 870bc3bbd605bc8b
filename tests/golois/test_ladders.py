"""Ladder reading, on drawn boards and against a plain reader written for clarity.

On the drawings X and O are stones, and x and o are the stones that the reading must find, no others.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golois.board import EMPTY, WHITE
from golois.game import Game
from golois.ladders import catchable_in_ladder, lost_ladders
from golois.ladders.board import begin, new_readers
from golois.ladders.reader import NODE_LIMIT, is_caught
from golois.rules import Rules


def drawn(diagram: str) -> tuple[Game, np.ndarray]:
    """Return the position of a drawing, and where its small letters stand."""
    lines = [line.split() for line in diagram.strip().splitlines()]
    size = len(lines)
    assert all(len(line) == size for line in lines), diagram
    marks = [mark for line in lines for mark in line]
    black = [point for point, mark in enumerate(marks) if mark in "Xx"]
    white = [point for point, mark in enumerate(marks) if mark in "Oo"]
    small = np.array([mark in "xo" for mark in marks]).reshape(size, size)
    return Game(size, Rules(ko="simple", suicide=False), black=black, white=white), small


# --- stones in atari that do not escape ---------------------------------------------------------------------------

LOST = {
    "a ladder runs into the edge": """
        . . . . . . . . .
        . . . . . . . . .
        . . O O . . . . .
        . O x . . . . . .
        . . O . . . . . .
        . . . . . . . . .
        . . . . . . . . .
        . . . . . . . . .
        . . . . . . . . .
    """,
    "a stone of its own side in the path breaks it": """
        . . . . . . . . .
        . . . . . . . . .
        . . O O . . . . .
        . O X . . . . . .
        . . O . . . . . .
        . . . . . . . . .
        . . . . . . X . .
        . . . . . . . . .
        . . . . . . . . .
    """,
    "a stone of its own side beside the path does not": """
        . . . . . . . . .
        . . . . . . . . .
        . . O O . . . . .
        . O x . . . . . .
        . . O . . . . . .
        . . . . . . . . .
        . . . . . . . . .
        . . . X . . . . .
        . . . . . . . . .
    """,
    "a stone of the hunter in the path does no harm to him": """
        . . . . . . . . .
        . . . . . . . . .
        . . O O . . . . .
        . O x . . . . . .
        . . O . . . . . .
        . . . . . . . . .
        . . . . . . O . .
        . . . . . . . . .
        . . . . . . . . .
    """,
    "on the first line there is no way out": """
        . . . . . . .
        . . . . . . .
        . . . . . . .
        . . . . . . .
        . . . . . . .
        . . O O . O .
        . O x . . . .
    """,
    "on the first line a friend waits": """
        . . . . . . .
        . . . . . . .
        . . . . . . .
        . . . . . . .
        . . . . . . .
        . . O O X . .
        . O X . X . .
    """,
    "the stone that makes the ladder is in atari and is captured": """
        . . . . . . . . .
        . . . . . . . . .
        . . O O . . . . .
        . O X . . . . . .
        . X O X . . . . .
        . . . . . . . . .
        . . . . . . . . .
        . . . . . . . . .
        . . . . . . . . .
    """,
    "it may capture, but is retaken together with the capturing stone": """
        O . x O . . .
        X O O . . . .
        X . . . . . .
        X . . . . . .
        . . . . . . .
        . . . . . . .
        . . . . . . .
    """,
    "two ladders at once, each read by itself": """
        . . . . . . . . . . .
        . . . . . . . . . . .
        . . O O . . . . . . .
        . O x . . . . . . . .
        . . O . . . . . . . .
        . . . . . . . . . . .
        . . . . . . . . O . .
        . . . . . . . . x O .
        . . . . . . . O O . .
        . . . . . . . . . . .
        . . . . . . . . . . .
    """,
    "the ladder's own stones are cut off: escape with a double atari": """
        . . . . . . . . .
        . . . . . . . . .
        . . . . X . . . .
        . . O O . X . . .
        . O X . . . . . .
        . . O X . . . . .
        . . X . . . . . .
        . . . . . . . . .
        . . . . . . . . .
    """,
    "white stones are read as black ones are": """
        . . . . . . .
        . . . . . . .
        . . X X . . .
        . X o . . . .
        . . X . . . .
        . . . . . . .
        . . . . . . .
    """,
}


@pytest.mark.parametrize("diagram", LOST.values(), ids=LOST.keys())
def test_stones_in_atari_that_do_not_escape(diagram: str) -> None:
    game, expected = drawn(diagram)
    np.testing.assert_array_equal(lost_ladders(game), expected)


# --- stones with two liberties that a ladder catches when the opponent begins ----------------------------------------

CATCHABLE = {
    "the atari that starts a ladder": """
        . . . . . . . . .
        . . . . . . . . .
        . . O O . . . . .
        . O x . . . . . .
        . . . . . . . . .
        . . . . . . . . .
        . . . . . . . . .
        . . . . . . . . .
        . . . . . . . . .
    """,
    "with a breaker it starts none": """
        . . . . . . . . .
        . . . . . . . . .
        . . O O . . . . .
        . O X . . . . . .
        . . . . . . . . .
        . . . . . . . . .
        . . . . . X . . .
        . . . . . . . . .
        . . . . . . . . .
    """,
    "one side has a breaker, the other has none": """
        . . . . . . . . .
        . . . . . . . . .
        . . . O . . . . .
        . . O x . . . . .
        . . . . O . . . .
        . . . . . . . . .
        . . . . . . . . .
        . X . . . . . . .
        . . . . . . . . .
    """,
    "a net catches too, but it is no ladder": """
        . . . . . . . . .
        . . . . . . . . .
        . . O O . . . . .
        . O X . . . . . .
        . O . . X . . . .
        . . . . O . . . .
        . . . . X . X . .
        . . . . . . . . .
        . . . . . . . . .
    """,
    "three liberties are no ladder": """
        . . . . . . .
        . . . . . . .
        . . O . . . .
        . . X . . . .
        . . . . . . .
        . . . . . . .
        . . . . . . .
    """,
    "on the first line each could catch the other": """
        . . . . . . .
        . . . . . . .
        . . . . . . .
        . . . . . . .
        . . . . . . .
        . . . . . . .
        . . . o x . .
    """,
    "a stone in atari is lost or not, but it does not count here": """
        . . . . . . .
        . . . . . . .
        . . O O . . .
        . O X . . . .
        . . O . . . .
        . . . . . . .
        . . . . . . .
    """,
}


@pytest.mark.parametrize("diagram", CATCHABLE.values(), ids=CATCHABLE.keys())
def test_stones_that_a_ladder_catches_when_the_opponent_begins(diagram: str) -> None:
    game, expected = drawn(diagram)
    np.testing.assert_array_equal(catchable_in_ladder(game), expected)


# --- ko ---------------------------------------------------------------------------------------------------------------


def test_a_ko_taken_in_the_line_may_not_be_retaken_at_once() -> None:
    # Black saves B5 by taking C5 from D5: White may not retake, and Black will connect.
    game, expected = drawn("""
        . . X . . . .
        O O X O . . .
        . X O . O . .
        O O X O . . .
        . . X . . . .
        . . . . . . .
        . . . . . . .
    """)
    np.testing.assert_array_equal(lost_ladders(game), expected)


def test_a_ko_just_taken_binds_nobody_when_the_reading_begins() -> None:
    game, _ = drawn("""
        . . . . . . .
        . . X O . . .
        . X . X O . .
        . . X O . . .
        . . . . . . .
        . . . . . . .
        . . . . . . .
    """)
    game.play(2 * 7 + 2, WHITE)  # takes the ko, and the taker stands in atari
    assert not game.is_legal(2 * 7 + 3)
    assert not lost_ladders(game).any(), "the taker may still connect"


# --- the same by a plain reader ---------------------------------------------------------------------------------------


@dataclass
class PlainReader:
    """The definition of a ladder, word for word, on a dictionary of stones. Slow."""

    size: int
    stones: dict[int, int]
    ko: int | None = None
    visited: list[int] = field(default_factory=lambda: [0])

    def adjacent(self, point: int) -> list[int]:
        row, column = divmod(point, self.size)
        around = [(row - 1, column), (row, column - 1), (row, column + 1), (row + 1, column)]
        return [r * self.size + c for r, c in around if 0 <= r < self.size and 0 <= c < self.size]

    def chain(self, stone: int) -> set[int]:
        found, border = {stone}, [stone]
        while border:
            for point in self.adjacent(border.pop()):
                if self.stones.get(point) == self.stones[stone] and point not in found:
                    found.add(point)
                    border.append(point)
        return found

    def liberties(self, stone: int) -> set[int]:
        return {point for s in self.chain(stone) for point in self.adjacent(s) if point not in self.stones}

    def after(self, point: int, colour: int) -> PlainReader | None:
        """The position after a move, None when ko or suicide forbids it."""
        if point == self.ko:
            return None
        later = PlainReader(self.size, self.stones | {point: colour}, None, self.visited)
        captured: set[int] = set()
        for other in self.adjacent(point):
            if later.stones.get(other) == 3 - colour and not later.liberties(other):
                captured |= later.chain(other)
        for stone in captured:
            later.stones.pop(stone, None)
        if not later.liberties(point):
            return None
        if len(captured) == 1 and len(later.chain(point)) == 1 and later.liberties(point) == captured:
            later.ko = captured.pop()
        return later

    def is_caught(self, stone: int, hunter_begins: bool) -> bool:
        self.visited[0] += 1
        hunted = self.stones[stone]
        liberties = self.liberties(stone)
        if hunter_begins:
            if len(liberties) > 2:
                return False
            if len(liberties) == 1:
                return self.after(liberties.pop(), 3 - hunted) is not None
            moves = [self.after(point, 3 - hunted) for point in liberties]
            return any(move is not None and move.is_caught(stone, False) for move in moves)
        if len(liberties) > 1:
            return False
        hunters = [p for s in self.chain(stone) for p in self.adjacent(s) if self.stones.get(p) == 3 - hunted]
        for hunter in hunters:
            if len(self.liberties(hunter)) == 1:
                liberties |= self.liberties(hunter)
        moves = [self.after(point, hunted) for point in liberties]
        return all(move is None or move.is_caught(stone, True) for move in moves)


@settings(max_examples=60, deadline=None)
@given(st.integers(4, 7), st.integers(0, 2**32), st.integers(5, 60))
def test_random_positions_are_read_as_the_plain_reader_does(size: int, seed: int, moves: int) -> None:
    random = np.random.default_rng(seed)
    game = Game(size, Rules(ko="simple", suicide=False))
    for _ in range(moves):
        game.play(int(random.choice(np.flatnonzero(game.legal_moves()))))
    stones = {point: int(colour) for point, colour in enumerate(game.stones().ravel()) if colour != EMPTY}
    plain = PlainReader(size, stones)
    lost, catchable = lost_ladders(game).ravel(), catchable_in_ladder(game).ravel()
    for stone in stones:
        count = len(plain.liberties(stone))
        assert lost[stone] == (count == 1 and plain.is_caught(stone, hunter_begins=False)), str(game)
        assert catchable[stone] == (count == 2 and plain.is_caught(stone, hunter_begins=True)), str(game)


# --- bounds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [9, 19, 25])
def test_a_ladder_across_the_whole_board_is_read_to_its_end(size: int) -> None:
    stride = size
    black = [2 * stride + 2]
    white = [1 * stride + 2, 1 * stride + 3, 2 * stride + 1]
    game = Game(size, black=black, white=white)
    assert catchable_in_ladder(game).ravel()[black[0]]
    breaker = (size - 3) * stride + (size - 3)
    assert not catchable_in_ladder(Game(size, black=[*black, breaker], white=white)).any()


def test_reading_leaves_the_reader_as_it_was() -> None:
    game, _ = drawn(CATCHABLE["the atari that starts a ladder"])
    reader = new_readers(1, game.size)[0]
    begin(reader, game.board)
    before = reader["colour"].copy()
    stone = 21 * (3 + 1) + 2 + 1
    assert is_caught(reader, stone, True)
    np.testing.assert_array_equal(reader["colour"], before)
    assert is_caught(reader, stone, True), "and the second reading answers the same"
    assert NODE_LIMIT > 1000
