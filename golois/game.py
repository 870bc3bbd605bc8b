"""A game of Go: one position, how it came about, and what the rules allow next.

game = Game(9, Rules.preset("chinese"))
game.play(move_from_vertex("E5", 9))
game.play(int(game.legal_moves().nonzero()[0][0]))
print(game, game.result())
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
import numpy.typing as npt

from golois.board import (
    BLACK,
    EMPTY,
    MAXIMUM_SIZE,
    MINIMUM_SIZE,
    WHITE,
    Board,
    Boards,
    copy_boards,
    inside,
    new_boards,
    set_to_move,
)
from golois.board.chains import count_liberties
from golois.board.judge import LEGAL, fill_legal, first_position, judge, play_all, play_if_legal
from golois.board.superko import KO_KINDS
from golois.drawing import draw_stones
from golois.errors import GoloisError
from golois.handicap import fixed_handicap
from golois.illegal_moves import COLOUR_NAMES, why_illegal
from golois.jit import Integer
from golois.rules import Rules
from golois.scoring import Count, Dead, area_score, count_points, result_text
from golois.setup_stones import check_liberties, place_stones

__all__ = ["COLOUR_NAMES", "Game", "IllegalMove"]


class IllegalMove(GoloisError):
    """A move that the rules forbid; the message names the player, the point and the reason."""


class Game:
    """A game from its first position on.

    Moves and points are numbers: `size * row + column` with row 0 at the top, and `size * size` is pass.

    Attributes:
        size: 2 to 25.
        rules: komi, ko, suicide and scoring; never changed by the game.
        boards: (1,) the record of the present position, for kernels (see golois/board/layout.py).
        moves: the moves played, passes included.
        colours: who played each of them, BLACK or WHITE.
        handicap: number of handicap stones Black received, for rules that compensate White.
        setup: (size, size) uint8 stones before the first move, None when the board was empty.
        first_player: who was to move before the first move.
    """

    def __init__(
        self,
        size: int = 19,
        rules: Rules | None = None,
        *,
        black: Iterable[int] = (),
        white: Iterable[int] = (),
        to_move: int = BLACK,
        handicap: int = 0,
    ) -> None:
        """Start a game.

        Args:
            size: 2 to 25.
            rules: Tromp-Taylor with komi 7.5 when left out.
            black: points that hold black stones before the first move.
            white: points that hold white stones before the first move.
            to_move: BLACK or WHITE.
            handicap: number of handicap stones among the black ones, remembered for scoring; a game with
                the stones in their usual places is made by `with_handicap`.

        Raises:
            GoloisError: a size that does not exist, or stones that cannot stand together.
        """
        if not MINIMUM_SIZE <= size <= MAXIMUM_SIZE:
            raise GoloisError(f"board size {size}: sizes {MINIMUM_SIZE} to {MAXIMUM_SIZE} are possible")
        _check_colour(to_move)
        self.size = size
        self.rules = rules if rules is not None else Rules()
        self.handicap = handicap
        self.moves: list[int] = []
        self.colours: list[int] = []
        self.boards = copy_boards(_empty_board(size))
        self.setup = place_stones(size, black, white)
        self.first_player = to_move
        self._ko_kind = KO_KINDS[self.rules.ko]
        self._positions = np.empty(64, np.uint64)
        self._log = np.empty((64, 2), np.uint16)
        self._start()
        if self.setup is not None:
            check_liberties(self.setup, self.stones())

    @classmethod
    def with_handicap(cls, count: int, size: int = 19, rules: Rules | None = None) -> Game:
        """A game with `count` black stones on their fixed points and White to move; 0 and 1: an even game.

        Raises:
            GoloisError: no placement is fixed for this number on this size (see golois/handicap.py).
        """
        if count in (0, 1):
            return cls(size, rules)
        return cls(size, rules, black=fixed_handicap(size, count), to_move=WHITE, handicap=count)

    def _start(self) -> None:
        """Bring the board to the position before the first move."""
        self.boards.view(np.uint8)[:] = _empty_board(self.size).view(np.uint8)
        self.board["suicide"] = self.rules.suicide
        if self.setup is not None:
            stones = self.setup.ravel()
            points = np.flatnonzero(stones)
            play_all(self.boards, np.column_stack([points, stones[points]]).astype(np.uint16))
            self.board["move_number"] = 0
            self.board["prisoners"] = 0
        self.board["to_move"] = self.first_player
        self.board["ko"] = 0
        self._positions[0] = first_position(self.boards, self._ko_kind)

    @property
    def board(self) -> Board:
        """The record in `boards`: the present position."""
        return self.boards[0]

    @property
    def to_move(self) -> int:
        """Whose turn it is, BLACK or WHITE."""
        return int(self.board["to_move"])

    @to_move.setter
    def to_move(self, colour: int) -> None:
        _check_colour(colour)
        set_to_move(self.board, colour)

    @property
    def pass_move(self) -> int:
        """The move that is a pass, size * size."""
        return self.size * self.size

    @property
    def is_over(self) -> bool:
        """Whether the last two moves were passes, and nobody has asked to `resume`."""
        return int(self.board["passes"]) >= 2

    @property
    def hash(self) -> int:
        """Zobrist hash of the stones: equal for equal positions, whoever is to move."""
        return int(self.board["hash"])

    @property
    def prisoners(self) -> tuple[int, int]:
        """Black stones and white stones taken off the board so far."""
        taken = self.board["prisoners"]
        return int(taken[BLACK]), int(taken[WHITE])

    @property
    def positions(self) -> npt.NDArray[np.uint64]:
        """(moves played + 1,) hashes of all positions so far, as superko compares them."""
        return self._positions[: len(self.moves) + 1]

    @property
    def log(self) -> npt.NDArray[np.uint16]:
        """(moves played, 2) uint16: `moves` and `colours` as an array, for kernels; a view."""
        return self._log[: len(self.moves)]

    def play(self, move: int, colour: int | None = None) -> None:
        """Play `move`.

        Args:
            move: a point or the pass.
            colour: who plays, when it is not the one to move (GTP allows two moves in a row).

        Raises:
            IllegalMove: the rules forbid it; the game is as before.
        """
        move = int(move)
        if colour is not None:
            _check_colour(colour)
        count = len(self.moves)
        if count + 2 > len(self._positions):
            self._positions = np.concatenate([self._positions, np.empty_like(self._positions)])
            self._log = np.concatenate([self._log, np.empty_like(self._log)])
        player: Integer = EMPTY
        if 0 <= move <= self.size * self.size:
            asked = EMPTY if colour is None else colour
            player = play_if_legal(self.boards, move, asked, self._positions, self._log, count, self._ko_kind)
        if player == EMPTY:
            raise IllegalMove(self.why_illegal(move, colour))
        self.moves.append(move)
        self.colours.append(int(player))

    def resume(self) -> None:
        """Let a game that two passes have ended go on, as players do who disagree about dead stones."""
        self.board["passes"] = 0

    def undo(self, count: int = 1) -> None:
        """Take back the last `count` moves.

        Raises:
            GoloisError: there are not so many.
        """
        if not 0 <= count <= len(self.moves):
            raise GoloisError(f"cannot undo {count} of {len(self.moves)} moves")
        kept = len(self.moves) - count
        del self.moves[kept:]
        del self.colours[kept:]
        self._start()
        play_all(self.boards, self.log)

    def copy(self) -> Game:
        """An independent game in the same state."""
        twin = object.__new__(Game)
        twin.__dict__.update(self.__dict__)
        twin.moves = self.moves.copy()
        twin.colours = self.colours.copy()
        twin.boards = copy_boards(self.boards)
        twin._positions = self._positions.copy()
        twin._log = self._log.copy()
        return twin

    __copy__ = copy

    def is_legal(self, move: int) -> bool:
        """Whether the rules allow the one to move to play `move`; a pass always is, and nothing off the board."""
        move = int(move)
        return (
            0 <= move <= self.size * self.size
            and judge(self.boards, move, self.to_move, self.positions, self._ko_kind) == LEGAL
        )

    def legal_moves(self) -> npt.NDArray[np.bool_]:
        """(size * size + 1,) bool: which moves the rules allow the one to move; the last is pass."""
        out = np.empty(self.size * self.size + 1, np.bool_)
        fill_legal(self.boards, self.positions, self._ko_kind, out)
        return out

    def why_illegal(self, move: int, colour: int | None = None) -> str:
        """The reason why `move` is illegal, "" when it is legal.

        Args:
            move: a point or the pass.
            colour: who would play, when it is not the one to move.
        """
        return why_illegal(self, int(move), self.to_move if colour is None else colour)

    def stones(self) -> npt.NDArray[np.uint8]:
        """(size, size) uint8: EMPTY, BLACK or WHITE, row 0 at the top; a copy."""
        return inside(self.board["colour"], self.size).copy()

    def liberties(self) -> npt.NDArray[np.uint16]:
        """(size, size) uint16: how many liberties the chain of each stone has, 0 on empty points."""
        out = np.empty(self.size * self.size, np.uint16)
        count_liberties(self.boards, out)
        return out.reshape(self.size, self.size)

    def count(self, dead: Dead = ()) -> Count:
        """Who owns what, and the points of both, counted as the rules say (see golois/scoring.py).

        Args:
            dead: dead stones, as points or as a (size, size) bool mask; they are taken off first.

        Raises:
            GoloisError: a dead stone that is not on the board.
        """
        return count_points(self.boards, self.rules, self.handicap, dead)

    def score(self, dead: Dead = ()) -> float:
        """Black's points minus White's with komi; `dead` and errors as for `count`."""
        if isinstance(dead, tuple) and not dead and self.rules.scoring == "area" and self.rules.tax == "none":
            return area_score(self.boards, self.rules, self.handicap)  # what players ask at every move near the end
        return self.count(dead).score

    def result(self, dead: Dead = ()) -> str:
        """The result in SGF's form: "B+3.5", "W+0.5" or "0" for a draw."""
        return result_text(self.score(dead))

    def __eq__(self, other: object) -> bool:
        """Whether two games have the same rules, start and moves."""
        if not isinstance(other, Game):
            return NotImplemented
        return self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash((self.size, self.hash, len(self.moves)))

    def _identity(self) -> tuple[object, ...]:
        setup = None if self.setup is None else self.setup.tobytes()
        return (self.size, self.rules, self.handicap, setup, self.first_player, self.to_move, self.moves, self.colours)

    def __repr__(self) -> str:
        return f"<Game {self.size}x{self.size}, {self.rules}, {len(self.moves)} moves>"

    def __str__(self) -> str:
        """The board as text: X Black, O White, the last move in brackets."""
        black, white = self.prisoners
        turn = "game over" if self.is_over else f"{COLOUR_NAMES[self.to_move]} to move"
        state = f"{turn}; captured: {black} black, {white} white; {self.rules}"
        return draw_stones(self.stones(), self.moves[-1] if self.moves else self.pass_move) + "\n" + state


def _check_colour(colour: int) -> None:
    if colour not in COLOUR_NAMES:
        raise GoloisError(f"colour {colour!r}: {BLACK} (Black) or {WHITE} (White) is possible")


@cache
def _empty_board(size: int) -> Boards:
    """The one empty board of a size that all games start from."""
    return new_boards(1, size)
