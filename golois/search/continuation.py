"""Whether what is known of one position still serves for another: the moves from the one to the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from golois.game import Game


def continuation(before: Game, game: Game) -> list[int] | None:
    """The moves played since `before`, None when `game` does not continue it."""
    count = len(before.moves)
    same = (
        game.moves[:count] == before.moves
        and game.colours[:count] == before.colours
        and game.rules == before.rules
        and game.handicap == before.handicap
        and game.first_player == before.first_player
        and np.array_equal(_setup(game), _setup(before))
    )
    if not same:
        return None
    to_move = before.to_move
    for color in game.colours[count:]:
        if color != to_move:
            return None
        to_move = 3 - to_move
    return game.moves[count:] if to_move == game.to_move else None


def _setup(game: Game) -> Sequence[int] | npt.NDArray[np.uint8]:
    return [] if game.setup is None else game.setup
