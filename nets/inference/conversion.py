"""Write an understood network as a plain modern file, and prove that it is the same network."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from golois.files import write_whole
from nets.inference.keras_graph import build_model
from nets.quiet import import_keras
from nets.reader.description import Network
from nets.reader.errors import NetworkError
from nets.reader.trial import positions

LARGEST_DIFFERENCE = 1e-4


def write_plain(network: Network, path: str | os.PathLike[str]) -> float:
    """Write a network as a Keras file of plain layers (.h5 or .keras, by the name's ending).

    Nothing is written when Keras cannot read the result back or computes something else than the engine that plays.

    Returns:
        the largest difference of an output, policy or value, on real positions.

    Raises:
        NetworkError: when an operation has no plain layer, or the outputs differ.
    """
    from nets.inference.engines import open_engine

    import_keras()
    import keras
    from absl import logging

    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    verbosity = logging.get_verbosity()
    logging.set_verbosity(logging.ERROR)  # Keras calls .h5 legacy; it is what the course submits
    difference = float("nan")

    def save(temporary: Path) -> None:
        nonlocal difference
        build_model(network).save(temporary)
        written = keras.saving.load_model(temporary, compile=False)
        planes = positions(network.planes, network.board_size)
        expected = open_engine(network, "auto", "float32").run(planes)
        difference = _difference(written(planes, training=False), expected)
        if not difference <= LARGEST_DIFFERENCE:
            raise NetworkError(f"{path}: the rewritten network differs by {difference:.3g}; nothing was written")

    try:
        write_whole(path, save)
    finally:
        logging.set_verbosity(verbosity)
        keras.config.set_dtype_policy(policy)
    return difference


def _difference(written: Any, expected: Any) -> float:
    pairs = zip(written, expected, strict=True)
    return max(float(np.abs(np.asarray(one).reshape(other.shape) - other).max()) for one, other in pairs)
