"""The state behind the Go Text Protocol: one game, its rules and clock, and the player that answers `genmove`."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from golois.board import BLACK, WHITE
from golois.coordinates import vertex_from_move
from golois.errors import GoloisError
from golois.game import Game, IllegalMove
from golois.gtp.clock import Clock
from golois.gtp.protocol import LETTERS, GtpError
from golois.players import Player, PolicyPlayer
from golois.rules import Rules
from golois.search import ROOMY, Budget, Report, Search, SearchPlayer

RESIGN = -1  # in place of a move


@dataclass(frozen=True)
class EngineOptions:
    """How the engine behaves.

    Attributes:
        rules: of the first game.
        budget_holds: the player's budget is kept under a clock too; otherwise the clock alone decides.
        lag: seconds kept in hand at each move under a clock.
        resign_below: the engine resigns when its win rate was below this for three moves; 0 never.
        ponder: think while the opponent does.
        log_time: takes a line about each decision on time.
    """

    rules: Rules | None = None
    budget_holds: bool = False
    lag: float = 0.5
    resign_below: float = 0.0
    ponder: bool = False
    log_time: Callable[[str], None] | None = None


class Engine:
    """A game and a player that may still be loading.

    Args:
        load_player: makes the player; called at once in a thread of its own, so that `name`, `komi` and
            `play` are answered while the network loads; `boardsize` waits for it.
        options: see there.
        load_network: makes a player from a network file, for `golois-load-network`; None refuses it.

    Attributes:
        game: the game as it stands.
        clock: the time control.
        write: sends text to the controller; set by the loop.
        input_waiting: whether another command has arrived, the sign to end an analysis; set by the loop.
        identity: the id of the command under way.
        streaming: whether its answer has begun already.
        finished: whether `quit` was given.
        pondering: whether to think until the next command.
        explanation: of the last move chosen, for people.
        last_report: of its search, None without one.
    """

    def __init__(
        self,
        load_player: Callable[[], Player],
        options: EngineOptions | None = None,
        load_network: Callable[[str], Player] | None = None,
    ) -> None:
        self.options = options or EngineOptions()
        self.rules = self.options.rules or Rules()
        self.game = Game(19, self.rules)
        self.game_number = 0
        self.clock = Clock(lag=self.options.lag)
        self.finished = False
        self.identity = ""
        self.streaming = False
        self.pondering = False
        self.explanation = "no move has been chosen yet"
        self.last_report: Report | None = None
        self.write: Callable[[str], None] = lambda text: None
        self.input_waiting: Callable[[], bool] = lambda: False
        self._size_was_chosen = False
        self._lost_positions = {BLACK: 0, WHITE: 0}
        self._analyst: SearchPlayer | None = None
        self._pondered: tuple[Search, int] | None = None
        self._load_network = load_network
        self._loading = _in_background(load_player)

    @property
    def player(self) -> Player:
        """The player, waited for when it is still loading; GtpError when it could not be made."""
        try:
            return self._loading.result()
        except GoloisError as error:
            raise GtpError(f"cannot play: {error}") from error

    @property
    def analyst(self) -> SearchPlayer:
        """The player itself if it searches, else one that searches with the player's network."""
        player = self.player
        if isinstance(player, SearchPlayer):
            return player
        if self._analyst is None:
            if not isinstance(player, PolicyPlayer):
                raise GtpError(f"the player '{player.name}' has no network to analyse with")
            self._analyst = SearchPlayer(player.evaluator, Budget(visits=200), capacity=ROOMY)
        return self._analyst

    def load_network(self, path: str) -> None:
        """Play on with another network; GtpError when it cannot be read, and the old one stays."""
        if self._load_network is None:
            raise GtpError("this engine cannot load another network")
        player = self._load_network(path)
        self._loading = Future()
        self._loading.set_result(player)
        self._analyst = None

    def new_game(self, size: int | None = None, game: Game | None = None) -> None:
        """Begin a game: on an empty board, of the same size unless another is given, or as `game` stands."""
        self._size_was_chosen = self._size_was_chosen or bool(size or game)
        self.game = game or Game(size or self.game.size, self.rules)
        self.rules = self.game.rules
        self.game_number += 1
        self.clock.set(self.clock.control)
        self._lost_positions = {BLACK: 0, WHITE: 0}

    def change_rules(self, rules: Rules) -> None:
        """Play on under other rules; GtpError when a move of the game is illegal under them."""
        old = self.game
        game = Game(
            old.size,
            rules,
            black=stones_before(old, BLACK),
            white=stones_before(old, WHITE),
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

    def accept_size(self, size: int) -> None:
        """Wait for the player while it loads; GtpError when it cannot play on boards of this size."""
        if self._loading.exception() is None:
            only = self._loading.result().size
            if only and only != size:
                raise GtpError(f"unacceptable size: the network plays on {only}x{only} only")

    def check_size(self, player: Player) -> None:
        """Begin on the player's board when the controller has asked for none; GtpError when it cannot play on this."""
        size = self.game.size
        if not player.size or player.size == size:
            return
        if self._size_was_chosen or self.game.moves:
            raise GtpError(
                f"the network plays on {player.size}x{player.size} only, the board is {size}x{size}: boardsize "
                f"{player.size} begins a game that it can play"
            )
        self.game = Game(player.size, self.rules)

    def choose(self, color: int, progress: Callable[[], None] | None = None) -> int:
        """Return the player's move for `color`, or RESIGN, without playing it.

        Args:
            color: who is to move.
            progress: called after each batch of a search.
        """
        started = time.perf_counter()
        self._pondered = None
        player = self.player
        self.check_size(player)
        self.game.to_move = color
        if not isinstance(player, SearchPlayer):
            self.explanation, self.last_report = f"{player.name}: no search", None
            return player.choose([self.game], [self.game_number])[0]
        seconds = self.clock.allot(color, len(self.game.moves), self.game.size)
        waited = time.perf_counter() - started  # for the network to load: gone from the clock as well
        budget = self._budget(player.budget, None if seconds is None else max(seconds - waited, 0.01))

        def stop() -> bool:
            if progress is not None:
                progress()
            return False

        move = player.choose([self.game], [self.game_number], stop, budget)[0]
        used = time.perf_counter() - started
        report = self.last_report = player.reports[0]
        self._explain(color, move, report, seconds, used)
        self.clock.spend(color, used)
        return RESIGN if self._has_lost(color, report) else move

    def _budget(self, own: Budget, seconds: float | None) -> Budget:
        if seconds is None:
            return own
        if not self.options.budget_holds:
            return Budget(seconds=seconds)
        return Budget(own.visits, own.evaluations, min(seconds, own.seconds or seconds))

    def _explain(self, color: int, move: int, report: Report | None, seconds: float | None, used: float) -> None:
        vertex = vertex_from_move(move, self.game.size)
        visits = report.visits if report else 0
        self.explanation = f"{vertex}: {visits} visits in {used:.2f} s"
        if report and report.best:
            line = " ".join(vertex_from_move(m, self.game.size) for m in report.best.variation[:8])
            self.explanation += f", win rate {report.best.winrate:.1%}, expected {line}"
        if self.options.log_time:
            side = self.clock.sides[color]
            allotted = "no limit" if seconds is None else f"{seconds:.2f} s allotted"
            overtime = f" for {side.stones}" if side.stones else ""
            self.options.log_time(
                f"move {len(self.game.moves) + 1} {LETTERS[color]} {vertex}: {side.left:.2f} s left{overtime}, "
                f"{allotted}, {used:.2f} s used, {visits} visits"
            )

    def _has_lost(self, color: int, report: Report | None) -> bool:
        if report is None or self.options.resign_below <= 0:
            return False
        bad = report.winrate < self.options.resign_below and report.visits > 1
        self._lost_positions[color] = self._lost_positions[color] + 1 if bad else 0
        return self._lost_positions[color] >= 3

    def ponder(self) -> bool:
        """Search one batch while no command waits; False when there is nothing to think about."""
        if not self.pondering or not self.options.ponder or not self._loading.done():
            self._pondered = None
            return False
        player = self._loading.result() if self._loading.exception() is None else None
        if not isinstance(player, SearchPlayer) or self.game.is_over or player.size != self.game.size:
            return False
        if self._pondered is None:
            self._pondered = player.search_of(self.game, self.game_number)
            search, slot = self._pondered
            search.begin(Budget(visits=2**30), [slot])
        search, _ = self._pondered
        if search.step() == 0 and search.is_finished():
            self.pondering = False
        return True


def stones_before(game: Game, color: int) -> list[int]:
    """The stones of a colour before the first move."""
    if game.setup is None:
        return []
    return [int(point) for point in (game.setup.ravel() == color).nonzero()[0]]


def _in_background(load: Callable[[], Player]) -> Future[Player]:
    executor = ThreadPoolExecutor(1, "gtp-load")
    loading = executor.submit(load)
    executor.shutdown(wait=False)
    return loading
