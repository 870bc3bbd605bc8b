"""Ctrl-C for commands that run for hours: heeded at the next good moment even where Python lost it.

The interpreter raises KeyboardInterrupt wherever the main thread happens to be. When that is the callback of a weak
reference or a finalizer, the exception is printed, forgotten, and the program runs on.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType


class Interrupts:
    """Remembers that Ctrl-C was pressed; use it in a `with` statement around the work.

    Attributes:
        asked: whether it was.
    """

    def __init__(self) -> None:
        self.asked = False
        self._installed = False

    def __enter__(self) -> Interrupts:
        # only the main thread may, and a program that set a handler of its own (or ignores the signal) knows why
        if (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        ):
            signal.signal(signal.SIGINT, self._heard)
            self._installed = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._installed:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self._installed = False

    def check(self) -> None:
        """Raise the interrupt that was asked for.

        Raises:
            KeyboardInterrupt: Ctrl-C was pressed since the work began.
        """
        if self.asked:
            raise KeyboardInterrupt

    def _heard(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        raise KeyboardInterrupt
