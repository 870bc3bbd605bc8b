"""How games begin: openings sampled from both policies or known already, each played with both colours."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from golois.game import Game
from golois.rules import Rules
from tournament.settings import Settings


@dataclass
class GameToPlay:
    """A game, or the opening of two games, on its way through the pool.

    Attributes:
        pairing: number of the pairing.
        numbers: which games of the pairing this is: one, or those that will start from this opening.
        players: the submissions (Black, White).
        game: the position.
        opening: number of moves that belong to the opening.
        chance: the number from which an opening's chances are drawn; None once the opening is over.
        openers: who chooses Black's and White's moves of the opening, where that is not the players themselves.
        with_program: whether a GTP program plays.
    """

    pairing: int
    numbers: tuple[int, ...]
    players: tuple[int, int]
    game: Game
    opening: int = 0
    chance: int | None = None
    openers: tuple[int, int] | None = None
    with_program: bool = False

    @property
    def waits_for(self) -> int:
        """The submission that chooses the next move."""
        return (self.openers or self.players)[self.game.to_move - 1]

    @property
    def seed(self) -> int:
        """A number of its own for each game: it fixes the chances of the players and finds their trees again."""
        return self.pairing << 32 | self.numbers[0]


def games_to_play(
    settings: Settings,
    pairing: int,
    first: int,
    second: int,
    missing: Iterable[int],
    openings: Mapping[int, npt.NDArray[np.uint16]],
    programs: Container[int] = (),
) -> Iterator[GameToPlay]:
    """Yield what must be played so that the games `missing` of a pairing get finished.

    Args:
        settings: rules, komi, and how many moves of an opening are sampled.
        pairing: number of the pairing.
        first: the submission that has Black in the even games.
        second: the submission that has Black in the odd games.
        missing: numbers of the games.
        openings: k -> the moves of the opening of games 2k and 2k+1, where it is known already.
        programs: submissions without a policy: the opponent's policy chooses the openings for both. Two programs
            choose their own.
    """
    rules = Rules.preset(settings.rules, settings.komi)
    by_opening: dict[int, list[int]] = {}
    for number in missing:
        by_opening.setdefault(number // 2, []).append(number)
    for k, numbers in by_opening.items():
        # whose policy chooses Black's moves of the opening alternates too
        players = (first, second) if k % 2 == 0 else (second, first)
        opening = GameToPlay(pairing, tuple(numbers), players, Game(19, rules), chance=pairing << 32 | k)
        opening.with_program = first in programs or second in programs
        if (first in programs) != (second in programs):
            opening.openers = (second, second) if first in programs else (first, first)
        if k in openings:
            for move in openings[k].tolist():
                opening.game.play(move)
            yield from followers(opening)
        elif settings.opening_moves == 0:
            yield from followers(opening)
        else:
            yield opening


def followers(opening: GameToPlay) -> list[GameToPlay]:
    """Return the games that start from an opening that is complete."""
    k = opening.numbers[0] // 2
    return [
        GameToPlay(
            opening.pairing,
            (number,),
            # an opening with an even k has the players of the even games, one with an odd k those of the odd games
            opening.players if number % 2 == k % 2 else opening.players[::-1],
            opening.game.copy(),
            opening=len(opening.game.moves),
            with_program=opening.with_program,
        )
        for number in opening.numbers
    ]
