"""The networks that come with the package: each can be submitted, and its card tells the truth about it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nets.pretrained import shipped_network, shipped_networks
from nets.reader import check_network


def test_the_strongest_comes_first() -> None:
    assert shipped_network() == shipped_networks()[0]
    assert shipped_network().stem == "senet-6x64"


@pytest.mark.parametrize("path", shipped_networks(), ids=lambda path: path.stem)
def test_a_tournament_takes_it_and_its_card_has_its_facts(path: Path) -> None:
    report = check_network(path, limit=100_000 if path.stem.startswith("mobile") else 1_000_000)
    assert report.ok, report.problems
    assert (report.planes, report.policy_outputs, report.value_activation) == (6, 362, "sigmoid")
    card = path.with_suffix(".md").read_text(encoding="utf-8")
    assert f"{report.parameters_total:,}" in card
    assert report.digest in card
    assert re.search(r"golois evaluate .*" + re.escape(path.name), card)
