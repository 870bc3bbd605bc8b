"""The organiser's page: who gets in, and what can be done there."""

from __future__ import annotations

import stat
import sys
import time

import pytest

from golois.errors import GoloisError
from tournament.folder import Tournament, who_runs
from tournament.teams import Teams
from tournament.web.admin import key, rounds
from tournament.web.admin.key import COOKIE, AdminKey


@pytest.fixture
def folder(make_tournament, database):
    return make_tournament("Ada", "Bob", database=database)


@pytest.fixture
def client(folder, open_site):
    return open_site(folder)


def sign_in(client):
    token = client.services.key.path.read_text().strip()
    return client.post("/admin/sign-in", data={"token": token}, follow_redirects=False)


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


# the key


def test_the_token_is_made_once_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "site" / "admin-token"
    AdminKey(path)
    token = path.read_text().strip()
    assert len(token) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert AdminKey(path).opens(token)
    assert not AdminKey(path).opens(token[:-1])


def test_a_token_that_others_can_read_or_guess_is_refused(tmp_path):
    path = tmp_path / "token"
    path.write_text("a long enough token\n")
    path.chmod(0o644)
    with pytest.raises(GoloisError, match="others can read it: chmod 600"):
        AdminKey(path)
    path.chmod(0o600)
    assert AdminKey(path).opens("a long enough token")
    path.write_text("short\n")
    with pytest.raises(GoloisError, match="16 characters"):
        AdminKey(path)


def test_a_cookie_is_good_for_some_hours_and_for_one_token(tmp_path, monkeypatch):
    mine, other = AdminKey(tmp_path / "mine"), AdminKey(tmp_path / "other")
    cookie = mine.cookie()
    assert mine.recognises(cookie)
    assert not other.recognises(cookie)
    until, signature = cookie.split(".")
    for forged in (f"{int(until) + 1}.{signature}", until, "", None, "ä.b", f"{until}.{signature}x"):
        assert not mine.recognises(forged)
    monkeypatch.setattr(key.time, "time", lambda: int(until) + 1)
    assert not mine.recognises(cookie)


def test_the_page_opens_with_the_token_alone(client):
    assert "Sign in" in client.get("/admin").text
    wrong = client.post("/admin/sign-in", data={"token": "wrong"})
    assert (wrong.status_code, "not the organiser" in wrong.text) == (401, True)
    right = sign_in(client)
    assert (right.status_code, right.headers["Location"]) == (303, "/admin")
    flags = right.headers["Set-Cookie"].lower()
    assert all(flag in flags for flag in ("httponly", "samesite=strict", "path=/admin", "max-age"))
    assert "Sign out" in client.get("/admin").text
    client.post("/admin/sign-out")
    assert "Sign in" in client.get("/admin").text


def test_guessing_is_slowed_down(client):
    answers = [client.post("/admin/sign-in", data={"token": str(i)}) for i in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]


