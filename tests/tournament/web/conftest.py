"""Sites over temporary tournaments, asked without a network or a browser."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
import uvicorn
from fastapi import FastAPI
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


def make_app(folder: Path, **settings) -> FastAPI:
    """Return a site whose networks at play are those of fake_play_worker.py."""
    app = create_app(folder, SiteSettings(refresh_seconds=0.1, **settings))
    app.state.services.games.pool.start = partial(NetworkAtPlay, command=FAKE_WORKER)
    return app


def _opener() -> Iterator:
    with ExitStack() as stack:

        def open_one(folder: Path, runner: tuple[str, ...] = (), **settings) -> TestClient:
            app = make_app(folder, **settings)
            app.state.services.rounds.runner = runner or app.state.services.rounds.runner
            client = stack.enter_context(TestClient(app))
            client.services = app.state.services
            return client

        yield open_one


@pytest.fixture(scope="module")
def serve_site() -> Iterator:
    """A function that serves a tournament's folder on a port of its own; returns its app, address and services."""
    with ExitStack() as stack:

        def serve(folder: Path, **settings) -> SimpleNamespace:
            app = make_app(folder, **settings)
            server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=1))
            listening = server.config.bind_socket()
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
            thread.start()
            while not server.started:
                assert thread.is_alive(), "the site did not start"
                time.sleep(0.02)

            def stop() -> None:
                server.should_exit = True
                thread.join()
                listening.close()

            stack.callback(stop)
            address = f"http://127.0.0.1:{listening.getsockname()[1]}"
            return SimpleNamespace(app=app, address=address, services=app.state.services)

        yield serve


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
