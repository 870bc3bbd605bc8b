"""A training run from games to an .h5, by `model.fit`.

    games -> GameStore -> Positions -> Batches -> model.fit -> averaged weights -> network.h5

Every epoch ends in a validation and a checkpoint. A run that was killed goes on from its last checkpoint with the
same schedule and, since batch k holds the same positions whenever it is made, with the same data.
"""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from golois.errors import GoloisError
from golois.file_lock import held
from golois.records.store import GameStore
from nets.architectures.size import NetworkSize, measure
from nets.data import Batches, Positions, TaughtPositions, open_games, select_positions
from nets.data.batches import Source
from nets.evaluation import Evaluation, evaluate
from nets.inference import load_evaluator
from nets.quiet import seed_everything
from nets.training.callbacks import Guard, Pacer, Reporter
from nets.training.checkpoint import RunState, load_state, save_network, save_state
from nets.training.config import TrainingConfig
from nets.training.history import row_of, write_history
from nets.training.model import averaged_weights, compiled_model
from nets.training.progress import Report
from nets.training.schedule import Progress

_VALIDATION_SEED = 20_160_127  # the same positions after every epoch and in every run
_ENDLESS = 1_000_000  # epochs; the clock or the number of steps ends a run


@dataclass(frozen=True)
class TrainingResult:
    """What a run left.

    Attributes:
        network: the .h5.
        size: its parameters and operations.
        positions: positions trained on, all sessions of the run together.
        seconds: time spent, likewise.
        validation: the last measurement, or None without validation games.
        snapshots: the networks that were written on the way, in order.
        stopped_early: whether `patience` ended the run.
    """

    network: Path
    size: NetworkSize
    positions: int
    seconds: float
    validation: Evaluation | None
    snapshots: tuple[Path, ...]
    stopped_early: bool


def train(
    config: TrainingConfig,
    on_progress: Callable[[Report], None] | None = None,
    *,
    resume: bool = False,
    on_size: Callable[[NetworkSize], None] | None = None,
    store: GameStore | None = None,
) -> TrainingResult:
    """Train a network and write it.

    Args:
        config: the run.
        on_progress: called a few times a second and at the end of each epoch.
        resume: go on from the run's checkpoint; without one, start.
        on_size: called with the network's size before the first step.
        store: the games, when the caller has opened `config.games` (with a progress bar, say).

    Raises:
        GoloisError: no usable games, a network that cannot be built, a loss that is no number, a damaged
            checkpoint, another process that trains in the run's folder.
    """
    run = _Run(config, on_progress or (lambda report: None))
    with store or open_games(config.games, config.board_size) as games:
        return run.go(games, resume, on_size)


