"""Do the dangerous part in a process that may die: memory, processor time, file size and patience are bounded.

The child gets the file's path and the limits on its standard input, and a folder of its own for the answer: a JSON
text and the description of the network. Nothing else comes back, and nothing that comes back is code. On POSIX the
limits are those of the system (setrlimit); elsewhere the parent's patience and the bounds on shapes remain.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from nets.reader.description import Network
from nets.reader.errors import NetworkError
from nets.reader.limits import DEFAULT_LIMITS, MEBIBYTE, Limits

# the child imports from where the parent does, whatever the working directory and the environment
CHILD = "import json,sys;t=json.load(sys.stdin);sys.path[:]=t['modules'];from nets.reader.child import main;main(t)"
KEPT_ENVIRONMENT = (
    "PATH",
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "TMPDIR",
    "TEMP",
    "TMP",
)
ANSWER, DESCRIPTION = "answer.json", "network.npz"
LARGEST_ANSWER = MEBIBYTE


def understand_safely(path: str | os.PathLike[str], limits: Limits = DEFAULT_LIMITS) -> Network:
    """Read a network file in a subprocess and return what was understood.

    Raises:
        NetworkError: what is wrong with the file, where, and what to do; one problem a line.
    """
    answer, description = run_child(path, limits, evaluate=False)
    if answer["problems"] or description is None:
        raise NetworkError("\n".join(answer["problems"]) or "the reader gave no answer")
    return Network.from_bytes(description)


def run_child(path: str | os.PathLike[str], limits: Limits, *, evaluate: bool) -> tuple[dict[str, Any], bytes | None]:
    """Let a subprocess read, and on request run, a network.

    Args:
        path: the file.
        limits: bounds on the file and on the process.
        evaluate: whether to run the network on the positions of the check as well.

    Returns:
        the answer, with at least the list `problems`, and the description as bytes when the file was understood.
    """
    with tempfile.TemporaryDirectory(prefix="golois-network-", ignore_cleanup_errors=True) as folder:
        task = {
            "modules": [entry or str(Path.cwd()) for entry in sys.path],
            "path": str(Path(path).absolute()),
            "folder": folder,
            "limits": dataclasses.asdict(limits),
            "evaluate": evaluate,
        }
        complaint = _run(json.dumps(task), folder, limits)
        answer_path, description_path = Path(folder) / ANSWER, Path(folder) / DESCRIPTION
        try:
            if answer_path.stat().st_size > LARGEST_ANSWER:
                return {"problems": ["the reader's answer is too long: the file is refused"]}, None
            answer = json.loads(answer_path.read_bytes())
            problems = [str(problem) for problem in answer["problems"]]
        except (OSError, ValueError, KeyError, TypeError):
            return {
                "problems": [complaint or "the reader ended without an answer: the file is damaged or hostile"]
            }, None
        if complaint and not problems:
            problems.append(complaint)
        answer["problems"] = problems
        description = description_path.read_bytes() if description_path.is_file() else None
        return answer, description


def _run(task: str, folder: str, limits: Limits) -> str:
    """Run the child; return why it did not end well, "" when it did."""
    environment = {key: os.environ[key] for key in KEPT_ENVIRONMENT if key in os.environ}
    environment |= {"HDF5_PLUGIN_PRELOAD": "::", "TF_CPP_MIN_LOG_LEVEL": "3", "MALLOC_ARENA_MAX": "2"}
    environment |= {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}  # a GPU's address space has no bound
    if "KERAS_BACKEND" in os.environ:
        environment["KERAS_BACKEND"] = os.environ["KERAS_BACKEND"]
    errors = Path(folder) / "errors.txt"
    with errors.open("wb") as sink:
        child = subprocess.Popen(
            [sys.executable, "-I", "-c", CHILD],
            stdin=subprocess.PIPE,
            stdout=sink,
            stderr=sink,
            env=environment,
            cwd=folder,
            start_new_session=True,
        )
        try:
            child.communicate(task.encode(), timeout=limits.wall_seconds)
        except subprocess.TimeoutExpired:
            return f"reading and running the network takes more than {limits.wall_seconds} seconds: make it smaller"
        finally:
            _end(child)
    if child.returncode == 0:
        return ""
    if child.returncode < 0:
        return _why_killed(-child.returncode, limits)
    last = errors.read_bytes()[-4000:].decode(errors="replace").strip().splitlines()
    return f"the reader failed ({last[-1][:300] if last else f'exit status {child.returncode}'})"


def _end(child: subprocess.Popen[bytes]) -> None:
    """Make sure that nothing of the child is left, whatever happened."""
    if child.poll() is None:
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    child.wait()
    if child.stdin:
        child.stdin.close()


def _why_killed(number: int, limits: Limits) -> str:
    name = signal.Signals(number).name if number in signal.Signals._value2member_map_ else f"signal {number}"
    if name == "SIGXCPU":
        return f"reading and running the network takes more than {limits.cpu_seconds} seconds: make it smaller"
    if name == "SIGXFSZ":
        return "the network writes more than a network can hold: the file is damaged or hostile"
    if name == "SIGKILL":
        return (
            "the process that read the network was killed (SIGKILL; the system does that when memory runs out): "
            "the network needs too much memory, or try again when the machine has some"
        )
    return f"the process that read the network crashed ({name}): the file is damaged or hostile"
