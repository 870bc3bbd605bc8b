"""Many games of one network against itself at once, by its policy, each step one batch of the evaluator.

Game number n depends on the seed and on n alone, never on the games beside it, so that a killed run goes on
with the games that are missing and ends with the same store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from golois.evaluator import Evaluator
from golois.game import Game
from golois.planes import encode_batch
from golois.players import choose_move, uniform
from golois.records.record import GameRecord
from golois.records.replay import record_from_game
from golois.rules import Rules


@dataclass(frozen=True)
class PolicySettings:
    """How a network plays against itself.

    Attributes:
        rules: rules and komi of every game.
        opening_moves: moves at the start of a game that are drawn from the policy; then the best move is played.
        temperature: of that drawing: moves are drawn in proportion to policy ** (1 / temperature).
        move_limit: a game of this many moves ends and is counted as it stands.
        seed: decides the draws of every game.
    """

    rules: Rules = field(default_factory=Rules)
    opening_moves: int = 30
    temperature: float = 1.0
    move_limit: int = 722
    seed: int = 1


@dataclass
class _RunningGame:
    """A game in progress, with White's winning probability before each of its moves."""

    number: int
    game: Game
    values: list[float] = field(default_factory=list)


def game_id(name: str, settings: PolicySettings, number: int) -> str:
    """The id under which game `number` of the network `name` stands in the store."""
    return f"{name}-seed{settings.seed}-{number:06d}"


def play_games(
    evaluator: Evaluator, numbers: Iterable[int], settings: PolicySettings, parallel: int = 128
) -> Iterator[GameRecord]:
    """Play the games of these numbers and yield each as it ends, shorter games first.

    Args:
        evaluator: the network; games are on boards of its size.
        numbers: which games to play.
        settings: how.
        parallel: how many games are in progress together, which is the evaluator's batch.

    Yields:
        The finished games with their values: the network's own estimate before each move.
    """
    waiting = iter(numbers)
    running: list[_RunningGame] = []
    while True:
        for number in islice(waiting, parallel - len(running)):
            running.append(_RunningGame(number, Game(evaluator.board_size, settings.rules)))
        if not running:
            return
        _play_one_move_each(evaluator, running, settings)
        for done in [one for one in running if _is_over(one.game, settings)]:
            yield _record(evaluator.name, done, settings)
        running = [one for one in running if not _is_over(one.game, settings)]


def _play_one_move_each(evaluator: Evaluator, running: list[_RunningGame], settings: PolicySettings) -> None:
    policy, value = evaluator.evaluate(encode_batch([one.game for one in running], evaluator.planes))
    for one, weights, white_wins in zip(running, policy, value, strict=True):
        move_number = len(one.game.moves)
        if move_number < settings.opening_moves:
            draw = uniform(settings.seed, one.number, move_number)
            move = choose_move(one.game, weights, 1 / settings.temperature, draw)
        else:
            move = choose_move(one.game, weights)
        one.values.append(float(white_wins))
        one.game.play(move)


def _is_over(game: Game, settings: PolicySettings) -> bool:
    return game.is_over or len(game.moves) >= settings.move_limit


def _record(name: str, one: _RunningGame, settings: PolicySettings) -> GameRecord:
    return record_from_game(
        one.game,
        result=one.game.result(),
        black=name,
        white=name,
        source=f"self-play of {name}",
        id=game_id(name, settings, one.number),
        values=np.array(one.values, np.float32),
    )
