"""Measuring a network: against predictors whose score is known beforehand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from golois.errors import GoloisError
from golois.records.store import GameStore
from golois.symmetry import SYMMETRIES
from nets.data import GameFilter, Positions, select_positions
from nets.evaluation import Evaluation, evaluate
from nets.plots import draw_calibration

Floats = np.ndarray


@pytest.fixture
def positions(games_path: Path) -> Positions:
    """28 games of 40 moves."""
    return select_positions(GameStore.open(games_path), "all", GameFilter())


class Oracle:
    """Answers from the examples it is told of, as if it knew the game."""

    def __init__(self, positions: Positions, confidence: float) -> None:
        games, moves = positions.all()
        self.examples = positions.examples(games, moves, moves * 0)
        self.confidence = confidence
        self.place = 0

    def __call__(self, planes: Floats) -> tuple[Floats, Floats]:
        part = slice(self.place, self.place + len(planes))
        self.place = part.stop
        rest = (1 - self.confidence) / 361
        policy = np.where(self.examples.policy[part] > 0, self.confidence, rest).astype(np.float32)
        return policy, self.examples.value[part]


def uniform(planes: Floats) -> tuple[Floats, Floats]:
    return np.full((len(planes), 362), 1 / 362, np.float32), np.full(len(planes), 0.5, np.float32)


def test_a_predictor_that_knows_the_game_is_right_everywhere(positions: Positions) -> None:
    result = evaluate(Oracle(positions, 0.25), positions)
    assert result.positions == positions.count == 28 * 40
    assert result.top1 == result.top5 == 1
    assert result.policy_loss == pytest.approx(-np.log(0.25), rel=1e-5)
    assert result.value_mse == 0
    assert not result.dead_value


def test_a_predictor_that_knows_nothing_reaches_chance_and_its_value_head_is_called_dead(positions: Positions) -> None:
    result = evaluate(uniform, positions)
    assert result.policy_loss == pytest.approx(np.log(362), rel=1e-5)
    assert result.top1 < 0.02  # ties count for the lowest move, not for the player
    assert result.value_mse == pytest.approx(0.25)
    white_wins = np.mean([positions.store.game(g).result == "W+R" for g in positions.games])
    assert result.constant_mse == pytest.approx(white_wins * (1 - white_wins), rel=1e-4)
    assert result.dead_value


def test_games_that_all_ended_alike_do_not_judge_the_value_head(positions: Positions) -> None:
    result = replace(evaluate(uniform, positions, 40), constant_mse=0.0)
    assert not result.dead_value
    assert result.value_gain == 0


def test_the_phases_and_the_bins_contain_every_position_once(positions: Positions) -> None:
    result = evaluate(Oracle(positions, 0.25), positions)
    assert sum(phase.positions for phase in result.phases) == result.positions
    assert sum(one.positions for one in result.calibration) == result.positions
    assert [(one.predicted, one.actual) for one in result.calibration] == [(0, 0), (1, 1)]


def test_averaging_symmetries_turns_every_answer_back(positions: Positions) -> None:
    """A policy that points at the only stone of the second move's position, however the board is turned."""
    seen: list[int] = []

    def points_at_stones(planes: Floats) -> tuple[Floats, Floats]:
        seen.append(len(planes))
        stones = (planes[..., 2] + planes[..., 3]).reshape(len(planes), 361)
        policy = np.concatenate([stones, np.zeros((len(planes), 1))], axis=1) + 1e-3
        policy = (policy / policy.sum(axis=1, keepdims=True)).astype(np.float32)
        return policy, np.full(len(planes), 0.5, np.float32)

    plain = evaluate(points_at_stones, positions, 200, seed=3)
    averaged = evaluate(points_at_stones, positions, 200, seed=3, symmetries=True)
    assert averaged.symmetries == SYMMETRIES
    assert sum(seen) == 200 * (1 + SYMMETRIES)
    assert averaged.policy_loss == pytest.approx(plain.policy_loss, rel=1e-4)


def test_the_same_seed_measures_the_same_positions(positions: Positions) -> None:
    first, again, other = (evaluate(uniform, positions, 50, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_the_calibration_is_drawn(positions: Positions, tmp_path: Path) -> None:
    result: Evaluation = evaluate(uniform, positions, 50)
    draw_calibration(result, tmp_path / "calibration.png")
    assert (tmp_path / "calibration.png").read_bytes().startswith(b"\x89PNG")


def test_nothing_to_measure_on_is_told(positions: Positions) -> None:
    with pytest.raises(GoloisError, match="no position to measure on"):
        evaluate(uniform, Positions(positions.store, positions.games[:0]))


def test_a_small_board_has_the_phases_of_a_large_one_sooner_and_its_own_symmetries(small_games_path: Path) -> None:
    positions = select_positions(GameStore.open(small_games_path), "all", GameFilter(), board_size=7)

    def corner(planes: Floats) -> tuple[Floats, Floats]:
        policy = np.zeros((len(planes), 50), np.float32)
        policy[:, 0] = 1
        return policy, np.full(len(planes), 0.5, np.float32)

    measured = evaluate(corner, positions, symmetries=True)
    opening = measured.phases[0]
    assert opening.positions == 14 * 9, "60 moves on 361 points are 8.1 on 49"
    played = positions.examples(*positions.all(), np.zeros(measured.positions, np.int64)).policy
    corners = played[:, [0, 6, 42, 48]].any(axis=1)
    assert measured.policy_loss == pytest.approx((corners * np.log(4) + ~corners * -np.log(1e-9)).mean(), rel=1e-5)
