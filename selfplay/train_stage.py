"""The stage that learns: the next network from the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golois.errors import GoloisError
from selfplay.folder import RunFolder, told_when_full
from selfplay.watch import Watcher
from selfplay.window import open_window

if TYPE_CHECKING:
    from selfplay.learner import Learner


class TrainStage:
    """Makes network after network; the learner stays in memory between them.

    Args:
        folder: the run.
        watcher: is told the progress.
    """

    def __init__(self, folder: RunFolder, watcher: Watcher) -> None:
        self.folder = folder
        self.watcher = watcher
        self._learner: Learner | None = None

    @property
    def learner(self) -> Learner:
        """The learner, built when it is first needed: TensorFlow takes seconds."""
        if self._learner is None:
            from nets.quiet import import_keras

            import_keras()
            from selfplay.learner import Learner

            self._learner = Learner(self.folder)
            if not self.folder.network(0).exists():
                self._learner.write_first()
        return self._learner

    def begin(self) -> None:
        """Make generation 0, the network that has learned nothing, unless it is there."""
        if not self.folder.network(0).exists():
            _ = self.learner

    def run(self, generation: int) -> None:
        """Make the network of a generation from the games up to the one before.

        Raises:
            GoloisError: no games, a checkpoint of another network, a loss that is no number, a full disk.
        """
        self.watcher.stage("train", generation)
        folder, settings = self.folder, self.folder.config.train
        played = [facts["positions"] for number, facts in folder.stages("play") if number < generation]
        files = [(number, path) for number, path in folder.game_files() if number < generation]
        window = open_window(files, folder.config, sum(played))
        fresh = played[-1] * window.usable / max(1, window.count)
        steps = max(1, round(settings.passes * fresh / settings.batch))
        if not folder.network(0).exists() and generation > 1:
            raise GoloisError(f"{folder.network(0)} is missing: this folder's networks were deleted")
        facts = self.learner.learn(generation, window, steps, self.watcher.training)
        facts |= {
            "steps": steps,
            "window_positions": window.usable,
            "window_games": window.games,
            "window_first": window.generations[0],
        }
        with told_when_full(folder.path):
            folder.write_stage("train", generation, facts)
