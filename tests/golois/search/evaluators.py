"""Networks for tests: small boards, answers that depend on nothing but the position."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from golois.board import BLACK, WHITE
from golois.game import Game
from golois.rules import Rules

Floats = npt.NDArray[np.float32]


class HashedEvaluator:
    """A policy and a value drawn at random for each position, always the same for the same planes."""

    def __init__(self, size: int = 19, planes: int = 6, moves: int | None = None):
        self.name = "hashed"
        self.board_size = size
        self.planes = planes
        self.moves = size * size + 1 if moves is None else moves
        self.calls: list[int] = []

    def evaluate(self, planes: Floats) -> tuple[Floats, Floats]:
        self.calls.append(len(planes))
        answers = [self.evaluate_one(position) for position in planes]
        return np.stack([policy for policy, _ in answers]), np.array([value for _, value in answers], np.float32)

    def evaluate_one(self, position: Floats) -> tuple[Floats, float]:
        random = np.random.default_rng(zlib.crc32(position.tobytes()))
        policy = random.dirichlet(np.full(self.board_size**2 + 1, 0.3)).astype(np.float32)
        if self.moves == self.board_size**2:
            policy[-1] = 0
        return policy, float(np.float32(random.uniform(0.2, 0.8)))


class FlatEvaluator:
    """Knows nothing: all moves alike, every game even. What a search then finds, it has found by itself."""

    def __init__(self, size: int = 19, planes: int = 6, value: float = 0.5):
        self.name = "flat"
        self.board_size = size
        self.planes = planes
        self.moves = size * size + 1
        self.value = value

    def evaluate(self, planes: Floats) -> tuple[Floats, Floats]:
        moves = self.board_size**2 + 1
        return np.full((len(planes), moves), 1 / moves, np.float32), np.full(len(planes), self.value, np.float32)


class CountingEvaluator(FlatEvaluator):
    """Knows no move, but sees who has more stones on the board: captures are good."""

    def evaluate(self, planes: Floats) -> tuple[Floats, Floats]:
        policy, _ = super().evaluate(planes)
        own, opponents = planes[..., 2].sum(axis=(1, 2)), planes[..., 3].sum(axis=(1, 2))
        lead = np.where(planes[:, 0, 0, 0] == 1, opponents - own, own - opponents)  # White's
        return policy, (1 / (1 + np.exp(-lead))).astype(np.float32)


class AtariEvaluator(CountingEvaluator):
    """Counts stones too, and looks first beside chains with no more than two liberties."""

    def evaluate(self, planes: Floats) -> tuple[Floats, Floats]:
        policy, value = super().evaluate(planes)
        for index, position in enumerate(planes):
            sides = [np.flatnonzero(position[..., plane]).tolist() for plane in (2, 3)]
            black, white = sides if position[0, 0, 0] == 1 else sides[::-1]
            game = Game(self.board_size, black=black, white=white)
            danger = np.pad((game.stones() > 0) & (game.liberties() <= 2), 1)
            beside = danger[2:, 1:-1] | danger[:-2, 1:-1] | danger[1:-1, 2:] | danger[1:-1, :-2]
            policy[index, :-1] *= 1 + 20 * beside.ravel()
        return policy / policy.sum(axis=1, keepdims=True), value


class SureEvaluator(HashedEvaluator):
    """Sees one move only wherever it is possible, elsewhere anything."""

    def __init__(self, move: int, size: int = 19):
        super().__init__(size)
        self.move = move

    def evaluate_one(self, position: Floats) -> tuple[Floats, float]:
        policy, value = super().evaluate_one(position)
        if not position[..., 2:4].any(axis=-1).ravel()[self.move]:
            policy[:] = 0
            policy[self.move] = 1
        return policy, value


class RootEvaluator(FlatEvaluator):
    """Every position is worth what the first stone's point is worth to Black, whatever follows."""

    def __init__(self, worth: Sequence[float], size: int):
        super().__init__(size)
        self.worth = worth

    def evaluate(self, planes: Floats) -> tuple[Floats, Floats]:
        policy, value = super().evaluate(planes)
        policy[:] = 0
        tries = len(self.worth)
        for index, position in enumerate(planes):
            black = position[..., 2 if position[0, 0, 0] == 1 else 3].ravel()[:tries]
            if black.any():
                value[index] = 1 - self.worth[int(black.argmax())]
                policy[index, tries:-1] = 1
            else:
                policy[index, :tries] = 1
        return policy / policy.sum(axis=1, keepdims=True), value


def drawn_game(diagram: str, to_move: int = BLACK, make: Callable[..., Game] = Game, **options: object) -> Game:
    """A game that begins with the drawn stones, X black and O white; the board is as large as the drawing."""
    lines = [line.split() for line in diagram.strip().splitlines()]
    size = len(lines)
    assert all(len(line) == size for line in lines), diagram
    points = {
        symbol: [size * r + c for r in range(size) for c in range(size) if lines[r][c] == symbol] for symbol in "XO"
    }
    return make(size, black=points["X"], white=points["O"], to_move=to_move, **options)


def only_own_eyes_left() -> Game:
    """White is behind and to move, and has nothing but own eyes, which the search leaves alone, and passes."""
    return drawn_game(
        """
        . X X O .
        X X X O O
        X . X O .
        X X X O O
        X X X O .
        """,
        WHITE,
        rules=Rules(komi=0.5, suicide=False),
    )