def test_nothing_is_done_without_the_token(client, folder):
    client.cookies.set(COOKIE, "9999999999.abc", path="/admin")
    for path, data in (
        ("submissions", {"open": "false"}),
        ("rounds/start", {}),
        ("rounds/stop", {}),
        ("withdraw", {"submission": "1"}),
        ("teams", {"name": "Eve"}),
    ):
        answer = client.post(f"/admin/{path}", data=data, follow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/admin")
    with Tournament.open(folder) as tournament:
        assert len(tournament.database.entrants()) == 2
        assert tournament.database.note(rounds.WANTED) is None
        assert Teams(tournament.database).all() == []


def test_a_page_of_another_site_does_nothing_with_the_cookie(client):
    sign_in(client)
    answer = client.post("/admin/submissions", data={"open": "false"}, headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403
    assert client.services.uploads.are_open


# what can be done


def test_submissions_are_closed_and_opened(client):
    sign_in(client)
    token = client.services.teams.add("Ada")

    def submit():
        headers = {"Authorization": f"Bearer {token}"}
        return client.post("/api/submissions", params={"team": "Ada"}, headers=headers, content=b"x").status_code

    assert "Submissions are <b>closed</b>" in client.post("/admin/submissions", data={"open": "false"}).text
    assert "Submissions are closed" in client.get("/submit").text
    assert submit() == 403
    client.post("/admin/submissions", data={"open": "true"})
    assert submit() == 202


def test_a_network_is_withdrawn_with_a_reason(client, folder):
    sign_in(client)
    client.post("/admin/withdraw", data={"submission": "2", "reason": " plays \n elsewhere "})
    with Tournament.open(folder) as tournament:
        assert [entry.team for entry in tournament.database.entrants()] == ["Ada"]
        assert tournament.database.submissions()[1].withdrawn == "plays elsewhere"
    again = client.post("/admin/withdraw", data={"submission": "2"})
    assert (again.status_code, "plays no more already" in again.text) == (404, True)


def test_a_team_gets_a_token_that_is_shown_once(client):
    sign_in(client)
    page = client.post("/admin/teams", data={"name": "Éva & Co"}).text
    token = page.partition('<code class="token">')[2].partition("<")[0]
    assert client.services.teams.knows("Éva & Co", token)
    assert token not in client.get("/admin").text
    assert "has a token already" in client.post("/admin/teams", data={"name": "Éva & Co"}).text
    client.post("/admin/teams", data={"name": "Éva & Co", "what": "renew"})
    assert not client.services.teams.knows("Éva & Co", token)
    client.post("/admin/teams", data={"name": "Éva & Co", "what": "remove"})
    assert client.services.teams.all() == []


# rounds

RUNNER = """
import sys, time
from tournament.folder import Tournament, who_runs
with Tournament.open(sys.argv[1]) as tournament, tournament.running():
    print("playing until", sys.argv[2:], flush=True)
    while tournament.database.note("stop") is None:
        time.sleep(0.02)
"""
FAILS = "import sys; sys.exit('no memory left')"
ENDS = "pass"


@pytest.fixture
def run(folder, open_site, monkeypatch):
    """A function that serves the tournament with a runner of its own."""
    monkeypatch.setattr(rounds, "SECONDS_BETWEEN_LOOKS", 0.05)

    def serve(program):
        client = open_site(folder, runner=(sys.executable, "-c", program))
        sign_in(client)
        return client

    return serve


def test_rounds_are_started_and_stopped(run):
    client = run(RUNNER)
    page = client.post("/admin/rounds/start", data={"until_sigma": "40"}).text
    assert "Starting" in page or "Being played" in page
    wait_for(lambda: client.services.rounds.state().running)
    wait_for(lambda: "playing until ['--until-sigma', '40.0']" in client.get("/admin").text.replace("&#39;", "'"))
    client.post("/admin/rounds/stop")
    wait_for(lambda: client.services.rounds.state().running is None)
    assert "Stopped by the organiser" in client.get("/admin").text
    assert client.post("/admin/rounds/start", data={"until_sigma": "x"}).status_code == 422


def test_rounds_go_on_when_the_site_is_started_again(run, folder):
    client = run(RUNNER)
    client.post("/admin/rounds/start")
    wait_for(lambda: client.services.rounds.state().running)
    client.__exit__(None, None, None)
    with Tournament.open(folder) as tournament:
        assert who_runs(tournament) is None
    again = run(RUNNER)
    wait_for(lambda: again.services.rounds.state().running)


def test_a_runner_that_fails_is_started_again_and_given_up_at_last(run, monkeypatch):
    monkeypatch.setattr(rounds, "MOST_FAILURES", 2)
    client = run(FAILS)
    client.post("/admin/rounds/start")
    wait_for(lambda: "failed (no memory left); it starts again in 2 s" in client.services.rounds.message)
    wait_for(lambda: client.services.rounds.message == "given up after 2 failures: no memory left")
    assert not client.services.rounds.state().wanted


def test_a_run_that_ends_is_not_begun_again(run):
    client = run(ENDS)
    client.post("/admin/rounds/start")
    wait_for(lambda: client.services.rounds.message == "every planned game is played")
    assert not client.services.rounds.state().wanted


def test_a_runner_in_a_terminal_is_left_alone(run, folder):
    client = run("raise SystemExit('a second runner')")
    with Tournament.open(folder) as tournament, tournament.running():
        client.post("/admin/rounds/start")
        time.sleep(0.3)
        assert client.services.rounds.message == ""
        page = client.get("/admin").text
        assert "Being played" in page
        client.post("/admin/rounds/stop")
        assert tournament.database.note("stop")
