"""The commands, as a person or a script uses them, with real networks."""

from __future__ import annotations

import csv
import json

import click
import pytest
from click.testing import CliRunner

from golois.cli import root
from golois.errors import GoloisError
from golois.records.sources import read_records
from tournament.folder import Tournament


@pytest.fixture(scope="module")
def networks(tmp_path_factory):
    """Two tiny networks as a student would save them."""
    import keras

    folder = tmp_path_factory.mktemp("networks")
    for seed, name in enumerate(["première équipe.h5", "second.v2.h5"]):
        keras.utils.set_random_seed(seed)
        board = keras.Input((19, 19, 6), name="board")
        trunk = keras.layers.Conv2D(4, 3, padding="same", activation="relu")(board)
        policy = keras.layers.Flatten()(keras.layers.Conv2D(1, 1)(trunk))
        policy = keras.layers.Softmax(name="policy")(policy)
        value = keras.layers.GlobalAveragePooling2D()(trunk)
        value = keras.layers.Dense(1, activation="sigmoid", name="value")(value)
        keras.Model(board, [policy, value]).save(folder / name)
    return folder


def golois(*arguments, **options):
    """Run the command line in this process; what the console script would turn into an error line is raised."""
    return CliRunner().invoke(root, [str(argument) for argument in arguments], catch_exceptions=False, **options)


def test_from_submission_to_report(networks, tmp_path):
    cup = tmp_path / "cup"
    answer = golois("tournament", "new", cup, "--games", "2", "--opening-moves", "4", "--move-limit", "12")
    assert answer.exit_code == 0, answer.output

    answer = golois("submit", networks / "première équipe.h5", "--team", "Première équipe", "--tournament", cup)
    assert answer.exit_code == 0, answer.output
    assert "Accepted" in answer.stdout
    assert "total" in answer.stdout

    answer = golois("submit", networks / "second.v2.h5", "--team", "Second", "--tournament", cup, "--json")
    verdict = json.loads(answer.stdout)
    assert verdict["accepted"] is True
    assert (verdict["planes"], verdict["policy_outputs"]) == (6, 361)
    assert verdict["parameters_total"] == (3 * 3 * 6 + 1) * 4 + 5 + 5
    answer = golois("tournament", "status", cup)
    assert "0 games finished, none planned yet: the next `golois tournament run` plans 2\n" in answer.stdout

    answer = golois("tournament", "run", cup)
    assert answer.exit_code == 0, answer.output
    assert "wins, 2 games played, winrate = " in answer.stdout
    assert "Report: " in answer.stdout

    answer = golois("tournament", "status", cup, "--json")
    report = json.loads(answer.stdout)
    assert {line["team"] for line in report["standings"]} == {"Première équipe", "Second"}
    assert len(report["games"]) == 2
    assert report["rules"]["name"] == "tromp-taylor"
    assert len(list(read_records(cup / "sgf"))) == 2
    with (cup / "report" / "standings.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["rank"] for row in rows] == ["1", "2"]
    assert all(int(row["games"]) == 2 for row in rows)

    assert "2 games finished, none to come" in golois("tournament", "status", cup).stdout
    page = cup / "report" / "index.html"
    page.unlink()
    assert golois("tournament", "report", cup).stdout.strip() == str(page)
    assert page.exists()


def test_openings_must_be_there_before_a_tournament_is_made(tmp_path):
    with pytest.raises(GoloisError, match=r"nowhere\.sgf does not exist: --openings takes a file or folder"):
        golois("tournament", "new", tmp_path / "cup", "--openings", tmp_path / "nowhere.sgf")
    assert not (tmp_path / "cup").exists()


def test_a_refusal_says_why_one_reason_a_line(networks, tmp_path):
    file = networks / "second.v2.h5"
    answer = golois("submit", file, "--team", "Big", "--tournament", tmp_path / "cup", "--limit", "100")
    assert answer.exit_code == 1
    first, reason = answer.stderr.strip().splitlines()
    assert first == f"Refused: {file}"
    assert "230 parameters" in reason
    assert "100" in reason

    answer = golois("submit", file, "--team", "Big", "--tournament", tmp_path / "cup", "--limit", "100", "--json")
    assert answer.exit_code == 1
    verdict = json.loads(answer.stdout)
    assert verdict["accepted"] is False
    assert verdict["reasons"] == [reason]


def test_many_files_at_once_take_their_teams_from_their_names(networks, tmp_path):
    (tmp_path / "broken.h5").write_text("no network")
    cup = tmp_path / "cup"
    with pytest.raises(GoloisError, match="1 of 3 files were refused"):
        golois("tournament", "add", networks, tmp_path / "broken.h5", "--tournament", cup)
    with Tournament.open(cup) as tournament:
        assert {entry.team for entry in tournament.database.entrants()} == {"première équipe", "second.v2"}


def test_a_team_can_be_withdrawn(make_tournament):
    folder = make_tournament("Ada", "Bob")
    assert "plays no more" in golois("tournament", "stop", folder, "--team", "Ada").stdout
    with Tournament.open(folder) as tournament:
        assert [entry.team for entry in tournament.database.entrants()] == ["Bob"]
    with pytest.raises(GoloisError, match="no team named 'Ada' plays; the teams are: Bob"):
        golois("tournament", "stop", folder, "--team", "Ada")


def test_stop_without_a_run_says_so(make_tournament):
    assert "Nothing is running" in golois("tournament", "stop", make_tournament()).stdout


def test_a_setting_that_cannot_be_is_named(tmp_path):
    with pytest.raises(GoloisError, match="games is 3"):
        golois("tournament", "new", tmp_path / "cup", "--games", "3")
    assert not (tmp_path / "cup").exists()


def test_every_option_of_new_is_a_setting():
    import dataclasses

    from tournament.commands.tournament import new
    from tournament.settings import Settings

    options = {parameter.name for parameter in new.params if isinstance(parameter, click.Option)}
    assert options == {field.name for field in dataclasses.fields(Settings)}


def test_run_and_report_print_the_object_that_status_prints(make_tournament):
    folder = make_tournament("Ada")  # nobody to play against
    printed = [json.loads(golois("tournament", name, folder, "--json").stdout) for name in ("run", "status", "report")]
    for answer in printed:
        del answer["made_at"]
    assert printed[0] == printed[1] == printed[2]
    assert [entry["team"] for entry in printed[0]["submissions"]] == ["Ada"]
