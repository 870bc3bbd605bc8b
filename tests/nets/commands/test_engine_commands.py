"""The commands around the engine, called as a user calls them; the network is a stand-in."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from golois.errors import GoloisError
from golois.search import SearchSettings
from nets.commands import doctor
from nets.commands.engine_options import read_settings
from nets.commands.genconfig import choose_leaves, configuration
from nets.inference import engines
from tests.nets.commands.call import run

pytestmark = pytest.mark.usefixtures("_uniform_networks")

POLICY_ALONE = ["--visits", "1"]


@pytest.mark.parametrize(
    "extra",
    [[], POLICY_ALONE, [*POLICY_ALONE, "--setting", "symmetry=average"], ["--visits", "5", "--setting", "gumbel=4"]],
)
def test_gtp_plays_a_move_with_and_without_search(network: str, extra: list[str]):
    result = run("gtp", "--network", network, *extra, stdin="genmove b\ngomill-explain_last_move\nquit\n")
    answers = result.output.split("\n\n")
    assert result.exit_code == 0
    assert answers[0].startswith("= ")
    assert ("no search" in answers[1]) == (extra[:2] == POLICY_ALONE)
    assert answers[2] == "="


@pytest.mark.parametrize(("capacity", "visits"), [(["--capacity", "150"], 150), ([], 300)])
def test_a_search_ends_when_its_tree_is_full(network: str, capacity: list[str], visits: int):
    result = run("gtp", "-n", network, "--visits", "300", *capacity, stdin="genmove b\ngomill-explain_last_move\n")
    told = re.search(r": (\d+) visits", result.output)
    assert told is not None
    assert visits <= int(told[1]) < visits + 8


def test_gtp_without_its_network_says_so_twice_and_answers_the_rest(tmp_path: Path):
    missing = str(tmp_path / "missing.h5")
    result = run("gtp", "--network", missing, stdin="1 name\n2 genmove b\n3 quit\n")
    assert "=1 Golois" in result.stdout
    assert f"?2 cannot play: {missing}: there is no such file" in result.stdout
    assert f"Error: {missing}: there is no such file" in result.stderr
    assert "=3" in result.stdout


def test_gtp_reads_a_configuration_that_the_command_line_overrides(network: str, tmp_path: Path):
    config = tmp_path / "golois.toml"
    config.write_text(f'network = "{network}"\nvisits = 7\nrules = "japanese"\n[search]\ncpuct = 2.0\n')
    commands = "genmove b\ngomill-explain_last_move\nkata-get-rules\n"
    answers = run("gtp", "--config", str(config), stdin=commands).output.split("\n\n")
    assert ": 7 visits" in answers[1]
    assert "TERRITORY" in answers[2]
    answers = run("gtp", "--config", str(config), "--visits", "9", stdin=commands).output.split("\n\n")
    assert ": 9 visits" in answers[1]


def test_one_constant_on_the_command_line_leaves_the_others_of_the_configuration(network: str, tmp_path: Path):
    config = tmp_path / "golois.toml"
    config.write_text(f'network = "{network}"\nponder = true\n[search]\nsymmetry = "random"\ncpuct = -1\n')
    assert "cpuct = -1" in str(run("gtp", "--config", str(config)).exception)
    mended = run(
        "gtp", "--config", str(config), "--setting", "cpuct=2", "--visits", "1", "--no-ponder", stdin="genmove b\n"
    )
    assert "symmetry=random is for a search" in mended.output, "the file's other constant still holds"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("visit = 3", "golois.toml: unknown option 'visit'"),
        ("visits =", "not a TOML file"),
        ("visits = -3", "golois.toml: visits = -3: -3 is not in the range x>=1"),
        ("visits = 3.7", "golois.toml: visits = 3.7: expected a whole number"),
        ("visits = true", "golois.toml: visits = True: expected no true or false"),
        ('ponder = "yes"', "golois.toml: ponder = 'yes': expected true or false"),
        ("network = 5", "golois.toml: network = 5: expected a path in quotes"),
        ('setting = "cpuct=1"', "golois.toml: setting = 'cpuct=1': Value must be an iterable"),
        ("[search]\ncpuct = -1", "cpuct = -1"),
    ],
)
def test_a_wrong_configuration_is_one_line(tmp_path: Path, content: str, message: str):
    config = tmp_path / "golois.toml"
    config.write_text(content)
    result = run("gtp", "--config", str(config))
    assert isinstance(result.exception, GoloisError)
    assert message in str(result.exception)


def test_the_time_log_is_written(network: str, tmp_path: Path):
    log = tmp_path / "time.log"
    stdin = "time_settings 0 1 1\ngenmove b\ngenmove w\n"
    run("gtp", "--network", network, "--time-log", str(log), stdin=stdin)
    assert [line.split()[:3] for line in log.read_text().splitlines()] == [["move", "1", "b"], ["move", "2", "w"]]


def test_a_pipe_into_the_installed_program_works_without_a_network():
    """The real process: what a graphical program starts, with its input closed at the end."""
    command = [sys.executable, "-m", "golois", "gtp", "--player", "random"]
    done = subprocess.run(
        command, input=b"name\nboardsize 5\ngenmove b\n", capture_output=True, timeout=250, check=True
    )
    answers = done.stdout.decode().split("\n\n")
    assert answers[0] == "= Golois"
    assert answers[2].startswith("= ")
    assert done.stderr == b""


def test_analysis_answers_a_request(network: str):
    request = {"id": "q", "moves": [], "rules": "chinese", "boardXSize": 19, "boardYSize": 19, "maxVisits": 5}
    result = run("analysis", "-model", network, "-analysis-threads", "2", stdin=json.dumps(request) + "\n")
    answer = json.loads(result.stdout)
    assert answer["id"] == "q"
    assert answer["rootInfo"]["visits"] >= 5


def test_a_small_network_is_measured_on_its_own_board(tmp_path: Path):
    nine = tmp_path / "nine.h5"
    nine.touch()
    written = run("genconfig", "--network", str(nine), "--output", str(tmp_path / "nine.toml"))
    assert written.exit_code == 0, written.exception
    assert "nine, 9x9, 6 planes, 82 moves" in run("doctor", "--network", str(nine)).output


def test_genconfig_writes_what_gtp_reads(network: str, tmp_path: Path):
    text = configuration(Path(network), "chinese", "auto", 8, 5, 2.0, {1: 100.0, 8: 400.0})
    config = tmp_path / "golois.toml"
    config.write_text(text)
    result = run("gtp", "--config", str(config), stdin="genmove b\ngomill-explain_last_move\n")
    assert ": 5 visits" in result.output or ": 8 visits" in result.output
    refused = run("genconfig", "--network", network, "--output", str(config))
    assert "exists" in str(refused.exception)


def test_more_leaves_are_taken_only_when_they_are_clearly_faster():
    assert choose_leaves({1: 100.0, 2: 110.0, 4: 112.0}) == 1
    assert choose_leaves({1: 100.0, 2: 180.0, 4: 190.0, 8: 300.0}) == 8


def test_doctor_finds_a_network_that_is_missing(network: str, tmp_path: Path):
    healthy = run("doctor", "--network", network)
    assert healthy.exit_code == 0, healthy.output
    assert "any, 19x19, 6 planes, 362 moves" in healthy.output
    ill = run("doctor", "--network", str(tmp_path / "missing.h5"))
    assert ill.exit_code == 1
    assert "there is no such file" in ill.output
    assert "-> train one with golois train" in ill.output


@pytest.mark.parametrize(
    ("present", "installed", "seen", "state", "text"),
    [
        (False, ["openvino"], 0, "ok", "none from NVIDIA"),
        (True, ["openvino"], 0, "warning", "no library that could use it"),
        (True, ["openvino", "tensorflow"], 0, "warning", "tensorflow does not see it"),
        (True, ["openvino", "tensorflow"], 2, "ok", "tensorflow sees 2"),
    ],
)
def test_doctor_tells_whether_a_gpu_is_used(
    monkeypatch: pytest.MonkeyPatch, present: bool, installed: list[str], seen: int, state: str, text: str
):
    monkeypatch.setattr(engines, "has_gpu", lambda: present)
    monkeypatch.setattr(engines, "available_engines", lambda: installed)
    monkeypatch.setitem(doctor.GPU_QUESTIONS, "tensorflow", f"print({seen})")
    finding = doctor.check_gpu()
    assert finding.state == state
    assert text in finding.text
    assert bool(finding.advice) == (state != "ok")


def test_benchmark_search_tells_both_figures(network: str):
    result = run("benchmark", "search", "--network", network, "--batch", "4", "--seconds", "0.2", "--json")
    figures = json.loads(result.output)
    assert figures["simulations_per_second"] > 0
    assert figures["bytes_per_node"] == 56 + 4 * 362
    assert figures["batches"][0]["share"] > 0


def test_settings_of_the_search_are_pairs():
    assert read_settings(["cpuct=2", "symmetry=average"]) == SearchSettings(cpuct=2.0, symmetry="average")
    with pytest.raises(GoloisError, match="expected NAME=VALUE"):
        read_settings(["cpuct"])
