"""One network in a process of its own: planes in on standard input, policies and values out on standard output.

A submitted network that crashes, hangs or eats all memory takes this process down and nothing else. Start:
`python -m tournament.worker NETWORK.h5`. After loading, the process writes a header; then it answers requests until
its input ends. All numbers are little-endian.

    header    planes int32, moves int32
    request   positions B int32, then B x 19 x 19 x planes uint8 (every plane is 0 or 1)
    answer    when the evaluation began and ended, 2 float64 in seconds of time.monotonic (one clock for all processes
              of a machine), then B x 362 float32 policy, B float32 value
"""

from __future__ import annotations

import os
import struct
import sys
import time
from typing import BinaryIO

import numpy as np

from golois.evaluator import Evaluator

HEADER = struct.Struct("<ii")
REQUEST = struct.Struct("<i")
ANSWER = struct.Struct("<dd")


def serve(evaluator: Evaluator, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until the input ends."""
    answers.write(HEADER.pack(evaluator.planes, evaluator.moves))
    answers.flush()
    while head := requests.read(REQUEST.size):
        (count,) = REQUEST.unpack(head)
        shape = (count, 19, 19, evaluator.planes)
        planes = np.frombuffer(requests.read(int(np.prod(shape))), np.uint8).reshape(shape).astype(np.float32)
        began = time.monotonic()
        policy, value = evaluator.evaluate(planes)
        answers.write(ANSWER.pack(began, time.monotonic()))
        answers.write(np.ascontiguousarray(policy, np.dtype("<f4")).tobytes())
        answers.write(np.ascontiguousarray(value, np.dtype("<f4")).tobytes())
        answers.flush()


def main() -> None:
    """Load the network named on the command line and serve it."""
    # whatever a library prints must not end up among the answers
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from nets.inference import load_evaluator

    serve(load_evaluator(sys.argv[1]), sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
