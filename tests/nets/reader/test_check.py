"""What a check tells the author of a network."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nets.reader import Network, check_network
from nets.reader.trial import judge, positions, try_out, warn
from nets.reader.understand import understand
from tests.nets.reader.small_network import architecture, find, weights, write


def test_a_good_network_passes(tmp_path: Path) -> None:
    report = check_network(write(tmp_path / "good.h5"))
    assert report.ok
    assert report.problems == []
    assert (report.planes, report.policy_outputs, report.value_activation) == (6, 361, "sigmoid")
    assert (report.policy_name, report.value_name, report.keras_version) == ("policy", "value", "2.15.0")
    assert report.parameters_total == report.parameters_trainable == 110 + 3 + 3
    assert report.seconds_per_evaluation is not None
    assert report.seconds_per_evaluation > 0
    assert json.loads(report.to_json())["digest"] == report.digest


def test_the_limit_counts_all_parameters_and_shows_the_trainable(tmp_path: Path) -> None:
    report = check_network(write(tmp_path / "good.h5"), limit=115)
    assert report.problems == [
        "the network has 116 parameters (116 trainable), the limit is 115: take fewer filters or blocks"
    ]
    assert check_network(tmp_path / "good.h5", limit=116).ok


def test_a_network_for_another_board_is_understood_but_not_submitted(tmp_path: Path) -> None:
    path = write(tmp_path / "nine.h5", architecture(9))
    report = check_network(path)
    assert (report.board_size, report.policy_outputs, report.ok) == (9, 81, False)
    assert report.problems == [
        "the network plays on 9x9 boards, the games are on 19x19: build it for planes (19, 19, P) and train it on "
        "games of that size"
    ]
    assert check_network(path, board_size=9).ok


def test_a_network_that_leaves_the_size_open_is_for_19x19(tmp_path: Path) -> None:
    config = architecture()
    find(config, "board")["config"]["batch_input_shape"] = [None, None, None, 6]
    assert understand(write(tmp_path / "open.h5", config)).board_size == 19


def tried(path: Path) -> tuple[list[str], list[str]]:
    outcome = try_out(understand(path))
    return outcome["problems"], outcome["warnings"]


def test_a_policy_that_is_no_distribution(tmp_path: Path) -> None:
    config = architecture()
    find(config, "policy")["config"]["activation"] = "linear"
    problems, _ = tried(write(tmp_path / "logits.h5", config))
    assert problems[0].startswith("the policy 'policy' is no distribution")
    assert "softmax" in problems[0]


def test_a_value_that_leaves_its_range(tmp_path: Path) -> None:
    config = architecture()
    find(config, "value")["config"]["activation"] = "linear"
    arrays = weights()
    arrays["value"]["value/bias:0"][:] = 5
    problems, _ = tried(write(tmp_path / "free.h5", config, arrays))
    assert problems == [p for p in problems if p.startswith("the value 'value' leaves 0..1 on real positions")]
    assert problems


def test_a_dead_value_head(tmp_path: Path) -> None:
    arrays = weights()
    arrays["value"]["value/kernel:0"][:] = 0
    problems, warnings = tried(write(tmp_path / "dead.h5", arrays=arrays))
    assert problems == []
    assert "a dead value head" in warnings[0]


def test_a_policy_that_ignores_the_board(tmp_path: Path) -> None:
    arrays = weights()
    arrays["logits"]["logits/kernel:0"][:] = 0
    _, warnings = tried(write(tmp_path / "blind.h5", arrays=arrays))
    assert "it ignores its input" in warnings[0]


def test_a_tanh_value_is_fine(tmp_path: Path) -> None:
    config = architecture()
    find(config, "value")["config"]["activation"] = "tanh"
    network = understand(write(tmp_path / "tanh.h5", config))
    assert network.value_activation == "tanh"
    policy = np.full((2, 361), 1 / 361, np.float32)
    assert judge(network, policy, np.array([-0.9, 0.9], np.float32)) == []
    assert judge(network, policy, np.array([-1.9, 0.9], np.float32)) != []


def test_outputs_that_are_not_numbers(tmp_path: Path) -> None:
    network = understand(write(tmp_path / "good.h5"))
    policy, value = np.full((2, 361), np.nan, np.float32), np.array([0.5, 0.5], np.float32)
    assert "NaN or infinite on real positions" in judge(network, policy, value)[0]
    assert warn(network, np.full((2, 361), 1 / 361, np.float32), value) != []


@pytest.mark.parametrize("size", [2, 9, 25])
def test_the_trial_positions_are_cut_or_continued_for_other_boards(size: int) -> None:
    assert positions(8, size).shape == (32, size, size, 8)
    np.testing.assert_array_equal(positions(8, size)[:, :2, :2], positions(8)[:, :2, :2])


@pytest.mark.parametrize("planes", [6, 8, 21, 31])
def test_the_trial_positions_are_positions(planes: int) -> None:
    board = positions(planes)
    assert board.shape == (32, 19, 19, planes)
    assert set(np.unique(board)) == {0.0, 1.0}
    own, opponent = (board[..., 11], board[..., 12]) if planes > 8 and planes != 21 else (board[..., 2], board[..., 3])
    if planes == 21:
        own, opponent = board[..., 11], board[..., 12]
    assert not (own * opponent).any(), "no point holds two stones"
    stones = (own + opponent).sum(axis=(1, 2))
    assert stones.min() < 10
    assert stones.max() > 150


def test_outputs_are_found_by_name_or_by_shape(tmp_path: Path) -> None:
    config = architecture()
    for entry, name in ((find(config, "policy"), "moves"), (find(config, "value"), "who")):
        entry["name"] = entry["config"]["name"] = name
    config["config"]["output_layers"] = [["who", 0, 0], ["moves", 0, 0]]
    arrays = weights()
    arrays["who"] = arrays.pop("value")
    network = understand(write(tmp_path / "other.h5", config, arrays))
    assert (network.policy_name, network.value_name) == ("moves", "who")


def test_a_description_survives_writing_and_reading(tmp_path: Path) -> None:
    network = understand(write(tmp_path / "good.h5"))
    again = Network.from_bytes(network.to_bytes())
    assert [(n.kind, n.inputs, n.shape, n.options) for n in again.nodes] == [
        (n.kind, n.inputs, n.shape, n.options) for n in network.nodes
    ]
    np.testing.assert_array_equal(again.nodes[1].weights[0].array, network.nodes[1].weights[0].array)
    assert again.digest == network.digest
