"""A program that speaks GTP as a player of many games at once: one process for each game."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from golois.board import BLACK
from golois.coordinates import move_from_vertex, vertex_from_move
from golois.errors import GoloisError
from golois.game import Game
from golois.gtp.client import GtpProgram, ProgramError, RefusedCommand
from golois.gtp.clock import Clock, TimeControl

RESIGN = -1  # in place of a move
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
        self._running: dict[int, tuple[GtpProgram, list[int]]] = {}  # by a game's seed: process, moves it knows
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
            program = self._follow(game, seed)
            answer = program.send(f"genmove {'b' if game.to_move == BLACK else 'w'}").lower()
            if answer == "resign":
                return RESIGN
            move = move_from_vertex(answer, game.size)
        except GoloisError as error:
            self.failures[seed] = str(error)
            self.finish(seed)
            return FORFEIT
        self._running[seed][1].append(move)
        return move

    def _follow(self, game: Game, seed: int) -> GtpProgram:
        """The process of a game, told all moves it does not know yet."""
        if seed not in self._running:
            program = GtpProgram(self.command, self.timeout, self.name if hasattr(self, "name") else None)
            self._running[seed] = program, []
            program.send(f"boardsize {game.size}")
            program.send("clear_board")
            if _knows(program, "kata-set-rules"):
                with contextlib.suppress(RefusedCommand):  # rules that it does not have: it plays by its own
                    program.send(f"kata-set-rules {json.dumps(game.rules.to_katago(), separators=(',', ':'))}")
            program.send(f"komi {game.rules.komi:g}")
        program, known = self._running[seed]
        if game.moves[: len(known)] != known:
            raise ProgramError(f"{self.name}: the game does not continue the one that the program knows")
        for move, color in zip(game.moves[len(known) :], game.colours[len(known) :], strict=True):
            program.send(f"play {'b' if color == BLACK else 'w'} {vertex_from_move(move, game.size)}")
            known.append(move)
        return program

    def tell_time(self, game: Game, seed: int, clock: Clock) -> None:
        """Bring a program up to the present position and tell it what its clock shows.

        A program that fails here is ended; it fails again, and says why, when it is asked for its move.
        """
        color, control = "b" if game.to_move == BLACK else "w", clock.control
        try:
            new = seed not in self._running
            program = self._follow(game, seed)
            if new:
                with contextlib.suppress(RefusedCommand):  # it does not know clocks: the referee's runs all the same
                    program.send(_agreement(program, control))
            with contextlib.suppress(RefusedCommand):
                side = clock.sides[game.to_move]
                program.send(f"time_left {color} {int(side.left)} {side.stones}")
        except GoloisError:
            self.finish(seed)

    def dead_stones(self, game: Game, seed: int) -> list[int] | None:
        """The stones that the program takes for dead at the end of a game, None when it does not say."""
        try:
            answer = self._follow(game, seed).send("final_status_list dead")
            points = [move_from_vertex(vertex, game.size) for vertex in answer.split()]
        except GoloisError:
            return None
        stones = game.stones().ravel()
        return [point for point in points if point < game.pass_move and stones[point]]

    def finish(self, seed: int) -> None:
        """End the process of a game."""
        running = self._running.pop(seed, None)
        if running is not None:
            with contextlib.suppress(ProgramError, RefusedCommand):
                running[0].timeout = 2
                running[0].send("quit")
            running[0].close()

    def close(self) -> None:
        """End all processes."""
        for seed in list(self._running):
            self.finish(seed)


def _knows(program: GtpProgram, command: str) -> bool:
    try:
        return program.send(f"known_command {command}") == "true"
    except RefusedCommand:
        return False


def _agreement(program: GtpProgram, control: TimeControl) -> str:
    """The command that tells a time control."""
    main, period = f"{control.main:g}", f"{control.period:g}"
    if control.kind == "byoyomi":
        if _knows(program, "kgs-time_settings"):
            return f"kgs-time_settings byoyomi {main} {period} {control.stones}"
        return f"time_settings {main} {period} 1"  # the nearest that GTP itself has
    return f"time_settings {main} {period} {control.stones}"
