"""The evaluator keeps its promises whatever network stands behind it."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from nets.inference import NetworkEvaluator
from nets.inference.engines import Engine
from nets.reader import Network, NetworkError
from nets.reader.trial import positions
from nets.reader.understand import understand
from tests.nets.reader.small_network import architecture, find, weights, write


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return understand(write(tmp_path / "network.h5"))


def evaluator(network: Network, precision: str = "float32", max_batch: int = 8) -> NetworkEvaluator:
    return NetworkEvaluator(network, "small", "openvino", precision, max_batch)


def test_a_network_without_pass_never_passes(network: Network) -> None:
    policy, value = evaluator(network).evaluate(positions(6))
    assert policy.shape == (32, 362)
    assert value.shape == (32,)
    assert policy.dtype == value.dtype == np.float32
    np.testing.assert_allclose(policy.sum(axis=1), 1, atol=1e-5)
    assert (policy[:, 361] == 0).all()


def test_a_network_with_pass_keeps_its_policy(tmp_path: Path) -> None:
    config = architecture()
    find(config, "flat")["class_name"] = "GlobalAveragePooling2D"
    layers = config["config"]["layers"]
    find(config, "policy")["inbound_nodes"][0][0][0] = "moves"
    dense = {"class_name": "Dense", "name": "moves", "config": {"name": "moves", "units": 362, "trainable": True}}
    layers.insert(4, dense | {"inbound_nodes": [[["flat", 0, 0, {}]]]})
    arrays = weights()
    generator = np.random.default_rng(1)
    arrays["moves"] = {"moves/kernel:0": generator.normal(size=(1, 362)), "moves/bias:0": generator.normal(size=362)}
    with_pass = evaluator(understand(write(tmp_path / "pass.h5", config, arrays)))
    policy, _ = with_pass.evaluate(positions(6)[:2])
    assert with_pass.moves == 362
    assert (policy[:, 361] > 0).all()


@pytest.mark.parametrize("size", [2, 9, 25])
def test_a_network_plays_on_the_board_it_was_built_for(size: int, tmp_path: Path) -> None:
    small = evaluator(understand(write(tmp_path / "small.h5", architecture(size))))
    assert (small.board_size, small.moves) == (size, size * size)
    policy, value = small.evaluate(positions(6, size)[:3])
    assert policy.shape == (3, size * size + 1)
    assert value.shape == (3,)
    np.testing.assert_allclose(policy.sum(axis=1), 1, atol=1e-5)
    assert (policy[:, -1] == 0).all()
    with pytest.raises(NetworkError, match=rf"reads \(B, {size}, {size}, 6\)"):
        small.evaluate(positions(6))


@pytest.mark.parametrize("batch", [0, 1, 2, 3, 7, 8, 9, 21, 32])
def test_any_batch_gives_what_single_positions_give(network: Network, batch: int) -> None:
    one_by_one = evaluator(network)
    single = [one_by_one.evaluate(positions(6)[place : place + 1]) for place in range(batch)]
    policy, value = evaluator(network).evaluate(positions(6)[:batch])
    assert policy.shape == (batch, 362)
    for place, (alone_policy, alone_value) in enumerate(single):
        np.testing.assert_allclose(policy[place], alone_policy[0], rtol=1e-4, atol=1e-7)
        np.testing.assert_allclose(value[place], alone_value[0], rtol=1e-4)


def test_only_powers_of_two_are_compiled(network: Network) -> None:
    parts = evaluator(network, max_batch=16)
    for batch in range(1, 33):
        parts.evaluate(positions(6)[:batch])
    assert parts.current_engine.sizes == [1, 2, 4, 8, 16]


def test_tanh_becomes_the_probability_that_white_wins(tmp_path: Path) -> None:
    config, arrays = architecture(), weights()
    find(config, "value")["config"]["activation"] = "tanh"
    arrays["value"]["value/kernel:0"][:] = 0
    arrays["value"]["value/bias:0"][:] = np.arctanh(-0.5)
    _, value = evaluator(understand(write(tmp_path / "tanh.h5", config, arrays))).evaluate(positions(6)[:3])
    np.testing.assert_allclose(value, 0.25, atol=1e-6)


def test_bf16_stays_close(network: Network) -> None:
    policy, value = evaluator(network, "bf16").evaluate(positions(6))
    exact_policy, exact_value = evaluator(network).evaluate(positions(6))
    np.testing.assert_allclose(policy, exact_policy, atol=1e-2)
    np.testing.assert_allclose(value, exact_value, atol=2e-2)


def test_the_answer_belongs_to_the_caller(network: Network) -> None:
    keeping = evaluator(network)
    first, _ = keeping.evaluate(positions(6)[:1])
    kept = first.copy()
    keeping.evaluate(positions(6)[5:6])
    np.testing.assert_array_equal(first, kept)


def test_threads_do_not_disturb_each_other(network: Network) -> None:
    shared = evaluator(network)
    boards = positions(6)
    expected = [shared.evaluate(boards[place : place + 1])[0] for place in range(8)]
    wrong: list[int] = []

    def work(place: int) -> None:
        for _ in range(20):
            policy, _ = shared.evaluate(boards[place : place + 1])
            if not np.allclose(policy, expected[place], rtol=1e-4, atol=1e-7):
                wrong.append(place)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_weights_are_swapped_without_a_restart(network: Network, tmp_path: Path) -> None:
    playing = evaluator(network)
    before, _ = playing.evaluate(positions(6)[:4])
    arrays = weights()
    arrays["logits"]["logits/kernel:0"] *= -1
    other = understand(write(tmp_path / "other.h5", arrays=arrays))
    playing.replace(other)
    after, _ = playing.evaluate(positions(6)[:4])
    assert playing.digest == other.digest != network.digest
    assert not np.allclose(before, after)
    assert playing.current_engine.sizes == [4], "the sizes in use are compiled before the swap"


def test_a_network_of_other_planes_cannot_be_swapped_in(network: Network, tmp_path: Path) -> None:
    config, arrays = architecture(), weights()
    find(config, "board")["config"]["batch_input_shape"] = [None, 19, 19, 8]
    arrays["conv"]["conv/kernel:0"] = np.zeros((3, 3, 8, 2), np.float32)
    playing = evaluator(network)
    with pytest.raises(NetworkError, match="8 planes cannot replace one of 6"):
        playing.replace(understand(write(tmp_path / "eight.h5", config, arrays)))
    assert playing.planes == 6


def test_planes_of_another_set_are_refused(network: Network) -> None:
    with pytest.raises(NetworkError, match=r"planes of shape \(1, 19, 19, 8\), the network 'small' reads"):
        evaluator(network).evaluate(np.zeros((1, 19, 19, 8), np.float32))


class FixedEngine(Engine):
    """An engine that returns what it was told to."""

    def __init__(self, policy: np.ndarray, value: np.ndarray) -> None:
        self.answer = policy.astype(np.float32), value.astype(np.float32)

    def run(self, planes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return self.answer


def told(network: Network, policy: np.ndarray, value: float) -> tuple[np.ndarray, np.ndarray]:
    playing = evaluator(network)
    playing._current = (FixedEngine(policy[None], np.array([[value]])), "sigmoid")
    return playing.evaluate(positions(6)[:1])


def test_only_a_policy_that_needs_it_is_normalized(network: Network) -> None:
    exact = np.full(362, 1 / 362)
    np.testing.assert_array_equal(told(network, exact, 0.5)[0][0], exact.astype(np.float32))
    np.testing.assert_allclose(told(network, exact * 3, 0.5)[0].sum(), 1, rtol=1e-5)


def test_a_value_is_held_within_its_range(network: Network) -> None:
    assert told(network, np.full(362, 1 / 362), 1.2)[1] == [1.0]
    assert told(network, np.full(362, 1 / 362), -0.1)[1] == [0.0]


@pytest.mark.parametrize(("policy", "value"), [(np.nan, 0.5), (1 / 362, np.nan), (1 / 362, np.inf), (-1.0, 0.5)])
def test_nonsense_is_an_error_and_not_a_move(network: Network, policy: float, value: float) -> None:
    with pytest.raises(NetworkError, match="'small' returned a"):
        told(network, np.full(362, policy), value)
