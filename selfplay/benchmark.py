"""How fast self-play plays: games an hour, how full the batches are, and how much of the time is in the network."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from golois.evaluator import Evaluator
from selfplay.meter import Load, Meter
from selfplay.play import SelfPlay
from selfplay.settings import BoardSettings, PlaySettings

TYPICAL_LENGTH = 0.7  # moves for each point of the board, of games between players who know what they do


@dataclass(frozen=True)
class Speed:
    """What was measured.

    Attributes:
        seconds: wall-clock time, everything loaded and compiled before it began.
        moves: played in all games, those that did not end included.
        length: moves of a game that `games_per_hour` counts with.
        is_measured: whether that is the mean of enough finished games, and not `TYPICAL_LENGTH`.
        load: of the network.
        group: games that share a batch when it is full.
    """

    seconds: float
    moves: int
    length: float
    is_measured: bool
    load: Load
    group: int

    @property
    def games_per_hour(self) -> float:
        """Games an hour in the long run: moves an hour by the length of a game."""
        return 3600 * self.moves / self.seconds / max(1.0, self.length)

    @property
    def occupancy(self) -> float:
        """How full a batch is, 0 to 1."""
        return self.load.batch / self.group


def measure(
    evaluator: Evaluator,
    board: BoardSettings,
    settings: PlaySettings,
    seconds: float,
    on_time: Callable[[float], None] = lambda passed: None,
) -> Speed:
    """Play for some time.

    Games begin together, and the short ones end first: rates are of moves, and a game's length is the mean of the
    finished ones only when as many have finished as are in progress.

    Args:
        evaluator: the network.
        board: the game.
        settings: how it is played.
        seconds: how long to measure, after some steps that compile and load.
        on_time: called a few times a second with the seconds that have passed.
    """
    meter = Meter(evaluator)
    selfplay = SelfPlay(board, settings, meter)
    warm = time.monotonic() + min(10.0, seconds / 2)
    lengths = [len(played.record) for played in selfplay.play(1 << 30, stop=lambda: time.monotonic() > warm)]
    meter.read()
    before, began = selfplay.moves, time.monotonic()

    def over() -> bool:
        on_time(min(seconds, time.monotonic() - began))
        return time.monotonic() - began >= seconds

    finished = [len(played.record) for played in selfplay.play(1 << 30, stop=over)]
    load = meter.read()
    lengths += finished
    is_measured = len(lengths) >= settings.parallel
    return Speed(
        seconds=load.seconds,
        moves=selfplay.moves - before,
        length=sum(lengths) / len(lengths) if is_measured else TYPICAL_LENGTH * board.size**2,
        is_measured=is_measured,
        load=load,
        group=max(1, settings.parallel // min(settings.threads, settings.parallel)),
    )
