"""The evaluator of search, matches and self-play: a network file in front of the fastest engine of the machine."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nets.inference.cache import understood
from nets.inference.engines import Engine, open_engine
from nets.reader.description import Network
from nets.reader.errors import NetworkError

Floats = npt.NDArray[np.float32]
# a policy whose sum is off by more than this is divided by its sum: bfloat16 softmax stays well below
SUM_TOLERANCE = 1e-3


def load_evaluator(
    path: str | os.PathLike[str], engine: str = "auto", precision: str = "bf16", max_batch: int = 512
) -> NetworkEvaluator:
    """Load a network file, hostile until proved otherwise, and make it ready to evaluate positions.

    The file is read once in a subprocess; what was understood is kept in the user's cache folder by the file's digest.

    Args:
        path: a Keras .h5 file of any generation.
        engine: "auto" (OpenVINO; a GPU where there is one), "openvino", "keras", "tensorflow", "jax" or "torch".
        precision: "bf16", or "float32" for games that can be reproduced on any machine.
        max_batch: the largest batch that will be asked for; larger ones run in parts.

    Raises:
        NetworkError: naming the file, what is wrong, where, and what to do.
    """
    network = understood(path)
    evaluator = NetworkEvaluator(network, Path(path).stem, engine, precision, max_batch)
    evaluator.warm_up()
    return evaluator


class NetworkEvaluator:
    """Policy and value of an understood network: a `golois.evaluator.Evaluator`, safe for several threads.

    Attributes:
        name: what to call it in tables and records.
        board_size: s, the one board size that the network plays on.
        planes: number of input planes P.
        moves: s * s + 1, or s * s when the network has no pass output.
        digest: SHA-256 of the network's file.
        parameters: total number of parameters.
        parameters_trainable: the trainable ones.
        engine: the name of the engine in use.
        precision: "bf16" or "float32".
    """

    def __init__(
        self,
        network: Network,
        name: str = "network",
        engine: str = "auto",
        precision: str = "bf16",
        max_batch: int = 512,
    ) -> None:
        self.name = name
        self.precision = precision
        self.max_batch = max(1, max_batch)
        self._asked_engine = engine
        self._swap = threading.Lock()
        self._use(network, open_engine(network, engine, precision, self.max_batch))

    def _use(self, network: Network, engine: Engine) -> None:
        self.network = network
        self.board_size, self.planes, self.moves = network.board_size, network.planes, network.moves
        self.digest = network.digest
        self.parameters, self.parameters_trainable = network.parameters_total, network.parameters_trainable
        self.engine = engine.name
        # one object, so that a thread in the middle of an evaluation never mixes two networks
        self._current = (engine, network.value_activation)

    @property
    def current_engine(self) -> Engine:
        """The engine under the evaluator, for measurements."""
        return self._current[0]

    def evaluate(self, planes: Floats) -> tuple[Floats, Floats]:
        """Evaluate a batch.

        Args:
            planes: (B, s, s, P) float32; B may be 0.

        Returns:
            policy (B, s * s + 1) float32, rows that sum to one, the last is pass (0 for a network without one);
            value (B,) float32, the probability in [0, 1] that White wins.

        Raises:
            NetworkError: for planes of another shape, and for outputs that are not finite.
        """
        planes = np.ascontiguousarray(planes, np.float32)
        if planes.ndim != 4 or planes.shape[1:] != self._shape:
            wanted = ", ".join(map(str, self._shape))
            raise NetworkError(f"planes of shape {planes.shape}, the network {self.name!r} reads (B, {wanted})")
        if not len(planes):
            return np.zeros((0, self.board_size**2 + 1), np.float32), np.zeros(0, np.float32)
        engine, activation = self._current
        raw_policy, raw_value = engine.run(planes)
        return self._policy(raw_policy), self._value(raw_value, activation)

    @property
    def _shape(self) -> tuple[int, int, int]:
        return self.board_size, self.board_size, self.planes

    def _policy(self, raw: Floats) -> Floats:
        points = self.board_size**2
        if raw.shape[1] > points:
            policy = raw
        else:
            policy = np.zeros((len(raw), points + 1), np.float32)
            policy[:, :points] = raw
        sums = policy.sum(axis=1)
        error = np.abs(sums - 1).max()
        if not error <= SUM_TOLERANCE:
            if not np.isfinite(error):
                raise NetworkError(
                    f"the network {self.name!r} returned a policy that is NaN or infinite: it cannot play on"
                )
            if policy.min() < 0 or sums.min() <= 0:
                raise NetworkError(
                    f"the network {self.name!r} returned a policy that is no distribution: it cannot play on"
                )
            policy /= sums[:, None]
        return policy

    def _value(self, raw: Floats, activation: str) -> Floats:
        value: Floats = raw.reshape(len(raw))
        if activation == "tanh":  # -1..1, White positive
            value = (value + np.float32(1)) * np.float32(0.5)
        if not (value.min() >= 0 and value.max() <= 1):
            if not np.isfinite(value).all():
                raise NetworkError(
                    f"the network {self.name!r} returned a value that is NaN or infinite: it cannot play on"
                )
            value = value.clip(0, 1)
        return value

    def warm_up(self, batches: tuple[int, ...] = (1,)) -> None:
        """Compile and run once for some batch sizes, so that the first move is not slower than the others."""
        for batch in batches:
            self.evaluate(np.zeros((min(batch, self.max_batch), *self._shape), np.float32))

    def reload(self, path: str | os.PathLike[str]) -> None:
        """Take the network of another file without a pause: evaluations under way end with the old one.

        Raises:
            NetworkError: when the file cannot be used or reads other planes or boards; the old network stays.
        """
        self.replace(understood(path))

    def replace(self, network: Network) -> None:
        """Take another understood network, as `reload` does."""
        if network.planes != self.planes:
            raise NetworkError(f"a network of {network.planes} planes cannot replace one of {self.planes}")
        if network.board_size != self.board_size:
            raise NetworkError(
                f"a network for {network.board_size}x{network.board_size} cannot replace one for "
                f"{self.board_size}x{self.board_size}"
            )
        with self._swap:
            engine = open_engine(network, self._asked_engine, self.precision, self.max_batch)
            for batch in self._current[0].sizes:
                engine.run(np.zeros((batch, *self._shape), np.float32))
            self._use(network, engine)
