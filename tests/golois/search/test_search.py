"""The search against a plain referee, and what it promises: budgets, reuse, reproducibility, bounds."""

from __future__ import annotations

import math
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from golois.board import BLACK, WHITE
from golois.errors import GoloisError
from golois.game import Game
from golois.planes import encode
from golois.players import is_sensible
from golois.rules import Rules
from golois.search import Budget, Report, Search, SearchSettings

from .evaluators import FlatEvaluator, HashedEvaluator, RootEvaluator, SureEvaluator, drawn_game, only_own_eyes_left


class PlainNode:
    """A node of the referee's tree: objects and dictionaries, nothing clever."""

    def __init__(self, game: Game, evaluator: HashedEvaluator):
        self.visits, self.total, self.proven = 0, 0.0, 0  # total: values for the player who moved here
        self.children: dict[int, PlainNode] = {}
        self.game = game
        self.over = game.is_over
        if self.over:
            score = game.score()
            white = 1.0 if score < 0 else 0.0 if score > 0 else 0.5
        else:
            policy, white = evaluator.evaluate_one(encode(game, evaluator.planes))
            possible = [move for move in range(game.pass_move) if is_sensible(game.board, move)]
            total = sum(float(policy[move]) for move in [*possible, game.pass_move])
            self.priors = {move: float(policy[move]) / total for move in [*possible, game.pass_move]}
        self.value = white if game.to_move == BLACK else 1 - white


def plain_search(game: Game, evaluator: HashedEvaluator, visits: int, settings: SearchSettings) -> PlainNode:
    """PUCT one simulation at a time."""
    root = PlainNode(game, evaluator)
    back_up([root], root.value)
    while root.visits < visits and root.proven == 0:
        path = [root]
        while not path[-1].over and path[-1].proven == 0:
            node = path[-1]
            child = node.children.get(move := choose(node, settings))
            if child is None:
                after = node.game.copy()
                if not after.is_legal(move):  # superko
                    del node.priors[move]
                    continue
                after.play(move)
                child = node.children[move] = PlainNode(after, evaluator)
                path.append(child)
                break
            path.append(child)
        leaf = path[-1]
        if leaf.over and leaf.proven == 0 and leaf.value != 0.5:
            leaf.proven = 1 if leaf.value > 0.5 else -1
            if leaf.value > 0.5:
                path[-2].proven = -1
        back_up(path, leaf.value if leaf.proven == 0 else float(leaf.proven > 0))
    return root


def choose(node: PlainNode, settings: SearchSettings) -> int:
    weight = settings.cpuct + math.log((node.visits + settings.cpuct_base + 1) / settings.cpuct_base)
    factor = weight * node.visits**settings.exponent
    tried = sum(node.priors[move] for move in node.children)
    urgency = 1 - node.total / node.visits - settings.fpu_reduction * math.sqrt(tried)

    def score(move: int) -> tuple[float, ...]:
        child = node.children.get(move)
        if child is None:
            return (urgency + factor * node.priors[move], 0, -move)
        return (
            child.total / child.visits - 1e6 * (child.proven < 0) + factor * node.priors[move] / (1 + child.visits),
            1,
        )

    return max(node.priors, key=score)


def back_up(path: list[PlainNode], value: float) -> None:
    for node in reversed(path):
        node.visits += 1
        node.total += value
        value = 1 - value


def visits_by_move(report: Report) -> dict[int, int]:
    return {move.move: move.visits for move in report.moves}


def run(
    game: Game, budget: Budget, evaluator: Any = None, settings: SearchSettings | None = None, **options: Any
) -> Report:
    evaluator = evaluator or HashedEvaluator(game.size)
    search = Search(evaluator, settings, **({"leaves": 1, "capacity": 4000} | options))
    search.place(0, game)
    search.run(budget)
    return search.report(0)


POSITIONS = {
    "empty": Game(5, Rules(komi=0.5)),
    "a fight": drawn_game(
        """
        . . X O .
        . X . X O
        . O X O .
        . O O . .
        . . . . .
        """,
        WHITE,
        rules=Rules(komi=3.5, suicide=False),
    ),
    "nearly over": drawn_game(
        """
        . X O .
        X X O O
        . X O .
        X X O O
        """,
        rules=Rules(komi=0.5),
    ),
}


