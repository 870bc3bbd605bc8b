"""What happens between the steps of `model.fit`."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

import keras

from golois.errors import GoloisError
from nets.evaluation import Evaluation
from nets.training.config import TrainingConfig
from nets.training.progress import Report
from nets.training.schedule import Progress, learning_rate

METRICS = ("loss", "policy_loss", "policy_accuracy", "value_loss")
REPORT_SECONDS = 0.2
_WINDOW_SECONDS = 30.0


class TrainingDiverged(GoloisError):
    """The loss is no number any more."""


def synchronize(model: keras.Model) -> None:
    """Let a model's variables tell the truth between two steps: on JAX, `fit` keeps their values to itself."""
    if hasattr(model, "jax_state_sync"):
        model.jax_state_sync()


class Pacer(keras.callbacks.Callback):
    """Sets the learning rate before each step and ends the run when it is over."""

    def __init__(self, config: TrainingConfig, progress: Progress) -> None:
        super().__init__()
        self.config = config
        self.progress = progress
        self.rate = 0.0

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Set the learning rate."""
        self.rate = learning_rate(self.progress.part, self.config.highest_rate, self.config.warmup)
        synchronize(self.model)
        self.model.optimizer.learning_rate = self.rate

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Count the step."""
        self.progress.begin()  # after the first step, which compiles
        self.progress.step += 1
        if self.progress.over:
            self.model.stop_training = True


class Guard(keras.callbacks.Callback):
    """Stops at the first loss that is not finite, before the next checkpoint replaces the last good one."""

    def __init__(self, progress: Progress, pacer: Pacer, batch: int, kept: str) -> None:
        super().__init__()
        self.progress = progress
        self.pacer = pacer
        self.batch = batch
        self.kept = kept

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Look at the mean loss since the epoch began: one bad step spoils it for good."""
        loss = (logs or {}).get("loss", 0.0)
        if not math.isfinite(loss):
            step = self.progress.step
            raise TrainingDiverged(
                f"the loss became {loss} at step {step} (position {step * self.batch:,}, learning rate "
                f"{self.pacer.rate:.2g}); {self.kept}; a lower learning rate, gradient clipping or "
                "float32 keeps it finite"
            )


class Window:
    """Means over the last steps, taken from Keras's means since the epoch began."""

    def __init__(self) -> None:
        self.start(0)

    def start(self, step: int) -> None:
        """Begin an epoch at `step`."""
        self.first = step
        self.marks: list[tuple[float, int, dict[str, float]]] = [(time.monotonic(), step, dict.fromkeys(METRICS, 0.0))]

    def add(self, step: int, logs: dict[str, float]) -> tuple[dict[str, float], float]:
        """Take the running means at `step`; return the means over the window, and steps per second in it."""
        now = time.monotonic()
        totals = {name: logs.get(name, math.nan) * (step - self.first) for name in METRICS}
        self.marks.append((now, step, totals))
        while len(self.marks) > 2 and now - self.marks[1][0] > _WINDOW_SECONDS:
            del self.marks[0]
        then, step_then, totals_then = self.marks[0]
        steps = max(1, step - step_then)
        means = {name: (totals[name] - totals_then[name]) / steps for name in METRICS}
        return means, steps / max(1e-9, now - then)


class Reporter(keras.callbacks.Callback):
    """Tells the progress a few times a second."""

    def __init__(
        self, config: TrainingConfig, progress: Progress, pacer: Pacer, tell: Callable[[Report], None]
    ) -> None:
        super().__init__()
        self.config = config
        self.progress = progress
        self.pacer = pacer
        self.tell = tell
        self.window = Window()
        self.epoch = 0
        self.told = 0.0
        self.last: Report | None = None
        self.means: dict[str, float] = {}

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Begin new means."""
        self.epoch = epoch + 1
        self.window.start(self.progress.step)

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Report, unless it was done a moment ago."""
        now = time.monotonic()
        last = self.progress.over or batch + 1 >= self.config.epoch_steps
        if now - self.told < REPORT_SECONDS and not last:
            return
        self.told = now
        self.means = dict(logs or {})
        means, speed = self.window.add(self.progress.step, self.means)
        self.last = Report(
            step=self.progress.step,
            positions=self.progress.step * self.config.batch,
            part=self.progress.part,
            epoch=self.epoch,
            loss=means["loss"],
            policy_loss=means["policy_loss"],
            policy_accuracy=means["policy_accuracy"],
            value_mse=means["value_loss"],
            speed=speed * self.config.batch,
            seconds_left=self._seconds_left(speed),
            learning_rate=self.pacer.rate,
        )
        self.tell(self.last)

    def _seconds_left(self, speed: float) -> float:
        if self.progress.steps is not None:
            return max(0, self.progress.steps - self.progress.step) / max(speed, 1e-9)
        return max(0.0, (self.progress.seconds or 0.0) - self.progress.elapsed)

    def epoch_report(self, validation: Evaluation | None) -> Report:
        """Return the end of an epoch: means over all of it, and its measurement."""
        assert self.last is not None, "an epoch has at least one step, and its last step is reported"
        return replace(
            self.last,
            loss=self.means["loss"],
            policy_loss=self.means["policy_loss"],
            policy_accuracy=self.means["policy_accuracy"],
            value_mse=self.means["value_loss"],
            validation=validation,
            epoch_ends=True,
        )
