"""`golois selfplay policy` as a user runs it: killed, started again, its games trained on."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from golois.errors import GoloisError
from golois.records.replay import game_from_record
from golois.records.store import GameStore
from selfplay.commands.policy import policy


def play(network: Path, store: Path, *options: str) -> Result:
    """Run the command in this process; errors that a user would read as one line are raised."""
    arguments = ["--network", str(network), "--store", str(store), *options]
    return CliRunner().invoke(policy, arguments, catch_exceptions=False)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that has learned nothing."""
    from nets.architectures import build_network
    from nets.training.checkpoint import save_h5

    path = tmp_path_factory.mktemp("network") / "newborn.h5"
    save_h5(build_network("residual", blocks=1, filters=8), path)
    return path


def test_games_are_added_until_the_store_holds_as_many_as_asked(network: Path, tmp_path: Path) -> None:
    store_path = tmp_path / "games.h5"
    assert play(network, store_path, "--games", "2").exit_code == 0
    with GameStore.open(store_path) as store:
        first = [store.game(number) for number in range(len(store))]
    again = play(network, store_path, "--games", "3", "--sgf", str(tmp_path / "sgf"))
    assert "1 games" in again.output
    with GameStore.open(store_path) as store:
        assert len(store) == 3
        assert [store.game(0), store.game(1)] == first, "what was there is not played again"
        for record in store:
            game_from_record(record)
            assert record.values is not None
    assert len(list((tmp_path / "sgf").glob("*.sgf"))) == 1


def test_a_network_that_cannot_be_read_leaves_no_store(tmp_path: Path) -> None:
    broken = tmp_path / "broken.h5"
    broken.write_text("no network")
    with pytest.raises(GoloisError, match=r"broken\.h5.*not an HDF5 file"):
        play(broken, tmp_path / "games.h5")
    assert not (tmp_path / "games.h5").exists()
