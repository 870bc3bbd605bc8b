"""The disposable process of `nets.reader.sandbox`: bounds itself, reads, runs, writes its answer and ends."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import h5py  # noqa: F401  imported before the limits are set, so that they count what the file costs
import numpy as np

from nets.reader.errors import NetworkError
from nets.reader.limits import MEBIBYTE, Limits
from nets.reader.sandbox import ANSWER, DESCRIPTION
from nets.reader.understand import RefusedError, understand


def main(task: dict[str, Any]) -> None:
    """Do the task that the parent sent; every outcome but a kill leaves an answer."""
    limits, folder = Limits(**task["limits"]), Path(task["folder"])
    if task["evaluate"]:
        import_engine()
    bound(limits)
    answer: dict[str, Any] = {"problems": []}
    try:
        network = understand(task["path"], limits)
        (folder / DESCRIPTION).write_bytes(network.to_bytes())
        if task["evaluate"]:
            from nets.reader.trial import try_out

            answer |= try_out(network)
    except RefusedError as error:
        answer["problems"] = error.problems
    except NetworkError as error:
        answer["problems"] = [str(error)]
    except MemoryError:
        answer["problems"] = [
            f"the network needs more than {limits.memory_bytes // MEBIBYTE:,} MiB of memory: make it smaller"
        ]
    except RecursionError:
        answer["problems"] = ["the architecture nests too deep: the file is damaged or hostile"]
    (folder / ANSWER).write_text(json.dumps(answer, default=_plain))
    sys.stdout.flush()


def import_engine() -> None:
    """Import Keras before the limits are set where it must do the evaluation: its libraries alone take gigabytes."""
    from nets.inference.engines import chosen_engine
    from nets.quiet import import_keras

    if chosen_engine("auto") != "openvino":
        import_keras()


def bound(limits: Limits) -> None:
    """Set the system's limits on this process, as far as the system has them."""
    try:
        import resource
    except ImportError:  # Windows
        return
    bounds = {"RLIMIT_CPU": limits.cpu_seconds, "RLIMIT_FSIZE": limits.file_bytes + 64 * MEBIBYTE, "RLIMIT_CORE": 0}
    if sys.platform == "linux":
        held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        bounds["RLIMIT_AS"] = held + limits.memory_bytes
    for name, wanted in bounds.items():
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        # the hard limit of processor time is a little later: SIGXCPU names the reason, SIGKILL would not
        resource.setrlimit(
            kind, (value, value + 5 if name == "RLIMIT_CPU" and hard == resource.RLIM_INFINITY else value)
        )


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} in an answer")
