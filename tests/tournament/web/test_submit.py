"""Submissions over the network: who may send a file, what is kept of it, and the verdict."""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading

import pytest
from starlette.requests import ClientDisconnect

import nets.reader
from golois.errors import GoloisError
from tournament.client import submit_to_server
from tournament.folder import Tournament
from tournament.submission import SubmissionRefused, submit
from tournament.teams import Teams
from tournament.verdict import accepted, facts
from tournament.web.submit import receiving
from tournament.web.submit.receiving import NotReceived, receive
from tournament.web.submit.uploads import Uploads, label


@pytest.fixture
def folder(make_tournament, database):
    return make_tournament("Old hands", database=database)


@pytest.fixture
def tokens(folder):
    with Tournament.open(folder) as tournament:
        return {name: Teams(tournament.database).add(name) for name in ("Ada", "Bob")}


def send(client, team, token, content=b"weights", **headers):
    parameters = {"team": team, "file_name": "réseau 2.h5"}
    headers = {"Authorization": f"Bearer {token}", **headers} if token else headers
    return client.post("/api/submissions", params=parameters, headers=headers, content=content)


def verdict_of(client, answer):
    return verdict_on(client, answer.json()["id"])


def verdict_on(client, identity):
    for _ in range(20):
        upload = client.get(f"/api/submissions/{identity}", params={"wait": 5}).json()
        if upload["verdict"]:
            return upload["verdict"]
    raise AssertionError("no verdict")


def kept_uploads(folder):
    return sorted(path.suffix for path in (folder / "site" / "uploads").glob("*"))


def test_a_network_enters_under_its_teams_name(folder, tokens, open_site, checked):
    checked.warnings = ["dropout does nothing here"]
    client = open_site(folder)
    answer = send(client, "Ada", tokens["Ada"])
    assert answer.status_code == 202
    assert answer.json()["file_name"] == "réseau 2.h5"
    verdict = verdict_of(client, answer)
    with Tournament.open(folder) as tournament:
        (entry,) = [entry for entry in tournament.database.entrants() if entry.team == "Ada"]
    assert entry.digest == hashlib.sha256(b"weights").hexdigest()
    assert (folder / "networks" / f"{entry.digest}.h5").read_bytes() == b"weights"
    assert kept_uploads(folder) == []
    # the same object as `golois submit --json` prints, and the same words as it prints without
    assert verdict == accepted(entry)
    page = client.get(f"/submit/{answer.json()['id']}").text
    assert "Accepted: réseau 2.h5" in page
    for name, value in facts(verdict):
        assert f"<dt>{name}</dt><dd>{value}</dd>" in page


def test_a_refusal_gives_the_reasons_and_changes_nothing(folder, tokens, open_site, checked):
    checked.problems = ["layer 'f' is a Lambda: take it out", "the value is always 0"]
    client = open_site(folder)
    answer = send(client, "Ada", tokens["Ada"])
    verdict = verdict_of(client, answer)
    assert (verdict["accepted"], verdict["reasons"]) == (False, checked.problems)
    page = client.get(f"/submit/{answer.json()['id']}").text
    assert "layer &#39;f&#39; is a Lambda: take it out" in page
    assert kept_uploads(folder) == []
    with Tournament.open(folder) as tournament:
        assert [entry.team for entry in tournament.database.submissions()] == ["Old hands"]


def test_a_wrong_token_and_an_unknown_team_get_the_same_answer(folder, tokens, open_site):
    client = open_site(folder)
    answers = [send(client, *who) for who in (("Ada", tokens["Bob"]), ("Eve", "x"), ("=1", "x"), ("Ada", None))]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


