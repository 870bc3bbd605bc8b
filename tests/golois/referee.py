"""The rules of Go once more, as plainly as they can be written, to check the fast ones against.

A board is a tuple of rows of 0 (empty), 1 (Black) and 2 (White). Nothing is kept up to date and nothing is fast:
every question floods the board.
"""

from __future__ import annotations

Stones = tuple[tuple[int, ...], ...]
Point = tuple[int, int]


def neighbours(size: int, point: Point) -> list[Point]:
    row, column = point
    around = [(row - 1, column), (row, column - 1), (row, column + 1), (row + 1, column)]
    return [(r, c) for r, c in around if 0 <= r < size and 0 <= c < size]


def connected(stones: Stones, point: Point) -> set[Point]:
    """The points connected with `point` that hold the same: a chain, or an empty region."""
    found, frontier = {point}, [point]
    while frontier:
        for row, column in neighbours(len(stones), frontier.pop()):
            if (row, column) not in found and stones[row][column] == stones[point[0]][point[1]]:
                found.add((row, column))
                frontier.append((row, column))
    return found


def liberties(stones: Stones, point: Point) -> set[Point]:
    """The empty points next to the chain on `point`."""
    return {
        (row, column)
        for stone in connected(stones, point)
        for row, column in neighbours(len(stones), stone)
        if stones[row][column] == 0
    }


def put(stones: Stones, points: set[Point], colour: int) -> Stones:
    return tuple(
        tuple(colour if (row, column) in points else cell for column, cell in enumerate(line))
        for row, line in enumerate(stones)
    )


def after(stones: Stones, point: Point, colour: int) -> Stones:
    """The board after a stone is put on an empty point: first the opponent's chains die, then one's own."""
    board = put(stones, {point}, colour)
    for row, column in neighbours(len(stones), point):
        if board[row][column] == 3 - colour and not liberties(board, (row, column)):
            board = put(board, connected(board, (row, column)), 0)
    if not liberties(board, point):
        board = put(board, connected(board, point), 0)
    return board


def area_score(stones: Stones) -> int:
    """Black's area minus White's: stones, and empty regions that reach only one colour."""
    score = 0
    for row, line in enumerate(stones):
        for column, cell in enumerate(line):
            if cell:
                reached = {cell}
            else:
                region = connected(stones, (row, column))
                reached = {stones[r][c] for p in region for r, c in neighbours(len(stones), p)} - {0}
            score += {frozenset({1}): 1, frozenset({2}): -1}.get(frozenset(reached), 0)
    return score


class Referee:
    """A game that keeps every position it has seen."""

    def __init__(self, size: int, ko: str, suicide: bool) -> None:
        self.size, self.ko, self.suicide = size, ko, suicide
        self.stones: Stones = ((0,) * size,) * size
        self.to_move = 1
        self.history: list[tuple[Stones, int]] = [(self.stones, 1)]
        self.passed_last = False

    def is_legal(self, point: Point) -> bool:
        row, column = point
        if self.stones[row][column]:
            return False
        board = after(self.stones, point, self.to_move)
        if board[row][column] == 0:  # the stone killed itself
            alone = len(connected(put(self.stones, {point}, self.to_move), point)) == 1
            if alone or not self.suicide:
                return False
        before_the_last_move = self.history[-2][0] if len(self.history) > 1 and not self.passed_last else None
        if board == before_the_last_move:
            return False
        if self.ko == "positional":
            return all(board != seen for seen, _ in self.history)
        if self.ko == "situational":
            return (board, 3 - self.to_move) not in self.history
        return True

    def play(self, point: Point | None) -> None:
        """Play a legal point, or pass (None)."""
        if point is not None:
            self.stones = after(self.stones, point, self.to_move)
        self.passed_last = point is None
        self.to_move = 3 - self.to_move
        self.history.append((self.stones, self.to_move))
