"""Teams and their tokens: shown once, kept as a hash, worth nothing after a renewal."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from golois.cli import root
from golois.errors import GoloisError
from tournament.folder import Tournament
from tournament.submission import SubmissionRefused
from tournament.teams import Teams


@pytest.fixture
def opened(make_tournament):
    with Tournament.open(make_tournament()) as tournament:
        yield tournament


def test_a_team_is_known_by_its_token_alone(opened):
    teams = Teams(opened.database)
    token = teams.add("  Ada\tLovelace ")
    assert teams.knows("Ada Lovelace", token)
    assert not teams.knows("Ada Lovelace", token[:-1])
    assert not teams.knows("Bob", token)
    assert not teams.knows("Bob", "")
    assert [team.name for team in teams.all()] == ["Ada Lovelace"]


def test_the_database_holds_no_token(opened):
    token = Teams(opened.database).add("Ada")
    opened.database.close()
    for path in opened.path.glob("tournament.sqlite*"):
        assert token.encode() not in path.read_bytes()


def test_a_new_token_ends_the_old_one(opened):
    teams = Teams(opened.database)
    old = teams.add("Ada")
    with pytest.raises(GoloisError, match="'Ada' has a token already"):
        teams.add("Ada")
    new = teams.renew("Ada")
    assert teams.knows("Ada", new)
    assert not teams.knows("Ada", old)
    teams.remove("Ada")
    assert not teams.knows("Ada", new)


def test_an_unknown_team_is_told_who_is_known(opened):
    teams = Teams(opened.database)
    teams.add("Ada")
    with pytest.raises(GoloisError, match="no team is named 'Eve'; the teams are: Ada"):
        teams.renew("Eve")
    with pytest.raises(SubmissionRefused, match="formula"):
        teams.add("=1+1")


def team_command(folder, *arguments, **options):
    arguments = ["tournament", "team", *arguments, "--tournament", str(folder)]
    return CliRunner().invoke(root, arguments, catch_exceptions=False, **options).stdout


def test_the_command_prints_a_token_for_each_name(make_tournament):
    folder = make_tournament()
    assert "No team has a token" in team_command(folder, "list")
    lines = team_command(folder, "add", "Ada and Grace", "--from", "-", input="Bob\n\nÉva\n").splitlines()
    tokens = dict(reversed(line.split("\t")) for line in lines)
    assert list(tokens) == ["Ada and Grace", "Bob", "Éva"]
    with Tournament.open(folder) as tournament:
        assert all(Teams(tournament.database).knows(name, token) for name, token in tokens.items())
    renewed = team_command(folder, "renew", "Bob").split("\t")[0]
    assert renewed != tokens["Bob"]
    assert "Éva can submit no more" in team_command(folder, "remove", "Éva")
    assert [line.split("\t")[1] for line in team_command(folder, "list").splitlines()] == ["Ada and Grace", "Bob"]
