"""Train a network on game records: `train(config)`."""

from __future__ import annotations

from nets.training.config import TrainingConfig, load_config
from nets.training.trainer import TrainingResult, train

__all__ = ["TrainingConfig", "TrainingResult", "load_config", "train"]