def test_guessing_a_token_is_slowed_down(folder, tokens, open_site):
    client = open_site(folder)
    answers = [send(client, "Ada", f"guess{i}") for i in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert send(client, "Bob", tokens["Bob"]).status_code == 202  # another team at the same address is not held up


def test_a_file_that_is_too_large_is_refused_before_and_while_it_comes(folder, tokens, open_site):
    client = open_site(folder, upload_megabytes=1)
    announced = send(client, "Ada", tokens["Ada"], b"x" * 1_000_001)
    streamed = send(client, "Ada", tokens["Ada"], iter([b"x" * 600_000] * 2))
    for answer in (announced, streamed):
        assert answer.status_code == 413
        assert answer.json()["detail"] == "the file is larger than the 1 MB that this site takes"
    assert send(client, "Ada", tokens["Ada"], b"").status_code == 400
    assert kept_uploads(folder) == []


def test_nothing_is_left_of_an_upload_that_breaks_off(tmp_path, monkeypatch):
    async def broken():
        yield b"half"
        assert [path.suffix for path in tmp_path.iterdir()] == [".part"]
        raise ClientDisconnect

    async def stalled():
        yield b"half"
        await asyncio.sleep(60)

    with pytest.raises(ClientDisconnect):
        asyncio.run(receive(broken(), tmp_path / "a.h5", 100))
    monkeypatch.setattr(receiving, "SECONDS_BETWEEN_PIECES", 0.05)
    with pytest.raises(NotReceived, match="the file came too slowly") as slow:
        asyncio.run(receive(stalled(), tmp_path / "a.h5", 100))
    assert slow.value.status == 408
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told(tmp_path, monkeypatch):
    def full(file):
        raise OSError(28, "No space left on device")

    async def whole():
        yield b"weights"

    monkeypatch.setattr(receiving, "_settle", full)
    with pytest.raises(NotReceived, match="the disk of the site is full") as refused:
        asyncio.run(receive(whole(), tmp_path / "a.h5", 100))
    assert refused.value.status == 507
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def held_check(monkeypatch, checked):
    """The check waits until the test says so."""
    go_on, check = threading.Event(), nets.reader.check_network

    def wait(path, limit=None):
        go_on.wait(20)
        return check(path, limit)

    monkeypatch.setattr(nets.reader, "check_network", wait)
    yield go_on
    go_on.set()


def test_the_queue_tells_places_and_a_newer_file_replaces_a_waiting_one(folder, tokens, open_site, held_check):
    client = open_site(folder)
    first = send(client, "Ada", tokens["Ada"], b"first")
    older = send(client, "Bob", tokens["Bob"], b"older")
    newer = send(client, "Bob", tokens["Bob"], b"newer")

    def state(answer):
        upload = client.get(f"/api/submissions/{answer.json()['id']}").json()
        return upload["state"], upload["place"]

    assert state(older) == ("replaced", 0)
    assert state(newer) == ("waiting", 1)
    assert "1 file is checked before this one" in client.get(f"/submit/{newer.json()['id']}").text
    held_check.set()
    assert verdict_of(client, first)["accepted"]
    assert verdict_of(client, newer)["digest"] == hashlib.sha256(b"newer").hexdigest()
    assert kept_uploads(folder) == []


def test_what_was_received_is_checked_after_a_restart(folder, tokens, open_site, checked):
    """As a kill leaves it: a file whose check had begun, one that had entered already, and half of a third."""
    with Tournament.open(folder) as tournament:
        uploads = Uploads(tournament, folder / "site" / "uploads", 100)
        for team in ("Ada", "Bob"):
            uploads._storage.add(f"{team}s-file", team, "net.h5", 5)
            uploads._storage.begin()
            uploads._path(f"{team}s-file").parent.mkdir(parents=True, exist_ok=True)
            uploads._path(f"{team}s-file").write_bytes(team.encode())
        entered = submit(uploads._path("Bobs-file"), "Bob", folder, name="net.h5")
        (folder / "site" / "uploads" / "third.part").write_bytes(b"half")
    client = open_site(folder)
    for team in ("Ada", "Bob"):
        assert verdict_on(client, f"{team}s-file")["accepted"]
    assert kept_uploads(folder) == []
    with Tournament.open(folder) as tournament:
        assert [entry.team for entry in tournament.database.submissions()].count("Bob") == 1
        assert entered in tournament.database.submissions()


def test_a_second_file_of_a_team_waits_until_the_first_has_come(folder, tokens, open_site):
    client = open_site(folder)
    client.services.uploads._under_way.add("Ada")
    answer = send(client, "Ada", tokens["Ada"])
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")


def test_no_team_reads_a_file(folder, tokens, open_site, checked):
    client = open_site(folder)
    digest = verdict_of(client, send(client, "Ada", tokens["Ada"]))["digest"]
    for address in (f"/networks/{digest}.h5", f"/static/../networks/{digest}.h5", "/site/admin-token"):
        assert client.get(address).status_code in (404, 422)


def test_a_page_of_another_site_can_submit_nothing(folder, tokens, open_site, checked):
    client = open_site(folder)
    for forged in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        assert send(client, "Ada", tokens["Ada"], **forged).status_code == 403
    assert send(client, "Ada", tokens["Ada"], Origin="http://testserver").status_code == 202


def test_names_of_files_are_labels_only():
    assert label("../../etc/passwd") == "passwd"
    assert label("C:\\nets\\mine.h5") == "mine.h5"
    assert label("a\x00b\u202e\n.h5") == "ab.h5"
    assert label("..") == ".."
    assert label("") == "network.h5"


# from the command line, a script or a notebook


def test_a_script_submits_and_reads_the_verdict(folder, tokens, open_site, checked, tmp_path):
    client = open_site(folder)
    path = tmp_path / "mine.h5"
    path.write_bytes(b"weights" * 50_000)
    sent = []
    verdict = submit_to_server(
        path, "Ada", tokens["Ada"], "http://testserver/", on_sent=lambda *s: sent.append(s), client=client
    )
    assert (verdict["accepted"], verdict["team"], verdict["parameters_total"]) == (True, "Ada", 1000)
    assert sent[-1] == (350_000, 350_000)


def test_a_script_is_told_what_to_mend(folder, tokens, open_site, checked, tmp_path):
    checked.problems = ["the value is always 0"]
    path = tmp_path / "mine.h5"
    path.write_bytes(b"weights")
    with pytest.raises(SubmissionRefused) as refused:
        submit_to_server(path, "Ada", tokens["Ada"], "http://testserver", client=open_site(folder))
    assert refused.value.reasons == ["the value is always 0"]
    assert refused.value.report["planes"] == 31


def test_a_script_is_told_what_stands_in_its_way(folder, tokens, open_site, tmp_path):
    path = tmp_path / "mine.h5"
    path.write_bytes(b"weights")
    with pytest.raises(GoloisError, match="no team has this name and this token"):
        submit_to_server(path, "Ada", "wrong", "http://testserver", client=open_site(folder))
    with pytest.raises(GoloisError, match="nowhere is no address of a site; it begins with http"):
        submit_to_server(path, "Ada", "token", "nowhere")
    with pytest.raises(GoloisError, match=r"127\.0\.0\.1:9 cannot be reached"):
        submit_to_server(path, "Ada", "token", "http://127.0.0.1:9")
    with pytest.raises(GoloisError, match=r"other\.h5 cannot be read"):
        submit_to_server(tmp_path / "other.h5", "Ada", "token", "http://testserver")


def test_the_description_of_the_api_is_whole_and_loads_nothing(folder, open_site):
    client = open_site(folder)
    page = client.get("/api")
    assert page.status_code == 200
    described = client.get("/openapi.json").json()
    for path in described["paths"]:
        assert path in page.text
    assert "http://" not in json.dumps(described)
    assert not [line for line in page.text.splitlines() if "src=" in line and "/static/" not in line]
