"""Playing against a network: the game as its visitor sees it, and a process that misbehaves."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import pytest

from golois.records.sgf import records_from_sgf
from tournament.folder import Tournament
from tournament.web.play import games as games_module
from tournament.web.play.pool import NetworkPool, Question
from tournament.web.play.process import NetworkAtPlay, Options, ThinkingFailed

FAKE_WORKER = (sys.executable, str(Path(__file__).parent / "fake_play_worker.py"))


@pytest.fixture(scope="module")
def client(make_shared_tournament, open_shared_site, shared_database):
    """One site, and one process of its network, for most of the tests."""
    return open_shared_site(make_shared_tournament("Corners", "Others", move_limit=40, database=shared_database))


@pytest.fixture
def folder(make_tournament):
    return make_tournament("Corners", "Others")


def begin(client, **values):
    answer = client.post("/api/play", json={"network": 1, "visits": 1, **values})
    assert answer.status_code == 201, answer.text
    return settled(client, answer.json())


def settled(client, state):
    """The state when the network has done thinking."""
    deadline = time.monotonic() + 200  # the first time the kernels are compiled
    while state["thinking"] and time.monotonic() < deadline:
        state = client.get(f"/api/play/{state['id']}", params={"version": state["version"], "wait": 5}).json()
    assert not state["thinking"]
    return state


def do(client, state, what, **body):
    answer = client.post(f"/api/play/{state['id']}/{what}", json=body or None)
    assert answer.status_code == 200, answer.text
    return settled(client, answer.json())


def move(client, state, vertex):
    return do(client, state, "move", vertex=vertex)


def test_the_network_answers_every_move(client):
    state = begin(client)
    assert (state["you"], state["to_move"], state["strength"]) == ("black", "black", "policy alone")
    state = move(client, state, "Q16")
    assert state["moves"] == "pdaa"  # the network likes A19 best
    state = move(client, state, "d4")
    assert state["moves"] == "pdaadpba"
    assert state["winrate"] == pytest.approx(0.5)


def test_a_network_with_black_begins(client):
    state = begin(client, you="white", visits=50)
    assert (state["moves"], state["to_move"]) == ("aa", "white")


def test_the_rules_are_kept(client):
    state = move(client, begin(client), "Q16")
    for vertex, status, reason in (
        ("Q16", 409, "illegal move Black Q16: the point is occupied by Black"),
        ("I5", 422, "'I5' is not a point"),
        ("T20", 422, "'T20' is not on a board of size 19"),
    ):
        answer = client.post(f"/api/play/{state['id']}/move", json={"vertex": vertex})
        assert answer.status_code == status
        assert answer.json()["detail"].startswith(reason)
    assert client.get(f"/api/play/{state['id']}").json()["moves"] == state["moves"]


def test_moves_are_taken_back_with_the_answer(client):
    state = begin(client, you="white")
    answer = client.post(f"/api/play/{state['id']}/take-back")
    assert (answer.status_code, answer.json()["detail"]) == (409, "there is no move of yours to take back")
    state = move(client, state, "Q16")
    assert state["moves"] == "aapdba"
    state = do(client, state, "take-back")
    assert (state["moves"], state["to_move"]) == ("aa", "white")


def test_a_hint_tells_visits_and_policy(client):
    state = do(client, begin(client), "hint")
    hint = state["hint"]
    assert hint["candidates"][0]["vertex"] == "A19"
    assert sum(candidate["visits"] for candidate in hint["candidates"]) <= games_module.HINT_VISITS
    assert len(hint["policy"]) == 362
    assert hint["policy"].index(max(hint["policy"])) == 0
    assert move(client, state, "Q16")["hint"] is None


def test_two_passes_end_the_game_with_a_score(client):
    state = move(client, move(client, begin(client), "Q16"), "pass")
    # one black stone against one white: White wins by komi and passes as well
    assert (state["result"], state["ending"], state["to_move"]) == ("W+7.5", "counted after two passes", "")
    assert state["owners"].count("1") == state["owners"].count("2") == 1
    answer = client.post(f"/api/play/{state['id']}/move", json={"vertex": "D4"})
    assert (answer.status_code, answer.json()["detail"]) == (409, "the game is over; take a move back to play on")
    assert do(client, state, "take-back")["moves"] == "pdaa"


def test_a_visitor_may_resign(client):
    state = do(client, begin(client), "resign")
    assert (state["result"], state["ending"]) == ("W+R", "Black resigned")
    assert client.post(f"/api/play/{state['id']}/resign").status_code == 409


def test_a_game_of_too_many_moves_is_counted(client):
    state = begin(client)
    for column in "ABCDEFGHJKLMNOPQRST":
        state = move(client, state, f"{column}10")
    state = move(client, state, "A9")
    assert (state["to_move"], state["ending"]) == ("", "counted after 40 moves")


def test_the_game_is_an_sgf_file(client):
    state = do(client, move(client, begin(client), "Q16"), "resign")
    answer = client.get(f"/api/play/{state['id']}/sgf")
    (record,) = records_from_sgf(answer.content, lambda *problem: pytest.fail(str(problem)))
    assert (record.black, record.white, record.result) == ("visitor", "Corners (policy alone)", "W+R")
    assert record.moves.tolist() == [19 * 3 + 15, 0]


def test_a_game_survives_the_end_of_the_site(folder, open_site):
    client = open_site(folder)
    state = move(client, begin(client), "Q16")
    client.__exit__(None, None, None)
    client = open_site(folder)
    assert "pdaa" in client.get(f"/play/{state['id']}").text
    assert move(client, state, "D4")["moves"] == "pdaadpba"


def test_what_does_not_exist_is_told(client):
    assert client.get("/api/play/nothing").status_code == 404
    assert client.post("/api/play", json={"network": 99}).status_code == 404
    answer = client.post("/api/play", json={"network": 1, "visits": 7})
    assert (answer.status_code, answer.json()["detail"]) == (422, "visits: Input should be 1, 50, 200 or 800")
    page = client.get("/play/nothing", headers={"Accept": "text/html"})
    assert (page.status_code, "no game has this address" in page.text) == (404, True)


def test_boards_are_bounded_and_one_that_was_left_makes_room(folder, open_site):
    client = open_site(folder, boards=2)
    left, other = begin(client), begin(client)
    answer = client.post("/api/play", json={"network": 1})
    assert answer.status_code == 503
    assert answer.json()["detail"].startswith("all 2 boards are taken")
    client.services.games._games[left["id"]].seen -= games_module.SECONDS_AWAY
    begin(client)
    client.services.games._games[other["id"]].seen -= games_module.SECONDS_AWAY
    assert move(client, left, "Q16")["moves"] == "pdaa"  # who comes back finds his game


def test_the_page_offers_the_networks_that_play(folder, open_site):
    with Tournament.open(folder) as tournament:
        tournament.database.withdraw(2, "too slow")
    page = open_site(folder).get("/play").text
    assert '<option value="1">Corners' in page
    assert "Others" not in page


# the processes of the networks


def pool_of(tmp_path, most=2, **options):
    return NetworkPool(
        lambda name: tmp_path / f"{name}.h5",
        Options("tromp-taylor", 7.5, **options),
        most,
        lambda path, options: NetworkAtPlay(path, options, FAKE_WORKER, seconds_to_load=200),
    )


def test_many_visitors_share_one_network(tmp_path):
    """Forty questions at once, of which twenty are searched at the same time."""

    async def play():
        pool = pool_of(tmp_path, games=20)
        await pool.ask(Question(), "slow", [], 1)  # now it is loaded
        questions = [Question() for _ in range(40)]
        asked = [asyncio.create_task(pool.ask(q, "slow", [i], 1)) for i, q in enumerate(questions)]
        while questions[-1].thought is None:
            await asyncio.sleep(0)
        states = [question.state for question in questions]
        answers = await asyncio.gather(*asked)
        await pool.close()
        return states, answers

    states, answers = asyncio.run(play())
    assert [answer["move"] for answer in answers] == [1, *[0] * 39]
    assert states[0] == states[19] == ""
    assert (states[20], states[39]) == ("1 question ahead of yours", "20 questions ahead of yours")
    # White is to move and a slow network tells the size of its batch as White's chance to win
    assert max(answer["winrate"] for answer in answers) == pytest.approx(0.2)


def test_a_network_that_fails_is_told_and_started_again(tmp_path):
    async def play():
        pool = pool_of(tmp_path)
        with pytest.raises(ThinkingFailed, match=r"the network crashed \(exit status 1\): out of memory"):
            await pool.ask(Question(), "crash", [], 1)
        with pytest.raises(ThinkingFailed, match="out of memory"):
            await pool.ask(Question(), "crash", [], 1)
        with pytest.raises(ThinkingFailed, match="illegal move"):
            await pool.ask(Question(), "good", [3, 3], 1)
        answer = await pool.ask(Question(), "good", [3], 1)
        await pool.close()
        return answer["move"]

    assert asyncio.run(play()) == 0


def test_a_network_that_says_nothing_is_given_up(tmp_path):
    async def play():
        mute = NetworkAtPlay(tmp_path / "mute.h5", Options("tromp-taylor", 7.5), FAKE_WORKER, seconds_to_load=0.2)
        await mute.start()
        with pytest.raises(ThinkingFailed, match=r"was not loaded within 0\.2 s"):
            await mute.ask([], 1).answer
        with pytest.raises(ThinkingFailed, match="was not loaded"):
            mute.ask([], 1)
        await mute.close()

    asyncio.run(play())


def test_networks_take_turns_where_few_can_be_loaded(tmp_path):
    async def play():
        pool = pool_of(tmp_path, most=1)
        first, second = Question(), Question()
        slow = asyncio.create_task(pool.ask(first, "slow", [], 4))
        await asyncio.sleep(0.01)
        other = asyncio.create_task(pool.ask(second, "good", [], 1))
        await asyncio.sleep(0.01)
        state = second.state
        await asyncio.gather(slow, other)
        loaded = list(pool._loaded)
        await pool.close()
        return state, loaded

    assert asyncio.run(play()) == ("waiting for another network to become free", ["good"])


def test_a_question_can_be_given_up(tmp_path):
    async def play():
        pool = pool_of(tmp_path)
        asked = asyncio.create_task(pool.ask(Question(), "slow", [], 800))
        await asyncio.sleep(0.5)
        asked.cancel()
        answer = await pool.ask(Question(), "slow", [], 1)
        busy = pool._loaded["slow"].busy
        await pool.close()
        return answer["move"], busy

    assert asyncio.run(play()) == (0, False)
