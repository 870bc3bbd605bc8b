"""Every engine computes the same, and a name that is none is answered with those that are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nets.inference.benchmark import measure
from nets.inference.engines import available_engines, chosen_engine, open_engine
from nets.inference.evaluator import NetworkEvaluator
from nets.reader import Network, NetworkError
from nets.reader.trial import positions
from nets.reader.understand import understand
from tests.nets.reader.small_network import write

COMPARE = """
import sys
import numpy as np
from nets.inference.engines import open_engine
from nets.reader.trial import positions
from nets.reader.understand import understand
network = understand(sys.argv[1])
board = positions(6)[:5]
for precision, tolerance in (("float32", 1e-5), ("bf16", 3e-2)):
    ours = open_engine(network, sys.argv[2], precision).run(board)
    for output, expected in zip(ours, open_engine(network, "openvino", "float32").run(board)):
        assert output.dtype == np.float32 and output.shape == expected.shape, (output.dtype, output.shape)
        np.testing.assert_allclose(output, expected, atol=tolerance)
"""


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return understand(write(tmp_path / "network.h5"))


@pytest.mark.parametrize("engine", [name for name in available_engines() if name != "openvino"])
def test_it_computes_what_openvino_computes(engine: str, network: Network, tmp_path: Path) -> None:
    command = [sys.executable, "-c", COMPARE, str(tmp_path / "network.h5"), engine]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "KERAS_BACKEND": engine}
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_an_unknown_engine_is_answered_with_the_known(network: Network) -> None:
    with pytest.raises(NetworkError, match="no engine 'caffe': choose auto, keras or one of openvino, tensorflow"):
        open_engine(network, "caffe")


def test_an_engine_that_is_not_installed(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nets.inference.engines.available_engines", lambda: ["openvino"])
    with pytest.raises(NetworkError, match=r"'jax' is not installed \(pip install jax\); present: openvino"):
        open_engine(network, "jax")


def test_an_unknown_precision(network: Network) -> None:
    with pytest.raises(NetworkError, match="no precision 'int4': choose bf16 or float32"):
        open_engine(network, "openvino", "int4")


def test_a_gpu_is_used_when_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nets.inference.engines.available_engines", lambda: ["openvino", "tensorflow", "jax"])
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setattr("nets.inference.engines.has_gpu", lambda: False)
    assert chosen_engine("auto") == "openvino"
    monkeypatch.setattr("nets.inference.engines.has_gpu", lambda: True)
    assert chosen_engine("auto") == "tensorflow"
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert chosen_engine("auto") == chosen_engine("keras") == "jax"


def test_without_openvino_keras_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nets.inference.engines.available_engines", lambda: ["tensorflow"])
    monkeypatch.setattr("nets.inference.engines.has_gpu", lambda: False)
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    assert chosen_engine("auto") == "tensorflow"


def test_a_measurement_holds_what_the_table_shows(network: Network) -> None:
    rows = measure(NetworkEvaluator(network, "small", "openvino"), [1, 4], seconds=0.01)
    assert [row["batch"] for row in rows] == [1, 4]
    for row in rows:
        assert row["positions_per_second"] == pytest.approx(row["batch"] * 1e3 / row["milliseconds"])
        assert row["gflops"] == pytest.approx(row["positions_per_second"] * network.flops / 1e9)


def test_flops_count_two_for_a_multiplication(network: Network) -> None:
    convolution, logits, value = 361 * 9 * 6 * 2, 361 * 2, 2
    assert network.flops == 2 * (convolution + logits + value)
    assert positions(6).dtype == np.float32
