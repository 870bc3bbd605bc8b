"""A move under a clock: what the player is told of its time, how long a network may search, and who was too late."""

from __future__ import annotations

import time
from dataclasses import dataclass

from golois.game import Game
from golois.gtp.clock import Clock
from golois.gtp.decision import budget_within, hurried_move
from golois.match.programs import ProgramPlayer
from golois.players import Player
from golois.search import Report, SearchPlayer

LAG = 0.05  # seconds that a network's move may take beyond its search


@dataclass(frozen=True)
class TimedMove:
    """What came of asking for a move.

    Attributes:
        move: the player's answer, see `golois.match.play`.
        seconds: that it took.
        in_time: whether the clock allowed as much.
        report: of the search, None without one.
    """

    move: int
    seconds: float
    in_time: bool
    report: Report | None = None


def ask_in_time(player: Player, game: Game, number: int, clock: Clock) -> TimedMove:
    """Ask for a move of the side to move and stop its time.

    A program's time does not run while it starts, loads or is told what was played.

    Args:
        player: whose move it is.
        game: the referee's board.
        number: the game's number in the match.
        clock: the referee's; the time is taken off.
    """
    color = game.to_move
    if isinstance(player, ProgramPlayer):
        player.tell_time(game, number, clock)
    started = time.perf_counter()
    report: Report | None = None
    if isinstance(player, SearchPlayer):
        move, report = _search(player, game, number, clock)
    else:
        move = player.choose([game], [number])[0]
    seconds = time.perf_counter() - started
    return TimedMove(move, seconds, clock.spend(color, seconds), report)


def _search(player: SearchPlayer, game: Game, number: int, clock: Clock) -> tuple[int, Report | None]:
    allotted = clock.allot(game.to_move, len(game.moves), game.size)
    if allotted is not None and not clock.affords(game.to_move, allotted, player.batch_seconds):
        return hurried_move(game, number), None
    move = player.choose([game], [number], budget=budget_within(player, allotted, holds=True))[0]
    return move, player.reports[0]
