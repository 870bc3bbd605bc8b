"""`golois lecture list` and `golois lecture run`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from nets.lectures.commands import NAMES, lecture


def test_the_list_names_every_lecture_in_order() -> None:
    answer = CliRunner().invoke(lecture, ["list"])
    assert answer.exit_code == 0
    places = [answer.output.index(f" {name} ") for name in NAMES]
    assert places == sorted(places)
    assert len(NAMES) == 25


@pytest.mark.parametrize("name", NAMES)
def test_every_lecture_reads_from_top_to_bottom(name: str) -> None:
    module = import_module(f"nets.lectures.{name}")
    assert module.__doc__ is not None
    assert module.__file__ is not None
    text = Path(module.__file__).read_text(encoding="utf-8")
    assert callable(module.run)
    sections = [line for line in text.splitlines() if line.startswith("# --- ")]
    assert len(sections) >= 3
    assert "What to try next" in sections[-1]


def test_running_a_lecture_prints_its_results_and_draws_its_curves(tmp_path: Path) -> None:
    answer = CliRunner().invoke(lecture, ["run", "neuron", "--plot", str(tmp_path)])
    assert answer.exit_code == 0, answer.output
    assert "A neuron: a weighted sum" in answer.output
    assert "AND right" in answer.output
    assert (tmp_path / "activations.png").read_bytes().startswith(b"\x89PNG")


def test_the_lectures_own_figures_stand_beside_ours() -> None:
    answer = CliRunner().invoke(lecture, ["run", "backprop"])
    line = next(line for line in answer.output.splitlines() if "out_o1  " in line)
    assert line.count("0.75136507") == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonsense"], "nonsense"),
        (["xor", "--epochs", "0"], "0 is not in the range"),
        (["mnist_dense", "--quick", "--data", "."], "give one of them"),
    ],
)
def test_wrong_arguments_are_usage_errors(arguments: list[str], message: str) -> None:
    answer = CliRunner().invoke(lecture, ["run", *arguments])
    assert answer.exit_code == 2
    assert message in answer.output
