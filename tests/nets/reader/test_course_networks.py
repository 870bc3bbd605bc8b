"""Fifteen networks that students really submitted: twelve play as they always did, three are refused with a reason."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nets.inference.engines import open_engine
from nets.reader import NetworkError
from nets.reader.understand import understand

REFUSED = {
    "p31-unet-wrong-policy.h5": "the output 'policy' has 64 numbers, expected 361 moves",
    "p31-custom-cbam-keras2.15.h5": "(CBAM) is not a layer that is understood: if it is your own",
    "p31-custom-mixnetblock-keras2.15.h5": "(MixNetBlock) is not a layer that is understood: if it is your own",
}
# name: parameters in total and trainable, as their authors' Keras printed them; the end of the value
LOADED = {
    "p21-stock-keras2.3.h5": (449_445, 448_677, "sigmoid"),
    "p21-swish-keras2.4.h5": (348_717, 347_693, "sigmoid"),
    "p31-attention-keras2.15.h5": (94_826, 94_186, "sigmoid"),
    "p31-mixnet-groups-keras2.11.h5": (99_767, 94_461, "sigmoid"),
    "p31-mobilenet-keras2.14.h5": (95_621, 91_909, "sigmoid"),
    "p31-mobilenet-keras2.15.h5": (94_898, 91_658, "sigmoid"),
    "p31-mobilenet-keras3.10.h5": (46_091, 43_735, "sigmoid"),
    "p31-shufflenet-98875-keras2.11.h5": (98_875, 98_131, "sigmoid"),
    "p31-slicingoplambda-attention-keras2.15.h5": (92_901, 92_517, "sigmoid"),
    "p31-tfoplambda-keras2.15.h5": (100_245, 96_917, "sigmoid"),
    "p8-guerendel henric.final.h5": (999_815, 998_327, "tanh"),
    "p8-resnet-tanh-keras2.2.h5": (986_026, 983_416, "tanh"),
}


@pytest.mark.parametrize("name", LOADED)
def test_it_computes_what_its_own_keras_computed(shared: Path, name: str) -> None:
    network = understand(shared / "networks" / name)
    assert (network.parameters_total, network.parameters_trainable, network.value_activation) == LOADED[name]
    planes = network.planes
    board = np.random.default_rng(planes).random((4, 19, 19, planes), dtype=np.float32)
    outputs = open_engine(network, "openvino", "float32").run(board)
    assert outputs[0].shape == (4, 361)
    assert outputs[1].shape == (4, 1)
    np.testing.assert_allclose(outputs[0].sum(axis=1), 1, rtol=1e-5)
    with np.load(shared / "networks" / "reference-outputs.npz") as reference:
        for place, output in enumerate(outputs):
            if f"{name}::{place}" in reference:  # the reference has no outputs of one network
                np.testing.assert_allclose(output, reference[f"{name}::{place}"], rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_a_reason(shared: Path, name: str) -> None:
    with pytest.raises(NetworkError) as caught:
        understand(shared / "networks" / name)
    assert REFUSED[name] in str(caught.value)
