"""Run a tournament: plan, play, record, until nothing is left; killed at any moment, it goes on where it was."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from golois.evaluator import UniformEvaluator
from golois.rules import Rules
from tournament.database import Pairing, PlayedGame, Submission
from tournament.folder import Tournament
from tournament.match import Pool
from tournament.network import NetworkProcess
from tournament.opening_book import read_openings
from tournament.openings import GameToPlay, games_to_play
from tournament.pairing import Planned, most_informative, next_pairings
from tournament.players import Player, PlayerFailure
from tournament.program import ProgramEntrant
from tournament.records import write_missing_sgfs, write_sgf
from tournament.standings import Standings, standings
from tournament.worker import NetworkPlayer, Options

SECONDS_BETWEEN_LOOKS = 0.5
"""How often a run looks whether it is asked to stop, and a ladder whether somebody new has come."""


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Attributes:
        played: games finished, earlier runs included.
        planned: games planned so far, among networks that still play.
        message: what just happened, one line, or "".
        is_failure: whether that was the failure of a network.
    """

    played: int
    planned: int
    message: str = ""
    is_failure: bool = False


def run(
    folder: str | os.PathLike[str],
    on_progress: Callable[[Progress], None] = lambda progress: None,
    *,
    until_sigma: float | None = None,
    most_games: int | None = None,
    open_player: Callable[[Tournament, Submission], Player] | None = None,
) -> Standings:
    """Play a tournament until nothing is left to play, or until `golois tournament stop`.

    Every finished game is in the database before the next batch of positions is evaluated. A ladder never ends by
    itself: it waits for new submissions.

    Args:
        folder: the tournament's folder.
        on_progress: called after every game and every failure of a network.
        until_sigma: once everything planned is played, play on the pairings that narrow the intervals most until
            the standard deviation of every rating is at most this many Elo.
        most_games: stop after this many games of this run.
        open_player: loads a network; by default in a process of its own from the tournament's copy of its file.

    Returns:
        The standings at the end.

    Raises:
        GoloisError: no tournament there, or another process is playing it.
    """
    with Tournament.open(folder) as tournament, tournament.running():
        write_missing_sgfs(tournament)
        return _Run(tournament, on_progress, until_sigma, most_games, open_player or open_submission).play()


def next_plan(tournament: Tournament, until_sigma: float | None = None) -> list[Planned]:
    """Return the pairings that a run plans once everything planned so far is played; [] at the tournament's end.

    Raises:
        GoloisError: a gauntlet's champion is not among the teams.
    """
    settings, database = tournament.settings, tournament.database
    if settings.kind == "gauntlet" and any(
        submission.withdrawn is not None and submission.team == settings.champion
        for submission in database.newest_submissions()
    ):
        return []  # a gauntlet whose champion was withdrawn ends with the games played
    entrants, pairings, table = database.entrants(), database.pairings(), standings(tournament)
    ratings = table.ratings_of(entrants)
    planned = next_pairings(settings, entrants, pairings, table.points(), ratings)
    if not planned and until_sigma is not None and float(ratings.sigma.max(initial=0)) > until_sigma:
        return most_informative(settings.games, entrants, pairings, ratings)
    return planned


def open_submission(tournament: Tournament, submission: Submission, on_cluster: bool = False) -> Player:
    """Start a submission's player: its program, or its network, in a process of its own or on the connected cluster.

    Raises:
        PlayerFailure: it does not start, or its file is not the one that was submitted.
    """
    if "program" in submission.report:
        return ProgramEntrant(submission.report["program"], tournament.settings.evaluation_seconds)
    path = tournament.network_path(submission.digest)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PlayerFailure(f"its file cannot be read: {path} ({error.strerror})") from error
    if hashlib.sha256(content).hexdigest() != submission.digest:
        raise PlayerFailure(f"its file {path} is not the one that was submitted")
    settings = tournament.settings
    names = [field.name for field in dataclasses.fields(Options)]
    options = Options(**{name: getattr(settings, name) for name in names})
    if on_cluster:
        from tournament.cluster import ClusterNetwork

        return ClusterNetwork(content, options, settings.evaluation_seconds)
    _compile_kernels(options, submission.report["planes"])
    return NetworkProcess(path, options, settings.evaluation_seconds)


@functools.cache
def _compile_kernels(options: Options, planes: int) -> None:
    """Compile what a network's process will find in the cache: no team's time to load is spent on that."""
    NetworkPlayer(UniformEvaluator(planes=planes), options).warm_up()


