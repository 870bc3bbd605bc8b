"""How the games of a match begin: a few moves drawn from a network's policy, another opening for each pair of games.

Games that repeat each other tell nothing new and make an interval look narrower than it is. A network that has learned
much draws the same few openings over and over on a small board, so one that came before is drawn again from a flatter
policy.
"""

from __future__ import annotations

from golois.evaluator import Evaluator
from golois.game import Game
from golois.players import PolicyPlayer
from golois.rules import Rules

FLATTER = 1.25  # how much the temperature rises with each draw that gave an opening known already
_DRAWS = 25  # temperature 1 to 212, where all moves are about as likely: then the board has no more openings


class Openings:
    """The openings of a match by the number of the pair; the same arguments give the same ones in any order.

    Args:
        evaluator: the network that draws them.
        rules: of the match.
        size: of the board.
        moves: the length of an opening.
        seed: decides the draws.
    """

    def __init__(self, evaluator: Evaluator, rules: Rules, size: int, moves: int, seed: int = 0) -> None:
        self.rules = rules
        self.size = size
        self.moves = moves
        self._drawing = [
            PolicyPlayer(evaluator, moves, temperature=FLATTER**draw, seed=seed + (draw << 32))
            for draw in range(_DRAWS)
        ]
        self._known: set[tuple[int, ...]] = set()
        self._openings: list[list[int]] = []

    def __call__(self, pair: int) -> list[int]:
        """Return the opening of a pair: unlike all before, unless the board is too small for another."""
        while len(self._openings) <= pair:  # one after the other: each depends on those before
            opening = self._draw(len(self._openings))
            self._known.add(tuple(opening))
            self._openings.append(opening)
        return self._openings[pair]

    def _draw(self, pair: int) -> list[int]:
        opening: list[int] = []
        for player in self._drawing:
            game = Game(self.size, self.rules)
            while len(game.moves) < self.moves and not game.is_over:
                game.play(player.choose([game], [pair])[0])
            opening = game.moves
            if tuple(opening) not in self._known:
                break
        return opening
