"""What the stages tell while they work; the terminal shows it, a log keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from golois.match.statistics import Score


@dataclass(frozen=True)
class Progress:
    """How far the training of a generation is.

    Attributes:
        step, steps: done, and in all.
        policy_loss: mean cross-entropy against the visits.
        value_loss: mean squared error of the value.
    """

    step: int
    steps: int
    policy_loss: float
    value_loss: float


class Watcher(Protocol):
    """Is told what goes on."""

    def stage(self, name: str, generation: int) -> None:
        """A stage begins: "play", "train" or "gate"."""

    def playing(self, games: int, wanted: int, facts: dict[str, Any]) -> None:
        """So many games of the generation are finished; rates of the last seconds."""

    def training(self, progress: Progress) -> None:
        """A step was made."""

    def match(self, opponent: str, score: Score, games: int) -> None:
        """A game of a match was finished."""

    def note(self, text: str) -> None:
        """Something worth a line."""


class Silent:
    """A watcher that says nothing."""

    def stage(self, name: str, generation: int) -> None:
        """See `Watcher`."""

    def playing(self, games: int, wanted: int, facts: dict[str, Any]) -> None:
        """See `Watcher`."""

    def training(self, progress: Progress) -> None:
        """See `Watcher`."""

    def match(self, opponent: str, score: Score, games: int) -> None:
        """See `Watcher`."""

    def note(self, text: str) -> None:
        """See `Watcher`."""