class _Run:
    """One run of a tournament."""

    def __init__(
        self,
        tournament: Tournament,
        on_progress: Callable[[Progress], None],
        until_sigma: float | None,
        most_games: int | None,
        open_player: Callable[[Tournament, Submission], Player],
    ) -> None:
        self.tournament = tournament
        self.database = tournament.database
        self.on_progress = on_progress
        self.until_sigma = until_sigma
        self.games_left = most_games
        self.open_player = open_player
        self.stopped = False
        self._looked = 0.0
        self._played = 0
        self._planned = 0
        self._book = self._read_book()

    def play(self) -> Standings:
        self._count()
        self.on_progress(Progress(self._played, self._planned))
        settings = self.tournament.settings
        with Pool(settings, self._open, self._finished, self._failed, self._keep_going) as pool:
            while self._keep_going():
                if not self._missing() and not self._plan():
                    if settings.kind != "ladder":
                        break
                    time.sleep(SECONDS_BETWEEN_LOOKS)  # a ladder waits for company
                    continue
                self._count()
                pool.play(self._games_to_play())
        return standings(self.tournament)

    def _plan(self) -> bool:
        """Plan more pairings; False when there are none to plan."""
        planned = next_plan(self.tournament, self.until_sigma)
        if planned:
            self.database.plan(planned)
        return bool(planned)

    def _missing(self) -> list[tuple[Pairing, list[int]]]:
        """Return the pairings between networks that still play, with the numbers of their unfinished games."""
        playing = {entrant.id for entrant in self.database.entrants()}
        played = self.database.played_numbers()
        missing = []
        for pairing in self.database.pairings():
            numbers = sorted(set(range(pairing.games)) - played.get(pairing.id, set()))
            if numbers and {pairing.first, pairing.second} <= playing:
                missing.append((pairing, numbers))
        return missing

    def _count(self) -> None:
        self._played = len(self.database.results())
        self._planned = self._played + sum(len(numbers) for _, numbers in self._missing())

    def _games_to_play(self) -> Iterator[GameToPlay]:
        settings = self.tournament.settings
        for pairing, numbers in self._missing():
            playing = {entrant.id: "program" in entrant.report for entrant in self.database.entrants()}
            if {pairing.first, pairing.second} <= playing.keys():  # someone may have submitted anew or been withdrawn
                programs = {submission for submission, is_program in playing.items() if is_program}
                yield from games_to_play(
                    settings,
                    pairing.id,
                    pairing.first,
                    pairing.second,
                    numbers,
                    self._openings(pairing),
                    programs,
                )

    def _openings(self, pairing: Pairing) -> dict[int, npt.NDArray[np.uint16]]:
        """Return the openings of a pairing that are known: those of the book, and of games whose twin was played."""
        openings = {}
        if self._book:
            sides = {pairing.first, pairing.second}
            earlier = [p for p in self.database.pairings() if p.id < pairing.id and {p.first, p.second} == sides]
            used = sum((p.games + 1) // 2 for p in earlier)
            openings = {k: self._book[(used + k) % len(self._book)] for k in range((pairing.games + 1) // 2)}
        for game in self.database.games(pairing.id):
            if game.opening or not self.tournament.settings.opening_moves:
                openings[game.number // 2] = game.moves[: game.opening]
        return openings

    def _read_book(self) -> list[npt.NDArray[np.uint16]]:
        settings = self.tournament.settings
        if not settings.openings or not settings.opening_moves:
            return []
        rules = Rules.preset(settings.rules, settings.komi)
        # a path in the settings file is meant from where that file is
        return read_openings(self.tournament.path / settings.openings, settings.opening_moves, rules, settings.seed)

    def _open(self, submission: int) -> Player:
        return self.open_player(self.tournament, next(s for s in self.database.submissions() if s.id == submission))

    def _finished(self, game: PlayedGame) -> None:
        self.database.add_game(game)
        teams = {submission.id: submission.team for submission in self.database.submissions()}
        write_sgf(self.tournament, game, teams)
        self._played += 1
        if self.games_left is not None:
            self.games_left -= 1
        self.on_progress(
            Progress(self._played, self._planned, f"{teams[game.black]} – {teams[game.white]}: {game.result}")
        )

    def _failed(self, submission: int, message: str) -> bool:
        failures = self.database.add_failure(submission, message)
        team = next(s.team for s in self.database.submissions() if s.id == submission)
        withdrawn = failures >= self.tournament.settings.failures
        if withdrawn:
            self.database.withdraw(submission, f"{message} (failure {failures})")
        verb = "is withdrawn: it" if withdrawn else "failed: it"
        self.on_progress(Progress(self._played, self._planned, f"{team} {verb} {message}", is_failure=True))
        return withdrawn

    def _keep_going(self) -> bool:
        if self.games_left is not None and self.games_left <= 0:
            return False
        if time.monotonic() - self._looked > SECONDS_BETWEEN_LOOKS:
            self._looked = time.monotonic()
            self.stopped = self.database.note("stop") is not None
        return not self.stopped