@pytest.mark.parametrize("name", POSITIONS)
@pytest.mark.parametrize(
    "settings",
    [
        SearchSettings(),
        SearchSettings(cpuct=3.0, fpu_reduction=0.0, root_fpu_reduction=0.0),
        SearchSettings(exponent=0.7, fpu_reduction=-0.5, root_fpu_reduction=-0.5, cpuct_base=100.0),
    ],
    ids=["default", "wide", "GPUCT"],
)
def test_the_search_is_that_of_the_plain_referee(name: str, settings: SearchSettings):
    game = POSITIONS[name]
    expected = plain_search(game, HashedEvaluator(game.size), 300, settings)
    report = run(game, Budget(visits=300), settings=settings)
    assert report.visits == expected.visits
    assert visits_by_move(report) == {move: child.visits for move, child in expected.children.items()}
    assert report.winrate == pytest.approx(1 - expected.total / expected.visits)
    for move in report.moves:
        child = expected.children[move.move]
        assert move.winrate == pytest.approx(child.total / child.visits)
        assert move.prior == pytest.approx(expected.priors[move.move], rel=1e-5)
        assert move.proven == child.proven


def test_many_games_in_one_search_are_searched_as_each_alone():
    games = [Game(5, Rules(komi=0.5)) for _ in range(4)]
    for count, game in enumerate(games):
        for move in (12, 7, 11, 16)[:count]:
            game.play(move)
    search = Search(HashedEvaluator(5), games=4, leaves=1, capacity=500)
    for slot, game in enumerate(games):
        search.place(slot, game)
    search.run(Budget(visits=150))
    for slot, game in enumerate(games):
        assert visits_by_move(search.report(slot)) == visits_by_move(run(game, Budget(visits=150)))


@pytest.mark.parametrize("pending", ["loss", "mean"])
def test_leaves_of_one_tree_share_a_batch_and_every_visit_is_accounted_for(pending: Any):
    evaluator = HashedEvaluator(7)
    game = Game(7)
    report = run(game, Budget(visits=400), evaluator, SearchSettings(pending=pending), leaves=16)
    assert report.visits >= 400
    assert report.visits == 1 + sum(move.visits for move in report.moves)
    assert max(evaluator.calls) == 16
    assert np.mean(evaluator.calls) > 8
    assert report.evaluations == sum(evaluator.calls) == report.nodes


def test_the_same_seed_gives_the_same_tree_and_another_seed_another():
    settings = SearchSettings(noise_weight=0.25, noise_alpha=0.3, symmetry="random")
    game = Game(7)

    def visits(seed: int) -> dict[int, int]:
        return visits_by_move(run(game, Budget(visits=200), settings=settings, leaves=4, seed=seed))

    assert visits(1) == visits(1)
    assert visits(1) != visits(2)


def test_a_symmetric_position_is_judged_alike_from_all_sides_by_averaging():
    report = run(Game(5), Budget(visits=1), settings=SearchSettings(symmetry="average"))
    priors = report.priors[:25].reshape(5, 5)
    for turned in (np.rot90(priors), np.flipud(priors), priors.T):
        np.testing.assert_allclose(turned, priors, rtol=1e-5)


def test_budgets():
    game, evaluator = Game(7), HashedEvaluator(7)
    assert run(game, Budget(visits=33)).visits == 33
    assert run(game, Budget(evaluations=20), evaluator).evaluations == sum(evaluator.calls) == 20
    assert run(game, Budget(seconds=0.05), capacity=1 << 16).visits > 1
    for wrong in ({}, {"visits": 0}, {"seconds": -1.0}):
        with pytest.raises(GoloisError, match="budget"):
            Budget(**wrong)


def test_a_budget_of_evaluations_ends_where_hardly_anything_is_left_to_evaluate():
    """White has but own eyes, which the search leaves alone, and passes; its loss is certain and not proven."""
    game = only_own_eyes_left()
    report = run(game, Budget(evaluations=64), FlatEvaluator(5))
    assert report.evaluations < 64
    assert report.visits <= 16 * 64


def test_a_full_tree_ends_the_search_with_a_move():
    report = run(Game(7), Budget(visits=100_000), capacity=50)
    assert report.nodes == 50
    assert report.best is not None


def test_the_tree_is_kept_when_the_game_goes_on():
    game, evaluator = Game(7), HashedEvaluator(7)
    search = Search(evaluator, leaves=1, capacity=2000)
    search.place(0, game)
    search.run(Budget(visits=300))
    best = search.report(0).best
    assert best is not None
    reply = best.variation[1]
    game.play(best.move)
    game.play(reply)
    kept = best.variation_visits[1]
    search.place(0, game)
    assert search.report(0).visits == kept
    before = sum(evaluator.calls)
    search.run(Budget(visits=kept + 50))
    assert search.report(0).visits == kept + 50
    assert sum(evaluator.calls) - before <= 50
    fresh = run(game, Budget(visits=kept + 50))
    assert fresh.visits == kept + 50


