"""How well a network predicts: the moves of strong players, and who wins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from golois.errors import GoloisError
from golois.evaluator import averaged
from golois.symmetry import SYMMETRIES
from nets.data.examples import Floats
from nets.data.positions import Positions

# The phases of a game on 19x19 by move number, as far as one border serves all games; smaller boards have their share.
PHASES = (("opening", 0, 60), ("middle game", 60, 160), ("endgame", 160, 10_000))
CALIBRATION_BINS = 10
# A probability of 0 for the move that was played costs this much (natural logarithm), not infinity.
_LEAST_PROBABILITY = 1e-9
# A value head that explains less than this part of the variance has learned nothing worth having.
_DEAD_GAIN = 0.01

Predict = Callable[[Floats], tuple[Floats, Floats]]


@dataclass(frozen=True)
class Phase:
    """Accuracy in one part of the games."""

    name: str
    positions: int
    top1: float
    value_mse: float


@dataclass(frozen=True)
class CalibrationBin:
    """Positions whose predicted values lie together: a calibrated network's two means agree."""

    positions: int
    predicted: float
    actual: float


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` measured.

    Attributes:
        positions: how many positions.
        top1, top5: parts of them whose played move is the network's first, or among its first five.
        policy_loss: mean cross-entropy of the played move, in nats.
        value_mse: mean squared error of the value.
        constant_mse: the same for the best constant, the mean of the targets: what an empty value head reaches.
        symmetries: how many symmetries were averaged, 1 or 8.
        phases: by part of the game.
        calibration: by predicted value, ten bins of equal width, empty ones left out.
    """

    positions: int
    top1: float
    top5: float
    policy_loss: float
    value_mse: float
    constant_mse: float
    symmetries: int
    phases: tuple[Phase, ...]
    calibration: tuple[CalibrationBin, ...]

    @property
    def all_ended_alike(self) -> bool:
        """Whether the games had one result, so that they say nothing about the value."""
        return self.constant_mse == 0

    @property
    def value_gain(self) -> float:
        """Part of the constant predictor's error that the value head takes away; 0 or below when it is dead."""
        return 0.0 if self.all_ended_alike else 1 - self.value_mse / self.constant_mse

    @property
    def dead_value(self) -> bool:
        """Whether the value head does no better than a constant, where the games did not all end alike."""
        return not self.all_ended_alike and self.value_gain < _DEAD_GAIN

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain numbers, for JSON."""
        return asdict(self) | {"value_gain": self.value_gain, "dead_value": self.dead_value}


def evaluate(
    predict: Predict,
    positions: Positions,
    count: int | None = None,
    *,
    batch: int = 256,
    symmetries: bool = False,
    seed: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Measure a network.

    Args:
        predict: planes (B, size, size, P) -> policy (B, moves), value (B,) or (B, 1).
        positions: where to measure.
        count: how many positions, drawn at random with `seed`, or None for every position once. A network
            without a pass output is measured on the positions where a stone was played.
        batch: positions evaluated together.
        symmetries: average the network's answers over the eight symmetries.
        seed: decides which positions are drawn.
        on_progress: called with positions done and positions in all.

    Raises:
        GoloisError: there is no position to measure on.
    """
    games, numbers = _chosen(positions, count, seed)
    total = len(games)
    if total == 0:
        raise GoloisError("no position to measure on: the selected games are empty")
    probability = np.empty(total, np.float32)
    rank = np.empty(total, np.int64)
    value = np.empty(total, np.float32)
    target = np.empty(total, np.float32)
    for start in range(0, total, batch):
        part = slice(start, min(start + batch, total))
        examples = positions.examples(games[part], numbers[part], np.zeros(part.stop - start, np.int64))
        policy, predicted = averaged(predict, examples.planes) if symmetries else predict(examples.planes)
        policy = policy[:, : positions.moves]
        played = examples.policy.argmax(axis=1)
        probability[part] = policy[np.arange(len(policy)), played]
        rank[part] = _rank(policy, played)
        value[part] = np.asarray(predicted).reshape(-1)
        target[part] = examples.value[:, 0]
        if on_progress:
            on_progress(part.stop, total)
    square = (value - target) ** 2
    return Evaluation(
        positions=total,
        top1=float((rank == 0).mean()),
        top5=float((rank < 5).mean()),
        policy_loss=float(-np.log(np.maximum(probability, _LEAST_PROBABILITY)).mean()),
        value_mse=float(square.mean()),
        constant_mse=float(target.var()),
        symmetries=SYMMETRIES if symmetries else 1,
        phases=tuple(_phases(numbers, rank == 0, square, positions.store.size)),
        calibration=tuple(_calibration(value, target)),
    )


def _chosen(positions: Positions, count: int | None, seed: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    if count is None:
        return positions.all()
    games, numbers = positions.draw(np.random.default_rng(seed), count)
    order = np.lexsort((numbers, games))  # neighbours in the store are read together
    return games[order], numbers[order]


def _rank(policy: Floats, played: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """How many moves stand before the played one; of equal probabilities the lower move comes first, as in argmax."""
    own = policy[np.arange(len(policy)), played][:, None]
    earlier = np.arange(policy.shape[1]) < played[:, None]
    rank: npt.NDArray[np.int64] = ((policy > own) | ((policy == own) & earlier)).sum(axis=1)
    return rank


def _phases(numbers: npt.NDArray[np.int64], hit: npt.NDArray[np.bool_], square: Floats, size: int) -> Iterator[Phase]:
    on_19 = numbers * (361 / size**2)
    for name, first, end in PHASES:
        inside = (on_19 >= first) & (on_19 < end)
        if inside.any():
            yield Phase(name, int(inside.sum()), float(hit[inside].mean()), float(square[inside].mean()))


def _calibration(value: Floats, target: Floats) -> Iterator[CalibrationBin]:
    which = np.clip((value * CALIBRATION_BINS).astype(np.int64), 0, CALIBRATION_BINS - 1)
    for number in range(CALIBRATION_BINS):
        inside = which == number
        if inside.any():
            yield CalibrationBin(int(inside.sum()), float(value[inside].mean()), float(target[inside].mean()))
