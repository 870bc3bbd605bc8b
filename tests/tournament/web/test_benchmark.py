"""The benchmark's readers: what they ask for, what they count, and that a page that fails ends it."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest
from played import finish, played_tournament

from golois.errors import GoloisError
from tournament.folder import Tournament
from tournament.web import benchmark
from tournament.web.benchmark import PAGES, read, wait_until


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = played_tournament(tmp_path_factory.mktemp("benchmark") / "cup", "Ada", "Bob", "Cleo", games=4)
    with Tournament.open(folder) as tournament:
        tournament.database.plan([(2, 1, 2, 50)])
    return folder


@pytest.fixture(scope="module")
def site(folder, serve_site):
    return serve_site(folder)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(benchmark, "TEAMS", 3)
    monkeypatch.setattr(benchmark, "GAMES_BEFORE", 4)
    monkeypatch.setattr(benchmark, "SECONDS_TO_WARM_UP", 0.0)
    monkeypatch.setattr(benchmark, "SPREAD_OF_REFRESHES", 0.01)


def test_readers_open_every_kind_of_page_and_are_counted(site, monkeypatch):
    monkeypatch.setattr(benchmark, "PAGES", dict.fromkeys(PAGES, 1.0))  # the rare ones too on a busy machine
    answers = asyncio.run(read(site.address, readers=8, seconds=1.0, pause=0.02))
    assert set(answers.seconds) == set(PAGES)
    assert 0 < answers.percentile(50) <= answers.percentile(95) <= answers.percentile(100)
    assert answers.percentile(100) == max(answers.percentile(100, page) for page in PAGES)


def test_an_open_page_is_read_anew_when_the_tournament_changes(site, folder, monkeypatch):
    monkeypatch.setattr(benchmark._Reader, "time_to_look", lambda reader: 60.0)  # nobody opens another page
    chosen, read_pages = [], []
    choose, get = benchmark._Reader._choose, benchmark._Reader._get

    def choose_and_tell(reader):
        chosen.append(choose(reader))
        return chosen[-1]

    async def get_and_tell(reader, *request):
        await get(reader, *request)
        read_pages.append(request[-1])

    monkeypatch.setattr(benchmark._Reader, "_choose", choose_and_tell)
    monkeypatch.setattr(benchmark._Reader, "_get", get_and_tell)

    async def look():
        reading = asyncio.create_task(read(site.address, readers=1, seconds=600.0, pause=0.01))
        number = 0
        with Tournament.open(folder) as tournament:
            while len(read_pages) < 5:
                await asyncio.to_thread(finish, tournament.database, 4, number)
                await asyncio.sleep(0.2)
                number += 1
        reading.cancel()

    asyncio.run(asyncio.wait_for(look(), 60))
    assert len(chosen) == 2  # one to see whether the site is there, one by the reader


def test_a_page_that_fails_is_named(site, monkeypatch):
    monkeypatch.setattr(benchmark, "GAMES_BEFORE", 4_000)
    with pytest.raises(GoloisError, match=r"/games/\d+/\d+: the site answered HTTP/1.1 404"):
        asyncio.run(read(site.address, readers=8, seconds=5.0, pause=0.02))


def test_a_tournament_that_does_not_start_says_why(tmp_path):
    log = tmp_path / "run.log"
    log.write_text("Error: no tournament here")
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
        with pytest.raises(GoloisError, match="no tournament here"):
            wait_until(lambda: False, process, log)
