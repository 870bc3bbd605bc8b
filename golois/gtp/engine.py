"""The state behind the Go Text Protocol: one game, its rules and the player that answers `genmove`."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from golois.board import BLACK, WHITE
from golois.errors import GoloisError
from golois.game import Game, IllegalMove
from golois.gtp.protocol import GtpError
from golois.players import Player
from golois.rules import Rules


class Engine:
    """A game and a player that may still be loading.

    Args:
        load_player: makes the player; called at once in a thread of its own, so that `name` and the setting
            up of a game are answered while the network loads.
        rules: the rules of the first game; `komi` and the like change them.

    Attributes:
        game: the game as it stands.
        write: sends text to the controller; set by the loop.
        input_waiting: whether another command has arrived, the sign to end an analysis; set by the loop.
        identity: the id of the command under way.
        streaming: whether its answer has begun already.
        finished: whether `quit` was given.
    """

    def __init__(self, load_player: Callable[[], Player], rules: Rules | None = None) -> None:
        self.rules = rules or Rules()
        self.game = Game(19, self.rules)
        self.game_number = 0
        self.finished = False
        self.identity = ""
        self.streaming = False
        self.write: Callable[[str], None] = lambda text: None
        self.input_waiting: Callable[[], bool] = lambda: False
        self._loading = self._load(load_player)

    @staticmethod
    def _load(load_player: Callable[[], Player]) -> Future[Player]:
        executor = ThreadPoolExecutor(1, "gtp-load")
        loading = executor.submit(load_player)
        executor.shutdown(wait=False)
        return loading

    @property
    def player(self) -> Player:
        """The player, waited for when it is still loading; GtpError when it could not be made."""
        try:
            return self._loading.result()
        except GoloisError as error:
            raise GtpError(f"cannot play: {error}") from error

    def new_game(self, size: int | None = None) -> None:
        """Begin a game on an empty board, of the same size unless another is given."""
        self.game = Game(size or self.game.size, self.rules)
        self.game_number += 1

    def change_rules(self, rules: Rules) -> None:
        """Play on under other rules; GtpError when a move of the game is illegal under them."""
        old = self.game
        game = Game(
            old.size,
            rules,
            black=_points(old, BLACK),
            white=_points(old, WHITE),
            to_move=old.first_player,
            handicap=old.handicap,
        )
        try:
            for move, color in zip(old.moves, old.colours, strict=True):
                game.play(move, color)
        except GoloisError as error:
            raise GtpError(f"cannot change the rules during this game: {error}") from error
        game.to_move = old.to_move
        self.rules, self.game = rules, game

    def play(self, color: int, move: int) -> None:
        """Play a move for `color`, who need not be the side to move; GtpError when it is illegal."""
        to_move = self.game.to_move
        try:
            self.game.play(move, color)
        except IllegalMove as error:
            if color != to_move:
                self.game.undo(0)  # brings back the ko that the change of turn wiped out
                self.game.to_move = to_move
            raise GtpError(str(error)) from error

    def choose(self, color: int) -> int:
        """Return the player's move for `color` without playing it."""
        player = self.player
        if player.size and player.size != self.game.size:
            raise GtpError(
                f"the network plays on {player.size}x{player.size}, the board is {self.game.size}x{self.game.size}"
            )
        self.game.to_move = color
        return player.choose([self.game], [self.game_number])[0]

    def ponder(self) -> bool:
        """Use the time until the next command; False when there is nothing to think about."""
        return False


def _points(game: Game, color: int) -> list[int]:
    """The stones of a colour before the first move."""
    if game.setup is None:
        return []
    return [int(point) for point in (game.setup.ravel() == color).nonzero()[0]]
