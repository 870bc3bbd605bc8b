"""The state behind the Go Text Protocol: one game, its rules and clock, and the player that answers `genmove`."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from golois.board import BLACK, WHITE
from golois.errors import GoloisError
from golois.game import Game, IllegalMove
from golois.gtp.clock import LEAST, Clock
from golois.gtp.decision import budget_within, explain, hurried_move, time_line
from golois.gtp.protocol import RESIGN, GtpError
from golois.players import Player, PolicyPlayer
from golois.rules import Rules
from golois.search import ROOMY, Budget, Report, Resignation, Search, SearchPlayer

NO_SEARCH = "no search"  # how a move was chosen, for the log of time


@dataclass(frozen=True)
class EngineOptions:
    """How the engine behaves.

    Attributes:
        rules: of the first game; "cgos" when left out. A controller that names none may hold suicide for illegal, and
            no program expects that its opponent has to be given dead stones.
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
        interrupted: whether the search under way is to end now; set by the loop.
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
        self.rules = self.options.rules or Rules.preset("cgos")
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
        self.interrupted: Callable[[], bool] = lambda: False
        self._size_was_chosen = False
        self._resignation = Resignation(self.options.resign_below)
        self._policy_seconds = 0.0  # that the last move without search took
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
        """The player itself if it searches without end, else one that does so with the player's network."""
        player = self.player
        if isinstance(player, SearchPlayer) and not player.settings.gumbel:
            return player
        if self._analyst is None:
            if not isinstance(player, PolicyPlayer | SearchPlayer):
                raise GtpError(f"the player '{player.name}' has no network to analyse with")
            # sequential halving plans its visits ahead, an analysis goes on until it is interrupted
            settings = replace(player.settings, gumbel=0) if isinstance(player, SearchPlayer) else None
            self._analyst = SearchPlayer(player.evaluator, Budget(visits=200), settings, capacity=ROOMY)
        return self._analyst

    def load_network(self, path: str) -> None:
        """Play on with another network; GtpError when it cannot be read, and the old one stays."""
        if self._load_network is None:
            raise GtpError("this engine cannot load another network")
        player = self._load_network(path)
        self._loading = Future()
        self._loading.set_result(player)
        self._analyst, self._pondered, self._policy_seconds = None, None, 0.0

    def new_game(self, size: int | None = None, game: Game | None = None) -> None:
        """Begin a game: on an empty board, of the same size unless another is given, or as `game` stands."""
        self._size_was_chosen = self._size_was_chosen or bool(size or game)
        self.game = game or Game(size or self.game.size, self.rules)
        self.rules = self.game.rules
        self.game_number += 1
        self.clock.set(self.clock.control)
        self._resignation.begin()

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

    def undo(self, count: int = 1) -> None:
        """Take back the last moves; GoloisError when there are not so many."""
        self.game.undo(count)
        self._resignation.begin()

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

    def choose(
        self,
        color: int,
        progress: Callable[[], None] | None = None,
        agreement: bool = True,
        will_be_played: bool = True,
    ) -> int:
        """Return the player's move for `color`, or RESIGN, without playing it; after two passes the game goes on.

        Args:
            color: who is to move.
            progress: called after each batch of a search.
            agreement: dead stones may be left on the board where the rules have them taken off by agreement; where
                they may not, there is no resigning either.
            will_be_played: the move is one of the game: it costs time, and may be the last before a resignation.
        """
        started = time.perf_counter()
        self._pondered = None
        player = self.player
        self.check_size(player)
        before = self.game.copy() if self.game.to_move != color or self.game.is_over else self.game
        self.game.to_move = color
        if self.game.is_over:
            self.game.resume()
        allotted = self.clock.allot(color, len(self.game.moves), self.game.size)
        report: Report | None = None
        try:
            least = player.batch_seconds if isinstance(player, SearchPlayer) else self._policy_seconds
            if allotted is not None and not self.clock.affords(color, allotted, least):
                move, how = hurried_move(self.game, self.game_number), "in need of time"
            elif isinstance(player, SearchPlayer):
                waited = time.perf_counter() - started  # for the network to load: gone from the clock as well
                seconds = None if allotted is None else max(allotted - waited, LEAST)
                budget = budget_within(player, seconds, self.options.budget_holds)
                move = self._search(player, budget, progress, agreement)
                report = player.reports[0]
                how = f"{report.visits} visits" if report else NO_SEARCH
            else:
                asked = time.perf_counter()
                move, how = player.choose([self.game], [self.game_number])[0], NO_SEARCH
                self._policy_seconds = time.perf_counter() - asked
        except BaseException:
            self.game = before
            raise
        used = time.perf_counter() - started
        self.last_report = report
        self.explanation = explain(self.game, move, report, used)
        if self.options.log_time:
            self.options.log_time(time_line(self.game, move, self.clock.sides[color], allotted, used, how))
        if not will_be_played:
            return move
        self.clock.spend(color, used)
        return RESIGN if agreement and self._resignation.is_due(color, report) else move

    def _search(
        self, player: SearchPlayer, budget: Budget, progress: Callable[[], None] | None, agreement: bool
    ) -> int:
        def stop() -> bool:
            if progress is not None:
                progress()
            return self.interrupted()

        player.agreement = agreement
        return player.choose([self.game], [self.game_number], stop, budget)[0]

    def ponder(self) -> bool:
        """Search one batch while no command waits; False when there is nothing to think about."""
        if not self.pondering or not self.options.ponder or not self._loading.done():
            self._pondered = None
            return False
        player = self._loading.result() if self._loading.exception() is None else None
        if not isinstance(player, SearchPlayer) or self.game.is_over or player.size != self.game.size:
            return False
        if player.settings.gumbel:
            return False  # it begins each search anew: nothing would be kept
        if self._pondered is None:
            self._pondered = player.search_of(self.game, self.game_number)
            search, slot = self._pondered
            search.begin(Budget(visits=2**30), [slot])
        search, _ = self._pondered
        try:
            if search.step() == 0 and search.is_finished():
                self.pondering = False
        except Exception:
            # nobody has asked for anything: a move that is asked for will tell what is wrong
            traceback.print_exc(file=sys.stderr)
            self.pondering, self._pondered = False, None
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
