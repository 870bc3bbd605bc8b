"""Everything that decides a training run: written beside its checkpoints, read again by `--resume`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from golois.errors import GoloisError
from golois.files import write_whole
from nets.architectures.shape import NetworkShape
from nets.data.positions import GameFilter

OPTIMIZERS = ("muon", "adamw", "sgd")
PRECISIONS = ("auto", "float32", "mixed_bfloat16", "mixed_float16")

# Used where the user chose none.
LEARNING_RATES = {"muon": 4e-3, "adamw": 2e-3, "sgd": 0.1}
WEIGHT_DECAYS = {"muon": 1e-2, "adamw": 1e-2, "sgd": 1e-4}


@dataclass(frozen=True)
class TrainingConfig:
    """A training run. The same configuration, games and machine give the same network (not with `minutes`).

    Attributes:
        games: record sources: SGF folders, .tsv.xz, games.data, or one game store.
        output: the .h5 to write.
        run: folder of the run: configuration, checkpoints, history, curves, the store made of `games`.
        shape: the network to build; its `board_size` must be that of the games.
        start_from: an .h5 of the same family of shapes whose weights to start from, or None.
        teacher: an .h5 of any architecture with the same planes and board whose answers are learned beside the
            records, or None.
        teacher_share: how much the teacher counts in the targets, 0 to 1; the record counts for the rest.
        only_value: train the value head alone; all other weights of `start_from` stay as they are.
        filter: which games are used.
        positions: positions to train on, or None when `minutes` decides.
        minutes: minutes of wall clock between the first step and the last, validations between them included, or
            None when `positions` decides.
        epoch_positions: positions between two checkpoints with validation.
        batch: positions in a step.
        accumulate: steps whose gradients are averaged before the weights move.
        optimizer: "muon" (muon.py), "adamw", or "sgd" (Nesterov momentum 0.9).
        learning_rate: the highest, after the warm-up; None for the optimizer's usual one.
        warmup: part of the run, in [0, 1), in which the learning rate rises.
        weight_decay: of kernels, not of biases and norms; None for the optimizer's usual one.
        clip: greatest norm of the whole gradient; 0 for no clipping.
        label_smoothing: part of the policy target, in [0, 1), that is spread over all moves.
        value_weight: weight of the value's mse beside the policy's cross-entropy.
        averaging: momentum of the exponential moving average of the weights that is saved; 0 for none.
        precision: "float32", "mixed_bfloat16", "mixed_float16", or "auto": what is fastest here.
        jit: compile with XLA: True, False, or None to let Keras decide.
        distribute: "", or "mirrored" to share each batch among all GPUs (TensorFlow).
        patience: stop after this many epochs without a better validation loss; 0 to go on to the end.
        validation_positions: validation positions measured after each epoch.
        snapshots: parts of the run, in (0, 1), after which the network is also written beside the output.
        seed: decides first weights, order of positions and symmetries.
        threads: threads that fill batches.
        tensorboard: whether to write TensorBoard logs into the run folder.
    """

    games: tuple[str, ...]
    output: str = "network.h5"
    run: str = ""
    shape: NetworkShape = field(default_factory=NetworkShape)
    start_from: str | None = None
    teacher: str | None = None
    teacher_share: float = 0.5
    only_value: bool = False
    filter: GameFilter = field(default_factory=GameFilter)
    positions: int | None = None
    minutes: float | None = None
    epoch_positions: int = 131_072
    batch: int = 128
    accumulate: int = 1
    optimizer: str = "muon"
    learning_rate: float | None = None
    warmup: float = 0.02
    weight_decay: float | None = None
    clip: float = 1.0
    label_smoothing: float = 0.0
    value_weight: float = 1.0
    averaging: float = 0.999
    precision: str = "auto"
    jit: bool | None = None
    distribute: str = ""
    patience: int = 0
    validation_positions: int = 8192
    snapshots: tuple[float, ...] = ()
    seed: int = 1
    threads: int = 1
    tensorboard: bool = False

    def __post_init__(self) -> None:
        """Check every number that could make a run fail late, or silently learn nothing."""
        _require(bool(self.games), "no game records: name at least one source of games")
        _require(
            (self.positions is None) != (self.minutes is None),
            f"positions {self.positions} and minutes {self.minutes}: exactly one of them ends the run",
        )
        for name in ("positions", "minutes", "epoch_positions", "batch", "accumulate", "threads", "learning_rate"):
            value = getattr(self, name)
            _require(value is None or value > 0, f"{name} is {value}: it must be above 0")
        for name in ("weight_decay", "clip", "value_weight", "patience", "validation_positions", "seed"):
            value = getattr(self, name)
            _require(value is None or value >= 0, f"{name} is {value}: it must not be negative")
        for name in ("warmup", "label_smoothing", "averaging"):
            value = getattr(self, name)
            _require(0 <= value < 1, f"{name} is {value}: it must be at least 0 and below 1")
        _require(0 <= self.teacher_share <= 1, f"teacher_share is {self.teacher_share}: it must be between 0 and 1")
        for part in self.snapshots:
            _require(0 < part < 1, f"snapshot {part}: it is a part of the run, above 0 and below 1")
        _require(
            not self.only_value or self.start_from is not None,
            "a value head learns nothing from an untrained network: name a network to start from",
        )
        _require(self.optimizer in OPTIMIZERS, f"optimizer '{self.optimizer}': choose {', '.join(OPTIMIZERS)}")
        _require(self.precision in PRECISIONS, f"precision '{self.precision}': choose {', '.join(PRECISIONS)}")
        _require(self.distribute in ("", "mirrored"), f"distribute '{self.distribute}': only 'mirrored' exists")
        _require(
            self.epoch_positions >= self.batch,
            f"an epoch of {self.epoch_positions} positions is smaller than one batch of {self.batch}",
        )

    @property
    def board_size(self) -> int:
        """The size of the boards that the network learns and plays on."""
        return self.shape.board_size

    @property
    def highest_rate(self) -> float:
        """The learning rate after the warm-up."""
        return LEARNING_RATES[self.optimizer] if self.learning_rate is None else self.learning_rate

    @property
    def decay(self) -> float:
        """The weight decay in use."""
        return WEIGHT_DECAYS[self.optimizer] if self.weight_decay is None else self.weight_decay

    @property
    def run_folder(self) -> Path:
        """The run's folder: `run`, or one named after the output."""
        return Path(self.run) if self.run else Path(self.output).with_suffix(".run")

    @property
    def steps(self) -> int | None:
        """Number of batches in the run, or None when the clock decides."""
        return None if self.positions is None else max(1, self.positions // self.batch)

    @property
    def epoch_steps(self) -> int:
        """Number of batches in an epoch."""
        return max(1, self.epoch_positions // self.batch)

    def save(self) -> None:
        """Write the configuration into the run's folder."""
        write_whole(self.run_folder / "config.json", json.dumps(asdict(self), indent=2) + "\n")


def load_config(run: Path) -> TrainingConfig:
    """Read the configuration of a run.

    Raises:
        GoloisError: no such run, or a file that is no configuration.
    """
    path = run / "config.json"
    if not path.exists():
        raise GoloisError(f"{run} holds no training run to resume: {path.name} is missing")
    try:
        stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        stored["games"] = tuple(stored["games"])
        stored["snapshots"] = tuple(stored["snapshots"])
        stored["shape"] = NetworkShape(**stored["shape"])
        komi = stored["filter"]["komi"]
        stored["filter"] = GameFilter(**stored["filter"] | {"komi": tuple(komi) if komi else None})
        unknown = set(stored) - {f.name for f in fields(TrainingConfig)}
        _require(not unknown, f"unknown settings {', '.join(sorted(unknown))}")
        return TrainingConfig(**stored)
    except (KeyError, TypeError, ValueError, OSError, GoloisError) as error:
        raise GoloisError(f"{path} is no configuration of a training run ({error})") from error


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise GoloisError(message)
