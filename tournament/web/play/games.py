"""The games of all visitors, kept in the database so that neither a reload nor a restart of the site loses one.

Games that are being played are in memory, at most so many; one that its visitor has left for a while makes room for
another and comes back when the visitor does.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from golois.board import BLACK
from golois.errors import GoloisError
from golois.game import Game
from golois.rules import Rules
from tournament.database import Submission
from tournament.folder import Tournament
from tournament.web.identity import new_identity
from tournament.web.play.game import VisitorGame
from tournament.web.play.pool import NetworkPool, Question
from tournament.web.play.storage import GameStorage, NoSuchGame

HINT_VISITS = 50
"""A hint is searched at least so far, also against a network that plays by its policy."""
SECONDS_AWAY = 300.0
"""A visitor who has not been heard of for so long makes room for another."""
SECONDS_BETWEEN_CLEANINGS = 30.0


class TooManyGames(GoloisError):
    """All boards are taken."""


class VisitorGames:
    """The games of all visitors.

    Args:
        tournament: whose networks play, under its rules.
        pool: the processes of the networks.
        most: how many games are played at once.
    """

    def __init__(self, tournament: Tournament, pool: NetworkPool, most: int = 100) -> None:
        self.tournament = tournament
        self.pool = pool
        self.most = most
        self.rules = Rules.preset(tournament.settings.rules, tournament.settings.komi)
        self._games: dict[str, VisitorGame] = {}
        self._thinking: dict[VisitorGame, asyncio.Task[None]] = {}
        self._changed = asyncio.Condition()
        self._saving = asyncio.Lock()
        self._storage = GameStorage(tournament, self._new_game)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Play while the context lasts; games that are not over are kept for the next time."""
        warming = asyncio.create_task(asyncio.to_thread(self._warm_up))
        cleaning = asyncio.create_task(self._clean())
        try:
            yield
        finally:
            for task in (warming, cleaning, *self._thinking.values()):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            await self.pool.close()

    def opponents(self) -> list[Submission]:
        """Return the networks that can be played against: all that play in the tournament and are no programs."""
        return [entrant for entrant in self.tournament.database.entrants() if "program" not in entrant.report]

    async def create(self, submission: int, visits: int, visitor: int) -> VisitorGame:
        """Begin a game; a network that has Black begins to think.

        Args:
            submission: number of the network's submission.
            visits: of its search for each move.
            visitor: the visitor's colour.

        Raises:
            NoSuchGame: this network does not play.
            TooManyGames: so many are being played that there is no room.
        """
        opponents = await asyncio.to_thread(self.opponents)
        network = next((entry for entry in opponents if entry.id == submission), None)
        if network is None:
            raise NoSuchGame(f"no network with the number {submission} plays at present")
        self._make_room()
        identity, limit = new_identity(), self.tournament.settings.move_limit
        game = VisitorGame(identity, network, visits, visitor, self._new_game(), limit)
        self._games[game.id] = game
        await self._save(game)
        self._let_network_move(game)
        return game

    async def find(self, identity: str) -> VisitorGame:
        """Return a game by its id, from the database when it is not in memory.

        Raises:
            NoSuchGame: there is none.
            TooManyGames: so many are being played that it must wait to be taken up again.
        """
        game = self._games.get(identity)
        if game is None:
            found = await asyncio.to_thread(self._storage.load, identity)
            game = self._games.get(identity)  # two requests at once, and the other was quicker
            if game is None:
                self._make_room()
                game = self._games[identity] = found
                self._let_network_move(game)
        game.seen = time.monotonic()
        return game

    async def play(self, game: VisitorGame, move: int) -> None:
        """Play the visitor's move and let the network think; NotNow or IllegalMove where that cannot be."""
        game.play(move)
        await self._after_change(game)

    async def take_back(self, game: VisitorGame) -> None:
        """Take the visitor's last move back, also while the network thinks about it; NotNow without one."""
        game.take_back()
        await self._after_change(game)

    async def resign(self, game: VisitorGame) -> None:
        """Give a game up; NotNow when it is over."""
        game.resign()
        await self._after_change(game)

    async def retry(self, game: VisitorGame) -> None:
        """Ask a network again that gave no answer."""
        game.problem = ""
        game.version += 1
        await self._after_change(game)

    async def hint(self, game: VisitorGame) -> None:
        """Let the network think about the visitor's next move; NotNow where there is none."""
        game.check_hint()
        self._think(game, "hint")
        await self._tell()

    async def wait(self, game: VisitorGame, version: int, seconds: float) -> None:
        """Return when the game has another version than this, or after some seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: game.version != version)
        game.seen = time.monotonic()

    # the network's part

    async def _after_change(self, game: VisitorGame) -> None:
        self._stop_thinking(game)
        self._let_network_move(game)
        await self._tell()
        await self._save(game)

    def _let_network_move(self, game: VisitorGame) -> None:
        if game.network_to_move and not game.asked:
            self._think(game, "move")

    def _think(self, game: VisitorGame, about: str) -> None:
        game.asked, game.question, game.problem = about, Question(), ""
        game.version += 1
        self._thinking[game] = asyncio.create_task(self._ask(game, game.question))

    def _stop_thinking(self, game: VisitorGame) -> None:
        task = self._thinking.pop(game, None)
        if task is not None:
            task.cancel()
            game.asked, game.question = "", None

    async def _ask(self, game: VisitorGame, question: Question) -> None:
        hint = game.asked == "hint"
        visits = max(game.visits, HINT_VISITS) if hint else game.visits
        try:
            answer = await self.pool.ask(question, game.submission.digest, game.game.moves, visits, hint)
            if hint:
                game.hint = answer
            else:
                game.answer(answer["move"], answer["winrate"])
        except (GoloisError, OSError) as error:
            game.problem = str(error)
        game.asked, game.question = "", None
        game.version += 1
        del self._thinking[game]
        await self._tell()
        if not hint:
            await self._save(game)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    # memory and database

    def _warm_up(self) -> None:
        """Compile or load the kernels of the board and its count now rather than in the middle of a request."""
        game = VisitorGame("", Submission(0, "", "", "", "", ""), 1, BLACK, self._new_game())
        for move in (0, game.game.pass_move, game.game.pass_move):
            game.game.play(move)
        game.result()

    def _new_game(self) -> Game:
        return Game(19, self.rules)

    def _make_room(self) -> None:
        if len(self._games) < self.most:
            return
        longest = min(self._games.values(), key=lambda game: game.seen)
        if time.monotonic() - longest.seen < SECONDS_AWAY:
            raise TooManyGames(
                f"all {self.most} boards are taken; one becomes free when its player has left for a while"
            )
        self._stop_thinking(longest)
        del self._games[longest.id]

    async def _clean(self) -> None:
        """Now and then end the processes of networks that nobody plays against, and forget games of long ago."""
        while True:
            await asyncio.to_thread(self._storage.forget_old)
            await asyncio.sleep(SECONDS_BETWEEN_CLEANINGS)
            await self.pool.drop_idle()

    async def _save(self, game: VisitorGame) -> None:
        async with self._saving:  # the newest state is written last
            row = self._storage.row(game)
            await asyncio.to_thread(self._storage.write, row)
