"""The configuration: every key checked, errors that show the way, a file that reads back as it was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from golois.errors import GoloisError
from selfplay.config import Config
from selfplay.presets import starting_config


@pytest.mark.parametrize("size", [3, 7, 9, 13, 19])
def test_a_starting_file_reads_back(tmp_path: Path, size: int) -> None:
    path = tmp_path / "run.toml"
    path.write_text(starting_config(size).to_toml(), encoding="utf-8")
    assert Config.from_toml(path) == starting_config(size)


def test_what_is_left_out_has_its_usual_value(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text("[board]\nsize = 7\nkomi = 9\n[gate]\nanchors = []\n", encoding="utf-8")
    config = Config.from_toml(path)
    assert (config.board.komi, config.gate.anchors, config.play) == (9.0, (), Config().play)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[borad]\nsize = 7", r"unknown section \[borad\]; did you mean 'board'"),
        ("size = 7", r"unknown section \[size\]"),
        ("board = 7", r"\[board\] is a section"),
        ("[play]\nvisit = 7", r"\[play\] has no setting 'visit'; did you mean 'visits'"),
        ('[play]\nvisits = "many"', r"\[play\] visits = 'many' should be a whole number"),
        ("[play]\nvisits = 1", r"\[play\] visits = 1: at least 2 is possible"),
        ("[play]\nfull_share = 1.5", r"\[play\] full_share = 1.5: at most 1 is possible"),
        ('[play]\nroot = "gumbell"', r"one of gumbel, puct; did you mean 'gumbel'"),
        ("[play]\nsgf = 1", r"\[play\] sgf = 1 should be true or false"),
        ("[network]\nplanes = 7", r"\[network\] planes = 7: one of 6, 8, 21, 31"),
        ("[network]\nfilters = 33", r"\[network\] filters = 33: a multiple of 8"),
        ("[board]\nkomi = 7.3", r"\[board\] komi = 7.3: whole and half points"),
        ("[board]\nkomi = nan", r"\[board\] komi = nan: whole and half points"),
        ("[train]\nlearning_rate = nan", r"\[train\] learning_rate = nan: at least"),
        ("[board]\nsize = 8\nhandicap_share = 0.5", "no handicap is fixed for size 8"),
        ('[gate]\nanchors = ["gnu-go"]', "one of random, policy, gnugo; did you mean 'gnugo'"),
        ("[gate]\nelo_1 = -3.0", "elo_1 = -3 must be above elo_0 = 0"),
        ("[gate]\ngames = 3", "games = 3: an even number"),
        ("[play", "not a TOML file"),
    ],
)
def test_a_wrong_line_is_told_with_the_way_out(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "run.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GoloisError, match=said) as error:
        Config.from_toml(path)
    assert str(error.value).startswith(str(path))
