"""The stage that judges: matches of a new network against earlier ones and against fixed opponents."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from golois.errors import GoloisError
from golois.evaluator import Evaluator
from golois.match.openings import Openings
from golois.match.play import play_games
from golois.match.programs import ProgramPlayer
from golois.match.statistics import Score, Sprt
from golois.players import Player, PolicyPlayer, RandomPlayer
from golois.search import Budget, SearchPlayer, SearchSettings
from selfplay.folder import RunFolder, told_when_full
from selfplay.networks import load_network
from selfplay.watch import Watcher


@dataclass
class Match:
    """The result of a network's games against one opponent.

    Attributes:
        opponent: "generation 3", "random", "policy 8" or "gnugo".
        black_points, black_games: made and played as Black.
        white_points, white_games: as White.
        score: wins, draws and losses.
    """

    opponent: str
    black_points: float = 0.0
    black_games: int = 0
    white_points: float = 0.0
    white_games: int = 0
    score: Score = field(default_factory=Score)

    def add(self, points: float, is_black: bool) -> None:
        """Count a game."""
        if is_black:
            self.black_points += points
            self.black_games += 1
        else:
            self.white_points += points
            self.white_games += 1
        score = self.score
        self.score = Score(score.wins + (points == 1.0), score.draws + (points == 0.5), score.losses + (points == 0.0))

    def facts(self) -> dict[str, Any]:
        """Everything as plain values, for JSON."""
        return {
            "opponent": self.opponent,
            "black_points": self.black_points,
            "black_games": self.black_games,
            "white_points": self.white_points,
            "white_games": self.white_games,
        }


class GateStage:
    """Judges network after network.

    Args:
        folder: the run.
        watcher: is told the progress.

    Raises:
        GoloisError: GNU Go is wanted and not there.
    """

    def __init__(self, folder: RunFolder, watcher: Watcher) -> None:
        self.folder = folder
        self.watcher = watcher
        if "gnugo" in folder.config.gate.anchors:
            self._gnugo()  # better told now than after the first games

    def run(self, generation: int) -> None:
        """Let a network play its matches and decide whether it plays from now on.

        Raises:
            GoloisError: a network is missing, or a full disk.
        """
        self.watcher.stage("gate", generation)
        began = time.perf_counter()
        settings = self.folder.config.gate
        candidate = self._searching(generation)
        matches: list[Match] = []
        accepted = True
        if settings.method == "sprt":
            best = self.folder.best
            match = Match(f"generation {best}")
            accepted = self._decide(candidate, self._searching(best), match)
            matches.append(match)
        for opponent in self._opponents(generation):
            if all(match.opponent != f"generation {opponent}" for match in matches):
                match = Match(f"generation {opponent}")
                self._play(candidate, self._searching(opponent), match, settings.games)
                matches.append(match)
        if generation % settings.anchor_every == 0 or generation == 1:
            for anchor in settings.anchors:
                player = self._anchor(anchor, generation)
                match = Match(f"policy {generation}" if anchor == "policy" else anchor)
                self._play(candidate, player, match, settings.anchor_games)
                matches.append(match)
        facts = {
            "accepted": accepted,
            "seconds": time.perf_counter() - began,
            "matches": [match.facts() for match in matches],
        }
        with told_when_full(self.folder.path):
            self.folder.write_stage("gate", generation, facts)

    def _opponents(self, generation: int) -> Iterator[int]:
        """The earlier generations that a generation meets: 1, 4, 9, ... ratings before it."""
        settings = self.folder.config.gate
        if settings.games and (generation % settings.every == 0 or generation == 1):
            met = {max(0, generation - settings.every * k * k) for k in range(1, settings.opponents + 1)}
            yield from sorted(met, reverse=True)

    def _searching(self, generation: int) -> SearchPlayer:
        settings = self.folder.config.gate
        return SearchPlayer(
            self._evaluator(generation),
            Budget(visits=settings.visits),
            SearchSettings(symmetry="random"),
            leaves=1,
            seed=settings.seed,
            name=f"generation {generation}",
        )

    def _evaluator(self, generation: int) -> Evaluator:
        return load_network(self.folder, generation, self.folder.config.gate.parallel)

    def _anchor(self, name: str, generation: int) -> Player:
        settings = self.folder.config.gate
        if name == "random":
            return RandomPlayer(settings.seed)
        if name == "policy":
            return PolicyPlayer(self._evaluator(generation), 0, seed=settings.seed)
        rules = self.folder.config.rules
        options = ["--mode", "gtp", "--level", str(settings.gnugo_level), "--seed", str(settings.seed)]
        options += ["--chinese-rules" if rules.scoring == "area" else "--japanese-rules"]
        options += ["--simple-ko" if rules.ko == "simple" else f"--{rules.ko}-superko"]
        options += ["--allow-suicide" if rules.suicide else "--forbid-suicide"]
        if not rules.friendly_pass_ok:  # dead stones are taken off by playing on, as the count wants it
            options += ["--capture-all-dead"]
        return ProgramPlayer([self._gnugo(), *options], name="gnugo")

    def _gnugo(self) -> str:
        name = self.folder.config.gate.gnugo
        program = shutil.which(name) or shutil.which(name, path="/usr/games")  # where Debian puts it
        if program is None:
            raise GoloisError(
                f"the anchor gnugo needs the program {name!r}, which is not installed: install GNU Go, name the "
                "program in [gate] gnugo, or take it out of [gate] anchors"
            )
        return program

    def _play(self, candidate: SearchPlayer, opponent: Player, match: Match, games: int) -> None:
        for _ in self._games(candidate, opponent, match, games):
            pass

    def _decide(self, candidate: SearchPlayer, best: Player, match: Match) -> bool:
        settings = self.folder.config.gate
        test = Sprt(settings.elo_0, settings.elo_1)
        for _ in self._games(candidate, best, match, settings.most_games):
            decision = test.decide(match.score)
            if decision is not None:
                return decision == "elo_1"
        return match.score.mean > 0.5

    def _games(self, candidate: SearchPlayer, opponent: Player, match: Match, games: int) -> Iterator[None]:
        config = self.folder.config
        settings = config.gate
        openings = Openings(candidate.evaluator, config.rules, config.board.size, settings.opening_moves, settings.seed)
        playing = play_games(
            candidate,
            opponent,
            range(games),
            config.rules,
            size=config.board.size,
            opening=openings,
            parallel=min(settings.parallel, games),
        )
        try:
            for game in playing:
                match.add(game.points, game.first_is_black)
                self.watcher.match(match.opponent, match.score, games)
                yield
        finally:
            playing.close()
