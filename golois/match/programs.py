"""A program that speaks GTP as a player of many games at once: one process for each game."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from golois.errors import GoloisError
from golois.game import Game
from golois.gtp.client import GtpProgram, ProgramError, RefusedCommand
from golois.gtp.clock import Clock, TimeControl
from golois.gtp.follower import Follower
from golois.gtp.protocol import LETTERS

FORFEIT = -2  # the program crashed, hung or spoke nonsense


class ProgramPlayer:
    """Asks a program for its moves; a `golois.players.Player` that may also resign or forfeit.

    Args:
        command: the program and its arguments.
        timeout: seconds that any answer may take.
        name: what to call it in tables and records; what the program calls itself when left out.

    Attributes:
        failures: by a game's seed, why the program forfeited it.
    """

    def __init__(self, command: Sequence[str], timeout: float = 120.0, name: str | None = None) -> None:
        self.command = list(command)
        self.timeout = timeout
        self.size: int | None = None
        self.failures: dict[int, str] = {}
        self._running: dict[int, Follower] = {}  # by a game's seed
        self.name = name or self._own_name()

    def _own_name(self) -> str:
        program = GtpProgram(self.command, self.timeout)
        try:
            name, version = program.send("name"), program.send("version")
        finally:
            program.close()
        return f"{name} {version}".strip()

    def choose(self, games: Sequence[Game], seeds: Sequence[int] | None = None) -> list[int]:
        """Ask for a move in each game, all programs thinking at the same time; RESIGN and FORFEIT are answers too."""
        numbers = list(range(len(games)) if seeds is None else seeds)
        with ThreadPoolExecutor(max(len(games), 1)) as pool:
            return list(pool.map(self._choose_one, games, numbers))

    def _choose_one(self, game: Game, seed: int) -> int:
        try:
            follower = self._follower(seed)
            follower.follow(game)
            return follower.generate(game)
        except GoloisError as error:
            self.failures[seed] = str(error)
            self.finish(seed)
            return FORFEIT

    def _follower(self, seed: int) -> Follower:
        """The process of a game."""
        if seed not in self._running:
            self._running[seed] = Follower(GtpProgram(self.command, self.timeout, self.name))
        return self._running[seed]

    def tell_time(self, game: Game, seed: int, clock: Clock) -> None:
        """Bring a program up to the present position and tell it what its clock shows.

        A program that fails here is ended; it fails again, and says why, when it is asked for its move.
        """
        try:
            follower = self._follower(seed)
            if follower.follow(game):
                with contextlib.suppress(RefusedCommand):  # it does not know clocks: the referee's runs all the same
                    follower.program.send(_agreement(follower, clock.control))
            with contextlib.suppress(RefusedCommand):
                side = clock.sides[game.to_move]
                follower.program.send(f"time_left {LETTERS[game.to_move]} {int(side.left)} {side.stones}")
        except GoloisError:
            self.finish(seed)

    def dead_stones(self, game: Game, seed: int) -> list[int] | None:
        """The stones that the program takes for dead at the end of a game, None when it does not say."""
        try:
            follower = self._follower(seed)
            follower.follow(game)
            return follower.dead_stones(game)
        except GoloisError:
            return None

    def finish(self, seed: int) -> None:
        """End the process of a game."""
        running = self._running.pop(seed, None)
        if running is not None:
            with contextlib.suppress(ProgramError, RefusedCommand):
                running.program.timeout = 2
                running.program.send("quit")
            running.program.close()

    def close(self) -> None:
        """End all processes."""
        for seed in list(self._running):
            self.finish(seed)


def _agreement(follower: Follower, control: TimeControl) -> str:
    """The command that tells a time control."""
    main, period = f"{control.main:g}", f"{control.period:g}"
    if control.kind == "byoyomi":
        if follower.knows("kgs-time_settings"):
            return f"kgs-time_settings byoyomi {main} {period} {control.stones}"
        return f"time_settings {main} {period} 1"  # the nearest that GTP itself has
    return f"time_settings {main} {period} {control.stones}"
