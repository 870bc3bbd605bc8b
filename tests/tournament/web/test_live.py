"""Pages follow the tournament: snapshots, the streams that tell of them, and pages kept for each of them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field

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
    for number in range(60):
        finish(tournament.database, 2, number)
    before = reader.take().history
    for number in range(60, 150):
        finish(tournament.database, 2, number)
    snapshot = reader.take()
    moments = snapshot.history.moments
    assert len(moments) <= MOST_POINTS + 1
    assert moments[-1].games == snapshot.played
    first = snapshot.overview["standings"][0]
    low, elo, high = moments[-1].ratings[first["submission"]]
    assert (round(low, 1), round(elo, 1), round(high, 1)) == (first["low"], first["elo"], first["high"])
    known = {moment.games: moment for moment in before.moments}
    assert all(moment is known[moment.games] for moment in moments if moment.games in known)


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


@dataclass
class State:
    """What a page is rendered from, and the names of those that were."""

    version: str
    rendered: list[str] = field(default_factory=list)

    def page(self, name="page"):
        def render(state):
            state.rendered.append(name)
            return f"{name} {state.version}"

        return render


def test_a_page_is_rendered_once_for_each_version_however_many_ask():
    one, two = State("1"), State("2")

    async def ask():
        cache = PageCache()
        answers = []
        for state in (one, one, two):
            asking = [cache.answer(asked(), state, state.page(), "text/html") for _ in range(20)]
            answers.append({answer.body for answer in await asyncio.gather(*asking)})
        return answers

    assert asyncio.run(ask()) == [{b"page 1"}, {b"page 1"}, {b"page 2"}]
    assert (one.rendered, two.rendered) == (["page"], ["page"])


def test_pages_that_are_read_are_made_anew_before_anybody_asks(monkeypatch):
    one, two = State("1"), State("2")

    async def ask():
        cache = PageCache()
        await cache.answer(asked("/old"), one, one.page("old"), "text/html")
        monkeypatch.setattr("tournament.web.cache.SECONDS_READ", 0.05)
        await asyncio.sleep(0.1)
        await cache.answer(asked("/read"), one, one.page("read"), "text/html")
        await cache.renew(two)
        renewed = list(two.rendered)
        answer = await cache.answer(asked("/read"), two, two.page("read"), "text/html")
        return renewed, answer.body

    assert asyncio.run(ask()) == (["read"], b"read 2")
    assert two.rendered == ["read"]


def test_nobody_fills_the_memory_with_made_up_addresses():
    state = State("1")

    async def ask():
        cache = PageCache()
        for number in range(MOST_PAGES + 50):
            await cache.answer(asked(f"/?page={number}"), state, state.page(), "text/html")
        await cache.answer(asked("/?team=" + "x" * LONGEST_ADDRESS), state, state.page(), "text/html")
        return cache._pages

    pages = asyncio.run(ask())
    assert len(pages) == MOST_PAGES
    assert max(map(len, pages)) <= LONGEST_ADDRESS


def test_a_page_that_cannot_be_made_tells_everyone_who_asked():
    state = State("1")

    def broken(state):
        raise LookupError("there is no such game")

    async def ask():
        cache = PageCache()
        answers = [cache.answer(asked(), state, broken, "text/html") for _ in range(3)]
        failed = await asyncio.gather(*answers, return_exceptions=True)
        again = await cache.answer(asked(), state, state.page(), "text/html")
        return [type(error) for error in failed], again.body

    assert asyncio.run(ask()) == ([LookupError] * 3, b"page 1")


def test_a_page_that_is_no_more_does_not_keep_the_others_from_being_renewed():
    one, two = State("1"), State("2")

    def gone(state):
        if state is two:
            raise LookupError("there is no such game any more")
        return "game"

    async def ask():
        cache = PageCache()
        await cache.answer(asked("/game"), one, gone, "text/html")
        await cache.answer(asked("/"), one, one.page(), "text/html")
        await cache.renew(two)

    asyncio.run(ask())
    assert two.rendered == ["page"]
