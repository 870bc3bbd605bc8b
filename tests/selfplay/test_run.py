"""The loop on one folder: stage by stage, killed at any moment, never twice at once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from golois.errors import GoloisError
from golois.records.sgf import read_sgf
from golois.records.store import GameStore
from selfplay.display import summary
from selfplay.elo import rate_run
from selfplay.folder import RunFolder
from selfplay.play_stage import GenerationGames
from selfplay.report import write_report
from selfplay.run import run_loop, run_stage
from selfplay.settings import WindowSettings
from selfplay.train_stage import TrainStage
from selfplay.watch import Silent
from selfplay.window import delete_old_games, open_window, window_size

MakeRun = Callable[..., RunFolder]


def test_two_generations_leave_everything_in_the_folder(make_run: MakeRun) -> None:
    folder = make_run()
    run_loop(folder, Silent(), generations=2)
    assert (folder.played, folder.trained, folder.judged, folder.best) == (2, 2, 2, 2)
    for generation in range(3):
        assert folder.network(generation).exists()
    for generation in range(2):
        with GameStore.open(folder.games(generation)) as store:
            assert len(store) == 8
            problems: list[object] = []
            collection = list(read_sgf(folder.sgf(generation), problems.append))
            assert [len(record) for record in collection] == store.length().tolist()
            assert not problems
    rated = {one.name: one for one in rate_run(folder)}
    assert {"generation 0", "generation 1", "generation 2", "random"} <= set(rated)
    assert rated["random"].elo == 0
    assert all(one.low <= one.elo <= one.high for one in rated.values())
    assert (folder.path / "curves.png").read_bytes().startswith(b"\x89PNG")
    write_report(folder, folder.path / "report.html")
    page = (folder.path / "report.html").read_text(encoding="utf-8")
    assert "generation 2" in page
    assert 'src="http' not in page, "the page needs nothing beside it"
    check_window(folder)
    # what is done is not done again
    before = folder.network(2).stat().st_mtime_ns
    run_loop(folder, Silent(), generations=2)
    assert folder.network(2).stat().st_mtime_ns == before


def check_window(folder: RunFolder) -> None:
    found = open_window(folder.game_files(), folder.config, 10**6)
    parts, numbers = found.draw(np.random.default_rng(1), 64)
    assert set(parts.tolist()) == {0, 1}, "positions come from all stores"
    batch = found.examples(parts, numbers, np.zeros(64, np.int64))
    assert batch.planes.shape == (64, 5, 5, 6)
    np.testing.assert_allclose(batch.policy.sum(axis=1), 1, rtol=1e-5)
    assert found.usable < found.count, "only what was searched in full is learned from"
    newest = open_window(folder.game_files(), replace(folder.config, window=WindowSettings(least=1)), 1)
    assert newest.generations == (1, 1)


def test_the_stages_one_by_one_do_the_same_and_wait_for_each_other(make_run: MakeRun) -> None:
    folder = make_run(gate={"games": 0, "anchors": []})
    assert not run_stage(folder, "gate", Silent()), "there is no network to judge"
    assert run_stage(folder, "play", Silent())
    assert not run_stage(folder, "play", Silent()), "the next games need the next network"
    assert run_stage(folder, "train", Silent())
    assert not run_stage(folder, "train", Silent())
    assert run_stage(folder, "gate", Silent())
    assert (folder.played, folder.trained, folder.judged) == (1, 1, 1)
    assert run_stage(folder, "play", Silent())


def test_playing_that_is_interrupted_while_it_stores_ends_its_threads(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    folder = make_run()
    TrainStage(folder, Silent()).begin()
    monkeypatch.setattr(GenerationGames, "add", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_stage(folder, "play", Silent(), keep_going=True)
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("selfplay")]


def test_three_processes_share_one_folder(make_run: MakeRun) -> None:
    """Playing, learning and judging at the same time, begun at the same moment, each killed in the end."""
    folder = make_run(gate={"games": 2, "anchors": []})
    command = [sys.executable, "-m", "golois", "selfplay"]
    processes = [
        subprocess.Popen(
            [*command, stage, "--config", str(folder.config_path), "--keep-going"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for stage in ("play", "train", "gate")
    ]
    try:
        ends = time.monotonic() + 600
        while folder.judged < 2 and time.monotonic() < ends and not any(one.poll() for one in processes):
            time.sleep(0.2)
    finally:
        for process in processes:
            process.kill()
        said = [process.communicate()[0] for process in processes]
    assert folder.judged >= 2, said
    assert folder.judged <= folder.trained <= folder.played <= folder.judged + 2
    with folder.locked():
        pass  # nothing is held any more


def test_a_test_of_strength_keeps_a_network_out_that_is_no_stronger(make_run: MakeRun) -> None:
    folder = make_run(
        train={"learning_rate": 1e-8, "warmup": 0},
        gate={"method": "sprt", "most_games": 4, "elo_0": 0.0, "elo_1": 400.0, "games": 0, "anchors": []},
    )
    run_stage(folder, "play", Silent())
    run_stage(folder, "train", Silent())
    folder.network(1).write_bytes(folder.network(0).read_bytes())  # the same network: half the points
    run_stage(folder, "gate", Silent())
    facts = folder.stage("gate", 1)
    assert facts is not None
    assert facts["matches"][0]["opponent"] == "generation 0"
    games = facts["matches"][0]["black_games"] + facts["matches"][0]["white_games"]
    points = facts["matches"][0]["black_points"] + facts["matches"][0]["white_points"]
    assert folder.best == int(points > games / 2) == int(facts["accepted"])
    shown = list(summary(folder).columns[-1].cells)
    assert shown == ["", "taken" if facts["accepted"] else "refused"], "generation 0 has no one to be judged by"


def test_two_runs_on_one_folder_are_refused(make_run: MakeRun) -> None:
    folder = make_run()
    with folder.locked(["train"]):
        assert folder.is_running("train")
        with pytest.raises(GoloisError, match=r"another process runs the stage 'train' of .*run"):
            run_loop(RunFolder(folder.path), Silent(), generations=1)
    assert not folder.is_running("train")


def test_playing_that_is_killed_loses_no_game_that_was_stored(make_run: MakeRun) -> None:
    folder = make_run(play={"games": 40})
    TrainStage(folder, Silent()).begin()
    program = (
        "import sys; from pathlib import Path\n"
        "import selfplay.play_stage as stage; stage.SECONDS_BETWEEN_APPENDS = 0\n"
        "from selfplay.folder import RunFolder; from selfplay.run import run_stage; from selfplay.watch import Silent\n"
        "run_stage(RunFolder(Path(sys.argv[1])), 'play', Silent())\n"
    )
    stored: list[str] = []
    for _ in range(2):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(folder.path)], env=os.environ | {"PYTHONPATH": str(Path.cwd())}
        )
        while process.poll() is None and len(ids_of(folder)) < len(stored) + 3:
            time.sleep(0.01)
        process.kill()
        process.wait()
        known, stored = stored, ids_of(folder)
        assert stored[: len(known)] == known
    assert run_stage(folder, "play", Silent())
    assert ids_of(folder)[: len(stored)] == stored
    assert len(set(ids_of(folder))) == 40
    assert folder.played == 1


def ids_of(folder: RunFolder) -> list[str]:
    if not folder.games(0).exists():
        return []
    with GameStore.open(folder.games(0)) as store:
        return store.ids()


class Killed(BaseException):
    """What ends a process at once."""


@pytest.mark.parametrize("place", ["selfplay.learner.save_network", "write_stage"])
def test_learning_that_is_killed_between_two_files_learns_every_step_once(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    folder = make_run(gate={"games": 0, "anchors": []})
    run_stage(folder, "play", Silent())

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        if place == "write_stage":
            patched.setattr(RunFolder, place, die)
        else:
            patched.setattr(place, die)
        with pytest.raises(Killed):
            run_stage(folder, "train", Silent())
    assert folder.trained == 0
    run_stage(folder, "train", Silent())
    facts = folder.stage("train", 1)
    assert facts is not None
    assert facts["step"] == facts["steps"]
    assert {"loss", "policy_loss", "value_loss"} <= set(facts)
    assert folder.network(1).exists()


def test_games_of_another_size_are_refused(make_run: MakeRun) -> None:
    folder = make_run()
    folder.games(0).parent.mkdir()
    GameStore.create(folder.games(0), 7).close()
    with pytest.raises(GoloisError, match=r"0000\.h5 holds 7x7 games, not 5x5"):
        run_stage(folder, "play", Silent())


def test_a_network_of_other_planes_is_refused(make_run: MakeRun) -> None:
    folder = make_run()
    TrainStage(folder, Silent()).begin()
    folder.config = replace(folder.config, network=replace(folder.config.network, planes=8))
    with pytest.raises(GoloisError, match=r"0000\.h5 reads 6 planes .* describes one that reads 8 planes"):
        run_stage(folder, "play", Silent())


def test_a_full_disk_stops_with_the_last_whole_state(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_run()
    TrainStage(folder, Silent()).begin()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for place in ("golois.records.store_file.write_whole", "selfplay.folder.write_whole"):
        with monkeypatch.context() as patched:
            patched.setattr(place, full)
            with pytest.raises(GoloisError, match="No space left on device"):
                run_stage(folder, "play", Silent())
        assert folder.played == 0
    assert run_stage(folder, "play", Silent())
    assert len(set(ids_of(folder))) == 8


def test_the_window_grows_as_in_katago() -> None:
    settings = WindowSettings(least=250_000, growth=0.75, slope=0.4)
    assert window_size(settings, 100_000) == 250_000
    assert window_size(settings, 250_000) == 250_000
    assert window_size(settings, 241_000_000) == pytest.approx(22e6, rel=0.1), "after KataGo's main run"


def test_the_oldest_games_make_room(tmp_path: Path) -> None:
    files = []
    for generation in range(4):
        pair = tmp_path / f"{generation}.h5", tmp_path / f"{generation}.sgf"
        for path in pair:
            path.write_bytes(bytes(1000))
        files.append((generation, *pair))
    deleted = delete_old_games(files, WindowSettings(disk_gigabytes=4.5e-6))
    assert deleted == 2
    assert sorted(path.stem for path in tmp_path.glob("*.h5")) == ["2", "3"]
