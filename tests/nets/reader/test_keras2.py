"""Networks as Keras 2 saved them, recorded TensorFlow calls included, compute what Keras 2 computed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nets.inference.engines import open_engine
from nets.reader.understand import understand
from tests.nets.reader.keras2 import FILES, board, entries, write

ENTRIES = [(place, entry) for file in FILES for place, entry in enumerate(entries(file))]
NAMES = [f"{entry['name']}-{entry['keras_version']}" for _, entry in ENTRIES]


@pytest.mark.parametrize(("place", "entry"), ENTRIES, ids=NAMES)
def test_it_computes_the_same(place: int, entry: dict[str, Any], tmp_path: Path) -> None:
    network = understand(write(entry, place, tmp_path / "network.h5"))
    policy, value = open_engine(network, "openvino", "float32").run(board())
    np.testing.assert_allclose(policy[:, ::10], entry["policy"], rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(value[:, 0], entry["value"], rtol=1e-3, atol=1e-5)
