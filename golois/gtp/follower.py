"""A program in step with a game: it hears what was played since it was asked last, and is asked for its move."""

from __future__ import annotations

import contextlib
import json

from golois.coordinates import move_from_vertex, vertex_from_move
from golois.game import Game
from golois.gtp.client import GtpProgram, RefusedCommand
from golois.gtp.protocol import LETTERS, RESIGN
from golois.rules import Rules


class Follower:
    """A running program and the game on its board.

    Games begin on an empty board: stones set up before the first move are not told.

    Args:
        program: started; it may have answered commands that leave its board alone.
    """

    def __init__(self, program: GtpProgram) -> None:
        self.program = program
        self._start: tuple[int, Rules] | None = None  # size and rules of the game on its board, None when unknown
        self._known: list[int] = []  # the moves of that game

    def follow(self, game: Game) -> bool:
        """Tell the program the moves that it does not know yet; another game than before is set up anew.

        Returns:
            Whether it was set up anew.

        Raises:
            RefusedCommand: the program does not accept the board, the komi or a move.
            ProgramError: it does not answer.
        """
        start, known = (game.size, game.rules), self._known
        new = self._start != start or game.moves[: len(known)] != known
        self._start = None  # until it has accepted everything, nobody knows what is on its board
        if new:
            self._set_up(game)
            known = []
        for move, color in zip(game.moves[len(known) :], game.colours[len(known) :], strict=True):
            self.program.send(f"play {LETTERS[color]} {vertex_from_move(move, game.size)}")
        self._start, self._known = start, list(game.moves)
        return new

    def _set_up(self, game: Game) -> None:
        self.program.send(f"boardsize {game.size}")
        self.program.send("clear_board")
        if self.knows("kata-set-rules"):
            with contextlib.suppress(RefusedCommand):  # rules that it does not have: it plays by its own
                self.program.send(f"kata-set-rules {json.dumps(game.rules.to_katago(), separators=(',', ':'))}")
        self.program.send(f"komi {game.rules.komi:g}")

    def generate(self, game: Game) -> int:
        """Ask for a move in the game that was followed; the move, or RESIGN.

        Raises:
            RefusedCommand: the program answers with an error.
            BadVertex: it answers with something that is no move.
            ProgramError: it does not answer.
        """
        start, self._start = self._start, None
        answer = self.program.send(f"genmove {LETTERS[game.to_move]}").lower()
        if answer == "resign":
            return RESIGN
        move = move_from_vertex(answer, game.size)
        self._start, self._known = start, [*game.moves, move]
        return move

    def dead_stones(self, game: Game) -> list[int]:
        """The stones that the program takes for dead in the game that was followed; errors as for `generate`."""
        vertices = self.program.send("final_status_list dead").split()
        stones = game.stones().ravel()
        points = [move_from_vertex(vertex, game.size) for vertex in vertices]
        return [point for point in points if point < game.pass_move and stones[point]]

    def knows(self, command: str) -> bool:
        """Whether the program says that it knows a command; ProgramError when it does not answer."""
        try:
            return self.program.send(f"known_command {command}") == "true"
        except RefusedCommand:
            return False
