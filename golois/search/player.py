"""A player that searches: the same call as the players of golois/players.py, with a tree per game."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from golois.evaluator import Evaluator
from golois.game import Game
from golois.players import uniform, wins_by_passing
from golois.search.budget import Budget
from golois.search.report import MoveReport, Report
from golois.search.search import Search
from golois.search.settings import SearchSettings

ROOMY = 1 << 17  # nodes of a tree whose size nothing limits: 200 MB when it is full
LARGEST = 1 << 20  # nodes of a tree for however many visits: 1.5 GB when it is full


class SearchPlayer:
    """Plays the move that a search finds best.

    When the opponent has just passed and passing too wins the game as it would be counted now, it passes. It
    passes of its own accord when the search says so and the count would win, or the rules let dead stones be
    taken off by agreement (`friendly_pass_ok`); otherwise it plays the best other move.

    Args:
        evaluator: the network; the player plays on boards of its size.
        budget: for each move, of all games of a call together where it is seconds.
        settings: of the search.
        leaves: leaves of one tree in one batch. The default is 8 for a single game, 1 for several, whose
            batches are large anyway.
        opening_moves: number of moves at the start of a game drawn in proportion to visits ** (1/temperature).
        temperature: see there; 0 plays the best move.
        seed: together with the seed of a game it fixes noise and draws.
        name: what to call the player; the evaluator's name when left out.
        agreement: at the end of a game dead stones are taken off where the rules say so; False plays games out,
            for where nobody is there to agree with.
        capacity: nodes of a tree; `nodes_for` the budget when left out. Pondering and analysis need more: ROOMY.
    """

    def __init__(
        self,
        evaluator: Evaluator,
        budget: Budget,
        settings: SearchSettings | None = None,
        *,
        leaves: int | None = None,
        opening_moves: int = 0,
        temperature: float = 1.0,
        seed: int = 0,
        name: str | None = None,
        agreement: bool = True,
        capacity: int | None = None,
    ) -> None:
        if temperature < 0:
            raise ValueError(f"temperature {temperature}: expected 0 or more")
        self.evaluator = evaluator
        self.budget = budget
        self.settings = settings or SearchSettings()
        self.leaves = leaves
        self.opening_moves = opening_moves
        self.temperature = temperature
        self.seed = seed
        self.name = evaluator.name if name is None else name
        self.agreement = agreement
        self.size: int | None = evaluator.board_size
        self.capacity = capacity or nodes_for(budget)
        self.reports: list[Report | None] = []  # of the last call, None where no search was needed
        self._search: Search | None = None
        self._slots: dict[int, int] = {}  # a game's seed -> its tree

    def choose(
        self,
        games: Sequence[Game],
        seeds: Sequence[int] | None = None,
        stop: Callable[[], bool] | None = None,
        budget: Budget | None = None,
    ) -> list[int]:
        """Choose a move for the side to move in each game, evaluating all games in common batches.

        Args:
            games: games on boards of the player's size; they are not changed.
            seeds: one integer per game, the same at each of its moves and different from the other games':
                it finds the game's tree again. Left out, the games are numbered 0, 1, 2, ...
            stop: asked after every batch; true ends the search.
            budget: for this call in place of the player's own.

        Returns:
            A move per game.
        """
        numbers = list(range(len(games)) if seeds is None else seeds)
        moves = [game.pass_move for game in games]
        self.reports = [None] * len(games)
        searched = [i for i, game in enumerate(games) if not ends_by_passing(game)]
        if searched:
            search = self._place([games[i] for i in searched], [numbers[i] for i in searched])
            slots = [self._slots[numbers[i]] for i in searched]
            search.run(budget or self.budget, stop, slots)
            for i, slot in zip(searched, slots, strict=True):
                report = search.report(slot, variations=len(games) == 1)
                self.reports[i] = report
                choice = search.gumbel_choice(slot) if self.settings.gumbel else None
                moves[i] = self._move(games[i], numbers[i], report, choice)
        return moves

    def search_of(self, game: Game, seed: int = 0) -> tuple[Search, int]:
        """The search and the slot in which a game is placed, for analysis that goes on as long as it likes."""
        return self._place([game], [seed]), self._slots[seed]

    def warm_up(self) -> None:
        """Compile or load the kernels and run the network, so that the first move takes no longer than others."""
        game = Game(self.evaluator.board_size)
        search = self._place([game], [0])
        for doubling in range(search.leaves.bit_length()):  # engines compile a network for powers of two
            batch = self.settings.views << doubling
            self.evaluator.evaluate(np.zeros((batch, game.size, game.size, self.evaluator.planes), np.float32))
        for _ in range(2):  # the second move is searched in the tree of the first
            game.play(self.choose([game], [0], budget=Budget(visits=2 + 2 * search.leaves))[0])
        wins_by_passing(game)
        # the search stays, which knows now how long a batch takes
        search.forget(self._slots.pop(0))

    @property
    def batch_seconds(self) -> float:
        """How long a batch of the search took of late, 0 when nothing has been searched."""
        return self._search.batch_seconds if self._search else 0.0

    def report(self, seed: int = 0) -> Report:
        """What the search has found out so far about the game with this seed."""
        if self._search is None or seed not in self._slots:
            raise ValueError(f"no game with the seed {seed} is being searched")
        return self._search.report(self._slots[seed])

    def forget(self) -> None:
        """Drop all trees."""
        self._search = None
        self._slots = {}

    def _place(self, games: Sequence[Game], seeds: Sequence[int]) -> Search:
        if self._search is None or self._search.games < len(games):
            leaves = self.leaves or (8 if len(games) == 1 else 1)
            self._search = Search(
                self.evaluator,
                self.settings,
                games=len(games),
                leaves=leaves,
                capacity=self.capacity,
                seed=self.seed,
            )
            self._slots = {}
        wanted = set(seeds)
        if len(wanted) < len(seeds):
            raise ValueError("two games of one call have the same seed")
        taken = {slot: seed for seed, slot in self._slots.items()}
        # a slot whose game is not in this call may be given away: that game is over, or waits for its opponent
        free = [slot for slot in range(self._search.games) if taken.get(slot) not in wanted]
        free.sort(key=lambda slot: slot in taken)
        for game, seed in zip(games, seeds, strict=True):
            if seed not in self._slots:
                slot = free.pop(0)
                self._slots.pop(taken.get(slot, seed), None)
                self._slots[seed] = slot
            self._search.place(self._slots[seed], game, seed)
        return self._search

    def _move(self, game: Game, seed: int, report: Report, choice: int | None) -> int:
        moves = _playable_moves(game, report, self.agreement)
        if not moves or moves[0].proven == 1:
            return best_move(game, report, self.agreement)
        if choice not in {move.move for move in moves if move.proven >= 0}:
            choice = None  # a pass that may not be, or a move known to lose
        if len(game.moves) < self.opening_moves and self.temperature > 0:
            most = max(move.visits for move in moves)
            weights = [(move.visits / most) ** (1 / self.temperature) for move in moves]
            rest = uniform(self.seed, seed, len(game.moves)) * sum(weights)
            for move, weight in zip(moves, weights, strict=True):
                rest -= weight
                if rest < 0:
                    return move.move
        return moves[0].move if choice is None else choice


def nodes_for(budget: Budget) -> int:
    """The nodes that a tree should have room for, at most LARGEST: a search whose tree is full ends."""
    visits = budget.visits or budget.evaluations
    # twice the visits: the tree kept from the move before may fill half of it
    return min(LARGEST, 2 * visits + 64) if visits else ROOMY


def best_move(game: Game, report: Report, agreement: bool = True) -> int:
    """The move that a search recommends; a pass only where the game may end by it (see `SearchPlayer`).

    Args:
        game: the position that was searched.
        report: what was found out about it.
        agreement: dead stones are taken off where the rules say so.
    """
    moves = _playable_moves(game, report, agreement)
    if moves:
        return moves[0].move
    # hardly anything was tried: the policy is all that is known
    legal = game.legal_moves()
    legal[game.pass_move] = agreement and game.rules.friendly_pass_ok
    best = max(range(len(legal)), key=lambda move: float(report.priors[move]) if legal[move] else -1.0)
    return best if legal[best] and report.priors[best] >= 0 else game.pass_move


def _playable_moves(game: Game, report: Report, agreement: bool) -> list[MoveReport]:
    """The visited moves, the best first, without a pass where the game may not end by it."""
    return (
        report.moves if _may_pass(game, agreement) else [move for move in report.moves if move.move != game.pass_move]
    )


def ends_by_passing(game: Game) -> bool:
    """Whether a pass ends the game, which is over already or won then."""
    passes = int(game.board["passes"])
    return passes >= 2 or (passes == 1 and wins_by_passing(game))


def _may_pass(game: Game, agreement: bool) -> bool:
    return (agreement and game.rules.friendly_pass_ok) or wins_by_passing(game)
