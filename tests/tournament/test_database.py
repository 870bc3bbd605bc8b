"""The tournament's database, as an SQLite file and on a real PostgreSQL server."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from fake_networks import FakeNetwork
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from golois.errors import GoloisError
from tournament.database import Database, PlayedGame
from tournament.folder import Tournament
from tournament.runner import run
from tournament.settings import Settings
from tournament.standings import standings


@pytest.fixture
def database(place):
    opened = Database(place)
    yield opened
    opened.close()


def game(pairing, number, result="B+3.5", moves=(60, 72, 361)):
    facts = (result, "two passes", 2, np.array(moves, np.uint16), "tromp-taylor", 7.5, "2026-11-21T10:00:00Z")
    return PlayedGame(pairing, number, 1, 2, *facts)


def test_what_was_written_is_there_after_opening_anew(place):
    database = Database(place)
    first = database.add_submission("Équipe n° 7", "a" * 64, "réseau.h5", "somebody", {"planes": 31, "warnings": ["é"]})
    second = database.add_submission("Bob", "b" * 64, "bob.h5", "bob", {})
    database.plan([(1, first.id, second.id, 4)])
    database.add_game(game(1, 1, "W+F"))
    database.add_game(game(1, 0, "0"))
    assert database.add_failure(second.id, "crashed") == 1
    database.withdraw(second.id, "crashed")
    database.set_note("stop", "asked")
    database.set_note("stop", "asked again")
    database.close()

    database = Database(place)
    assert database.submissions()[0] == first
    assert first.warnings == ["é"]
    assert [entry.team for entry in database.entrants()] == ["Équipe n° 7"]
    assert [p.games for p in database.pairings()] == [4]
    assert [(g.number, g.result, g.moves.tolist()) for g in database.games()] == [
        (0, "0", [60, 72, 361]),
        (1, "W+F", [60, 72, 361]),
    ]
    assert database.game(1, 1).komi == 7.5
    assert database.game(1, 2) is None
    assert sorted(database.results()) == [(1, 2, 0.0), (1, 2, 0.5)]
    assert (database.played_numbers(), database.played_counts()) == ({1: {0, 1}}, {1: 2})
    assert [f"{s.number} {s.length} {s.beginning}" for s in database.summaries(1)] == ["0 3 (60, 72)", "1 3 (60, 72)"]
    assert [message for _, _, message in database.failures()] == ["crashed"]
    assert database.note("stop") == "asked again"
    database.set_note("stop", None)
    assert database.note("stop") is None
    database.close()


def test_a_finished_game_is_never_replaced(database):
    for team in ("Ada", "Bob"):
        database.add_submission(team, "a" * 64, "a.h5", "somebody", {})
    database.plan([(1, 1, 2, 4)])
    database.add_game(game(1, 0))
    with pytest.raises(IntegrityError):
        database.add_game(game(1, 0, "W+1.5"))
    with pytest.raises(IntegrityError):
        database.add_game(game(9, 0))
    assert database.game(1, 0).result == "B+3.5"
    assert len(database.games()) == 1


def test_readers_do_not_wait_for_a_writer_and_writers_take_turns(database):
    database.add_submission("Ada", "a" * 64, "a.h5", "somebody", {})
    order = []

    def write():
        database.set_note("running", "the second")
        order.append("second")

    with database.writing() as connection:
        connection.execute(text("INSERT INTO notes VALUES ('running', 'the first')"))
        other = threading.Thread(target=write)
        other.start()
        assert [entry.team for entry in database.submissions()] == ["Ada"]
        assert database.note("running") is None
        time.sleep(0.1)
        order.append("first")
    other.join()
    assert order == ["first", "second"]
    assert database.note("running") == "the second"


def test_a_change_that_fails_leaves_nothing_behind(database):
    def change():
        with database.writing() as connection:
            connection.execute(text("INSERT INTO notes VALUES ('running', 'half')"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change()
    assert database.note("running") is None


def test_a_tournament_is_played_on_a_server(postgresql, tmp_path):
    setup = Database(postgresql)
    with setup.writing() as connection:
        connection.execute(text("CREATE SCHEMA played"))
    setup.close()
    settings = Settings(
        games=2, opening_moves=2, move_limit=10, database=f"{postgresql}&options=-csearch_path%3Dplayed"
    )
    with Tournament.create(tmp_path / "cup", settings) as tournament:
        for team in ("Ada", "Bob"):
            tournament.database.add_submission(team, "a" * 64, f"{team}.h5", "somebody", {})
    run(tmp_path / "cup", open_player=lambda tournament, submission: FakeNetwork(submission.id))
    assert not (tmp_path / "cup" / "tournament.sqlite").exists()
    with Tournament.open(tmp_path / "cup") as tournament:
        assert [line.games for line in standings(tournament).lines] == [2, 2]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("nonsense", "no database URL"),
        ("postgresql+nonsense://x", "needs golois"),
        ("oracle9://x", "kept in SQLite or PostgreSQL"),
        ("postgresql+psycopg://teacher:secret@localhost:1/cup", "not a tournament database"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_before_a_tournament_is_made(tmp_path, url, expected):
    with pytest.raises(GoloisError, match=expected) as error:
        Tournament.create(tmp_path / "cup", Settings(database=url))
    assert "secret" not in str(error.value)
    assert not (tmp_path / "cup").exists()


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "tournament.sqlite").write_text("no database " * 100)
    with pytest.raises(GoloisError, match=r"tournament\.sqlite: not a tournament database"):
        Database(tmp_path / "tournament.sqlite")
