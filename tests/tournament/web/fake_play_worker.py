"""The process of a network at play, with one that needs no Keras; `slow.h5`, `crash.h5` and `mute.h5` misbehave."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

from golois.rules import Rules
from tournament.web.play.worker import SharedSearch, serve


class Corners:
    """Likes the points of the board in their order: A19 first. A slow one values a position at its batch's size."""

    name, board_size, planes, moves = "corners", 19, 6, 362

    def __init__(self, pause: float = 0.0) -> None:
        self.pause = pause
        self.policy = (np.arange(362, 0, -1) / np.arange(362, 0, -1).sum()).astype(np.float32)

    def evaluate(self, planes):
        time.sleep(self.pause)
        value = len(planes) / 100 if self.pause else 0.5
        return np.repeat(self.policy[None], len(planes), axis=0), np.full(len(planes), value, np.float32)


def main() -> None:
    name, options = Path(sys.argv[1]).stem, json.loads(sys.argv[2])

    def write(answer):
        print(json.dumps(answer), flush=True)

    if name == "mute":
        time.sleep(60)
    if name == "crash":
        raise SystemExit("out of memory")
    evaluator = Corners(0.3 if name == "slow" else 0.0)
    serve(
        SharedSearch(evaluator, Rules.preset(options["rules"], options["komi"]), options["games"], write),
        sys.stdin.buffer,
    )


if __name__ == "__main__":
    main()
