"""What a student may choose when running a lecture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Choice = TypeVar("Choice")


@dataclass(frozen=True)
class Options:
    """The options of `golois lecture run`.

    Attributes:
        epochs: passes over the training data; None means the lecture's own number.
        quick: a few seconds on a small synthetic set instead of minutes on the real one.
        data: folder with the real data sets, or None for GOLOIS_LECTURE_DATA and then Keras's own downloads.
        samples: use at most this many training examples; None means all of them.
        seed: start of every random number, so that a run can be repeated.
        pretrained: weights of a network trained elsewhere: a file, "imagenet" or "random" (lecture transfer).
    """

    epochs: int | None = None
    quick: bool = False
    data: Path | None = None
    samples: int | None = None
    seed: int = 0
    pretrained: str = "imagenet"

    def choose(self, full: Choice, quick: Choice) -> Choice:
        """Return the size of a full run, or the one of a quick run."""
        return quick if self.quick else full

    def epochs_or(self, full: int, quick: int = 2) -> int:
        """Return the epochs asked for, else the lecture's own number."""
        return self.choose(full, quick) if self.epochs is None else self.epochs

    @property
    def verbose(self) -> int:
        """Keras's `verbose`: one line per epoch (2), or silence in a quick run (0)."""
        return self.choose(2, 0)
