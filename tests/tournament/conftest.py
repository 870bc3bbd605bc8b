"""Tournaments in a temporary folder, between networks that need no Keras."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # fake_networks.py, also for the processes that tests start

from tournament.folder import Tournament
from tournament.settings import Settings

REPORT = {
    "planes": 6,
    "policy_outputs": 362,
    "value_activation": "sigmoid",
    "parameters_total": 12345,
    "parameters_trainable": 12000,
    "milliseconds": 0.5,
    "warnings": [],
}


@pytest.fixture
def make_tournament(tmp_path):
    """A function that makes a tournament with short games between teams of the given names, in `tmp_path/cup`."""
    return partial(new_tournament, tmp_path / "cup")


@pytest.fixture(scope="module")
def make_shared_tournament(tmp_path_factory):
    """As `make_tournament`, for all tests of a module."""
    return partial(new_tournament, tmp_path_factory.mktemp("shared") / "cup")


def new_tournament(folder: Path, *teams: str, **settings) -> Path:
    """Make a tournament whose submissions have no files."""
    settings = {"games": 4, "opening_moves": 4, "move_limit": 24, **settings}
    with Tournament.create(folder, Settings(**settings)) as tournament:
        for number, team in enumerate(teams):
            tournament.database.add_submission(team, f"{number:064x}", f"{team}.h5", "somebody", REPORT)
    return folder
