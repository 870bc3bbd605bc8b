"""The pages that show a tournament: what they say, what the filters leave, and what a hostile name cannot do."""

from __future__ import annotations

import html.parser
import re

import pytest
from fastapi.testclient import TestClient
from played import played_tournament

from golois.records.sgf import records_from_sgf
from tournament.folder import Tournament
from tournament.web.app import create_app
from tournament.web.headers import POLICY

HOSTILE = '</script><img src=x onerror="alert(1)"> & {{ 7*7 }}'
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, shared_database):
    folder = tmp_path_factory.mktemp("pages") / "cup"
    return played_tournament(folder, "Ada", HOSTILE, "Cleo", name="Coupe d'été", database=shared_database)


@pytest.fixture(scope="module")
def site(folder):
    with TestClient(create_app(folder)) as client:
        yield client


def elements(page):
    """The attributes of every element of a page."""
    found = []
    parser = html.parser.HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append(dict(attributes))
    parser.feed(page.text)
    return found


def listed(page):
    """The addresses of the games that a page lists."""
    return re.findall(r'<li><a href="(/games/\d+/\d+)"', page.text)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/", ["Standings", "Ada", "Cleo", "Cross table", "12 games", "show the games"]),
        ("/games", ["12 games", "the last finished first", "24 moves"]),
        ("/games/1/1", ["Ada", "What a network sees", '"moves"']),
        ("/networks", ["12\u202f345", "plays"]),
        ("/networks/1", ["Rating over time", "Strength by opening", "12\u202f345", "Opponents"]),
        ("/rules", ["positional superko", "komi 7.5"]),
    ],
)
def test_every_page_says_what_it_is_there_for(site, address, expected):
    page = site.get(address, headers=PAGE)
    assert page.status_code == 200
    assert "Coupe d&#39;été" in page.text
    for words in expected:
        assert words in page.text


@pytest.mark.parametrize(
    "address", ["/", "/games", "/games/1/1", "/networks", "/networks/2", "/games?network=2", "/no"]
)
def test_a_hostile_name_is_text_and_nothing_comes_from_elsewhere(site, address):
    page = site.get(address, headers=PAGE)
    assert "<img" not in page.text
    assert "{{" not in page.text or "{{ 7*7 }}" in page.text
    assert page.headers["content-security-policy"] == POLICY
    assert page.headers["x-content-type-options"] == "nosniff"
    for attributes in elements(page):
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        for name in ("src", "href", "action"):
            assert (attributes.get(name) or "#").startswith(("/", "#"))
            assert not (attributes.get(name) or "").startswith("//")


def test_standings_are_filtered_by_name_and_by_size(site):
    assert site.get("/", params={"team": "ada"}).text.count('class="number elo"') == 1
    assert "No entrant is like that" in site.get("/", params={"parameters": 100}).text
    assert site.get("/", params={"team": "", "planes": "", "parameters": ""}).text.count('class="number elo"') == 3


def test_games_are_filtered_by_who_met_and_how_it_ended(site):
    assert len(listed(site.get("/games"))) == 12
    of_ada = listed(site.get("/games", params={"network": 1, "opponent": "", "outcome": ""}))
    assert len(of_ada) == 8
    won, lost, drawn = (
        listed(site.get("/games", params={"network": 1, "outcome": outcome})) for outcome in ("won", "lost", "draw")
    )
    assert sorted(won + lost + drawn) == sorted(of_ada)
    assert len(listed(site.get("/games", params={"network": 1, "opponent": 3, "colour": "black"}))) == 2
    assert "No game is like that" in site.get("/games", params={"outcome": "forfeit"}).text
    assert len(listed(site.get("/games", params={"page": 99}))) == 12


def test_a_game_comes_as_sgf_too(site, folder):
    answer = site.get("/games/1/2.sgf")
    assert answer.headers["content-type"] == "application/x-go-sgf"
    assert "attachment" in answer.headers["content-disposition"]
    with Tournament.open(folder) as tournament:
        game = tournament.database.game(1, 1)
    (record,) = records_from_sgf(answer.content, pytest.fail)
    assert record.moves.tolist() == game.moves.tolist()
    assert (record.black, record.white) == (HOSTILE, "Ada")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/games/1/99", 404),
        ("/games/99999999999999999999/1", 404),
        ("/games/1/-5.sgf", 404),
        ("/networks/99", 404),
        ("/nothing", 404),
        ("/games?page=0", 422),
        ("/games?network=x", 422),
        ("/games?outcome=resigned", 422),
        ("/games/1/1/evaluation?network=99", 404),
        ("/static/nothing.js", 404),
        ("/static/..%2Fapp.py", 404),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(site, address, status):
    page = site.get(address, headers=PAGE)
    assert page.status_code == status
    assert "Traceback" not in page.text
    data = site.get(address, headers={"Accept": "application/json"})
    assert data.status_code == status
    if "static" not in address:
        assert "To the standings" in page.text
        assert isinstance(data.json()["detail"], str)


@pytest.mark.parametrize(("address", "status"), [("/", 200), ("/games/1/1.sgf", 200), ("/networks/99", 404)])
def test_who_only_looks_whether_a_page_is_there_gets_no_body(site, address, status):
    answer = site.head(address)
    assert (answer.status_code, answer.content) == (status, b"")
    assert answer.headers["content-security-policy"] == POLICY


def test_a_browser_that_has_a_page_is_told_that_it_is_still_good(site):
    first = site.get("/")
    again = site.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    address = re.search(r'href="(/static/site.css\?\w+)"', first.text).group(1)
    assert "immutable" in site.get(address).headers["cache-control"]
    assert "immutable" not in site.get("/static/site.css").headers["cache-control"]


def test_before_the_first_entrant_there_are_pages_already(make_tournament, open_site):
    site = open_site(make_tournament())
    for address in ("/", "/games", "/networks"):
        page = site.get(address)
        assert page.status_code == 200
        assert 'class="note"' in page.text
