"""One game of a visitor against a network: whose turn it is, what may be done, how it ended."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from golois.board import BLACK, WHITE
from golois.errors import GoloisError
from golois.game import COLOUR_NAMES, Game
from golois.scoring import result_text
from tournament.database import Submission
from tournament.report.data import letters
from tournament.web.play.pool import Question

STRENGTHS = {1: "policy alone", 50: "50 evaluations", 200: "200 evaluations", 800: "800 evaluations"}
"""Visits of the search for a move, and what a visitor reads; one visit is the network's policy."""

LETTERS = {BLACK: "B", WHITE: "W"}


class NotNow(GoloisError):
    """Something that cannot be done at this point of the game."""


@dataclass(eq=False)
class VisitorGame:
    """A game between a visitor and a network.

    Attributes:
        id: names it in addresses; who knows it may play.
        submission: the network.
        visits: of its search for each move, one of STRENGTHS.
        visitor: the visitor's colour, BLACK or WHITE.
        game: the moves so far.
        move_limit: a game of so many moves is over and counted as it stands.
        resigned: whether the visitor has given up.
        asked: what the network is thinking about for the visitor: "move", "hint" or "".
        question: how far it is, while it thinks.
        hint: what it found for the present position, as worker.py describes it.
        winrate: the network's opinion when it chose its last move: the probability that it wins.
        problem: why it gave no answer.
        version: grows with every change that the visitor should see.
        seen: when the visitor was last here, in seconds of `time.monotonic`.
    """

    id: str
    submission: Submission
    visits: int
    visitor: int
    game: Game
    move_limit: int = 722
    resigned: bool = False
    asked: str = ""
    question: Question | None = None
    hint: dict[str, Any] | None = None
    winrate: float | None = None
    problem: str = ""
    version: int = 0
    seen: float = field(default_factory=time.monotonic)

    @property
    def is_over(self) -> bool:
        """Whether nobody may move any more."""
        return self.resigned or self.game.is_over or len(self.game.moves) >= self.move_limit

    @property
    def network_to_move(self) -> bool:
        """Whether it is the network's turn."""
        return not self.is_over and self.game.to_move != self.visitor

    def play(self, move: int) -> None:
        """Play the visitor's move.

        Raises:
            NotNow: it is not the visitor's turn.
            IllegalMove: the rules forbid it.
        """
        self._check_turn()
        self._play(move)

    def answer(self, move: int, winrate: float) -> None:
        """Play the network's move."""
        self._play(move)
        self.winrate = winrate

    def take_back(self) -> None:
        """Take the visitor's last move back, with all that followed.

        Raises:
            NotNow: the visitor has not moved yet.
        """
        colours = self.game.colours
        last = next((i for i in reversed(range(len(colours))) if colours[i] == self.visitor), None)
        if last is None:
            raise NotNow("there is no move of yours to take back")
        self.resigned = False
        self.game.undo(len(colours) - last)
        self.winrate = None
        self._changed()

    def resign(self) -> None:
        """Give the game up.

        Raises:
            NotNow: it is over.
        """
        if self.is_over:
            raise NotNow("the game is over")
        self.resigned = True
        self._changed()

    def check_hint(self) -> None:
        """Raise NotNow when no hint can be given at this point."""
        self._check_turn()
        if self.asked:
            raise NotNow("the network is thinking about a hint")

    def result(self) -> tuple[str, str]:
        """Return the result as in SGF and how it came about, in words; "" and "" while the game goes on."""
        if self.resigned:
            return f"{LETTERS[3 - self.visitor]}+R", f"{COLOUR_NAMES[self.visitor]} resigned"
        if not self.is_over:
            return "", ""
        ending = "counted after two passes" if self.game.is_over else f"counted after {len(self.game.moves)} moves"
        score = self.game.count(self._dead()).score
        return result_text(score), ending

    def owners(self) -> str:
        """Return who owns each point of a counted game, a digit each (0 nobody, 1 Black, 2 White); else ""."""
        if self.resigned or not self.is_over:
            return ""
        return "".join(map(str, self.game.count(self._dead()).owner.ravel().tolist()))

    def moves_as_text(self) -> str:
        """Return the moves as the board of the page reads them: SGF's two letters each, ".." for a pass."""
        return "".join(map(letters, self.game.moves))

    def _check_turn(self) -> None:
        if self.is_over:
            raise NotNow("the game is over; take a move back to play on")
        if self.network_to_move:
            raise NotNow("it is the network's turn")

    def _play(self, move: int) -> None:
        self.game.play(move)
        self._changed()

    def _changed(self) -> None:
        self.hint = None
        self.problem = ""
        self.version += 1

    def _dead(self) -> list[int]:
        """Dead stones by the judgement of random playouts, where the rules take them off by agreement."""
        from golois.search.ownership import dead_stones

        return dead_stones(self.game) if self.game.rules.friendly_pass_ok else []
