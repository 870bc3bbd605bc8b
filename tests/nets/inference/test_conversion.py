"""`golois convert` writes plain modern files that compute the same, or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from golois.errors import GoloisError
from nets.commands.convert import convert
from nets.reader import NetworkError
from nets.reader.understand import understand
from tests.nets.reader.keras2 import board, entries
from tests.nets.reader.keras2 import write as write_keras2
from tests.nets.reader.small_network import architecture, insert, write

ENTRIES = {entry["name"]: (place, entry) for place, entry in enumerate(entries())}
# every way of rearranging and combining; those of the reader's own test are enough for the single layers
CHOSEN = ["slicing_points", "convolutional_block_attention", "nested_twice", "padding"]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLOIS_CACHE", str(tmp_path / "cache"))


def run(*arguments: object) -> Any:
    return CliRunner().invoke(convert, [str(argument) for argument in arguments], catch_exceptions=True)


@pytest.mark.parametrize("name", CHOSEN)
def test_an_old_file_becomes_a_plain_one(name: str, tmp_path: Path) -> None:
    keras = pytest.importorskip("keras")
    place, entry = ENTRIES[name]
    old = write_keras2(entry, place, tmp_path / "old.h5")

    outcome = run(old, tmp_path / "new.h5")

    assert outcome.exit_code == 0, outcome.output
    model = keras.saving.load_model(tmp_path / "new.h5", compile=False)
    policy, value = (np.asarray(output) for output in model(board(), training=False))
    np.testing.assert_allclose(policy[:, ::10], entry["policy"], rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(value[:, 0], entry["value"], rtol=1e-3, atol=1e-5)
    assert model.input.name == "board"
    assert model.output_names == ["policy", "value"]
    assert all(type(layer).__module__.startswith("keras.src.layers") or layer.name == "board" for layer in model.layers)


def test_a_course_network_keeps_its_parameters_and_names(shared: Path, tmp_path: Path) -> None:
    outcome = run(shared / "networks" / "p31-slicingoplambda-attention-keras2.15.h5", tmp_path / "new.h5")
    assert outcome.exit_code == 0, outcome.output
    assert "92,901 parameters, 19x19, 31 planes, 361 moves" in outcome.output
    new, old = (
        understand(tmp_path / "new.h5"),
        understand(shared / "networks" / "p31-slicingoplambda-attention-keras2.15.h5"),
    )
    assert new.parameters_total == old.parameters_total
    assert new.keras_version.startswith("3.")
    assert (new.policy_name, new.value_name) == ("policy", "value")


def test_what_has_no_plain_layer_is_not_written(tmp_path: Path) -> None:
    config = insert(architecture(), "TFOpLambda", function="math.sqrt")
    outcome = run(write(tmp_path / "old.h5", config), tmp_path / "new.h5")
    assert isinstance(outcome.exception, NetworkError)
    assert "layer 'extra': the function sqrt cannot be written as plain layers" in str(outcome.exception)
    assert list(tmp_path.glob("*new*")) == []


def test_an_existing_file_is_kept(tmp_path: Path) -> None:
    old, new = write(tmp_path / "old.h5"), tmp_path / "new.h5"
    new.write_text("precious")
    outcome = run(old, new)
    assert isinstance(outcome.exception, GoloisError)
    assert "--force" in str(outcome.exception)
    assert new.read_text() == "precious"
    assert run(old, new, "--force").exit_code == 0
    assert understand(new).moves == 361


def test_a_name_that_keras_would_not_write(tmp_path: Path) -> None:
    outcome = run(write(tmp_path / "old.h5"), tmp_path / "new.txt")
    assert "the name must end in .h5 or .keras" in str(outcome.exception)
