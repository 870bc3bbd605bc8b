"""An external program that speaks GTP as an entrant: GNU Go, say, for an absolute scale."""

from __future__ import annotations

import contextlib
import queue
import shutil
import subprocess
import threading
from collections import deque
from collections.abc import Sequence

from golois.coordinates import move_from_vertex, vertex_from_move
from golois.errors import GoloisError
from golois.game import Game
from tournament.openings import GameToPlay
from tournament.players import GIVES_NO_MOVE, RESIGNS, PlayerFailure

NEEDED = ("boardsize", "clear_board", "komi", "play", "genmove")


class GtpProgram:
    """A program in a process of its own; it is asked about one game after the other, each set up anew.

    In openings it plays the moves it would play anyway: only a network has a policy to sample from.
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
        self._limit = seconds_per_move
        try:
            self._process = subprocess.Popen(
                [shutil.which(command[0]) or command[0], *command[1:]],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise PlayerFailure(f"cannot be started: {command[0]} ({error.strerror})") from error
        self._asked: queue.Queue[list[list[str]] | None] = queue.Queue()
        self._answers: queue.Queue[list[list[str]] | PlayerFailure] = queue.Queue()
        self._sent: deque[int] = deque()
        threading.Thread(target=self._talk, daemon=True).start()
        try:
            self._asked.put([["list_commands"]])
            known = self._receive(1)[0][-1].lstrip("=").split()
            missing = [name for name in NEEDED if name not in known]
            if missing:
                raise PlayerFailure(f"does not know the GTP commands {', '.join(missing)}")
        except BaseException:
            self.close()
            raise

    def start(self, games: Sequence[GameToPlay]) -> None:
        """Ask for a move in each of these games."""
        self._sent.append(len(games))
        self._asked.put([_commands(entry.game) for entry in games])

    def finish(self) -> list[int]:
        """Return a move, RESIGNS or GIVES_NO_MOVE for each game of the batch that was sent first."""
        return [_move(answers) for answers in self._receive(self._sent.popleft())]

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._asked.put(None)
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError, ValueError):
                    stream.close()

    def _receive(self, games: int) -> list[list[str]]:
        try:
            answers = self._answers.get(timeout=self._limit * games)
        except queue.Empty:
            raise PlayerFailure(f"needed more than {self._limit * games:g} s for {games} moves") from None
        if isinstance(answers, PlayerFailure):
            raise answers
        return answers

    def _talk(self) -> None:
        """Send the commands of each game and read their answers, until the process ends or nothing more is asked."""
        try:
            while batch := self._asked.get():
                self._answers.put([[self._ask(command) for command in commands] for commands in batch])
        except (OSError, ValueError, EOFError):
            self._answers.put(PlayerFailure("ended its output without an answer"))

    def _ask(self, command: str) -> str:
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
            if line.strip():
                lines.append(line.strip())
            elif lines:
                return " ".join(lines)


def check_program(command: Sequence[str]) -> None:
    """Start a program and see that it speaks GTP.

    Raises:
        GoloisError: it does not.
    """
    try:
        GtpProgram(command, seconds_per_move=20).close()
    except PlayerFailure as failure:
        raise GoloisError(f"{' '.join(command)}: the program {failure}") from failure


def _commands(game: Game) -> list[str]:
    """Return the commands that set up a game and ask for its next move."""
    colours = "?BW"
    moves = zip(game.colours, game.moves, strict=True)
    return [
        f"boardsize {game.size}",
        "clear_board",
        f"komi {game.rules.komi:g}",
        *(f"play {colours[colour]} {vertex_from_move(move, game.size)}" for colour, move in moves),
        f"genmove {colours[game.to_move]}",
    ]


def _move(answers: list[str]) -> int:
    """Return the move in the answers to `_commands`."""
    if any(not answer.startswith("=") for answer in answers):
        return GIVES_NO_MOVE
    vertex = answers[-1].lstrip("=").strip().lower()
    if vertex == "resign":
        return RESIGNS
    try:
        return move_from_vertex(vertex, 19)
    except GoloisError:
        return GIVES_NO_MOVE
