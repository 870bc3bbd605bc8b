"""Pages follow the tournament: snapshots, the streams that tell of them, and pages kept for each of them."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest
from played import finish, played_tournament
from starlette.requests import Request

from tournament.folder import Tournament
from tournament.web.cache import LONGEST_ADDRESS, MOST_PAGES, PageCache
from tournament.web.history import MOST_POINTS
from tournament.web.live import Live
from tournament.web.snapshot import SnapshotReader


@pytest.fixture
def tournament(tmp_path):
    folder = played_tournament(tmp_path / "cup", "Ada", "Bob", games=4)
    with Tournament.open(folder) as opened:
        opened.database.plan([(2, 1, 2, 200)])
        yield opened


def test_a_snapshot_is_taken_only_when_something_has_changed(tournament):
    reader = SnapshotReader(tournament)
    first = reader.take()
    assert (first.played, first.planned, first.running) == (4, 204, None)
    assert reader.take() is None
    finish(tournament.database, 2, 0, winner=2)
    second = reader.take()
    assert (second.played, second.games[0].pairing) == (5, 2)
    assert second.version != first.version
    assert first.played == 4
    tournament.database.withdraw(2, "asked to")
    assert [line["team"] for line in reader.take().ranked] == ["Ada"]
    with tournament.running():
        assert "process" in reader.take().running


def test_the_last_moment_of_the_history_is_the_present_and_the_past_stays(tournament):
    reader = SnapshotReader(tournament)
    before = reader.take().history
    for number in range(150):
        finish(tournament.database, 2, number)
    snapshot = reader.take()
    moments = snapshot.history.moments
    assert len(moments) <= MOST_POINTS + 1
    assert moments[-1].games == snapshot.played
    first = snapshot.overview["standings"][0]
    low, elo, high = moments[-1].ratings[first["submission"]]
    assert (round(low, 1), round(elo, 1), round(high, 1)) == (first["low"], first["elo"], first["high"])
    known = {moment.games: moment for moment in before.moments}
    assert [m for m in moments if m.games in known] == [known[m.games] for m in moments if m.games in known]


def test_a_stream_tells_the_state_and_every_change_until_the_site_closes(tournament):
    async def follow():
        live = Live(SnapshotReader(tournament), seconds=0.01)
        watching = asyncio.create_task(live.watch())
        told = []
        async for event in live.stream():
            if event.startswith("event: state"):
                told.append(json.loads(event.split("data: ")[1])["played"])
                if len(told) == 1:
                    finish(tournament.database, 2, 0)
                if told[-1] == 5:
                    live.close()
        watching.cancel()
        return told, live.streams

    assert asyncio.run(asyncio.wait_for(follow(), 30)) == ([4, 5], 0)


def test_a_site_outlives_a_database_that_fails_for_a_while(tournament, monkeypatch, caplog):
    async def follow():
        reader = SnapshotReader(tournament)
        live = Live(reader, seconds=0.01)
        real, failed = reader.take, asyncio.Event()
        loop = asyncio.get_running_loop()

        def broken():
            loop.call_soon_threadsafe(failed.set)
            raise OSError("the server is away")

        monkeypatch.setattr(reader, "take", broken)
        watching = asyncio.create_task(live.watch())
        await failed.wait()
        monkeypatch.setattr(reader, "take", real)
        finish(tournament.database, 2, 0)
        while live.snapshot.played != 5:
            await asyncio.sleep(0.01)
        watching.cancel()

    asyncio.run(asyncio.wait_for(follow(), 30))
    assert "trying again" in caplog.text


def asked(address="/"):
    path, _, query = address.partition("?")
    return Request({"type": "http", "path": path, "query_string": query.encode(), "headers": [], "method": "GET"})


def test_a_page_is_rendered_once_for_each_version_however_many_ask():
    rendered = []

    async def ask():
        cache = PageCache()
        answers = [cache.answer(asked(), "1", lambda: rendered.append(1) or "page", "text/html") for _ in range(20)]
        return [answer.body for answer in await asyncio.gather(*answers)]

    assert asyncio.run(ask()) == [b"page"] * 20
    assert len(rendered) == 1


def test_while_a_page_is_made_anew_the_others_get_the_one_before():
    go_on = threading.Event()

    def slow():
        go_on.wait(20)
        return "new"

    async def ask():
        cache = PageCache()
        await cache.answer(asked(), "1", lambda: "old", "text/html")
        first = asyncio.create_task(cache.answer(asked(), "2", slow, "text/html"))
        await asyncio.sleep(0)
        meanwhile = await cache.answer(asked(), "2", slow, "text/html")
        go_on.set()
        return meanwhile.body, (await first).body

    assert asyncio.run(ask()) == (b"old", b"new")


def test_nobody_fills_the_memory_with_made_up_addresses():
    async def ask():
        cache = PageCache()
        for number in range(MOST_PAGES + 50):
            await cache.answer(asked(f"/?page={number}"), "1", lambda: "page", "text/html")
        await cache.answer(asked("/?team=" + "x" * LONGEST_ADDRESS), "1", lambda: "page", "text/html")
        return cache._pages

    pages = asyncio.run(ask())
    assert len(pages) == MOST_PAGES
    assert max(map(len, pages)) <= LONGEST_ADDRESS


def test_a_page_that_cannot_be_made_tells_everyone_who_asked():
    def broken():
        raise LookupError("there is no such game")

    async def ask():
        cache = PageCache()
        answers = [cache.answer(asked(), "1", broken, "text/html") for _ in range(3)]
        failed = await asyncio.gather(*answers, return_exceptions=True)
        again = await cache.answer(asked(), "1", lambda: "page", "text/html")
        return [type(error) for error in failed], again.body

    assert asyncio.run(ask()) == ([LookupError] * 3, b"page")
