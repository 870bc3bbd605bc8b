"""The learner: one network that is trained on, generation after generation, with the trainer's own parts.

    window -> Batches -> model.fit -> averaged weights -> networks/0008.h5

Network, optimizer and average live on from one generation to the next, in memory and in a checkpoint.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import keras

from nets.architectures.size import measure
from nets.data import Batches
from nets.quiet import seed_everything
from nets.training.callbacks import TrainingDiverged, synchronize
from nets.training.checkpoint import RunState, load_state, save_network, save_state
from nets.training.config import TrainingConfig
from nets.training.model import averaged_weights, compiled_model
from selfplay.folder import RunFolder, told_when_full
from selfplay.watch import Progress
from selfplay.window import Window


class Learner:
    """Holds a run's network while it learns.

    Args:
        folder: the run; its checkpoint is gone on with.
    """

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        settings = folder.config.train
        self.config = TrainingConfig(
            games=(str(folder.path),),
            shape=folder.config.shape,
            positions=1 << 60,  # no end: the averaging is not that of a short run
            batch=settings.batch,
            epoch_positions=settings.batch,
            optimizer=settings.optimizer,
            learning_rate=settings.learning_rate,
            weight_decay=settings.weight_decay,
            clip=settings.clip,
            value_weight=settings.value_weight,
            averaging=settings.averaging,
            precision=settings.precision,
            distribute="mirrored" if settings.distribute == "mirrored" else "",
            seed=settings.seed,
            threads=settings.threads,
        )
        seed_everything(settings.seed)
        self.model = compiled_model(self.config)
        self.size = measure(self.model)
        self.state = RunState()
        if folder.checkpoint.exists():
            self.state = load_state(folder.checkpoint, self.model)

    def write_first(self) -> None:
        """Write generation 0: the network that has learned nothing."""
        with told_when_full(self.folder.path):
            save_network(self.config.shape, self.model.get_weights(), self.folder.network(0))

    def learn(
        self, generation: int, window: Window, steps: int, on_progress: Callable[[Progress], None]
    ) -> dict[str, float]:
        """Train and write the network of a generation.

        Args:
            generation: which network is made. One that the checkpoint holds already is only written.
            window: what to learn from.
            steps: how many batches.
            on_progress: called after every step.

        Returns:
            loss, policy_loss, value_loss, policy_accuracy: means over the steps; step: those of the whole run;
            seconds.

        Raises:
            TrainingDiverged: the loss is no number any more; the checkpoint is that of the generation before.
        """
        began = time.perf_counter()
        logs: dict[str, float] = self.state.history[-1] if self.state.history else {}
        if self.state.epoch < generation:
            logs = self._fit(generation, window, steps, on_progress)
            self.state.step += steps
            self.state.epoch = generation
            self.state.seconds += time.perf_counter() - began
            self.state.history = [logs]
            with told_when_full(self.folder.path):
                save_state(self.folder.checkpoint, self.model, self.state)
        with averaged_weights(self.model) as weights, told_when_full(self.folder.path):
            save_network(self.config.shape, weights, self.folder.network(generation))
        return logs | {"step": self.state.step, "seconds": time.perf_counter() - began}

    def _fit(
        self, generation: int, window: Window, steps: int, on_progress: Callable[[Progress], None]
    ) -> dict[str, float]:
        batches = Batches(window, self.config.batch, self.config.seed, self.config.threads)
        stream = batches.stream(self.state.step)
        examples = ((batch.planes, {"policy": batch.policy, "value": batch.value}) for batch in stream)
        pace = _Pace(self, steps, on_progress)
        try:
            self.model.fit(
                examples,
                steps_per_epoch=steps,
                initial_epoch=generation,
                epochs=generation + 1,
                callbacks=[pace],
                shuffle=False,
                verbose=0,
            )
        finally:
            stream.close()
        return {name: pace.logs[name] for name in ("loss", "policy_loss", "value_loss", "policy_accuracy")}


class _Pace(keras.callbacks.Callback):
    """Sets the learning rate, which rises over the first steps of a run and then stays, and tells the progress."""

    def __init__(self, learner: Learner, steps: int, tell: Callable[[Progress], None]) -> None:
        super().__init__()
        self.learner = learner
        self.steps = steps
        self.tell = tell
        self.logs: dict[str, float] = {}

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        step = self.learner.state.step + batch + 1
        warmup = self.learner.folder.config.train.warmup
        synchronize(self.model)
        self.model.optimizer.learning_rate = self.learner.config.highest_rate * min(1.0, step / max(1, warmup))

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self.logs = dict(logs or {})
        if not math.isfinite(self.logs["loss"]):
            raise TrainingDiverged(
                f"the loss became {self.logs['loss']} at step {self.learner.state.step + batch + 1}; the network of "
                "the generation before is kept: lower [train] learning_rate and start again"
            )
        self.tell(Progress(batch + 1, self.steps, self.logs["policy_loss"], self.logs["value_loss"]))
