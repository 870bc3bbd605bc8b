"""An external program that speaks GTP as an entrant: GNU Go, say, for an absolute scale."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import subprocess
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from golois.children import start_child
from golois.coordinates import move_from_vertex, vertex_from_move
from golois.errors import GoloisError
from golois.game import Game
from tournament.openings import GameToPlay
from tournament.players import GIVES_NO_MOVE, PROCESSES, REFUSES, RESIGNS, PlayerFailure

NEEDED = ("boardsize", "clear_board", "komi", "play", "genmove")

COLOURS = "?BW"


@dataclass(frozen=True)
class Position:
    """A game as it was when a move was asked for."""

    size: int
    komi: float
    colours: list[int]
    moves: list[int]
    to_move: int

    @classmethod
    def of(cls, game: Game) -> Position:
        """Return the position that a game is at now."""
        return cls(game.size, game.rules.komi, list(game.colours), list(game.moves), game.to_move)


class _Process:
    """One running program and the game on its board."""

    def __init__(self, command: Sequence[str]) -> None:
        try:
            self._process = start_child(
                [shutil.which(command[0]) or command[0], *command[1:]],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise PlayerFailure(f"cannot be started: {command[0]} ({error.strerror})") from error
        self._moves: list[int] | None = None

    def move(self, position: Position) -> int:
        """Bring the program's board to a position and return the move it generates there."""
        moves = position.moves
        known = self._moves
        self._moves = None  # until it has answered, nobody knows what is on its board
        if known is None or known != moves[: len(known)]:
            known = []
            commands = [f"boardsize {position.size}", "clear_board", f"komi {position.komi:g}"]
        else:
            commands = []
        for colour, move in zip(position.colours[len(known) :], moves[len(known) :], strict=True):
            commands.append(f"play {COLOURS[colour]} {vertex_from_move(move, position.size)}")
        for command in commands:
            if not self.ask(command).startswith("="):
                return REFUSES
        answer = self.ask(f"genmove {COLOURS[position.to_move]}")
        if not answer.startswith("="):
            return GIVES_NO_MOVE
        vertex = answer.lstrip("=").strip().lower()
        if vertex == "resign":
            return RESIGNS
        try:
            move = move_from_vertex(vertex, position.size)
        except GoloisError:
            return GIVES_NO_MOVE
        self._moves = [*moves, move]
        return move

    def ask(self, command: str) -> str:
        """Return the answer to a command in one line; it begins with = or ?."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        lines: list[str] = []
        while True:
            line = self._process.stdout.readline()
            if not line:
                raise EOFError
            if lines and not line.strip():
                return " ".join(lines)
            if lines or line.startswith(("=", "?")):  # some programs chatter before their answers
                lines.append(line.strip())

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError, ValueError):
                    stream.close()


class GtpProgram:
    """A program, running once for each game in play: it only hears what was played since it was asked last.

    Beyond PROCESSES games the one that waited longest is set up for another game. A program has no policy to sample
    from: see `games_to_play` for how its openings come about.
    """

    def __init__(self, command: Sequence[str], seconds_per_move: float = 60.0) -> None:
        """Start the program.

        Args:
            command: the program and its arguments.
            seconds_per_move: how long it may take for a move, the set-up of the position included.

        Raises:
            PlayerFailure: there is no such program, or it does not speak GTP.
        """
        self.worked = (0.0, 0.0)
        self._command = command
        self._limit = seconds_per_move
        first = _Process(command)
        self._running = [first]  # all that were started, for `close`
        self._idle: list[_Process] = [first]
        self._by_game: OrderedDict[int, _Process] = OrderedDict()
        self._closed = False
        self._lock = threading.Lock()
        self._asked: queue.Queue[Callable[[], list[int]] | None] = queue.Queue()
        self._answers: queue.Queue[list[int] | PlayerFailure] = queue.Queue()
        self._sent: deque[int] = deque()
        threading.Thread(target=self._talk, daemon=True).start()
        known: list[str] = []

        def list_commands() -> list[int]:
            known.extend(first.ask("list_commands").lstrip("=").split())
            return []

        try:
            self._asked.put(list_commands)
            self._receive(seconds_per_move, "to tell its commands")
            missing = [name for name in NEEDED if name not in known]
            if missing:
                raise PlayerFailure(f"does not know the GTP commands {', '.join(missing)}")
        except BaseException:
            self.close()
            raise

    def start(self, games: Sequence[GameToPlay]) -> None:
        """Ask for a move in each of these games."""
        self._sent.append(len(games))
        # the positions as they are now
        positions = [(entry.seed, Position.of(entry.game)) for entry in games]
        self._asked.put(lambda: self._moves(positions))

    def finish(self) -> list[int]:
        """Return a move, RESIGNS, GIVES_NO_MOVE or REFUSES for each game of the batch that was sent first."""
        games = self._sent.popleft()
        return self._receive(self._limit * games, f"for {games} move{'s' if games > 1 else ''}")

    def close(self) -> None:
        """End every process, whatever it is doing."""
        self._asked.put(None)
        with self._lock:
            self._closed = True
            running = list(self._running)
        for process in running:
            process.end()

    def _moves(self, positions: Sequence[tuple[int, Position]]) -> list[int]:
        """Return the moves in these games; as many processes think at a time as there are processors."""
        moves: list[int] = []
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            for first in range(0, len(positions), PROCESSES):  # so that none is wanted for two games at once
                some = positions[first : first + PROCESSES]
                processes = [self._process_for(game) for game, _ in some]
                moves += threads.map(_Process.move, processes, [position for _, position in some])
        return moves

    def _process_for(self, game: int) -> _Process:
        """Return the process that has this game on its board, else one that has room for it."""
        process = self._by_game.pop(game, None)
        if process is None:
            if self._idle:
                process = self._idle.pop()
            elif len(self._running) < PROCESSES:
                with self._lock:
                    if self._closed:
                        raise EOFError
                    process = _Process(self._command)
                    self._running.append(process)
            else:
                process = self._by_game.popitem(last=False)[1]
        self._by_game[game] = process
        return process

    def _receive(self, limit: float, what: str) -> list[int]:
        try:
            answers = self._answers.get(timeout=limit)
        except queue.Empty:
            raise PlayerFailure(f"needed more than {limit:g} s {what}") from None
        if isinstance(answers, PlayerFailure):
            raise answers
        return answers

    def _talk(self) -> None:
        """Do what is asked, batch by batch, until a process ends or nothing more is asked."""
        try:
            while work := self._asked.get():
                self._answers.put(work())
        except (OSError, ValueError, EOFError):
            self._answers.put(PlayerFailure("ended its output without an answer"))
        except PlayerFailure as failure:
            self._answers.put(failure)


def check_program(command: Sequence[str]) -> None:
    """Start a program and see that it speaks GTP.

    Raises:
        GoloisError: it does not.
    """
    try:
        GtpProgram(command, seconds_per_move=20).close()
    except PlayerFailure as failure:
        raise GoloisError(f"{' '.join(command)}: the program {failure}") from failure
