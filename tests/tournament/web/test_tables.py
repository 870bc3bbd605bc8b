"""What the site keeps beside the tournament's own tables: teams, uploads, visitors' games; in SQLite and PostgreSQL."""

from __future__ import annotations

import numpy as np
import pytest

from golois.board import WHITE
from golois.errors import GoloisError
from golois.game import Game
from tournament.database import Database
from tournament.folder import Tournament
from tournament.settings import Settings
from tournament.teams import Teams
from tournament.web.play.game import VisitorGame
from tournament.web.play.storage import GameStorage, NoSuchGame
from tournament.web.submit.storage import UploadStorage


@pytest.fixture
def database(place):
    opened = Database(place)
    yield opened
    opened.close()


def test_teams(database):
    teams = Teams(database)
    token = teams.add("Ada")
    with pytest.raises(GoloisError, match="has a token already"):
        teams.add("Ada")
    assert teams.knows("Ada", token)
    assert teams.knows("Ada", teams.renew("Ada"))
    assert not teams.knows("Ada", token)
    teams.remove("Ada")
    assert Teams(database).all() == []  # made again over tables that are there


def test_uploads_keep_their_order_and_their_verdicts(database):
    uploads = UploadStorage(database)
    assert [uploads.add(f"id{i}", team, "net.h5", 7) for i, team in enumerate(("Ada", "Bob"))] == [[], []]
    (replaced,) = uploads.add("id2", "Ada", "net.h5", 7)
    assert replaced.id == "id0"
    assert [uploads.find(f"id{i}")[1] for i in range(3)] == [0, 0, 1]
    taken = uploads.begin()
    assert (taken.id, uploads.find("id1")[0].state, uploads.find("id2")[1]) == ("id1", "checking", 1)
    uploads.begin_again()
    assert uploads.begin().id == "id1"
    uploads.end(taken, {"accepted": False, "reasons": ["zu groß"]})
    assert uploads.find("id1")[0].verdict["reasons"] == ["zu groß"]
    assert [upload.id for upload in uploads.waiting()] == ["id2"]
    assert uploads.find("nothing") is None


def test_a_visitors_game_is_written_at_every_move(database, tmp_path):
    tournament = Tournament(tmp_path, Settings(), database)
    network = database.add_submission("Ada", "0", "net.h5", "somebody", {})
    storage = GameStorage(tournament, Game)
    played = VisitorGame("abc", network, 50, WHITE, Game())
    storage.write(storage.row(played))
    played.answer(3, 0.5)
    played.resign()
    storage.write(storage.row(played))
    found = storage.load("abc")
    assert (found.submission, found.visits, found.visitor, found.resigned) == (network, 50, WHITE, True)
    assert np.array_equal(found.game.moves, [3])
    storage.forget_old()
    assert storage.load("abc").id == "abc"
    with pytest.raises(NoSuchGame):
        storage.load("other")
