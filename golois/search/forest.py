"""The trees of several games: where each stands, by which constants it is searched, and what is known at its root."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from golois.board import BLACK, WHITE
from golois.board.superko import KO_KINDS
from golois.game import Game
from golois.history import empty_records, history_of
from golois.search.continuation import continuation
from golois.search.gumbel import gumbel_scores, visit_schedule
from golois.search.report import Report, child_by, children, make_report
from golois.search.restriction import Restriction
from golois.search.root import mix_noise, root_priors, write_root_priors
from golois.search.selection import SELECTION, scheduled_child, selection_record
from golois.search.settings import SearchSettings
from golois.search.tree import NODE, NONE, ROOT, TAKEN, TERMINAL, TREE, clear, keep_subtree, make_child, new_records

DEEPEST = 512  # moves below the root that a search looks at
REMEMBERED = 2048  # positions of the game that superko compares in the tree

SHARED = ("symmetry", "cache", "gumbel")  # settings that all trees have in common


class Forest:
    """The trees that a search grows.

    Args:
        size: of all boards.
        settings: the constants of trees that are placed without their own.
        games: number of trees.
        capacity: nodes of a tree.
        seed: of the noise at the roots.
        has_pass: whether the network has a pass output.
    """

    def __init__(
        self, size: int, settings: SearchSettings, *, games: int, capacity: int, seed: int, has_pass: bool
    ) -> None:
        self.size = size
        self.settings = settings
        self.games = games
        self.capacity = max(capacity, 2)
        self.seed = seed
        moves = size * size + 1
        self._trees = new_records(games, TREE)
        self._nodes = new_records((games, self.capacity), NODE)
        self._priors = np.empty((games, self.capacity, moves), np.float32)  # pages are used as nodes are made
        self._roots = empty_records(games, size)
        self._positions = np.empty((games, REMEMBERED + DEEPEST), np.uint64)
        self._schedule = np.zeros((games, 0), np.int32)
        self._scores = np.zeros((0, 0), np.float32)
        self._restrictions = np.zeros((games, 2, moves), np.int32)
        self._selections = new_records(games, SELECTION)
        self._selections[:] = selection_record(settings, has_pass)
        self._settings_of = [settings] * games
        self._changes_root = np.full(games, _changes_roots(settings))
        self._prepares_roots = bool(self._changes_root.any())  # whether there is anything for `_prepare_roots` to do
        self._has_pass = has_pass
        self._placed: list[Game | None] = [None] * games
        self._seeds = [0] * games
        self._policies: dict[int, npt.NDArray[np.float32]] = {}  # of roots whose priors were changed: see Report
        self._renumbered = np.empty(self.capacity, np.int32)

    def place(self, slot: int, game: Game, seed: int = 0, settings: SearchSettings | None = None) -> None:
        """Make a game's present position the root of a tree, keeping what an earlier search knows of it.

        Args:
            slot: which tree.
            game: a game on a board of this search's size; it is copied.
            seed: of the game, for the noise at its root.
            settings: the constants of this tree until the next `place`, in place of the search's; symmetry, cache
                and Gumbel moves are those of all trees.
        """
        if game.size != self.size:
            raise ValueError(f"a game on {game.size}x{game.size} in a search on {self.size}x{self.size}")
        self._choose_settings(slot, settings or self.settings)
        before = self._placed[slot]
        tree, nodes = self._trees[slot], self._nodes[slot]
        played = None
        if before is not None and self.settings.gumbel == 0 and not tree["restricted"]:
            played = continuation(before, game)
        kept = played is not None and self._follow(slot, played)
        if (nodes["state"][ROOT] == TERMINAL) != game.is_over:
            kept = False  # two passes ended the game in the tree, but it goes on
        if not kept:
            clear(nodes, tree)
        if not kept or played:
            tree["prepared"] = 0  # another root: it needs noise of its own
            self._policies.pop(slot, None)
        self._roots[slot : slot + 1] = history_of(game)
        positions = game.positions[-REMEMBERED:]
        self._positions[slot, : len(positions)] = positions
        tree["past"] = len(positions)
        tree["komi"] = game.rules.komi
        tree["by_territory"] = game.rules.scoring == "territory"
        tree["white_bonus"] = game.rules.white_bonus(game.handicap)
        if tree["by_territory"]:
            tree["white_bonus"] += _stones_placed(game, BLACK) - _stones_placed(game, WHITE)
        tree["ko"] = KO_KINDS[game.rules.ko]
        if tree["restricted"]:
            tree["restricted"] = 0
            self._note_preparation()
        self._placed[slot] = game.copy()
        self._seeds[slot] = seed

    def _choose_settings(self, slot: int, settings: SearchSettings) -> None:
        if settings is self._settings_of[slot]:
            return
        for name in SHARED:
            if getattr(settings, name) != getattr(self.settings, name):
                raise ValueError(f"the setting {name} is the same for all trees of a search")
        self._settings_of[slot] = settings
        self._selections[slot : slot + 1] = selection_record(settings, self._has_pass)
        self._changes_root[slot] = _changes_roots(settings)
        self._note_preparation()

    def _note_preparation(self) -> None:
        self._prepares_roots = bool(self._changes_root.any() or self._trees["restricted"].any())

    def forget(self, slot: int) -> None:
        """Drop a tree: the next `place` begins anew."""
        self._placed[slot] = None

    def restrict(self, slot: int, restriction: Restriction) -> None:
        """Search a placed game anew without some moves, until the game goes on or is forgotten."""
        if self._placed[slot] is None:
            raise ValueError(f"no game is placed in slot {slot}")
        clear(self._nodes[slot], self._trees[slot])
        self._trees[slot]["prepared"] = 0
        self._trees[slot]["restricted"] = not restriction.is_empty
        self._restrictions[slot] = restriction.until
        self._policies.pop(slot, None)
        self._note_preparation()

    def _follow(self, slot: int, played: list[int]) -> bool:
        """Cut a tree down to the position after some moves; False when the tree does not hold it."""
        nodes, tree = self._nodes[slot], self._trees[slot]
        if not played:
            return True
        top = ROOT
        for move in played:
            top = child_by(nodes, top, move)
            if top == NONE:
                return False
        keep_subtree(nodes, tree, self._priors[slot], top, self._renumbered)
        return True

    def report(self, slot: int, variations: bool = True) -> Report:
        """What the search has found out about a placed game; without `variations` lines end after a move."""
        game = self._placed[slot]
        if game is None:
            raise ValueError(f"no game is placed in slot {slot}")
        nodes, tree, row = self._nodes[slot], self._trees[slot], self._priors[slot, ROOT]
        return make_report(nodes, tree, row, game, self._settings_of[slot], variations, self._policies.get(slot))

    def gumbel_choice(self, slot: int) -> int:
        """The move that sequential halving leaves: of the most visited the best by g + log prior + sigma(Q)."""
        nodes = self._nodes[slot]
        most = max((int(nodes["visits"][child]) for child in children(nodes, ROOT)), default=0)
        child = scheduled_child(nodes, most, self._scores[slot], self._selections[slot])
        return self.size**2 if child == NONE else int(nodes["move"][child])

    def _prepare_roots(self) -> None:
        """Change the priors of opened roots, once for each search: noise, temperature, Gumbel, moves left out."""
        if not self._prepares_roots:  # asked at every batch
            return
        changed = self._changes_root | (self._trees["restricted"] != 0)
        opened = changed & (self._trees["prepared"] == 0) & (self._nodes["visits"][:, ROOT] > 0)
        for slot in np.flatnonzero(opened):
            game = self._placed[slot]
            if game is not None:
                self._prepare_root(int(slot), game)

    def _prepare_root(self, slot: int, game: Game) -> None:
        settings = self._settings_of[slot]
        nodes, tree, rows = self._nodes[slot], self._trees[slot], self._priors[slot]
        random = np.random.default_rng([self.seed % 2**64, self._seeds[slot] % 2**64, len(game.moves), game.hash])
        priors = root_priors(nodes, rows[ROOT])
        self._policies[slot] = priors.copy()
        if tree["restricted"]:
            priors[self._restrictions[slot, game.to_move - 1] > 0] = TAKEN
            nodes["complete"][ROOT] = 0  # a move left out here may still be the saving one
        priors = mix_noise(priors, settings, random)
        write_root_priors(nodes, rows[ROOT], priors)
        if settings.gumbel:
            scores, candidates = gumbel_scores(priors, settings.gumbel, random)
            self._scores[slot] = scores
            if len(candidates) < settings.gumbel:  # late in a game: the visits are planned for fewer moves
                self._schedule[slot] = visit_schedule(len(candidates), self._schedule.shape[1])
            for move in candidates:
                if game.is_legal(int(move)) and int(tree["nodes"]) < self.capacity:
                    make_child(nodes, tree, rows, ROOT, int(move))
        tree["prepared"] = 1


def _stones_placed(game: Game, color: int) -> int:
    """Stones of a colour that came on the board so far: by these the area exceeds territory and prisoners.

    The tree counts territory so, as if both sides placed equally many from here on: then taking dead stones off costs
    nothing, which by agreement it does not.
    """
    taken = game.prisoners[0 if color == BLACK else 1]
    return int((game.stones() == color).sum()) + taken


def _changes_roots(settings: SearchSettings) -> bool:
    return bool(settings.noise_weight or settings.gumbel or settings.policy_temperature != 1)
