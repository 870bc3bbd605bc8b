"""One network in a process of its own: games in on standard input, moves out on standard output.

A submitted network that crashes, hangs or eats all memory takes this process down and nothing else. Start:
`python -m tournament.worker NETWORK.h5 OPTIONS`, OPTIONS being `Options` as JSON. After loading, the process says that
it is ready; then it answers requests until its input ends. All numbers are little-endian.

    ready     1 int32
    request   games B int32, then for each its number int64, chance int64 (-1 outside of openings), moves played
              so far n int32, n uint16
    answer    when the network's work began and ended, 2 float64 in seconds of time.monotonic (one clock for all
              processes of a machine), the CPU seconds that the network took and those spent beside it so far,
              2 float64, then B int32: a move or NO_DISTRIBUTION
"""

from __future__ import annotations

import json
import os
import struct
import sys
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from golois.evaluator import Evaluator, Floats
from golois.game import Game
from golois.planes import encode_batch
from golois.players import choose_move, uniform
from golois.rules import Rules
from tournament.players import NO_DISTRIBUTION

if TYPE_CHECKING:
    from golois.search import SearchPlayer

READY = struct.Struct("<i")
REQUEST = struct.Struct("<i")
GAME = struct.Struct("<qqi")
ANSWER = struct.Struct("<dddd")

GAMES_KEPT = 1024

CLOCK_PER_CPU = 8
"""A search ends when it has taken this many times its CPU seconds by the clock, on a machine busy with other things."""


@dataclass(frozen=True)
class Options:
    """How a network plays.

    Attributes:
        rules: name of the preset.
        komi: points added to White's score.
        temperature: of the sampling in openings.
        seed: of that sampling and of the search.
        evaluations: of the search for a move, 0 without search.
        seconds: CPU time of this process, all its threads together, for the search of a move, 0 without search.
    """

    rules: str = "tromp-taylor"
    komi: float = 7.5
    temperature: float = 1.0
    seed: int = 1
    evaluations: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Asked:
    """A game in which a move is asked for; `chance` is -1 outside of openings."""

    number: int
    chance: int
    moves: list[int]


class _Watched:
    """An evaluator that remembers when it worked, and refuses to hand a search what is no distribution."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.inner = evaluator
        self.name, self.board_size = evaluator.name, evaluator.board_size
        self.planes, self.moves = evaluator.planes, evaluator.moves
        self.began = self.ended = 0.0
        self.cpu_seconds = 0.0  # of all threads during evaluations
        self.own_cpu_seconds = 0.0  # of these, of the thread that asked

    def watch(self) -> None:
        self.began = self.ended = 0.0

    def policy(self, planes: Floats) -> tuple[Floats, Floats]:
        """Evaluate without a check."""
        began, cpu_began, own_cpu_began = time.monotonic(), time.process_time(), time.thread_time()
        answer = self.inner.evaluate(planes)
        self.began, self.ended = self.began or began, time.monotonic()
        self.cpu_seconds += time.process_time() - cpu_began
        self.own_cpu_seconds += time.thread_time() - own_cpu_began
        return answer

    def evaluate(self, planes: Floats) -> tuple[Floats, Floats]:
        policy, value = self.policy(planes)
        if not (sound_rows(policy).all() and np.isfinite(value).all()):
            raise ArithmeticError("returned numbers that are no policy and no value")
        return policy, value


def sound_rows(policy: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return (B,) bool: which rows of a policy (B, 362) are finite, not negative and not all zero."""
    sound: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    sound = np.isfinite(policy).all(axis=1) & (policy >= 0).all(axis=1) & (policy.sum(axis=1) > 0)
    return sound


