"""The position that a game of self-play begins with: komi and handicap as the configuration varies them."""

from __future__ import annotations

import random

from golois.game import Game
from golois.handicap import most_fixed_handicap
from golois.rules import Rules
from selfplay.settings import BoardSettings


def first_position(board: BoardSettings, chances: random.Random) -> Game:
    """Begin a game: usually the empty board, sometimes handicap stones; komi near the configured one."""
    handicap = 0
    if chances.random() < board.handicap_share:
        handicap = chances.randint(2, min(board.handicap_most, most_fixed_handicap(board.size)))
    komi = board.handicap_komi if handicap else board.komi
    if board.komi_deviation:
        # half points as komi has them: the fraction stays, so that games stay drawn or decided
        komi += round(chances.gauss(0, board.komi_deviation))
    return Game.with_handicap(handicap, board.size, Rules.preset(board.rules, max(-150.0, min(150.0, komi))))
