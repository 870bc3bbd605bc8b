"""Child processes that end with the process that started them, however that ends: kill -9 and crashes included.

A program that waits for input ends by itself when its input ends; one that hangs does not. So the children of a process
form a process group of their own, led by a guard: a shell that waits at the end of a pipe whose other end this process
alone holds. The system closes it when this process is gone, and the guard then kills the group, itself included. A
child joins the group before its program begins: there is no moment at which it could be missed.

Systems without process groups (Windows) have no guard: there a child that hangs must be ended by hand.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Sequence
from typing import Any


def start_child(command: Sequence[str], **options: Any) -> subprocess.Popen[Any]:
    """Start a program that ends at the latest with this process, and with it what it starts in its process group.

    Args:
        command: the program and its arguments.
        options: of `subprocess.Popen`.

    Raises:
        OSError: the program cannot be started.
    """
    if os.name != "posix":
        return subprocess.Popen(command, **options)
    return subprocess.Popen(command, process_group=_GROUP.number(), **options)


class _Group:
    """The process group of the children; its guard is started with the first of them."""

    def __init__(self) -> None:
        self._guard: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def number(self) -> int:
        with self._lock:
            if self._guard is not None and self._guard.poll() is not None:  # somebody has killed it
                self._guard.communicate()
                self._guard = None
            if self._guard is None:
                self._guard = subprocess.Popen(
                    ["/bin/sh", "-c", "read -r nothing; kill -KILL 0"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    process_group=0,
                )
            return self._guard.pid


_GROUP = _Group()
