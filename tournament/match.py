"""Many games at once, every player asked for all the moves that wait for it in one batch.

A pool holds the games in play. Each of them waits for the player whose turn it is; all games that wait for one network
are evaluated in one batch. Two batches are on their way at a time, each network in a process of its own: while the
moves of one batch are played, a network works on the other.

Games 2k and 2k+1 of a pairing begin with one opening, colours swapped. An opening is a game like the others whose
moves are sampled from both policies; when it is long enough, the two games start from its position.

What happens when a player fails is stated in FAILURE_RULES and printed in every report.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

import numpy as np

from golois.game import IllegalMove
from tournament.database import PlayedGame, now
from tournament.openings import GameToPlay, followers
from tournament.players import FAULTS, PROCESSES, RESIGNS, Player, PlayerFailure
from tournament.settings import Settings

FAILURE_RULES = (
    "A network that returns a policy that is no distribution (numbers that are not finite or negative, nothing for any "
    "move) loses the game in which it did so (both games, when that was their opening); so does a program that plays "
    "an illegal move or refuses a legal one. Networks are offered the legal moves only.",
    "A player that crashes or exceeds the time for a batch is started again and asked again.",
    "Either counts as a failure. At the number of failures that the settings allow, the player is withdrawn: it loses "
    "its games in progress, the rest of its games are not played, and finished games stand.",
)


class Pool:
    """Plays games until none are left; use it in a `with` statement, at whose end its players are closed.

    The caller hears of each finished game and of each failure. Players stay loaded from one `play` to the next.

    Args:
        settings: move limit and opening moves.
        open_player: starts a submission's player; may raise PlayerFailure.
        finished: called with each game that ended.
        failed: called with (submission, message) when a player failed; returns whether it is withdrawn now.
        keep_going: asked between batches; False ends the play, games in progress are given up.
        games_at_once: how many games are in play together.
        programs_at_once: how many of them may have a GTP program among their players: it runs once for each.
        largest_batch: how many games a player is asked about at once.
        players_at_once: how many players are kept running.
    """

    def __init__(
        self,
        settings: Settings,
        open_player: Callable[[int], Player],
        finished: Callable[[PlayedGame], None],
        failed: Callable[[int, str], bool],
        keep_going: Callable[[], bool] = lambda: True,
        games_at_once: int = 128,
        programs_at_once: int = PROCESSES,
        largest_batch: int = 128,
        players_at_once: int = 8,
    ) -> None:
        self._settings = settings
        self._source: Iterator[GameToPlay] = iter(())
        self._open_player = open_player
        self._report = finished
        self._report_failure = failed
        self._keep_going = keep_going
        self._games_at_once = games_at_once
        self._programs_at_once = programs_at_once
        self._largest_batch = largest_batch
        self._players_at_once = players_at_once
        self._waiting: list[GameToPlay] = []
        self._flights: deque[tuple[int, list[GameToPlay]]] = deque()
        self._withdrawn: dict[int, str] = {}
        self._players: dict[int, Player] = {}
        self._busy_until = 0.0
        self.seconds_in_networks = 0.0
        """how long at least one network was at work"""
        self.moves = 0
        """how many moves were asked for"""

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *error: object) -> None:
        for submission in list(self._players):
            self._close(submission)

    def play(self, source: Iterator[GameToPlay]) -> None:
        """Play until nothing is left or `keep_going` says no; after that, play no more with this pool.

        Args:
            source: the games to play, taken when there is room.
        """
        self._source = source
        self._withdrawn.clear()
        while self._keep_going():
            self._fill()
            # two batches on their way: while the moves of one are played, a network works on the other
            while len(self._flights) < 2 and (batch := self._next_batch()):
                self._start(*batch)
            if not self._flights:
                break
            self._land(*self._flights.popleft())

    # which games, which batch

    def _fill(self) -> None:
        """Take new games while there is room."""
        while self._has_room():
            game = next(self._source, None)
            if game is None:
                return
            if not self._withdrawn.keys() & set(game.players):
                self._waiting.append(game)

    def _has_room(self) -> bool:
        in_play = [*self._waiting, *(game for _, games in self._flights for game in games)]
        with_program = sum(len(game.numbers) for game in in_play if game.with_program)  # two for most openings
        return len(in_play) < self._games_at_once and with_program < self._programs_at_once

    def _next_batch(self) -> tuple[int, list[GameToPlay]] | None:
        """Return the player for which most games wait, and those games; they leave the list of the waiting."""
        while self._waiting:
            groups: dict[int, list[GameToPlay]] = {}
            for game in self._waiting:
                groups.setdefault(game.waits_for, []).append(game)
            submission = max(groups, key=lambda s: len(groups[s]))
            if not self._load(submission):
                continue  # withdrawn: its games are gone
            games = groups[submission][: self._largest_batch]
            chosen = {id(game) for game in games}
            self._waiting = [game for game in self._waiting if id(game) not in chosen]
            return submission, games
        return None

    # the players

    def _load(self, submission: int) -> bool:
        """Make sure that a player is running; False when it had to be withdrawn."""
        while submission not in self._players and submission not in self._withdrawn:
            if len(self._players) >= self._players_at_once:
                self._make_room()
            try:
                self._players[submission] = self._open_player(submission)
            except PlayerFailure as failure:
                self._fail(submission, str(failure))
        return submission in self._players

    def _make_room(self) -> None:
        """Close a player that is not at work, best one whose games are all over; else the one started first."""
        at_work = {submission for submission, _ in self._flights}
        needed = {player for game in self._waiting for player in game.players}
        needed |= {player for _, games in self._flights for game in games for player in game.players}
        resting = [submission for submission in self._players if submission not in at_work]
        if resting:
            self._close(next((submission for submission in resting if submission not in needed), resting[0]))

    def _close(self, submission: int) -> None:
        self._players.pop(submission).close()

    def _start(self, submission: int, games: list[GameToPlay]) -> None:
        """Send a batch on its way."""
        self._players[submission].start(games)
        self._flights.append((submission, games))

    def _land(self, submission: int, games: list[GameToPlay]) -> None:
        """Wait for the answer to a batch and play its moves."""
        player = self._players[submission]
        try:
            moves = player.finish()
        except PlayerFailure as failure:
            self._waiting += games
            self._fail(submission, str(failure))
            return
        began, ended = player.worked
        self.seconds_in_networks += max(0.0, ended - max(began, self._busy_until))
        self._busy_until = max(self._busy_until, ended)
        self.moves += len(games)
        for entry, move in zip(games, moves, strict=True):
            self._play_move(submission, entry, move)

    def _fail(self, submission: int, message: str) -> None:
        """A player crashed or hung: end it; its games wait for it again, unless it is withdrawn."""
        if submission in self._players:
            self._close(submission)
        for other, games in self._flights:
            if other == submission:
                self._waiting += games
        self._flights = deque(flight for flight in self._flights if flight[0] != submission)
        if self._report_failure(submission, message):
            self._withdraw(submission, message)

    def _withdraw(self, submission: int, message: str) -> None:
        """Abandon the games of a player; those on their way are abandoned when they land."""
        self._withdrawn[submission] = message
        mine = [game for game in self._waiting if submission in game.players]
        self._waiting = [game for game in self._waiting if submission not in game.players]
        for game in mine:
            self._abandon(game)

    def _abandon(self, entry: GameToPlay) -> None:
        """End a game of a player that was withdrawn: lost if it had begun, unplayed otherwise."""
        loser = next(player for player in entry.players if player in self._withdrawn)
        if entry.chance is None and len(entry.game.moves) > entry.opening:
            self._forfeit(entry, loser, f"withdrawn, it {self._withdrawn[loser]}")

    # the moves

    def _play_move(self, submission: int, entry: GameToPlay, move: int) -> None:
        """Play the move that a player chose, and see whether the game is over."""
        if self._withdrawn.keys() & set(entry.players):
            self._abandon(entry)
        elif move == RESIGNS:
            self._end(entry, "W+R" if entry.players[0] == submission else "B+R", "resignation")
        elif move in FAULTS:
            self._fault(submission, entry, FAULTS[move])
        else:
            try:
                entry.game.play(move)
            except IllegalMove as error:
                self._fault(submission, entry, f"played against the rules: {error}")
            else:
                self._advance(entry)

    def _fault(self, submission: int, entry: GameToPlay, message: str) -> None:
        """A player did in a game what it may not: it loses that game."""
        message = f"{message} at move {len(entry.game.moves) + 1}"
        self._forfeit(entry, submission, message)
        if self._report_failure(submission, message):
            self._withdraw(submission, message)

    def _advance(self, entry: GameToPlay) -> None:
        """Let a game wait for its next move, end it, or start the games of an opening that is complete."""
        game = entry.game
        if entry.chance is not None and (len(game.moves) >= self._settings.opening_moves or game.is_over):
            for follower in followers(entry):
                self._advance(follower)
        elif game.is_over:
            self._end(entry, game.result(), "two passes")
        elif len(game.moves) >= self._settings.move_limit:
            self._end(entry, game.result(), f"limit of {self._settings.move_limit} moves, counted as it stands")
        else:
            self._waiting.append(entry)

    def _forfeit(self, entry: GameToPlay, loser: int, message: str) -> None:
        self._end(entry, "W+F" if entry.players[0] == loser else "B+F", f"forfeit: {message}")

    def _end(self, entry: GameToPlay, result: str, ending: str) -> None:
        if entry.chance is not None:  # over in the opening: both games that would have started from it are
            opened_by = entry.players
            for follower in followers(entry):
                swapped = {"B": "W", "W": "B"}.get(result[0], result[0]) + result[1:]
                self._end(follower, result if follower.players == opened_by else swapped, ending)
            return
        self._report(
            PlayedGame(
                pairing=entry.pairing,
                number=entry.numbers[0],
                black=entry.players[0],
                white=entry.players[1],
                result=result,
                ending=ending,
                opening=entry.opening,
                moves=np.array(entry.game.moves, np.uint16),
                rules=self._settings.rules,
                komi=self._settings.komi,
                finished_at=now(),
            )
        )
