"""What a run leaves on the disk: the network for its users, the state for going on."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from absl import logging

from golois.errors import GoloisError
from golois.files import write_whole
from nets.architectures.build import build
from nets.architectures.shape import NetworkShape
from nets.training.precision import computing_in

Weights = list[npt.NDArray[Any]]


@dataclass
class RunState:
    """How far a run was when its state was written.

    Attributes:
        step: batches trained on.
        seconds: seconds spent.
        epoch: epochs finished.
        best_loss: lowest validation policy loss so far.
        epochs_without_gain: epochs since then.
        history: one row per epoch.
    """

    step: int = 0
    seconds: float = 0.0
    epoch: int = 0
    best_loss: float = float("inf")
    epochs_without_gain: int = 0
    history: list[dict[str, float]] = field(default_factory=list)


def save_network(shape: NetworkShape, weights: Sequence[npt.NDArray[Any]], path: Path) -> None:
    """Write a network as a plain float32 .h5 without optimizer, which every Keras 3 loads.

    Args:
        shape: the network's shape.
        weights: in the order of `model.get_weights()`.
        path: the .h5; replaced whole.
    """
    with computing_in("float32"):
        model = build(shape)
    model.set_weights(weights)
    write_whole(path, lambda temporary: save_h5(model, temporary))


def save_h5(model: keras.Model, path: Path) -> None:
    """`model.save` to .h5 without Keras's advice, in absl's log, to use a format that tournaments do not take."""
    verbosity = logging.get_verbosity()
    logging.set_verbosity(logging.ERROR)
    try:
        model.save(path, include_optimizer=False)
    finally:
        logging.set_verbosity(verbosity)


def save_state(path: Path, model: keras.Model, state: RunState) -> None:
    """Write weights, optimizer and progress of a run in one file, replaced whole."""
    arrays = {f"weight_{i}": value for i, value in enumerate(model.get_weights())}
    arrays |= {
        f"optimizer_{i}": keras.ops.convert_to_numpy(variable.value)
        for i, variable in enumerate(model.optimizer.variables)
    }
    text = np.frombuffer(json.dumps(asdict(state)).encode(), np.uint8)

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez(file, state=text, **arrays)

    write_whole(path, write)


def load_state(path: Path, model: keras.Model) -> RunState:
    """Put the saved weights and optimizer into a compiled model; return the progress.

    Raises:
        GoloisError: the file is damaged or of another network.
    """
    model.optimizer.build(model.trainable_variables)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            model.set_weights([stored[f"weight_{i}"] for i in range(len(model.weights))])
            for i, variable in enumerate(model.optimizer.variables):
                variable.assign(stored[f"optimizer_{i}"])
            return RunState(**json.loads(stored["state"].tobytes()))
    except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise GoloisError(f"{path} is no checkpoint of this run ({error}); start again without --resume") from error
