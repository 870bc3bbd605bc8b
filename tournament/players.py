"""Who plays in a tournament, as the pool sees it: games in, moves out, or a failure with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tournament.openings import GameToPlay

NO_DISTRIBUTION = -1
"""In place of a move: the network returned numbers that are no policy."""
RESIGNS = -2
"""In place of a move: the player gives the game up."""
GIVES_NO_MOVE = -3
"""In place of a move: a program answered something that is no move."""
REFUSES = -4
"""In place of a move: a program did not accept the board or a move that is legal under the tournament's rules."""

PROCESSES = 32
"""So many copies of a program run at most, one for each of its games in play; GNU Go needs about 25 MB each."""

FAULTS = {
    NO_DISTRIBUTION: "returned a policy that is no distribution",
    GIVES_NO_MOVE: "gave no move",
    REFUSES: "refused a legal position (it must be set to the rules of the tournament)",
}


class PlayerFailure(Exception):
    """A player did not do its part; the message says what happened, for the report: `crashed (exit status 9)`."""


class Player(Protocol):
    """Chooses moves for many games at once, while the caller does something else.

    Attributes:
        worked: when the network was at work for the answer fetched last, began and ended, in seconds of
            `time.monotonic`.
    """

    worked: tuple[float, float]

    def start(self, games: Sequence[GameToPlay]) -> None:
        """Ask for a move in each of these games and return at once; several batches may be on their way."""
        ...

    def finish(self) -> list[int]:
        """Return a move, or NO_DISTRIBUTION or RESIGNS, for each game of the batch that was sent first.

        Raises:
            PlayerFailure: no answer, whatever the reason.
        """
        ...

    def close(self) -> None:
        """End it, whatever it is doing."""
        ...
