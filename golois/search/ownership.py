"""Who will own each point: random playouts, and Benson's proof where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from golois.board import BLACK, EMPTY, WHITE, Boards, point_of, stride_of
from golois.game import Game
from golois.jit import Integer, kernel
from golois.life import unconditional_life
from golois.playouts import play_out
from golois.scoring import find_owners

PLAYOUTS = 200
SPREAD = 0.15  # scores of games between players spread so much less than those of random playouts
DEAD = 0.5  # a stone whose point the other colour owns by so much in [-1, 1] counts as dead


@dataclass(frozen=True)
class Ownership:
    """The expected end of a game, from Black's side.

    Attributes:
        owner: (size, size) float32 from -1 (White's) to 1 (Black's).
        deviation: standard deviation to be expected of a game's score: that of the playouts times SPREAD.
    """

    owner: npt.NDArray[np.float32]
    deviation: float

    @property
    def owner_deviation(self) -> npt.NDArray[np.float32]:
        """(size, size) float32: the standard deviation of each point's owner, from 0 (settled) to 1 (even)."""
        return np.sqrt(np.maximum(1 - self.owner**2, 0))

    def lead_for(self, winrate: float) -> float:
        """The points by which a player leads who wins with this probability.

        Networks here have no score output. The lead is the one at which a normally distributed final score
        gives the probability.
        """
        return self.deviation * NormalDist().inv_cdf(min(max(winrate, 0.005), 0.995))


def estimate_ownership(game: Game, playouts: int = PLAYOUTS, seed: int = 0) -> Ownership:
    """Play a position out at random and see who owns what; unconditional life overrules the playouts.

    Args:
        game: the position.
        playouts: how many; 200 take about 10 ms on 19x19.
        seed: the same seed gives the same answer.
    """
    points = game.size * game.size
    totals = np.zeros(points, np.int64)
    scores = np.zeros(playouts, np.float64)
    boards = game.board.reshape(1) if isinstance(game.board, np.ndarray) else np.array([game.board])
    work = np.concatenate([boards, boards])
    _play_out_often(work, np.uint64(seed % 2**64), totals, scores)
    owner = (totals / playouts).astype(np.float32).reshape(game.size, game.size)
    settled = unconditional_life(game).owner
    owner[settled == BLACK] = 1
    owner[settled == WHITE] = -1
    return Ownership(owner, max(SPREAD * float(scores.std()), 1.0))


def dead_stones(game: Game, seed: int = 0) -> list[int]:
    """The stones that are dead if the game ends now, as points: whole chains whose points the opponent will own."""
    owner = estimate_ownership(game, seed=seed).owner.ravel()
    stones = game.stones().ravel()
    expected = np.where(stones == BLACK, owner, -owner)
    dead = []
    for chain in chains_of(game):
        if expected[chain].mean() < -DEAD:
            dead += chain
    return sorted(point for point in dead if stones[point] != EMPTY)


def chains_of(game: Game) -> list[list[int]]:
    """The chains on the board, each as its stones' points in ascending order, the chain of the first point first."""
    heads: dict[int, list[int]] = {}
    for move in np.flatnonzero(game.stones().ravel()):
        head = int(game.board["head"][point_of(game.board, int(move))])
        heads.setdefault(head, []).append(int(move))
    return list(heads.values())


@kernel
def _play_out_often(
    boards: Boards, seed: np.uint64, totals: npt.NDArray[np.int64], scores: npt.NDArray[np.float64]
) -> None:
    """Play boards[0] out on boards[1]; add +1 for Black's and -1 for White's points to `totals`."""
    stream = np.zeros(1, np.uint64)
    stream[0] = seed
    board = boards[1]
    owner = np.empty(len(board.colour), np.uint8)
    for playout in range(len(scores)):
        boards[1] = boards[0]
        board.passes = 0
        play_out(board, stream)
        scores[playout] = find_owners(board.colour, np.int64(board.side), stride_of(board), owner)
        for move in range(len(totals)):
            color = owner[point_of(board, move)]
            totals[move] += _sign(color)


@kernel
def _sign(color: Integer) -> Integer:
    return 1 if color == BLACK else -1 if color == WHITE else 0
