"""What a running training tells whoever started it."""

from __future__ import annotations

from dataclasses import dataclass

from nets.evaluation import Evaluation


@dataclass(frozen=True)
class Report:
    """One message: after steps, and after each epoch with its validation.

    Attributes:
        step: batches done, since the run began.
        positions: positions trained on.
        part: part of the run that is over, 0 to 1.
        epoch: the epoch that runs, from 1.
        loss, policy_loss, policy_accuracy, value_mse: means on training positions, over the last half minute; at the
            end of an epoch, over the epoch.
        speed: positions per second, now.
        seconds_left: until the end of the run, as far as can be told.
        learning_rate: of the last step.
        validation: the epoch's measurement, or None between epochs and without validation games.
        epoch_ends: whether this is the end of an epoch.
    """

    step: int
    positions: int
    part: float
    epoch: int
    loss: float
    policy_loss: float
    policy_accuracy: float
    value_mse: float
    speed: float
    seconds_left: float
    learning_rate: float
    validation: Evaluation | None = None
    epoch_ends: bool = False
