"""Sites over temporary tournaments, asked without a network or a browser."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import nets.reader
from nets.reader import NetworkReport
from tournament.web.app import create_app
from tournament.web.play.process import NetworkAtPlay
from tournament.web.settings import SiteSettings

sys.path.insert(0, str(Path(__file__).parent))  # played.py

FAKE_WORKER = (sys.executable, str(Path(__file__).parent / "fake_play_worker.py"))


@pytest.fixture(scope="module")
def open_shared_site() -> Iterator:
    """As `open_site`, until the end of the module."""
    yield from _opener()


@pytest.fixture
def open_site() -> Iterator:
    """A function that serves a tournament's folder until the end of the test and returns a client.

    Networks at play are those of fake_play_worker.py, and the runner of rounds is what `runner` says.
    """
    yield from _opener()


def _opener() -> Iterator:
    with ExitStack() as stack:

        def open_one(folder: Path, runner: tuple[str, ...] = (), **settings) -> TestClient:
            app = create_app(folder, SiteSettings(refresh_seconds=0.1, **settings))
            services = app.state.services
            services.games.pool.start = partial(NetworkAtPlay, command=FAKE_WORKER)
            services.rounds.runner = runner or services.rounds.runner
            client = stack.enter_context(TestClient(app))
            client.services = services
            return client

        yield open_one


@pytest.fixture
def checked(monkeypatch) -> NetworkReport:
    """What the check of a submitted file finds, in place of reading it; a test may change it."""
    found = NetworkReport(
        ok=True, planes=31, policy_outputs=361, value_activation="tanh", parameters_total=1000, parameters_trainable=900
    )

    def check_network(path, limit=None):
        found.ok = not found.problems
        return found

    monkeypatch.setattr(nets.reader, "check_network", check_network)
    return found
