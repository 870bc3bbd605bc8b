"""`golois match` called as a user calls it; the networks are stand-ins."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from golois.players import RandomPlayer
from golois.rules import Rules
from nets.commands.match_players import opening_of, read_network
from tests.nets.commands.call import run

pytestmark = pytest.mark.usefixtures("_uniform_networks")


def test_a_match_is_played_kept_and_resumed(network: str, tmp_path: Path):
    folder = tmp_path / "match"
    arguments = ["match", f"{network}:1", f"{network}:3", "--parallel", "2", "--output", str(folder), "--rules", "tt"]
    first = run(*arguments, "--games", "2")
    assert first.exit_code == 0, first.exception
    assert "2 games in" in first.output
    logged = re.findall(r"^game (\d): .*; (\d) wins?, (\d) loss", first.stderr, re.MULTILINE)
    assert sorted(number for number, *_ in logged) == ["1", "2"], "a log has a line for each game"
    assert int(logged[1][1]) + int(logged[1][2]) == 2, "and how the match stands"
    assert len(list(folder.glob("game-*.sgf"))) == 2
    kept = (folder / "results.jsonl").read_text()
    again = run(*arguments, "--games", "2")
    assert "2 games in" in again.output
    assert (folder / "results.jsonl").read_text() == kept
    other = run(*arguments, "--games", "2", "--komi", "0.5")
    assert "holds a match with rules" in str(other.exception)


def test_a_match_goes_on_only_with_the_networks_that_it_began_with(network: str, tmp_path: Path):
    arguments = [
        "match",
        f"{network}:1",
        f"{network}:3",
        "--games",
        "1",
        "--rules",
        "tt",
        "--output",
        str(tmp_path / "m"),
    ]
    run(*arguments)
    Path(network).write_bytes(b"trained on")
    told = str(run(*arguments).exception)
    assert f"holds a match with SHA-256 of {network}" in told
    assert "use another folder with --output" in told


def test_the_last_game_of_a_match_is_the_one_that_was_begun(network: str, tmp_path: Path):
    """Whether a game is alone at the end of a resumed match or among others, it is the same."""
    kept = []
    for name, steps in (("whole", ["2"]), ("resumed", ["1", "2"])):
        for games in steps:
            run("match", f"{network}:2", f"{network}:3", "--games", games, "--rules", "tt", "-o", str(tmp_path / name))
        kept.append((tmp_path / name / "game-0002.sgf").read_text())
    assert kept[0] == kept[1]


def test_gumbel_is_refused_where_no_visits_can_be_planned(network: str, tmp_path: Path):
    arguments = ["match", network, network, "--setting", "gumbel=8", "--output", str(tmp_path / "m")]
    for limit in ("--clock", "--seconds"):
        assert "gumbel plans its visits ahead: give --visits" in str(run(*arguments, limit, "1").exception)
    assert "gumbel plans its visits ahead" in str(run("analysis", "-model", network, "--setting", "gumbel=8").exception)


def test_a_match_is_told_as_data(network: str, tmp_path: Path):
    arguments = ["match", f"{network}:1", f"{network}:3", "--games", "2", "--rules", "tt", "--clock", "600"]
    told = run(*arguments, "--sprt", "0", "50", "--json", "--output", str(tmp_path / "match"))
    facts = json.loads(told.stdout)
    assert facts["games"] == facts["wins"] + facts["draws"] + facts["losses"] == 2
    assert facts["clock"] == "600"
    assert facts["score_interval"][0] <= facts["score"] <= facts["score_interval"][1]
    assert facts["sprt"]["accepted"] is None
    assert set(facts["lost_on_time"].values()) == {0}
    again = run(*arguments, "--resign", "0.1", "--output", str(tmp_path / "match"))
    assert "resign" in str(again.exception), "what was played to the end is not mixed with what was given up"
    both = run(*arguments, "--seconds", "1", "--output", str(tmp_path / "other"))
    assert "--clock and --seconds both say" in str(both.exception)


def test_a_match_is_on_the_board_of_its_networks(network: str, tmp_path: Path):
    nine = tmp_path / "nine.h5"
    nine.touch()
    folder = tmp_path / "small"
    played = run("match", f"{nine}:1", f"{nine}:2", "--games", "2", "--output", str(folder))
    assert played.exit_code == 0, played.exception
    assert "nine policy against nine 2 visits, 9x9, " in played.output
    assert "SZ[9]" in (folder / "game-0001.sgf").read_text()
    mixed = run("match", f"{nine}:1", f"{network}:1", "--output", str(folder))
    assert str(mixed.exception) == (
        "there is no board for a match: nine policy plays on 9x9, any policy plays on 19x19"
    )
    other = run("match", f"{nine}:1", f"{nine}:2", "--size", "13", "--output", str(folder))
    assert "--size 13: nine" in str(other.exception)


def test_a_policy_alone_takes_no_random_symmetry(network: str, tmp_path: Path):
    played = run("match", f"{network}:1", f"{network}:2", "--setting", "symmetry=random", "--output", str(tmp_path))
    assert "symmetry=random is for a search" in str(played.exception)


@pytest.mark.parametrize(
    ("text", "player"),
    [
        ("a.h5", ("a.h5", None, [])),
        ("nets/a.keras:800", ("nets/a.keras", 800, [])),
        (r"C:\nets\a.h5:200:cpuct=1.5:symmetry=random", (r"C:\nets\a.h5", 200, ["cpuct=1.5", "symmetry=random"])),
        ("a.h5:gumbel=8", ("a.h5", None, ["gumbel=8"])),
        ("gnugo --mode gtp", None),
        ("golois gtp --network a.h5 --setting cpuct=2", None),
    ],
)
def test_a_player_is_a_network_with_its_own_search_or_a_program(text: str, player: tuple[Any, ...] | None):
    assert read_network(text) == player


def test_a_networks_search_may_be_matched_against_itself_with_another_constant(network: str, tmp_path: Path):
    arguments = ["match", f"{network}:2", f"{network}:2:cpuct=3", "--games", "2", "--rules", "tt"]
    played = run(*arguments, "--output", str(tmp_path / "match"))
    assert "any 2 visits against any 2 visits cpuct=3, 19x19" in played.output
    for mistyped in (f"{network}:2x", f"{network}:cpuct"):
        told = str(run("match", mistyped, network, "--output", str(tmp_path / "other")).exception)
        assert told.startswith(f"player '{mistyped}': expected FILE, FILE:VISITS or FILE:VISITS:NAME=VALUE")
    wrong = run("match", f"{network}:2:cpuckt=3", network, "--output", str(tmp_path / "other"))
    assert "unknown search setting 'cpuckt'" in str(wrong.exception)


def test_a_match_says_what_it_is_about_to_play(network: str, tmp_path: Path):
    arguments = ["match", f"{network}:1", f"{network}:2", "--rules", "tt", "--output", str(tmp_path / "match")]
    run(*arguments, "--games", "1")
    resumed = run(*arguments, "--games", "2")
    assert f": 2 games on 19x19, 1 of them played already, 8 at a time, in {tmp_path / 'match'}" in resumed.stderr


def test_programs_have_openings_where_a_network_can_draw_them(tmp_path: Path):
    program = shlex.join([sys.executable, "-m", "golois", "gtp", "--player", "random"])
    small = run("match", program, program, "--size", "5", "--games", "2", "--output", str(tmp_path / "small"))
    assert "no network draws openings on 5x5" in small.stderr
    options = {"opening_moves": 4, "engine": "auto", "seed": 0}
    opening = opening_of((RandomPlayer(), RandomPlayer()), Rules(), 19, options)
    assert len(opening(0)) == 4
    assert opening(0) != opening(1)
    assert opening_of((RandomPlayer(), RandomPlayer()), Rules(), 19, {"opening_moves": 0}) is None
