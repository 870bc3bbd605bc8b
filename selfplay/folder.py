"""The folder of a run: everything there is to know about it, each file whole at any moment.

run.toml              the configuration
networks/0007.h5      the network of generation 7; 0000 has learned nothing
games/0007.h5         the games of generation 7, from which network 8 is made: a game store
sgf/0007.sgf          the same games as an SGF collection
stages/               what each stage did: 0007-play.json, 0008-train.json, 0008-gate.json
learner.npz           weights and optimizer of the learner, to go on with
curves.png, report.html
*.lock                held by the processes that work here
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from golois.errors import GoloisError
from golois.file_lock import held, is_held
from golois.files import write_whole
from selfplay.config import Config

CONFIG = "run.toml"
STAGES = ("play", "train", "gate")


class RunFolder:
    """A run on disk.

    Args:
        config_path: the configuration file; its folder is the run's.

    Raises:
        GoloisError: the file cannot be read, or what it says cannot be.
    """

    def __init__(self, config_path: Path) -> None:
        if config_path.is_dir():
            config_path /= CONFIG
        self.config_path = config_path
        self.path = config_path.parent
        self.config = Config.from_toml(config_path)

    def network(self, generation: int) -> Path:
        """Return where the network of a generation is."""
        return self.path / "networks" / f"{generation:04d}.h5"

    def games(self, generation: int) -> Path:
        """Return where the games of a generation are."""
        return self.path / "games" / f"{generation:04d}.h5"

    def sgf(self, generation: int) -> Path:
        """Return where the same games are as SGF."""
        return self.path / "sgf" / f"{generation:04d}.sgf"

    @property
    def checkpoint(self) -> Path:
        """The learner's state."""
        return self.path / "learner.npz"

    def stage(self, stage: str, generation: int) -> dict[str, Any] | None:
        """Return what a stage wrote about a generation, None when it did not.

        Raises:
            GoloisError: the file is damaged.
        """
        path = self._stage_path(stage, generation)
        try:
            return dict(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            raise GoloisError(f"{path} is damaged ({error}); delete it, and the stage runs again") from error

    def write_stage(self, stage: str, generation: int, facts: dict[str, Any]) -> None:
        """Keep what a stage did."""
        write_whole(self._stage_path(stage, generation), json.dumps(facts, indent=1) + "\n")

    def stages(self, stage: str) -> list[tuple[int, dict[str, Any]]]:
        """Return what a stage wrote about each generation, in order."""
        numbers = sorted(
            int(path.stem.split("-")[0])
            for path in (self.path / "stages").glob(f"*-{stage}.json")
            if path.stem.split("-")[0].isdigit()
        )
        found = ((number, self.stage(stage, number)) for number in numbers)
        return [(number, facts) for number, facts in found if facts is not None]

    def _stage_path(self, stage: str, generation: int) -> Path:
        return self.path / "stages" / f"{generation:04d}-{stage}.json"

    @property
    def played(self) -> int:
        """The number of generations whose games are complete."""
        return _count(lambda n: (self.stage("play", n) or {}).get("complete", False))

    @property
    def trained(self) -> int:
        """The number of networks that have been made beside the first one."""
        return _count(lambda n: self.stage("train", n + 1) is not None)

    @property
    def judged(self) -> int:
        """The number of networks that have been through the gate; the first one needs not."""
        return _count(lambda n: self.stage("gate", n + 1) is not None)

    @property
    def best(self) -> int:
        """The generation of the newest network that the gate let through."""
        for generation in range(self.judged, 0, -1):
            if (self.stage("gate", generation) or {}).get("accepted", False):
                return generation
        return 0

    def game_files(self) -> list[tuple[int, Path]]:
        """Return the game stores that are there, by generation."""
        files = (path for path in (self.path / "games").glob("*.h5") if path.stem.isdigit())
        return sorted((int(path.stem), path) for path in files)

    @contextmanager
    def locked(self, stages: Sequence[str] = STAGES) -> Iterator[None]:
        """Hold the right to run some stages here: one process for each.

        Raises:
            GoloisError: another process has it, or the folder cannot be written.
        """
        with ExitStack() as locks:
            for stage in stages:
                why_not = (
                    f"another process runs the stage '{stage}' of {self.path}; two would spoil each other's work: "
                    "wait for it or stop it"
                )
                locks.enter_context(held(self._lock(stage), why_not))
            yield

    def _lock(self, stage: str) -> Path:
        return self.path / f"{stage}.lock"

    def is_running(self, stage: str) -> bool:
        """Tell whether a process holds a stage's lock."""
        return is_held(self._lock(stage))


def _count(holds: Any) -> int:
    number = 0
    while holds(number):
        number += 1
    return number


@contextmanager
def told_when_full(folder: Path) -> Iterator[None]:
    """A full disk ends the run with one line, not what was written before: files are replaced whole or not at all."""
    try:
        yield
    except OSError as error:
        raise GoloisError(
            f"cannot write into {folder}: {error.strerror or error}; what was written before is whole: make room and "
            "start again with the same command"
        ) from error