def test_a_full_tree_that_foresaw_the_game_is_kept_whole():
    """What was thought in the opponent's time is not lost, however much it is: what room is left goes on top."""
    centre = 24
    search = Search(SureEvaluator(centre, 7), leaves=1, capacity=400)
    game = Game(7)
    search.place(0, game)
    search.run(Budget(visits=100_000))
    game.play(centre)
    search.place(0, game)
    assert search.report(0).nodes == 399  # all but the former root
    search.run(Budget(visits=100_000))
    assert search.report(0).nodes == 400


def test_the_tree_is_dropped_when_it_does_not_fit_the_game():
    search = Search(HashedEvaluator(7), leaves=1, capacity=2000)
    game = Game(7)
    search.place(0, game)
    search.run(Budget(visits=100))
    others = [Game(7, Rules(komi=0.5)), Game(7, black=[3]), Game(7, to_move=WHITE)]
    for other in others:
        search.place(0, game)
        search.run(Budget(visits=100))
        search.place(0, other)
        assert search.report(0).visits == 0


def test_a_game_that_goes_on_after_two_passes_is_searched_though_the_tree_saw_its_end():
    search = Search(HashedEvaluator(5), leaves=1, capacity=2000)
    game = Game(5)
    game.play(game.pass_move)
    search.place(0, game)
    search.run(Budget(visits=300))
    assert game.pass_move in visits_by_move(search.report(0))
    game.play(game.pass_move)
    game.resume()
    search.place(0, game)
    search.run(Budget(visits=50))
    assert len(search.report(0).moves) > 1


def test_a_kept_subtree_is_the_tree_below_the_move():
    """Every count and every line of the kept tree is what the whole tree said of it."""
    search = Search(HashedEvaluator(5), leaves=1, capacity=2000)
    game = Game(5)
    search.place(0, game)
    search.run(Budget(visits=500))
    whole = search.report(0)
    for line in whole.moves[:1]:
        game.play(line.move)
        search.place(0, game)
        kept = search.report(0)
        assert kept.visits == line.visits
        assert kept.winrate == pytest.approx(1 - line.winrate)
        assert sum(move.visits for move in kept.moves) == line.visits - 1
        by_visits = max(kept.moves, key=lambda move: move.visits)
        assert by_visits.variation_visits[0] == line.variation_visits[1]


def test_the_cache_spares_evaluations_and_changes_nothing():
    game = Game(7)
    plain, cached = HashedEvaluator(7), HashedEvaluator(7)
    without = run(game, Budget(visits=300), plain)
    search = Search(cached, SearchSettings(cache=1 << 14), leaves=1, capacity=2000)
    for _ in range(2):
        search.forget(0)
        search.place(0, game)
        search.run(Budget(visits=300))
        assert visits_by_move(search.report(0)) == visits_by_move(without)
    assert sum(cached.calls) < 1.05 * sum(plain.calls)


def test_noise_and_temperature_change_the_roots_priors_and_keep_their_sum():
    game = Game(7)
    plain = run(game, Budget(visits=20)).priors
    noisy = run(game, Budget(visits=20), settings=SearchSettings(noise_weight=0.5, noise_alpha=1.0)).priors
    flat = run(game, Budget(visits=20), settings=SearchSettings(policy_temperature=50.0)).priors
    for priors in (plain, noisy, flat):
        assert priors[priors >= 0].sum() == pytest.approx(1, abs=1e-5)
    assert not np.allclose(plain, noisy)
    assert flat[:49].std() < plain[:49].std() / 4


def test_every_root_gets_noise_of_its_own():
    settings = SearchSettings(noise_weight=0.5, noise_alpha=1.0)
    search = Search(HashedEvaluator(5), settings, leaves=1, capacity=1000)
    game = Game(5)
    for seed in (1, 2):  # two games in one slot
        search.place(0, game, seed)
        search.run(Budget(visits=20))
        search.forget(0)
    second = search
    fresh = Search(HashedEvaluator(5), settings, leaves=1, capacity=1000)
    fresh.place(0, game, 2)
    fresh.run(Budget(visits=20))
    second.place(0, game, 2)
    second.run(Budget(visits=20))
    np.testing.assert_allclose(second.report(0).priors, fresh.report(0).priors)
    plain = run(game, Budget(visits=20)).priors
    assert not np.allclose(second.report(0).priors, plain)


