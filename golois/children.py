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
        self._guard = 0  # the number of its process, and of the group
        self._held = -1  # our end of the pipe
        self._lock = threading.Lock()

    def number(self) -> int:
        with self._lock:
            if not self._guard or os.waitpid(self._guard, os.WNOHANG)[0]:  # none yet, or somebody has killed it
                self._start()
            return self._guard

    def _start(self) -> None:
        if self._held >= 0:
            os.close(self._held)
        waited_at, self._held = os.pipe()  # no child inherits either end
        silence = os.open(os.devnull, os.O_WRONLY)
        try:
            self._guard = os.posix_spawn(
                "/bin/sh",
                ["/bin/sh", "-c", "read -r nothing; kill -KILL 0"],
                os.environ,
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, waited_at, 0),
                    (os.POSIX_SPAWN_DUP2, silence, 1),
                    (os.POSIX_SPAWN_DUP2, silence, 2),
                ],
                setpgroup=0,
            )
        finally:
            os.close(waited_at)
            os.close(silence)


_GROUP = _Group()
