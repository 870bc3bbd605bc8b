"""`golois train`, `golois evaluate` and `golois network` as a user types them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from golois.cli import root

OPTIONS = [
    *("--blocks", "1", "--filters", "8", "--batch", "16", "--precision", "float32"),
    *("--epoch-positions", "32", "--validation-positions", "16"),
]


def golois(*words: object) -> Result:
    """Run a command; what a user can mend is an exception of ours."""
    return CliRunner().invoke(root, [str(word) for word in words])


@pytest.fixture(scope="module")
def trained(games_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network trained in a process of its own, as on a command line."""
    path = tmp_path_factory.mktemp("trained") / "network.h5"
    command = [sys.executable, "-m", "golois", "train", "--games", games_path, "-o", path, "--positions", 64, *OPTIONS]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    (path.parent / "printed").write_text(done.stdout)
    return path


def test_train_prints_the_size_first_then_each_epoch_and_what_it_wrote(trained: Path) -> None:
    lines = (trained.parent / "printed").read_text().splitlines()
    assert lines[0] == "residual 1x8, 19x19, 6 planes, 362 moves"
    assert lines[1].startswith("4,946 parameters, 4,882 trainable, 0.0")
    assert lines[2].startswith("epoch 1: 32 positions, loss ")
    assert "validation: top-1" in lines[3]
    assert lines[-1].startswith(f"wrote {trained}: 64 positions in 0:0")


def test_a_second_run_does_not_overwrite_the_first_by_mistake(trained: Path, games_path: Path) -> None:
    again = golois("train", "--games", games_path, "-o", trained)
    assert "holds a run already: go on with it by --resume" in str(again.exception)


def test_a_resumed_run_keeps_its_settings(trained: Path) -> None:
    refused = golois("train", "-o", trained, "--resume", "--batch", 32)
    assert refused.exit_code == 2
    assert "--batch with --resume: a resumed run keeps its settings" in refused.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "name the records to train on"),
        (["--games", "x.h5", "--positions", "5", "--minutes", "1"], "the run ends by one of them"),
    ],
)
def test_what_is_missing_or_contradictory_is_a_usage_error(words: list[str], message: str) -> None:
    result = golois("train", *words)
    assert result.exit_code == 2
    assert message in result.output


def test_records_that_do_not_exist_are_named(tmp_path: Path) -> None:
    result = golois("train", "--games", tmp_path / "nothing.tsv.xz", "-o", tmp_path / "n.h5")
    assert "nothing.tsv.xz: no such file or folder of game records" in str(result.exception)


def test_evaluate_prints_a_table_or_json(trained: Path, games_path: Path) -> None:
    table = golois("evaluate", trained, "--games", games_path)
    assert table.exit_code == 0, table.output
    assert "on 4 validation games" in table.output
    answer = golois("evaluate", trained, "--games", games_path, "--split", "all", "--positions", 50, "--json")
    facts = json.loads(answer.output)
    assert facts["positions"] == 50
    assert facts["games"] == 28
    assert {"top1", "top5", "policy_loss", "value_mse", "constant_mse"} <= set(facts)


@pytest.mark.parametrize("words", [["--min-rank", "1d"], ["--komi", 7, 8], ["--min-length", 41], ["--max-length", 39]])
def test_both_commands_take_the_filters_of_games(trained: Path, games_path: Path, tmp_path: Path, words: list) -> None:
    """Games of unknown rank with komi 6.5 and 40 moves, of which none is left."""
    for command in (["evaluate", trained], ["train", "-o", tmp_path / "none.h5"]):
        result = golois(*command, "--games", games_path, *words)
        assert "is left for" in str(result.exception), result.output


def test_network_summary_prints_layers_and_counts_and_draws_the_graph(trained: Path, tmp_path: Path) -> None:
    result = golois("network", "summary", trained, "--plot", tmp_path / "graph.png")
    assert result.exit_code == 0, result.output
    assert "4,946 parameters, 4,882 trainable" in result.output
    assert "Convolution 3x3" in result.output
    assert (tmp_path / "graph.png").read_bytes().startswith(b"\x89PNG")
    facts = json.loads(golois("network", "summary", trained, "--json").output)
    assert (facts["planes"], facts["moves"], facts["parameters"]) == (6, 362, 4946)
    assert facts["layers"][1]["name"] == "stem"


def test_network_summary_names_a_file_that_is_no_network(tmp_path: Path) -> None:
    (tmp_path / "text.h5").write_text("no network")
    result = golois("network", "summary", tmp_path / "text.h5")
    assert "text.h5" in str(result.exception)


def test_benchmark_train_compares_the_pipeline_with_a_batch_in_memory(games_path: Path) -> None:
    words = ["--blocks", 1, "--filters", 8, "--batch", 16, "--steps", 2, "--games", games_path]
    result = golois("benchmark", "train", *words)
    assert result.exit_code == 0, result.output
    for line in (
        "sampling 6 planes, one thread",
        "one batch in memory",
        "pipeline with 1 thread",
        "The pipeline keeps",
    ):
        assert line in result.output
