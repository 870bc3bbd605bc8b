"""The learning rate as a function of the progress of a run."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

FINAL_RATE = 0.01  # part of the highest rate that is left at the end


def learning_rate(progress: float, highest: float, warmup: float) -> float:
    """Return the learning rate: a linear warm-up, then a cosine (Loshchilov and Hutter 2017).

    Args:
        progress: part of the run that is over, 0 to 1.
        highest: the rate at the end of the warm-up.
        warmup: part of the run that it takes.
    """
    progress = min(max(progress, 0.0), 1.0)
    if progress < warmup:
        return highest * progress / warmup
    cosine = 0.5 * (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup)))
    return highest * (FINAL_RATE + (1 - FINAL_RATE) * cosine)


@dataclass
class Progress:
    """How far a run is: by steps when their number is fixed, else by the clock.

    The clock starts with `begin`: compilation takes longer than the steps of a short run and is not part of it.

    Attributes:
        steps: steps of the whole run, or None when the clock decides.
        seconds: seconds of the whole run, or None.
        step: steps done, those before an interruption included.
        earlier: seconds spent before an interruption.
    """

    steps: int | None
    seconds: float | None
    step: int = 0
    earlier: float = 0.0
    _start: float | None = None

    def begin(self) -> None:
        """Start the clock, unless it runs."""
        if self._start is None:
            self._start = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds spent on the run so far."""
        return self.earlier + (time.monotonic() - self._start if self._start is not None else 0.0)

    @property
    def part(self) -> float:
        """Part of the run that is over, 0 to 1."""
        done = self.elapsed / self.seconds if self.steps is None and self.seconds else self.step / (self.steps or 1)
        return min(1.0, done)

    @property
    def over(self) -> bool:
        """Whether the run has reached its end."""
        return self.part >= 1.0
