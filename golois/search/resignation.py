"""When a player that searches gives a game up."""

from __future__ import annotations

from dataclasses import dataclass, field

from golois.board import BLACK, WHITE
from golois.search.report import Report

LOST_MOVES = 3  # a game is given up when it was as good as lost at so many moves of a player in a row


@dataclass
class Resignation:
    """When to give up.

    Attributes:
        below: the win rate under which a position is as good as lost; 0 never gives up.
        lost: by colour, how many of its last moves in a row were chosen in such a position.
    """

    below: float
    lost: dict[int, int] = field(default_factory=lambda: {BLACK: 0, WHITE: 0})

    def begin(self) -> None:
        """Forget the last game."""
        self.lost = {BLACK: 0, WHITE: 0}

    def is_due(self, color: int, report: Report | None) -> bool:
        """Take note of a search for `color`; true when it is time to resign. None is a move without search."""
        if report is None or self.below <= 0:
            return False
        winning = report.best is not None and report.best.proven == 1
        bad = report.winrate < self.below and report.visits > 1 and not winning
        self.lost[color] = self.lost[color] + 1 if bad else 0
        return self.lost[color] >= LOST_MOVES
