"""The loop: play, train, gate, over and over, each stage from what the folder says is done."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from golois.errors import GoloisError
from golois.interrupts import Interrupts
from selfplay.curves import draw_curves
from selfplay.folder import RunFolder, told_when_full
from selfplay.gate_stage import GateStage
from selfplay.play_stage import PlayStage
from selfplay.train_stage import TrainStage
from selfplay.watch import Watcher

AHEAD = 1  # generations that may be played before the network they should have is there
_POLL_SECONDS = 2.0


class Player(Protocol):
    """Plays the games of a generation."""

    def run(self, generation: int) -> None:
        """Play what is missing of a generation's games."""
        ...


def run_loop(
    folder: RunFolder,
    watcher: Watcher,
    *,
    generations: int | None = None,
    hours: float | None = None,
    play: Player | None = None,
) -> None:
    """Drive all stages in this process.

    Args:
        folder: the run.
        watcher: is told the progress.
        generations: end when so many networks are made and judged, those of earlier sessions included.
        hours: begin no stage after so long.
        play: plays the games, when that is not this process: `selfplay.cluster.ClusterPlay`.

    Raises:
        GoloisError: another process works here, or what a stage raises.
    """
    ends = time.monotonic() + 3600 * hours if hours else None
    with folder.locked(), Interrupts() as interrupts:
        play = play or PlayStage(folder, watcher)
        train, gate = TrainStage(folder, watcher), GateStage(folder, watcher)
        train.begin()
        while not (ends and time.monotonic() > ends):
            interrupts.check()
            if folder.judged < folder.trained:
                gate.run(folder.judged + 1)
                after_gate(folder)
            elif folder.trained < folder.played:
                train.run(folder.trained + 1)
            elif generations is not None and folder.trained >= generations:
                break
            else:
                play.run(folder.played)


def after_gate(folder: RunFolder) -> None:
    """Draw the curves anew."""
    with told_when_full(folder.path):
        draw_curves(folder, folder.path / "curves.png")


def run_stage(folder: RunFolder, stage: str, watcher: Watcher, keep_going: bool = False) -> bool:
    """Do the next piece of one stage's work; with `keep_going`, piece after piece, waiting for the other stages.

    Returns:
        Whether there was something to do.

    Raises:
        GoloisError: another process runs this stage, or what the stage raises.
    """
    with folder.locked([stage]), Interrupts() as interrupts:
        do, number = _stage(folder, stage, watcher, keep_going)
        done = False
        while True:
            interrupts.check()
            generation = number()
            if generation is not None:
                do(generation)
                done = True
            if not keep_going:
                return done
            if generation is None:
                time.sleep(_POLL_SECONDS)


def _stage(
    folder: RunFolder, stage: str, watcher: Watcher, keep_going: bool
) -> tuple[Callable[[int], None], Callable[[], int | None]]:
    """Return what does a stage's work, and what tells the generation whose turn it is, None when it must wait."""
    if stage == "play":
        # a learner that begins at this very moment writes the same file: the seed decides it
        TrainStage(folder, watcher).begin()
        play = PlayStage(folder, watcher, go_on=keep_going)
        ahead = AHEAD if keep_going else 0
        return play.run, lambda: folder.played if folder.played <= folder.judged + ahead else None
    if stage == "train":
        train = TrainStage(folder, watcher)
        train.begin()
        return train.run, lambda: folder.trained + 1 if folder.trained < folder.played else None
    if stage == "gate":
        gate = GateStage(folder, watcher)

        def judge(generation: int) -> None:
            gate.run(generation)
            after_gate(folder)

        return judge, lambda: folder.judged + 1 if folder.judged < folder.trained else None
    raise GoloisError(f"no stage is called {stage!r}")
