"""A run on a local Ray cluster with one of its workers killed in the middle."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from golois.cluster import connected
from golois.records.store import GameStore
from selfplay.cluster import ClusterPlay, Harvest, PlayingActor
from selfplay.folder import RunFolder
from selfplay.run import run_loop
from selfplay.watch import Silent

ray = pytest.importorskip("ray", reason="Ray is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")  # of Ray about its own doings


class Noting(Silent):
    """Remembers what deserved a line."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


class MortalActor(PlayingActor):
    """One of them dies in its second call, with games in progress."""

    def play(self, seconds, name, content, resign, source) -> Harvest:  # type: ignore[no-untyped-def]
        mark = os.environ["MARK"]
        harvest = super().play(0.3, name, content, resign, source)
        if content is None and not os.path.exists(mark):  # noqa: PTH110
            open(mark, "w").close()  # noqa: PTH123
            os.kill(os.getpid(), signal.SIGKILL)
        return harvest


def test_a_run_goes_on_when_an_actor_dies(
    make_run: Callable[..., RunFolder], monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    mark = tmp_path / "died"
    monkeypatch.setenv("MARK", str(mark))
    monkeypatch.setenv("PYTHONPATH", os.getcwd())  # noqa: PTH109  the workers need this file too
    folder = make_run(play={"games": 24}, gate={"games": 0, "anchors": []})
    watcher = Noting()
    with connected("local", cpus=2):
        play = ClusterPlay(folder, watcher, actor=MortalActor)
        run_loop(folder, watcher, generations=2, play=play)
        play.close()
    assert mark.exists()
    assert any("an actor is gone" in note for note in watcher.notes)
    assert folder.judged == 2
    ids = []
    for generation, path in folder.game_files():
        with GameStore.open(path) as store:
            assert len(store) >= 24 or generation == 2, "a generation is whole"
            ids += store.ids()
    assert len(set(ids)) == len(ids), "no game is stored twice"
