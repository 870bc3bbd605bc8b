"""What belongs to choosing a move beside the search: its budget, a way out in need of time, telling why."""

from __future__ import annotations

import numpy as np

from golois.coordinates import vertex_from_move
from golois.game import Game
from golois.gtp.clock import Side
from golois.gtp.protocol import LETTERS
from golois.players import choose_move, uniform
from golois.search import Budget, Report, SearchPlayer

EXPECTED_LINE = 8  # moves of the expected line that an explanation shows


def budget_within(player: SearchPlayer, seconds: float | None, holds: bool) -> Budget:
    """The budget of a search.

    Args:
        player: whose own budget it is.
        seconds: that the clock allots, None without a limit.
        holds: the player's own budget holds under a clock too, otherwise the clock alone decides.
    """
    own = player.budget
    if seconds is None:
        return own
    if holds or player.settings.gumbel:  # sequential halving plans its visits ahead
        return Budget(own.visits, own.evaluations, min(seconds, own.seconds or seconds))
    return Budget(seconds=seconds)


def hurried_move(game: Game, seed: int) -> int:
    """A sensible move without asking the network, when not even that can be afforded any more."""
    equal = np.ones(game.pass_move + 1, np.float32)
    equal[game.pass_move] = 0  # pass only where it wins, or where nothing else is left
    return choose_move(game, equal, 1.0, uniform(seed, 0, len(game.moves)))


def explain(game: Game, move: int, report: Report | None, seconds: float) -> str:
    """Why a move was chosen, for people; `seconds` is how long that took."""
    vertex = vertex_from_move(move, game.size)
    if report is None:
        return f"{vertex}: no search, {seconds:.2f} s"
    text = f"{vertex}: {report.visits} visits in {seconds:.2f} s"
    if report.best:
        line = " ".join(vertex_from_move(later, game.size) for later in report.best.variation[:EXPECTED_LINE])
        text += f", win rate {report.best.winrate:.1%}, expected {line}"
    return text


def time_line(game: Game, move: int, side: Side, allotted: float | None, used: float, how: str) -> str:
    """One decision on time.

    Args:
        game: before the move.
        move: that was chosen.
        side: the clock of its player before the move.
        allotted: seconds for it, None without a limit.
        used: seconds that it took.
        how: it was chosen, e.g. "200 visits".
    """
    vertex = vertex_from_move(move, game.size)
    meant = "no limit" if allotted is None else f"{allotted:.2f} s allotted"
    overtime = f" for {side.stones}" if side.stones else ""
    return (
        f"move {len(game.moves) + 1} {LETTERS[game.to_move]} {vertex}: {side.left:.2f} s left{overtime}, "
        f"{meant}, {used:.2f} s used, {how}"
    )
