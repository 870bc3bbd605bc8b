"""Submitting: names as they are, copies by digest, manifests, and refusals that say what to mend."""

from __future__ import annotations

import dataclasses
import hashlib
import json

import pytest

import nets.reader
from golois.errors import GoloisError
from nets.reader import NetworkReport
from tournament.folder import Tournament, slug
from tournament.settings import Settings
from tournament.submission import SubmissionRefused, checked_name, submit, team_of


@pytest.fixture
def network(tmp_path):
    path = tmp_path / "réseau final (2).v3 2026-11-20.h5"
    path.write_bytes(b"weights")
    return path


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cup of 2026"


@pytest.fixture(autouse=True)
def reader(monkeypatch):
    """The check is nets.reader's; here it finds what the test wants it to find."""
    found = NetworkReport(True, [], [], "d", 31, 361, "policy", "value", "tanh", 1000, 900, "2.15.0", 0.0042, 12)

    def check_network(path, limit=None):
        assert path.suffix == ".h5"
        problems = [*found.problems, *([f"{path} is too large"] if limit and found.parameters_total > limit else [])]
        return dataclasses.replace(found, problems=problems, ok=not problems)

    monkeypatch.setattr(nets.reader, "check_network", check_network)
    return found


def test_an_accepted_file_is_kept_under_its_digest_with_a_manifest(network, folder):
    entry = submit(network, "Équipe  n° 7", folder, who="ada")
    digest = hashlib.sha256(b"weights").hexdigest()
    assert (entry.team, entry.digest, entry.file_name) == ("Équipe n° 7", digest, network.name)
    assert (folder / "networks" / f"{digest}.h5").read_bytes() == b"weights"
    manifest = json.loads((folder / "networks" / f"{digest}.json").read_text())
    assert manifest["digest"] == f"sha256:{digest}"
    assert (manifest["parameters_total"], manifest["parameters_trainable"], manifest["planes"]) == (1000, 900, 31)
    assert (manifest["policy_outputs"], manifest["value_activation"]) == (361, "tanh")
    (submission,) = manifest["submissions"]
    assert submission["team"] == "Équipe n° 7"
    assert submission["submitted_by"] == "ada"
    assert submission["submitted_at"] == entry.submitted_at
    assert entry.report["milliseconds"] == 4.2


def test_the_newest_counts_and_the_older_is_listed(network, folder):
    submit(network, "Ada", folder)
    network.write_bytes(b"better weights")
    newer = submit(network, "Ada", folder)
    with Tournament.open(folder) as tournament:
        assert [entry.digest for entry in tournament.database.entrants()] == [newer.digest]
        assert len(tournament.database.submissions()) == 2
    assert len(list((folder / "networks").glob("*.h5"))) == 2


def test_the_same_file_of_two_teams_is_one_file_and_a_warning(network, folder):
    submit(network, "Ada", folder)
    entry = submit(network, "Bob", folder)
    assert entry.warnings == ["the same file was submitted by Ada"]
    assert len(list((folder / "networks").glob("*.h5"))) == 1
    (manifest,) = (folder / "networks").glob("*.json")
    assert [s["team"] for s in json.loads(manifest.read_text())["submissions"]] == ["Ada", "Bob"]


def test_a_refused_file_leaves_nothing_behind(network, folder, reader):
    reader.problems = ["layer 'f' is a Lambda", "the value is always 0"]
    with pytest.raises(SubmissionRefused) as refused:
        submit(network, "Ada", folder)
    assert refused.value.reasons == ["layer 'f' is a Lambda", "the value is always 0"]
    assert list((folder / "networks").iterdir()) == []
    with Tournament.open(folder) as tournament:
        assert tournament.database.submissions() == []


def test_a_refusal_keeps_the_file_of_an_earlier_acceptance(network, folder):
    submit(network, "Ada", folder)
    with pytest.raises(SubmissionRefused):
        submit(network, "Ada", folder, limit=10)
    assert len(list((folder / "networks").glob("*.h5"))) == 1


def test_the_limit_is_the_tournaments_unless_given(network, folder):
    Tournament.create(folder, Settings(limit=999)).database.close()
    with pytest.raises(SubmissionRefused) as refused:
        submit(network, "Ada", folder)
    assert refused.value.reasons == [f"{network.name} is too large"]  # the file by the name its author knows
    assert submit(network, "Ada", folder, limit=1000).team == "Ada"
    assert submit(network, "Ada", folder, limit=0).team == "Ada"


def test_a_missing_file_makes_no_tournament(tmp_path, folder):
    with pytest.raises(SubmissionRefused, match="the file cannot be read: No such file"):
        submit(tmp_path / "nothing.h5", "Ada", folder)
    assert not folder.exists()


@pytest.mark.parametrize("name", ["Guérendel Henric", "team.v2 2021-03-01", "囲碁部", "O'Neil & Sœurs", "a" * 80])
def test_names_of_people_are_names(name):
    assert checked_name(name) == name


def test_one_name_in_two_unicode_forms_is_one_team():
    assert checked_name("Éva") == checked_name("E\u0301va")
    assert checked_name("  Ada \n Lovelace ") == "Ada Lovelace"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "empty"),
        (" \t", "empty"),
        ("a" * 81, "81 characters"),
        ("a\x07b", "cannot be shown"),
        ("a\u202eb", "cannot be shown"),
        ("=HYPERLINK(1)", "formula"),
    ],
)
def test_names_that_would_harm_are_refused(name, reason):
    with pytest.raises(SubmissionRefused, match=reason):
        checked_name(name)


def test_the_team_is_what_the_file_is_called(tmp_path):
    assert team_of(tmp_path / "guerendel henric.final.h5") == "guerendel henric.final"
    assert team_of(tmp_path / "NET.H5") == "NET"


def test_a_folder_that_holds_a_tournament_is_not_made_anew(folder):
    Tournament.create(folder).database.close()
    with pytest.raises(GoloisError, match="already holds a tournament"):
        Tournament.create(folder)


def test_slugs_keep_letters_of_every_script():
    assert slug("Équipe n° 7/../x") == "Équipe_n_7_x"
    assert slug("囲碁部") == "囲碁部"
    assert slug("...") == "team"
