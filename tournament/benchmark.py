"""How fast a tournament plays: games a minute by policy alone, and how much of the time is spent in the networks."""

from __future__ import annotations

import dataclasses
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from golois.errors import GoloisError
from tournament.database import PlayedGame, Submission
from tournament.folder import Tournament
from tournament.match import Pool
from tournament.network import NetworkProcess
from tournament.openings import games_to_play
from tournament.records import write_sgf
from tournament.runner import open_submission
from tournament.settings import Settings
from tournament.submission import submit


@dataclass(frozen=True)
class Speed:
    """What was measured.

    Attributes:
        games: games played to the end.
        positions: positions evaluated, one for each move.
        seconds: wall-clock time, the networks loaded and everything compiled before it began.
        seconds_in_networks: of these, how long at least one network was at work.
        cpu_seconds_in_networks: CPU time that the networks took.
        cpu_seconds_beside: CPU time of all else, in all processes together.
    """

    games: int
    positions: int
    seconds: float
    seconds_in_networks: float
    cpu_seconds_in_networks: float
    cpu_seconds_beside: float

    @property
    def games_per_minute(self) -> float:
        """Finished games a minute."""
        return 60 * self.games / self.seconds

    @property
    def share_in_networks(self) -> float:
        """Share of the time in which a network was at work, 0 to 1."""
        return self.seconds_in_networks / self.seconds

    @property
    def cpu_share_in_networks(self) -> float:
        """Share of the CPU time that the networks took, 0 to 1: the same whatever else the machine does."""
        return self.cpu_seconds_in_networks / (self.cpu_seconds_in_networks + self.cpu_seconds_beside)


def measure(first: Path, second: Path, games: int = 64, on_game: Callable[[int], None] = lambda played: None) -> Speed:
    """Play games between two networks as a tournament does, each recorded in a database and as SGF.

    Args:
        first: a network's file.
        second: another's, or the same.
        games: how many, all in play at once; even.
        on_game: called with the number of finished games.

    Raises:
        GoloisError: a network is refused or fails.
    """
    settings = Settings(games=games)
    with tempfile.TemporaryDirectory() as folder:
        Tournament.create(folder, settings).database.close()
        entries = [submit(path, team, folder) for path, team in ((first, "first"), (second, "second"))]
        with Tournament.open(folder) as tournament:
            # a short match first: every kernel is compiled before the clock starts
            _play(tournament, entries, dataclasses.replace(settings, games=4, move_limit=30), lambda played: None)
            return _play(tournament, entries, settings, on_game)


def _play(
    tournament: Tournament, entries: list[Submission], settings: Settings, on_game: Callable[[int], None]
) -> Speed:
    """Play one pairing in a tournament's way."""
    teams = {entry.id: entry.team for entry in entries}
    first, second = teams
    tournament.database.plan([(1, first, second, settings.games)])
    pairing = tournament.database.pairings()[-1].id
    played = 0

    def finished(game: PlayedGame) -> None:
        nonlocal played
        tournament.database.add_game(game)
        write_sgf(tournament, game, teams)
        played += 1
        on_game(played)

    def failed(submission: int, message: str) -> bool:
        raise GoloisError(f"the {teams[submission]} network failed: it {message}")

    players = {entry.id: open_submission(tournament, entry) for entry in entries}  # loaded before the clock starts
    games = games_to_play(settings, pairing, first, second, range(settings.games), {})
    networks = [player for player in players.values() if isinstance(player, NetworkProcess)]
    with Pool(settings, players.__getitem__, finished, failed, games_at_once=settings.games) as pool:
        started, cpu_started = time.perf_counter(), time.process_time()
        pool.play(games)
    return Speed(
        games=played,
        positions=pool.moves,
        seconds=time.perf_counter() - started,
        seconds_in_networks=pool.seconds_in_networks,
        cpu_seconds_in_networks=sum(network.cpu_seconds_in_network for network in networks),
        cpu_seconds_beside=time.process_time() - cpu_started + sum(network.cpu_seconds_beside for network in networks),
    )
