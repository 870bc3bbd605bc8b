"""How busy a network is kept: an evaluator that counts what passes through it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from golois.evaluator import Evaluator

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Load:
    """What a meter counted between two readings.

    Attributes:
        seconds: between them.
        busy: of these, with at least one batch inside the network.
        cpu: CPU time of the process, all its threads together.
        cpu_beside: of this, what the threads that call the evaluator took outside of it.
        batches: evaluated.
        positions: in them.
    """

    seconds: float
    busy: float
    cpu: float
    cpu_beside: float
    batches: int
    positions: int

    @property
    def share(self) -> float:
        """Part of the time spent inside the network."""
        return self.busy / self.seconds if self.seconds > 0 else 0.0

    @property
    def cpu_share(self) -> float:
        """Part of the CPU time spent inside the network: the same whatever else the machine does."""
        return 1 - self.cpu_beside / self.cpu if self.cpu > 0 else 0.0

    @property
    def batch(self) -> float:
        """Mean number of positions in a batch."""
        return self.positions / self.batches if self.batches else 0.0


class Meter:
    """Passes batches on to an evaluator, from any number of threads, and measures; an evaluator itself."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self.name, self.board_size = evaluator.name, evaluator.board_size
        self.planes, self.moves = evaluator.planes, evaluator.moves
        self._lock = threading.Lock()
        self._inside = 0
        self._entered = 0.0
        self._begun, self._cpu_begun = time.perf_counter(), time.process_time()
        self._thread = threading.local()  # CPU time at which a thread last left the evaluator
        self._cpu_beside = 0.0
        self._busy, self._batches, self._positions = 0.0, 0, 0

    def evaluate(self, planes: Floats) -> tuple[Floats, Floats]:
        """Evaluate a batch, as `Evaluator.evaluate` does."""
        beside = time.thread_time() - getattr(self._thread, "left", time.thread_time())
        with self._lock:
            self._cpu_beside += beside
            if self._inside == 0:
                self._entered = time.perf_counter()
            self._inside += 1
        try:
            return self._evaluator.evaluate(planes)
        finally:
            self._thread.left = time.thread_time()
            with self._lock:
                self._inside -= 1
                if self._inside == 0:
                    self._busy += time.perf_counter() - self._entered
                self._batches += 1
                self._positions += len(planes)

    def read(self) -> Load:
        """Return what was counted since the last reading, and begin anew."""
        with self._lock:
            now = time.perf_counter()
            if self._inside:
                self._busy += now - self._entered
                self._entered = now
            cpu = time.process_time()
            load = Load(
                now - self._begun, self._busy, cpu - self._cpu_begun, self._cpu_beside, self._batches, self._positions
            )
            self._begun, self._cpu_begun = now, cpu
            self._busy, self._cpu_beside, self._batches, self._positions = 0.0, 0.0, 0, 0
        return load
