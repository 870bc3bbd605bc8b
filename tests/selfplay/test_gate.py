"""Fixed opponents: GNU Go by the rules of the run, the network's own policy; a program that is not there."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from golois.errors import GoloisError
from selfplay.folder import RunFolder
from selfplay.gate_stage import GateStage
from selfplay.train_stage import TrainStage
from selfplay.watch import Silent

MakeRun = Callable[..., RunFolder]


def test_a_program_that_is_not_there_is_told_before_the_first_game(make_run: MakeRun) -> None:
    folder = make_run(gate={"anchors": ["gnugo"], "gnugo": "no-such-gnugo"})
    with pytest.raises(GoloisError, match="needs the program 'no-such-gnugo', which is not installed"):
        GateStage(folder, Silent())


def test_gnu_go_beats_a_network_that_has_learned_nothing(make_run: MakeRun) -> None:
    if not (shutil.which("gnugo") or shutil.which("gnugo", path="/usr/games")):
        pytest.skip("GNU Go is not installed")
    folder = make_run(
        board={"size": 7, "komi": 9.0}, gate={"anchors": ["policy", "gnugo"], "anchor_games": 2, "games": 0}
    )
    TrainStage(folder, Silent()).begin()
    folder.network(1).write_bytes(folder.network(0).read_bytes())
    GateStage(folder, Silent()).run(1)
    facts = folder.stage("gate", 1)
    assert facts is not None
    policy, gnugo = facts["matches"]
    assert policy["opponent"] == "policy 1"
    assert (gnugo["opponent"], gnugo["black_games"], gnugo["white_games"]) == ("gnugo", 1, 1)
    assert gnugo["black_points"] + gnugo["white_points"] == 0, "neither a forfeit nor dead stones that count"
