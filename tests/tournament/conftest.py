"""Tournaments in a temporary folder, between networks that need no Keras."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parent))  # fake_networks.py, also for the processes that tests start

from new_tournaments import new_tournament

from tournament.database import Database

SHORT_GAMES = {"games": 4, "opening_moves": 4, "move_limit": 24}


@pytest.fixture(autouse=True)
def _tests_keep_their_priority(monkeypatch):
    """A tournament run yields to the programs beside it; the process of the tests, where some run, does not."""
    monkeypatch.setattr(os, "nice", lambda by: 0, raising=False)


@pytest.fixture
def make_tournament(tmp_path):
    """A function that makes a tournament with short games between teams of the given names, in `tmp_path/cup`."""
    return partial(short_tournament, tmp_path / "cup")


@pytest.fixture(scope="module")
def make_shared_tournament(tmp_path_factory):
    """As `make_tournament`, for all tests of a module, each in a folder of its own."""
    return lambda *teams, **settings: short_tournament(tmp_path_factory.mktemp("shared") / "cup", *teams, **settings)


def short_tournament(folder: Path, *teams: str, **settings) -> Path:
    """Make a tournament whose games end soon, where `settings` do not say otherwise."""
    return new_tournament(folder, *teams, **{**SHORT_GAMES, **settings})


@pytest.fixture(scope="session")
def postgresql():
    """The URL of a PostgreSQL server that lives as long as the tests."""
    pytest.importorskip("psycopg", reason="psycopg is not installed (golois[postgresql])")
    if not (shutil.which("initdb") and shutil.which("postgres")):
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql, with its programs on the PATH)")
    user = None
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        import pwd

        user = next(name for name in ("postgres", "nobody") if name in {entry.pw_name for entry in pwd.getpwall()})
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        if user:
            shutil.chown(folder, user)
        silent = {"user": user, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
        data = str(folder / "data")
        subprocess.run(["initdb", "-D", data, "-A", "trust", "-U", "teacher", "-N"], check=True, **silent)
        server = subprocess.Popen(["postgres", "-D", data, "-k", name, "-h", "", "-F"], **silent)
        try:
            ask = ["psql", "-h", name, "-U", "teacher", "-c", "", "postgres"]
            while subprocess.run(ask, check=False, **silent).returncode:
                assert server.poll() is None, "PostgreSQL did not start"
                time.sleep(0.1)
            yield f"postgresql+psycopg://teacher@/postgres?host={name}"
        finally:
            server.terminate()
            server.wait()


KINDS_OF_DATABASE = ["sqlite", "postgresql"]


@pytest.fixture(params=KINDS_OF_DATABASE)
def place(request, tmp_path):
    """Where a database is kept: a new file, or an empty server."""
    return _empty_server(request) if request.param == "postgresql" else tmp_path / "tournament.sqlite"


@pytest.fixture(params=KINDS_OF_DATABASE)
def database(request):
    """A tournament's setting `database`: its own file, or an empty server."""
    return _empty_server(request) if request.param == "postgresql" else ""


@pytest.fixture(scope="module", params=KINDS_OF_DATABASE)
def shared_database(request):
    """As `database`, for all tests of a module."""
    return _empty_server(request) if request.param == "postgresql" else ""


def _empty_server(request):
    url = request.getfixturevalue("postgresql")
    database = Database(url)
    with database.writing() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    database.close()
    return url
