"""Players without search: which moves they consider, when they pass, and that their draws are their own."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pytest

from golois.board import BLACK, WHITE
from golois.coordinates import move_from_vertex
from golois.evaluator import AveragedEvaluator
from golois.game import Game
from golois.players import PolicyPlayer, RandomPlayer
from golois.rules import Rules

Floats = npt.NDArray[np.float32]
PASS = 361


def at(vertex: str) -> int:
    return move_from_vertex(vertex, 19)


class FixedPolicy:
    """A network with the same policy everywhere: the given probabilities, next to nothing elsewhere."""

    def __init__(self, probabilities: dict[str, float], moves: int = 362):
        self.name = "fixed"
        self.board_size, self.planes = 19, 6
        self.moves = moves
        self.batches: list[int] = []
        self.policy = np.full(362, 1e-6, np.float32)
        self.policy[PASS] = 0
        for vertex, probability in probabilities.items():
            self.policy[at(vertex)] = probability

    def evaluate(self, planes: Floats) -> tuple[Floats, Floats]:
        self.batches.append(len(planes))
        return np.repeat(self.policy[None], len(planes), axis=0), np.full(len(planes), 0.5, np.float32)


def corner_game(upper_left: str, to_move: int = BLACK, rules: Rules | None = None, size: int = 19) -> Game:
    """A game whose upper left corner holds the drawn stones: X black, O white."""
    stones: dict[str, list[int]] = {"X": [], "O": []}
    for row, line in enumerate(upper_left.split("\n")[1:-1]):
        for column, symbol in enumerate(line.split()):
            if symbol in stones:
                stones[symbol].append(size * row + column)
    return Game(size, rules, black=stones["X"], white=stones["O"], to_move=to_move)


def choose(evaluator: FixedPolicy, game: Game) -> int:
    return PolicyPlayer(evaluator, opening_moves=0).choose([game])[0]


def test_all_games_of_a_call_are_one_batch_and_each_gets_its_best_move():
    evaluator = FixedPolicy({"D4": 0.6, "Q16": 0.4})
    empty, occupied = Game(), Game()
    occupied.play(at("D4"))
    assert PolicyPlayer(evaluator, opening_moves=0).choose([empty, occupied]) == [at("D4"), at("Q16")]
    assert evaluator.batches == [2]
    assert PolicyPlayer(evaluator).choose([]) == []


def test_an_own_eye_is_not_filled_and_a_false_eye_is():
    eye = """
    . X .
    X X .
    """
    assert choose(FixedPolicy({"A19": 0.9, "D4": 0.1}), corner_game(eye)) == at("D4")
    false_eye = """
    . X .
    X O .
    """
    assert choose(FixedPolicy({"A19": 0.9, "D4": 0.1}), corner_game(false_eye)) == at("A19")


def test_suicide_is_not_considered_where_the_rules_forbid_it():
    corner = """
    . X O . .
    X O O . .
    O O . . .
    """
    policy = FixedPolicy({"A19": 0.9, "D4": 0.1})
    black_fills_its_last_liberty = corner_game(corner, rules=Rules.preset("chinese"))
    assert choose(policy, black_fills_its_last_liberty) == at("D4")


def test_a_network_without_pass_output_passes_when_nothing_sensible_is_left():
    # White owns the whole board with two eyes, and every other point is a white stone
    white = [point for point in range(361) if point not in (0, 2)]
    game = Game(white=white, to_move=WHITE)
    assert choose(FixedPolicy({}, moves=361), game) == PASS
    assert choose(FixedPolicy({}, moves=362), game) == PASS


def test_after_the_opponents_pass_a_won_game_is_ended_and_a_lost_one_is_not():
    policy = FixedPolicy({"D4": 1.0}, moves=361)
    winning = corner_game("\n. X .\n")  # the only stone on the board: everything is Black's
    winning.play(PASS, WHITE)
    assert choose(policy, winning) == PASS
    losing = corner_game("\n. O .\n")
    losing.play(PASS, WHITE)
    assert choose(policy, losing) == at("D4")


def test_a_wish_to_pass_is_granted_only_when_the_count_wins():
    policy = FixedPolicy({"pass": 0.9, "D4": 0.1})
    assert choose(policy, corner_game("\n. X .\n")) == PASS
    assert choose(policy, corner_game("\n. O .\n")) == at("D4")
    assert choose(policy, corner_game("\n. O .\n", WHITE)) == PASS


def test_a_game_that_is_over_gets_a_pass():
    game = Game()
    game.play(PASS)
    game.play(PASS)
    assert choose(FixedPolicy({"D4": 1.0}), game) == PASS
    assert RandomPlayer().choose([game]) == [PASS]


def test_draws_depend_on_the_seeds_and_the_move_number_alone():
    player = PolicyPlayer(FixedPolicy({}), seed=3)
    games = [Game() for _ in range(4)]
    together = player.choose(games, [10, 11, 12, 13])
    assert [player.choose([game], [seed])[0] for game, seed in zip(games, (10, 11, 12, 13), strict=True)] == together
    assert len(set(together)) > 1
    assert PolicyPlayer(FixedPolicy({}), seed=4).choose(games, [10, 11, 12, 13]) != together
    games[0].play(at("D4"))
    games[0].undo()
    assert player.choose(games, [10, 11, 12, 13]) == together


def test_draws_follow_the_policy_and_the_temperature():
    evaluator = FixedPolicy({"D4": 0.75, "Q16": 0.25})
    evaluator.policy[evaluator.policy < 1e-3] = 0
    games = [Game()] * 2000
    for temperature, expected in ((1.0, 0.75), (0.5, 0.9), (1e9, 0.5)):
        moves = PolicyPlayer(evaluator, temperature=temperature).choose(games)
        assert set(moves) <= {at("D4"), at("Q16")}
        assert np.mean(np.array(moves) == at("D4")) == pytest.approx(expected, abs=0.04)
    assert set(PolicyPlayer(evaluator, temperature=0).choose(games)) == {at("D4")}
    assert set(PolicyPlayer(evaluator, opening_moves=0).choose(games)) == {at("D4")}


def test_nothing_is_drawn_after_the_opening():
    evaluator = FixedPolicy({"D4": 0.5, "Q16": 0.4})
    game = Game()
    game.play(at("C3"))
    game.play(at("R17"))
    assert {PolicyPlayer(evaluator, opening_moves=2).choose([game], [seed])[0] for seed in range(20)} == {at("D4")}


@pytest.mark.parametrize("size", [2, 3, 5, 9, 25])
@pytest.mark.parametrize("ko", ["positional", "situational"])
def test_random_games_end_with_every_move_legal(size: int, ko: Literal["positional", "situational"]):
    """On the smallest boards superko strikes in every game; an illegal move would raise in `play`."""
    player = RandomPlayer(seed=size)
    game = Game(size, Rules(ko=ko))
    while not game.is_over:
        game.play(player.choose([game], [7])[0])
        assert len(game.moves) < 4 * size * size
    assert game.result() != ""


def test_a_policy_is_averaged_over_the_symmetries_of_the_board():
    evaluator = FixedPolicy({"A19": 0.6, "K10": 0.4})
    evaluator.policy[PASS] = 0.3
    policy, value = AveragedEvaluator(evaluator).evaluate(np.zeros((2, 19, 19, 6), np.float32))
    corners = policy[:, [at("A19"), at("T19"), at("A1"), at("T1")]]
    np.testing.assert_allclose(corners, 0.15, rtol=1e-4)
    np.testing.assert_allclose(policy[:, [at("K10"), PASS]], [[0.4, 0.3]] * 2, rtol=1e-4)
    np.testing.assert_array_equal(value, [0.5, 0.5])
    assert evaluator.batches == [2] * 8
