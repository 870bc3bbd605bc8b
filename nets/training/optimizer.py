"""The optimizer of a run, and the average of the weights that it keeps."""

from __future__ import annotations

from typing import Any

import keras

from nets.training.config import TrainingConfig
from nets.training.muon import Muon

# Words in the names of weights that are not decayed: biases and the scales and shifts of normalization.
NOT_DECAYED = ["bias", "gamma", "beta"]


def build_optimizer(config: TrainingConfig) -> keras.optimizers.Optimizer:
    """Build the optimizer; its learning rate is set before every step by the schedule."""
    shared: dict[str, Any] = {
        "learning_rate": config.highest_rate,
        "weight_decay": config.decay,
        "global_clipnorm": config.clip or None,
        "use_ema": config.averaging > 0,
        "ema_momentum": _momentum(config),
        "gradient_accumulation_steps": config.accumulate if config.accumulate > 1 else None,
    }
    if config.optimizer == "sgd":
        optimizer = keras.optimizers.SGD(momentum=0.9, nesterov=True, **shared)
    elif config.optimizer == "adamw":
        optimizer = keras.optimizers.AdamW(**shared)
    else:
        optimizer = Muon(**shared)
    if config.decay:
        optimizer.exclude_from_weight_decay(var_names=NOT_DECAYED)
    return optimizer


def _momentum(config: TrainingConfig) -> float:
    """A short run averages over a twentieth of its steps at most, or the first weights would stay in it."""
    if config.steps is None:
        return min(config.averaging, 0.99)
    return min(config.averaging, max(0.0, 1 - 20 / config.steps))
