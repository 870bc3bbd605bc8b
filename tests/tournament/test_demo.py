"""The main job, small but whole: records in, a winner that speaks GTP out."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tournament.database import Database
from tournament.demo import demo_records

pytestmark = pytest.mark.timeout(600)


def golois(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run the console script in a process of its own, as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "golois", *arguments], input=text, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo of a few seconds of training and two games per pairing, as it was left."""
    folder = tmp_path_factory.mktemp("demo") / "golois demo"
    done = golois("demo", "--folder", str(folder), "--seconds", "12", "--games", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "output.txt").write_text(done.stdout, encoding="utf-8")
    return folder


def test_it_prints_standings_and_the_gtp_line(folder: Path) -> None:
    output = (folder / "output.txt").read_text(encoding="utf-8")
    assert "Standings" in output
    for team in ("your network", "your network, early", "untrained"):
        assert re.search(rf"^{team}: \d+ wins, \d+ games played, winrate = [\d.]+, sigma = [\d.]+$", output, re.M)
    assert re.search(r"golois gtp --network .*\.h5", output)
    assert re.search(r"golois serve .*tournament'?$", output, re.M)


def test_every_pairing_was_played_with_colours_swapped(folder: Path) -> None:
    database = Database(folder / "tournament" / "tournament.sqlite")
    games = {(game.black, game.white) for game in database.games()}
    entrants = [entry.id for entry in database.entrants()]
    database.close()
    assert len(entrants) >= 3
    assert games == {(black, white) for black in entrants for white in entrants if black != white}


def test_the_report_holds_the_games(folder: Path) -> None:
    page = (folder / "tournament" / "report" / "index.html").read_text(encoding="utf-8")
    assert "Cross table" in page
    assert "your network, early" in page
    assert "http://" not in re.sub(r"http://www\.w3\.org", "", page), "the page needs no network"


def test_the_winner_plays_through_gtp(folder: Path) -> None:
    output = (folder / "output.txt").read_text(encoding="utf-8")
    line = re.search(r"golois gtp --network .*", output)
    assert line is not None
    answer = golois(*shlex.split(line[0])[1:], "--visits", "1", text="genmove b\nquit\n")
    assert re.fullmatch(r"= [A-HJ-T]\d+\n\n=\n\n", answer.stdout), answer.stdout + answer.stderr


def test_a_finished_demo_is_shown_again_without_training(folder: Path) -> None:
    before = (folder / "network.h5").read_bytes()
    again = golois("demo", "--folder", str(folder), "--games", "2")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "from an earlier demo" in again.stdout
    assert (folder / "network.h5").read_bytes() == before


def test_the_records_come_with_the_package() -> None:
    assert demo_records().is_file()
    assert demo_records().stat().st_size < 1_000_000
