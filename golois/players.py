"""Players that choose a move for many games at once: by a network's policy alone, or at random.

Both leave their own eyes alone, obey the superko rule of each game, and pass as Tromp-Taylor counting asks:
see `PolicyPlayer`. A player with search stands in golois/search/player.py and answers the same call.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from golois.board import BLACK, EMPTY, Board, Boards, is_legal_at, is_own_eye_at, point_of
from golois.board.superko import KO_KINDS, repeated_position
from golois.evaluator import Evaluator
from golois.game import Game
from golois.jit import kernel
from golois.splitmix import next_word

_63_BITS = (1 << 63) - 1

Weights = npt.NDArray[np.float32]


class Player(Protocol):
    """Chooses moves.

    Attributes:
        name: what to call it in tables and records.
        size: the one board size it plays on, or None for any.
    """

    name: str
    size: int | None

    def choose(self, games: Sequence[Game], seeds: Sequence[int] | None = None) -> list[int]:
        """Return a legal move for the side to move in each game; see `PolicyPlayer.choose`."""
        ...


class PolicyPlayer:
    """Plays a network's policy without search.

    The first `opening_moves` moves of a game (both players' counted together) are drawn from the policy, so
    that two networks play different games; every later move is the most probable one. Only *sensible* moves
    are considered: legal, the game's superko included, and not filling an own eye.

    It passes
    - when no sensible move is left,
    - when the opponent has just passed and passing too wins the game as it would be counted now,
    - when pass is the network's best move, unless the game would be lost if counted now: stones that the
      network takes for dead are still on the board, and the opponent might pass as well.

    Args:
        evaluator: the network; one without a pass output gives pass the prior 0, so that only the first two
            reasons remain. The player plays on boards of its size.
        opening_moves: number of moves at the start of a game that are drawn at random.
        temperature: a move is drawn with probability proportional to policy ** (1 / temperature); 0 plays
            the best move throughout.
        seed: together with the seed of a game it fixes all draws of that game.
        name: what to call the player; the evaluator's name when left out.
    """

    def __init__(
        self,
        evaluator: Evaluator,
        opening_moves: int = 20,
        temperature: float = 1.0,
        seed: int = 0,
        name: str | None = None,
    ) -> None:
        if temperature < 0:
            raise ValueError(f"temperature {temperature}: expected 0 or more")
        self.evaluator = evaluator
        self.opening_moves = opening_moves
        self.temperature = temperature
        self.seed = seed
        self.name = evaluator.name if name is None else name
        self.size: int | None = evaluator.board_size

    def choose(self, games: Sequence[Game], seeds: Sequence[int] | None = None) -> list[int]:
        """Choose a move for the side to move in each game, with one call of the evaluator for all.

        Args:
            games: games on boards of the network's size, each at any point of its course; they are not changed.
                A game that is over gets a pass.
            seeds: one integer per game, the same at each of its moves. A draw depends on the player's seed,
                the game's seed and the number of moves played, never on the other games of the call nor on
                earlier calls: a match can be cut into batches, resumed or replayed at will. Left out, the
                games are numbered 0, 1, 2, ... within this call.

        Returns:
            A move per game: `size * row + column`, or `size * size` for pass.
        """
        if not games:
            return []
        from golois.planes import encode_batch

        policy, _ = self.evaluator.evaluate(encode_batch(games, self.evaluator.planes))
        numbers = range(len(games)) if seeds is None else seeds
        return [self._choose_one(game, row, seed) for game, row, seed in zip(games, policy, numbers, strict=True)]

    def _choose_one(self, game: Game, policy: Weights, seed: int) -> int:
        if self.temperature > 0 and len(game.moves) < self.opening_moves:
            return choose_move(game, policy, 1 / self.temperature, uniform(self.seed, seed, len(game.moves)))
        return choose_move(game, policy)


def choose_move(game: Game, policy: Weights, exponent: float = 0.0, draw: float = 0.0) -> int:
    """Choose a move as `PolicyPlayer` does, from a policy that is known already.

    Args:
        game: the game; one that is over gets a pass.
        policy: (size * size + 1,) float32, not negative.
        exponent: 0 plays the best move, otherwise moves are drawn in proportion to policy ** exponent.
        draw: the random number in [0, 1) of the draw.

    Returns:
        A move: `size * row + column`, or `size * size` for pass.
    """
    passes = int(game.board["passes"])
    if passes >= 2 or (passes == 1 and wins_by_passing(game)):
        return game.pass_move
    move = pick_sensible(game, policy, exponent, draw)
    if move < 0:
        return game.pass_move
    # the network's own wish to pass; while drawing, as after the opening, only when it is the best move
    best = move if exponent == 0 else pick_sensible(game, policy, 0.0, 0.0)
    if policy[game.pass_move] > policy[best] and wins_by_passing(game):
        return game.pass_move
    return move


class RandomPlayer:
    """Plays any sensible move with equal probability, on a board of any size: the weakest opponent."""

    def __init__(self, seed: int = 0, name: str = "random") -> None:
        self.seed = seed
        self.name = name
        self.size: int | None = None

    def choose(self, games: Sequence[Game], seeds: Sequence[int] | None = None) -> list[int]:
        """Choose a move for the side to move in each game; arguments as for `PolicyPlayer.choose`."""
        numbers = range(len(games)) if seeds is None else seeds
        return [self._choose_one(game, seed) for game, seed in zip(games, numbers, strict=True)]

    def _choose_one(self, game: Game, seed: int) -> int:
        equal = np.ones(game.pass_move + 1, np.float32)
        move = -1 if game.is_over else pick_sensible(game, equal, 1.0, uniform(self.seed, seed, len(game.moves)))
        return game.pass_move if move < 0 else move


def wins_by_passing(game: Game) -> bool:
    """Whether the side to move wins if the game is counted as it stands."""
    score = game.score()
    return score > 0 if game.to_move == BLACK else score < 0


def pick_sensible(game: Game, policy: Weights, exponent: float, draw: float) -> int:
    """Pick a sensible move for the side to move.

    Args:
        game: the game.
        policy: (size * size + 1,) float32, not negative; pass is not picked.
        exponent: 0 picks the largest entry, otherwise moves are drawn in proportion to policy ** exponent.
        draw: the random number in [0, 1) of the draw.

    Returns:
        The move, or -1 when no sensible move is left.
    """
    return int(_pick(game.boards, game.positions, KO_KINDS[game.rules.ko], policy, exponent, draw))


@kernel
def is_sensible(board: Board, move: int) -> bool:
    """Whether `move` (no pass) is legal under simple ko and does not fill an own eye."""
    point = point_of(board, move)
    if board.colour[np.uint64(point)] != EMPTY:
        return False
    colour = np.int64(board.to_move)
    return is_legal_at(board, point, colour) and not is_own_eye_at(board, point, colour)


def uniform(seed: int, game: int, move_number: int) -> float:
    """A number in [0, 1) that depends on these three integers alone."""
    return float(_uniform(seed & _63_BITS, game & _63_BITS, move_number))


@kernel
def _uniform(seed: int, game: int, move_number: int) -> float:
    stream = np.zeros(1, np.uint64)
    for part in (seed, game, move_number):
        stream[0] = next_word(stream) ^ np.uint64(part)
    return np.float64(next_word(stream) >> np.uint64(11)) / 9007199254740992.0


@kernel
def _pick(
    boards: Boards, positions: npt.NDArray[np.uint64], ko_kind: int, policy: Weights, exponent: float, draw: float
) -> int:
    board = boards[0]
    weights = policy[: board.side * board.side].astype(np.float64)
    if exponent > 0.0:
        for move in range(len(weights)):
            if not is_sensible(board, move):
                weights[move] = -1.0
    while True:
        choice = _largest_sensible(board, weights) if exponent == 0.0 else _draw(weights, exponent, draw)
        # superko costs more than all else, so only the move about to be played is compared
        if choice < 0 or repeated_position(board, choice, positions, ko_kind) < 0:
            return choice
        weights[choice] = -1.0


@kernel
def _largest_sensible(board: Board, weights: npt.NDArray[np.float64]) -> int:
    """The sensible move of the largest weight that is not negative, -1 without any."""
    best = -1
    for move in range(len(weights)):
        # few weights are larger than all before them: only of those is asked whether they are sensible
        if weights[move] >= 0.0 and (best < 0 or weights[move] > weights[best]) and is_sensible(board, move):
            best = move
    return best


@kernel
def _largest(weights: npt.NDArray[np.float64]) -> int:
    """The index of the largest entry that is not negative, -1 when all are."""
    best = -1
    for index in range(len(weights)):
        if weights[index] >= 0.0 and (best < 0 or weights[index] > weights[best]):
            best = index
    return best


@kernel
def _draw(weights: npt.NDArray[np.float64], exponent: float, draw: float) -> int:
    """An index drawn in proportion to weight ** exponent from the entries that are not negative, -1 without any."""
    largest = _largest(weights)
    if largest < 0 or weights[largest] == 0.0:
        return largest
    total = 0.0
    for weight in weights:
        if weight > 0.0:
            # divided by the largest, so that a large exponent cannot lose every weight
            total += (weight / weights[largest]) ** exponent
    rest = draw * total
    for index in range(len(weights)):
        if weights[index] > 0.0:
            rest -= (weights[index] / weights[largest]) ** exponent
            if rest < 0.0:
                return index
    return largest
