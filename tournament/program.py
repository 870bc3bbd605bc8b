"""An external program that speaks GTP as an entrant: GNU Go, say, for an absolute scale."""

from __future__ import annotations

import os
import shutil
import threading
from collections import OrderedDict, deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from golois.coordinates import BadVertex
from golois.errors import GoloisError
from golois.game import Game
from golois.gtp.client import GtpProgram, ProgramError, RefusedCommand
from golois.gtp.follower import Follower
from golois.gtp.protocol import RESIGN
from tournament.openings import GameToPlay
from tournament.players import GIVES_NO_MOVE, PROCESSES, REFUSES, RESIGNS, PlayerFailure

NEEDED = ("boardsize", "clear_board", "komi", "play", "genmove")


class _Copy:
    """One running program and the game on its board."""

    def __init__(self, command: Sequence[str], limit: float) -> None:
        try:
            self._program = GtpProgram([shutil.which(command[0]) or command[0], *command[1:]], limit, command[0])
        except ProgramError as error:
            raise PlayerFailure(str(error)) from error
        self._follower = Follower(self._program)

    def ask(self, command: str) -> str:
        """Return the answer to a command.

        Raises:
            RefusedCommand: it is an error.
            PlayerFailure: there is none.
        """
        try:
            return self._program.send(command)
        except RefusedCommand:
            raise
        except ProgramError as error:
            raise PlayerFailure(str(error)) from error

    def move(self, game: Game) -> int:
        """Bring the program's board to a game's position and return the move it generates there."""
        try:
            try:
                self._follower.follow(game)
            except RefusedCommand:
                return REFUSES
            try:
                move = self._follower.generate(game)
            except (RefusedCommand, BadVertex):
                return GIVES_NO_MOVE
        except ProgramError as error:
            raise PlayerFailure(str(error)) from error
        return RESIGNS if move == RESIGN else move

    def end(self) -> None:
        self._program.close(patience=0.0)


class ProgramEntrant:
    """A program, running once for each game in play: it only hears what was played since it was asked last.

    Beyond PROCESSES games the one that waited longest is set up for another game. A program has no policy to sample
    from: see `games_to_play` for how its openings come about.
    """

    def __init__(self, command: Sequence[str], seconds_per_answer: float = 60.0) -> None:
        """Start the program.

        Args:
            command: the program and its arguments.
            seconds_per_answer: how long it may take for any answer, that to `genmove` above all.

        Raises:
            PlayerFailure: there is no such program, or it does not speak GTP.
        """
        self.worked = (0.0, 0.0)
        self._command = command
        self._limit = seconds_per_answer
        first = _Copy(command, seconds_per_answer)
        self._running = [first]  # all that were started, for `close`
        self._idle: list[_Copy] = [first]
        self._by_game: OrderedDict[int, _Copy] = OrderedDict()
        self._closed = False
        self._lock = threading.Lock()
        self._asking = ThreadPoolExecutor(1, thread_name_prefix="program")
        self._asked: deque[Future[list[int]]] = deque()
        try:
            known = first.ask("list_commands").split()
            missing = [name for name in NEEDED if name not in known]
            if missing:
                raise PlayerFailure(f"{command[0]} does not know the GTP commands {', '.join(missing)}")
        except RefusedCommand as error:
            self.close()
            raise PlayerFailure(str(error)) from error
        except BaseException:
            self.close()
            raise

    def start(self, games: Sequence[GameToPlay]) -> None:
        """Ask for a move in each of these games."""
        positions = [(entry.seed, entry.game.copy()) for entry in games]  # as they are now
        self._asked.append(self._asking.submit(self._moves, positions))

    def finish(self) -> list[int]:
        """Return a move, RESIGNS, GIVES_NO_MOVE or REFUSES for each game of the batch that was sent first."""
        return self._asked.popleft().result()

    def close(self) -> None:
        """End every process, whatever it is doing."""
        self._asking.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            self._closed = True
            running = list(self._running)
        for copy in running:
            copy.end()

    def _moves(self, positions: Sequence[tuple[int, Game]]) -> list[int]:
        """Return the moves in these games; as many copies think at a time as there are processors."""
        moves: list[int] = []
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            for first in range(0, len(positions), PROCESSES):  # so that none is wanted for two games at once
                some = positions[first : first + PROCESSES]
                copies = [self._copy_for(game) for game, _ in some]
                moves += threads.map(_Copy.move, copies, [position for _, position in some])
        return moves

    def _copy_for(self, game: int) -> _Copy:
        """Return the copy that has this game on its board, else one that has room for it."""
        copy = self._by_game.pop(game, None)
        if copy is None:
            if self._idle:
                copy = self._idle.pop()
            elif len(self._running) < PROCESSES:
                with self._lock:
                    if self._closed:
                        raise PlayerFailure(f"{self._command[0]} was ended")
                    copy = _Copy(self._command, self._limit)
                    self._running.append(copy)
            else:
                copy = self._by_game.popitem(last=False)[1]
        self._by_game[game] = copy
        return copy


def check_program(command: Sequence[str]) -> None:
    """Start a program and see that it speaks GTP.

    Raises:
        GoloisError: it does not.
    """
    try:
        ProgramEntrant(command, seconds_per_answer=20).close()
    except PlayerFailure as failure:
        raise GoloisError(f"{' '.join(command)}: {failure}") from failure
