"""A tournament on a Ray cluster whose workers die."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from fake_networks import Taste

from golois.cluster import connected
from golois.errors import GoloisError
from tournament.cluster import ClusterNetwork
from tournament.folder import Tournament
from tournament.runner import run
from tournament.worker import NetworkPlayer, Options

ray = pytest.importorskip("ray", reason="Ray is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")  # of Ray about its own doings


class FakeActor:
    """A network with a taste of its own, on the cluster; the first process of the first one dies in the middle."""

    def __init__(self, options):
        self.options = options

    def choose(self, content, asked):
        taste, _, mark = content.decode().partition(" ")
        if taste == "1" and asked and len(asked[0].moves) > 12 and not os.path.exists(mark):  # noqa: PTH110
            open(mark, "w").close()  # noqa: PTH123
            os.kill(os.getpid(), signal.SIGKILL)
        return NetworkPlayer(Taste(int(taste), 6, 362), self.options).choose(asked) if asked else []


def test_a_worker_that_dies_loses_no_game(make_tournament, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))  # the workers need fake_networks.py too
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")  # no token in the home folder of who runs the tests
    folder = make_tournament("Ada", "Bob", games=6)
    mark = tmp_path / "died"

    def start(tournament, submission):
        return ClusterNetwork(f"{submission.id} {mark}".encode(), Options(), actor=FakeActor)

    with connected("local", cpus=8):
        run(folder, open_player=start)
    assert mark.exists()
    with Tournament.open(folder) as tournament:
        games = tournament.database.games()
        assert tournament.database.failures() == []
    assert sorted(game.number for game in games) == list(range(6))
    assert all(game.ending.startswith("limit of 24 moves") or game.ending == "two passes" for game in games)


def test_where_no_cluster_listens_that_is_said_at_once():
    with pytest.raises(GoloisError, match="no Ray cluster answers"), connected("127.0.0.1:1"):
        pass
