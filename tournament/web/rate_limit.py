"""How often something may be tried: so many times in a period, then as fast as the period gives tries back."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

MOST_KEYS = 10_000


class RateLimit:
    """A limit for each key: an address, a team.

    Args:
        tries: how many may be made at once.
        seconds: in which so many come back, one by one.
        clock: the time in seconds.
    """

    def __init__(self, tries: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.tries = tries
        self.pause = seconds / tries
        self.clock = clock
        # key -> when its tries will all have come back; who has been away longest is forgotten first
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def wait(self, key: str) -> float:
        """Return the seconds until the next try is allowed, 0 when it is now."""
        left = self._full_at.get(key, 0.0) - self.clock()
        return max(0.0, left - (self.tries - 1) * self.pause)

    def spend(self, key: str) -> None:
        """Count a try."""
        self._full_at[key] = max(self._full_at.get(key, 0.0), self.clock()) + self.pause
        self._full_at.move_to_end(key)
        while len(self._full_at) > MOST_KEYS:
            self._full_at.popitem(last=False)
