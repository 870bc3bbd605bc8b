"""Searches with fixed seeds grow the trees that are kept in golden_trees.json (see golden.py)."""

from __future__ import annotations

import json

import pytest

from .golden import CASES, FILE, tree


@pytest.mark.parametrize("case", CASES)
def test_the_tree_is_the_one_that_was_kept(case: str):
    kept = json.loads(FILE.read_text(encoding="utf-8"))[case]
    found = tree(*CASES[case])
    assert {line: visits for line, (visits, _) in found.items()} == {line: visits for line, (visits, _) in kept.items()}
    for line, (_, value) in found.items():
        assert value == pytest.approx(kept[line][1], abs=1e-3), line


def test_the_cases_differ():
    trees = {case: tree(*options) for case, options in CASES.items() if case != "cache"}
    assert len({json.dumps(found) for found in trees.values()}) == len(trees)