class _Run:
    """One session of a run: what its callbacks share."""

    def __init__(self, config: TrainingConfig, tell: Callable[[Report], None]) -> None:
        self.config = config
        self.tell = tell
        self.folder = config.run_folder
        self.output = Path(config.output)
        self.checkpoint = self.folder / "checkpoint.npz"
        self.state = RunState()
        self.validation: Positions | None = None
        self.measured: Evaluation | None = None
        self.stopped_early = False
        self.snapshots: list[Path] = []

    def go(self, store: GameStore, resume: bool, on_size: Callable[[NetworkSize], None] | None) -> TrainingResult:
        training = self._taught(self._select(store, "train"))
        with contextlib.suppress(GoloisError):  # few games may leave none for validation
            self.validation = self._select(store, "validation")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise GoloisError(
                f"cannot make the folder of the run, {self.folder}: {error.strerror or error}; choose another --output"
            ) from error
        why_not = f"another process trains in {self.folder}: wait for it or stop it, or choose another --output"
        with held(self.folder / "run.lock", why_not):
            return self._train(training, resume, on_size)

    def _train(self, training: Source, resume: bool, on_size: Callable[[NetworkSize], None] | None) -> TrainingResult:
        config = self.config
        seed_everything(config.seed)
        resumed = resume and self.checkpoint.exists()
        self.model = compiled_model(config, start_from=None if resumed else config.start_from)
        size = measure(self.model)
        if on_size:
            on_size(size)
        if resumed:
            self.state = load_state(self.checkpoint, self.model)
        config.save()
        self.progress = Progress(
            config.steps, config.minutes and config.minutes * 60, self.state.step, self.state.seconds
        )
        if not self.progress.over:
            self._fit(Batches(training, config.batch, config.seed, config.threads))
        return TrainingResult(
            network=self.output,
            size=size,
            positions=self.progress.step * config.batch,
            seconds=self.state.seconds,
            validation=self.measured,
            snapshots=tuple(self.snapshots),
            stopped_early=self.stopped_early,
        )

    def _taught(self, positions: Positions) -> Source:
        """The training positions, with the teacher's answers where the run has a teacher."""
        config, shape = self.config, self.config.shape
        if config.teacher is None:
            return positions
        teacher = load_evaluator(config.teacher, max_batch=config.batch)
        if (teacher.planes, teacher.board_size) != (shape.planes, shape.board_size):
            raise GoloisError(
                f"the teacher {config.teacher} reads {teacher.planes} planes of a {teacher.board_size}x"
                f"{teacher.board_size} board, the network {shape.planes} of {shape.board_size}x{shape.board_size}: "
                "name a teacher with the same planes and board"
            )
        return TaughtPositions(positions, teacher.evaluate, config.teacher_share)

    def _select(self, store: GameStore, split: str) -> Positions:
        shape = self.config.shape
        return select_positions(store, split, self.config.filter, shape.planes, shape.moves, shape.board_size)

    def _fit(self, batches: Batches) -> None:
        config = self.config
        kept = (
            f"the weights of step {self.state.step} are kept in {self.folder}" if self.state.step else "nothing is kept"
        )
        pacer = Pacer(config, self.progress)
        self.reporter = Reporter(config, self.progress, pacer, self.tell)
        guard = Guard(self.progress, pacer, config.batch, kept)
        on_epoch = keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: self._end_epoch(epoch, guard),
            on_train_batch_end=lambda batch, logs: self._snapshot(),
        )
        callbacks: list[keras.callbacks.Callback] = [pacer, guard, self.reporter, on_epoch]
        if config.tensorboard:
            _require_tensorboard()
            callbacks.append(keras.callbacks.TensorBoard(str(self.folder / "tensorboard"), write_graph=False))
        stream = batches.stream(self.progress.step)
        examples = ((batch.planes, {"policy": batch.policy, "value": batch.value}) for batch in stream)
        try:
            self.model.fit(
                examples,
                steps_per_epoch=config.epoch_steps,
                initial_epoch=self.state.epoch,
                epochs=_ENDLESS,
                callbacks=callbacks,
                shuffle=False,
                verbose=0,
            )
        finally:
            stream.close()

    def _end_epoch(self, epoch: int, guard: Guard) -> None:
        """Measure and write the averaged weights, then the state that the next session starts from."""
        with averaged_weights(self.model) as weights:
            if self.validation is not None:
                self.measured = evaluate(
                    self._predict, self.validation, self.config.validation_positions, seed=_VALIDATION_SEED
                )
            best = self._note_gain()
            if best or not self.config.patience:
                with self._told_when_unwritable():
                    save_network(self.config.shape, weights, self.output)
        report = self.reporter.epoch_report(self.measured)
        self.state.step, self.state.epoch = self.progress.step, epoch + 1
        self.state.seconds = self.progress.elapsed
        self.state.history.append(row_of(report, self.state.seconds))
        with self._told_when_unwritable():
            save_state(self.checkpoint, self.model, self.state)
            write_history(self.state.history, self.folder)
        guard.kept = f"the weights of step {self.state.step} are kept in {self.output}"
        self.tell(report)

    def _note_gain(self) -> bool:
        """Count epochs without a better validation loss; tell whether this one was better."""
        if self.measured is None:
            return True
        better = self.measured.policy_loss < self.state.best_loss
        self.state.best_loss = min(self.state.best_loss, self.measured.policy_loss)
        self.state.epochs_without_gain = 0 if better else self.state.epochs_without_gain + 1
        if self.config.patience and self.state.epochs_without_gain >= self.config.patience:
            self.stopped_early = True
            self.model.stop_training = True
        return better

    def _snapshot(self) -> None:
        """Write the network at the parts of the run that were asked for."""
        for part in self.config.snapshots:
            path = self.output.with_name(f"{self.output.stem}-{round(100 * part)}.h5")
            if part <= self.progress.part and path not in self.snapshots:
                self.snapshots.append(path)
                with averaged_weights(self.model) as weights, self._told_when_unwritable():
                    save_network(self.config.shape, weights, path)

    @contextlib.contextmanager
    def _told_when_unwritable(self) -> Iterator[None]:
        """A full disk ends the run, not what was written before: files are replaced whole or not at all."""
        try:
            yield
        except OSError as error:
            raise GoloisError(
                f"cannot write into {self.folder} or {self.output.parent}: {error.strerror or error}; the last "
                "checkpoint is whole: make room and go on with --resume"
            ) from error

    def _predict(self, planes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        policy, value = self.model.predict_on_batch(planes)
        return policy[: len(planes)], value[: len(planes)]  # among several GPUs each one answers for the whole batch


def _require_tensorboard() -> None:
    if importlib.util.find_spec("tensorboard") is None:
        raise GoloisError("TensorBoard is not installed: `pip install tensorboard`, or train without its logs")
