"""Running a tournament: nothing lost, nothing played twice, whatever happens."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fake_networks import FakeNetwork, NotANumber

from golois.errors import GoloisError
from golois.records.sources import read_records
from tournament.database import Database
from tournament.folder import Tournament, who_runs
from tournament.runner import open_submission, run
from tournament.standings import standings
from tournament.worker import NetworkPlayer


def fakes(tournament, submission):
    return FakeNetwork(submission.id)


def games_of(folder):
    with Tournament.open(folder) as tournament:
        return tournament.database.games()


def test_a_round_robin_plays_every_pairing(make_tournament):
    folder = make_tournament("Ada", "Bob", "Éva")
    steps = []
    table = run(folder, steps.append, open_player=fakes)
    assert len(games_of(folder)) == 3 * 4
    assert [line.games for line in table.lines] == [8, 8, 8]
    assert sum(line.wins for line in table.lines) == 12
    assert (steps[0].played, steps[-1].played, steps[-1].planned) == (0, 12, 12)
    assert steps[-1].message


def test_every_game_is_an_sgf_file_with_rules_and_komi(make_tournament):
    folder = make_tournament("Ada Lovelace", "Éva.12", komi=6.5)
    run(folder, open_player=fakes)
    records = {record.id: record for record in read_records(folder / "sgf")}
    games = games_of(folder)
    assert len(records) == len(games) == 4
    for record in records.values():
        assert (record.komi, record.rules) == (6.5, "tromp-taylor")
        assert {record.black, record.white} == {"Ada Lovelace", "Éva.12"}
    assert sorted(map(len, records.values())) == sorted(len(game.moves) for game in games)


def test_a_finished_tournament_plays_nothing_and_mends_a_missing_sgf(make_tournament):
    folder = make_tournament("Ada", "Bob")
    run(folder, open_player=fakes)
    lost = sorted((folder / "sgf").iterdir())[0]
    content = lost.read_bytes()
    lost.unlink()
    run(folder, open_player=None)
    assert len(games_of(folder)) == 4
    assert lost.read_bytes() == content


def test_a_newcomer_plays_everyone(make_tournament):
    folder = make_tournament("Ada", "Bob")
    run(folder, open_player=fakes)
    with Tournament.open(folder) as tournament:
        tournament.database.add_submission("Cleo", "f" * 64, "c.h5", "x", {})
    run(folder, open_player=fakes)
    assert len(games_of(folder)) == 12


def test_a_newer_network_takes_the_teams_place_and_the_older_stays_listed(make_tournament):
    folder = make_tournament("Ada", "Bob")
    run(folder, open_player=fakes)
    with Tournament.open(folder) as tournament:
        newer = tournament.database.add_submission("Ada", "f" * 64, "better.h5", "x", {})
    table = run(folder, open_player=fakes)
    assert {line.submission.id for line in table.lines if line.rank} == {2, newer.id}
    assert [line.submission.id for line in table.lines if not line.rank] == [1]
    assert len(games_of(folder)) == 8


def test_swiss_plays_its_rounds(make_tournament):
    folder = make_tournament("a", "b", "c", "d", "e", kind="swiss", games=2)
    run(folder, open_player=fakes)
    with Tournament.open(folder) as tournament:
        pairings = tournament.database.pairings()
    assert [p.round for p in pairings] == [1, 1, 2, 2, 3, 3, 4, 4]
    assert len(games_of(folder)) == 16


def test_a_ladder_plays_until_it_is_stopped(make_tournament):
    folder = make_tournament("a", "b", "c", kind="ladder", games=2)

    def stop_after_ten(progress):
        if progress.played == 10:
            with Tournament.open(folder) as tournament:
                tournament.database.set_note("stop", "now")

    started = time.monotonic()
    table = run(folder, stop_after_ten, open_player=lambda t, s: FakeNetwork(s.id, pause=0.01))
    assert time.monotonic() - started < 60
    assert sum(line.wins for line in table.lines) >= 10


def test_until_sigma_plays_on_until_the_ratings_are_known(make_tournament):
    folder = make_tournament("a", "b", games=2)
    table = run(folder, until_sigma=125, open_player=lambda t, s: FakeNetwork(s.id))
    assert all(line.elo_sigma <= 125 for line in table.lines)
    assert 4 < len(games_of(folder)) < 200


def test_a_network_that_fails_never_stops_the_tournament(make_tournament):
    folder = make_tournament("sound", "broken", "fine", games=6)
    messages = []
    table = run(
        folder,
        lambda progress: messages.append(progress.message) if progress.is_failure else None,
        open_player=lambda t, s: (NotANumber if s.team == "broken" else FakeNetwork)(s.id),
    )
    assert [line.submission.team for line in table.lines if line.rank] != []
    assert {line.submission.team for line in table.lines if line.rank} == {"sound", "fine"}
    assert messages[-1].startswith("broken is withdrawn")
    with Tournament.open(folder) as tournament:
        assert len(tournament.database.failures()) == 3
        (broken,) = [entry for entry in tournament.database.submissions() if entry.withdrawn]
    assert "no distribution" in broken.withdrawn
    between_the_others = [game for game in games_of(folder) if 2 not in (game.black, game.white)]
    assert len(between_the_others) == 6


def test_a_gauntlet_ends_when_its_champion_is_withdrawn(make_tournament):
    folder = make_tournament("champion", "fine", "good", kind="gauntlet", champion="champion")
    table = run(folder, open_player=lambda t, s: (NotANumber if s.team == "champion" else FakeNetwork)(s.id))
    assert {line.submission.team for line in table.lines if line.rank} == {"fine", "good"}
    assert len(games_of(folder)) > 0


RUN = """
import sys
sys.path.insert(0, sys.argv[2])
from fake_networks import FakeNetwork
from tournament.runner import open_submission, run
run(sys.argv[1], lambda p: print(p.played, flush=True), open_player=lambda t, s: FakeNetwork(s.id, pause=0.02))
"""


def start_run(folder):
    command = [sys.executable, "-c", RUN, str(folder), str(Path(__file__).parent)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_killed_at_any_moment_it_goes_on_without_loss_or_repetition(make_tournament):
    folder = make_tournament("Ada", "Bob", "Éva", games=8)
    before = []
    for finished in (1, 9):  # kill it while the first games end, and once more in the middle
        process = start_run(folder)
        for line in process.stdout:
            if int(line) >= finished:
                break
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        kept = games_of(folder)
        assert len(kept) >= len(before)
        before = kept
    assert 0 < len(before) < 24
    run(folder, open_player=fakes)
    after = games_of(folder)
    assert len(after) == len({(game.pairing, game.number) for game in after}) == 24
    for game in before:
        (same,) = [other for other in after if (other.pairing, other.number) == (game.pairing, game.number)]
        assert same.finished_at == game.finished_at
        assert (same.moves == game.moves).all()
    # and the games are those of a run that was never interrupted
    whole = make_tournament_again(folder)
    run(whole, open_player=fakes)
    assert [list(game.moves) for game in games_of(whole)] == [list(game.moves) for game in after]


def make_tournament_again(folder):
    """A tournament with the same settings and entrants, without games."""
    with Tournament.open(folder) as old, Tournament.create(folder.parent / "again", old.settings) as new:
        for entry in old.database.submissions():
            new.database.add_submission(entry.team, entry.digest, entry.file_name, "x", entry.report)
    return folder.parent / "again"


def test_a_second_run_of_one_folder_is_refused(make_tournament):
    folder = make_tournament("Ada", "Bob", games=20)
    process = start_run(folder)
    try:
        assert process.stdout.readline() == "0\n"
        with pytest.raises(GoloisError, match=f"being played by process {process.pid} since"):
            run(folder, open_player=fakes)
        with Tournament.open(folder) as tournament:  # looking is allowed
            assert len(standings(tournament).lines) == 2
            assert str(process.pid) in who_runs(tournament)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    with Tournament.open(folder) as tournament:
        assert who_runs(tournament) is None  # the lock died with the process
    run(folder, open_player=fakes)
    assert len(games_of(folder)) == 20


def test_kernels_are_compiled_before_a_networks_time_to_load_begins(make_tournament, monkeypatch):
    happened = []
    monkeypatch.setattr(NetworkPlayer, "warm_up", lambda player: happened.append(player.evaluator.planes))
    monkeypatch.setattr("tournament.runner.NetworkProcess", lambda path, *limits: happened.append(path.name))
    digest = hashlib.sha256(b"weights").hexdigest()
    with Tournament.open(make_tournament(seed=321)) as tournament:
        tournament.network_path(digest).parent.mkdir()
        tournament.network_path(digest).write_bytes(b"weights")
        entry = tournament.database.add_submission("Ada", digest, "ada.h5", "x", {"planes": 21})
        open_submission(tournament, entry)
        open_submission(tournament, entry)
    assert happened == [21, f"{digest}.h5", f"{digest}.h5"]


def test_a_folder_without_a_tournament_says_how_to_make_one(tmp_path):
    with pytest.raises(GoloisError, match="golois tournament new"):
        run(tmp_path / "nothing")


def test_a_file_that_is_no_database_is_named(make_tournament):
    folder = make_tournament()
    for file in folder.glob("tournament.sqlite*"):
        file.unlink()
    (folder / "tournament.sqlite").write_text("this is no database, whatever its name says" * 20)
    with pytest.raises(GoloisError, match=r"tournament.sqlite: not a tournament database"):
        Database(folder / "tournament.sqlite")