@pytest.mark.parametrize("pending", ["loss", "mean"])
@pytest.mark.parametrize(("gumbel", "visits"), [(4, 65), (5, 33), (6, 33), (10, 49), (10, 65)])
def test_sequential_halving_judges_by_values_however_many_leaves_share_a_batch(pending: Any, gumbel: int, visits: int):
    """A move's value is the same at every visit, so that batches must not change which move is left at the end."""
    settings = SearchSettings(gumbel=gumbel, pending=pending)
    for seed in range(10):
        worth = np.random.default_rng(seed).uniform(0.4, 0.6, 10).astype(np.float32).tolist()
        chosen = set()
        for leaves in (1, 8):
            search = Search(RootEvaluator(worth, 5), settings, leaves=leaves, capacity=1000, seed=seed)
            search.place(0, Game(5))
            search.run(Budget(visits=visits))
            chosen.add(search.gumbel_choice(0))
        assert len(chosen) == 1


def test_gumbel_search_shares_its_visits_by_sequential_halving():
    report = run(Game(7), Budget(visits=65), settings=SearchSettings(gumbel=8))
    counts = sorted((move.visits for move in report.moves), reverse=True)
    assert counts == [21, 21, 7, 7, 2, 2, 2, 2]
    few = run(Game(2, Rules(komi=0.5)), Budget(visits=13), FlatEvaluator(2), SearchSettings(gumbel=16))
    assert sorted((move.visits for move in few.moves), reverse=True) == [5, 4, 1, 1, 1], "planned for five moves"
    with pytest.raises(GoloisError, match="visits or evaluations"):
        run(Game(7), Budget(seconds=1), settings=SearchSettings(gumbel=8))


def test_superko_holds_inside_the_tree():
    """No line of the tree repeats a position: on 2x2 nearly every line would."""
    search = Search(FlatEvaluator(2), leaves=1, capacity=5000)
    game = Game(2, Rules(komi=0.5))
    search.place(0, game)
    search.run(Budget(visits=2000))
    for line in search.report(0).moves:
        replay = game.copy()
        for move in line.variation:
            replay.play(move)  # raises when the move repeats a position


def test_a_game_that_is_over_is_not_searched():
    game = Game(5)
    game.play(25)
    game.play(25)
    assert run(game, Budget(visits=100)).moves == []


def test_a_network_without_pass_output_still_ends_its_games():
    # White has answered everything and passed: with nothing else to play, pass is tried although its prior is 0
    game = drawn_game(
        """
        . X X .
        X X X X
        X X X X
        . X X .
        """,
        rules=Rules(komi=0.5),
    )
    report = run(game, Budget(visits=20), HashedEvaluator(4, moves=16))
    assert [move.move for move in report.moves] == [16]


def test_a_network_that_fails_once_leaves_a_search_that_works():
    class Failing(HashedEvaluator):
        failures = 1

        def evaluate(self, planes):  # type: ignore[no-untyped-def]
            if len(self.calls) == 5 and self.failures:
                self.failures -= 1
                raise GoloisError("the network returned NaN")
            return super().evaluate(planes)

    search = Search(Failing(5), leaves=4, capacity=500)
    search.place(0, Game(5))
    with pytest.raises(GoloisError, match="NaN"):
        search.run(Budget(visits=100))
    search.place(0, Game(5))
    search.run(Budget(visits=100))
    report = search.report(0)
    assert report.visits == 1 + sum(move.visits for move in report.moves)


def test_settings_refuse_what_makes_no_sense():
    for wrong, message in (
        ({"cpuct": -1}, "cpuct = -1"),
        ({"symmetry": "some"}, "symmetry = 'some'"),
        ({"noise_weight": math.nan}, "noise_weight = nan"),
    ):
        with pytest.raises(GoloisError, match=message):
            SearchSettings(**wrong)  # type: ignore[arg-type]
    assert SearchSettings.from_text({"cpuct": "2", "gumbel": "16"}) == SearchSettings(cpuct=2.0, gumbel=16)
    for wrong_text in ({"cpuct": "much"}, {"speed": "1"}):
        with pytest.raises(GoloisError):
            SearchSettings.from_text(wrong_text)


def test_every_setting_is_documented():
    page = (Path(__file__).resolve().parents[3] / "golois" / "README.md").read_text("utf-8")
    assert [field.name for field in fields(SearchSettings) if f"`{field.name}`" not in page] == []