class NetworkPlayer:
    """Chooses moves with a network: by its policy alone, or by search where the options give it a budget."""

    def __init__(self, evaluator: Evaluator, options: Options) -> None:
        self.evaluator = _Watched(evaluator)
        self.options = options
        self.rules = Rules.preset(options.rules, options.komi)
        self._games: OrderedDict[tuple[int, int], Game] = OrderedDict()
        self._search = self._make_search() if options.evaluations or options.seconds else None

    def warm_up(self) -> None:
        """Load or compile what a move needs, so that the first batch takes no longer than others."""
        beginning = Asked(number=-1, chance=0, moves=[])
        self.choose([beginning])
        game = self._game(beginning)
        choose_move(game, np.ones(game.pass_move + 1, np.float32))
        game.score()
        self._games.clear()

    def choose(self, asked: Sequence[Asked]) -> list[int]:
        """Return a move or NO_DISTRIBUTION for each game."""
        games = [self._game(one) for one in asked]
        by_policy = [i for i, one in enumerate(asked) if self._search is None or one.chance >= 0]
        moves = [NO_DISTRIBUTION] * len(asked)
        if by_policy:
            policy, _ = self.evaluator.policy(encode_batch([games[i] for i in by_policy], self.evaluator.planes))
            sound = sound_rows(policy)
            for row, i in enumerate(by_policy):
                if sound[row]:
                    moves[i] = self._by_policy(asked[i], games[i], policy[row])
        searched = [i for i, one in enumerate(asked) if self._search is not None and one.chance < 0]
        if searched:
            for i, move in zip(searched, self._by_search(asked, games, searched), strict=True):
                moves[i] = move
        return moves

    def _by_policy(self, one: Asked, game: Game, policy: Floats) -> int:
        if one.chance < 0:
            return choose_move(game, policy)
        draw = uniform(self.options.seed, one.chance, len(one.moves))
        return choose_move(game, policy, 1 / self.options.temperature, draw)

    def _by_search(self, asked: Sequence[Asked], games: list[Game], searched: list[int]) -> list[int]:
        from golois.search import Budget

        assert self._search is not None
        # the seconds of all games of a call together; on a busy machine the clock runs faster than this process
        seconds = self.options.seconds * len(searched)
        budget = Budget(evaluations=self.options.evaluations or None, seconds=CLOCK_PER_CPU * seconds or None)
        began = time.process_time()
        return self._search.choose(
            [games[i] for i in searched],
            [asked[i].number for i in searched],
            stop=(lambda: time.process_time() - began >= seconds) if seconds else None,
            budget=budget,
        )

    def _make_search(self) -> SearchPlayer:
        from golois.search import Budget, SearchPlayer

        options = self.options
        budget = Budget(evaluations=options.evaluations or None, seconds=options.seconds or None)
        player = SearchPlayer(self.evaluator, budget, seed=options.seed, agreement=False)
        player.warm_up()
        return player

    def _game(self, one: Asked) -> Game:
        """Return the game at its present position; of a game asked for before only the new moves are played."""
        key = (one.number, one.chance)
        game = self._games.pop(key, None)
        if game is None or game.moves != one.moves[: len(game.moves)]:
            game = Game(19, self.rules)
        for move in one.moves[len(game.moves) :]:
            game.play(move)
        self._games[key] = game
        while len(self._games) > GAMES_KEPT:
            self._games.popitem(last=False)
        return game


def serve(player: NetworkPlayer, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until the input ends."""
    own_cpu_began = time.thread_time()  # of this thread alone: those of an engine spin on after an evaluation
    answers.write(READY.pack(1))
    answers.flush()
    while head := requests.read(REQUEST.size):
        asked = []
        for _ in range(REQUEST.unpack(head)[0]):
            number, chance, count = GAME.unpack(requests.read(GAME.size))
            asked.append(Asked(number, chance, np.frombuffer(requests.read(2 * count), "<u2").tolist()))
        player.evaluator.watch()
        moves = player.choose(asked)
        watched = player.evaluator
        beside = time.thread_time() - own_cpu_began - watched.own_cpu_seconds
        answers.write(ANSWER.pack(watched.began, watched.ended, watched.cpu_seconds, beside))
        answers.write(np.array(moves, "<i4").tobytes())
        answers.flush()


def main() -> None:
    """Load the network named on the command line and serve it."""
    # whatever a library prints must not end up among the answers
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from nets.inference import load_evaluator

    player = NetworkPlayer(load_evaluator(sys.argv[1]), Options(**json.loads(sys.argv[2])))
    player.warm_up()
    serve(player, sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
