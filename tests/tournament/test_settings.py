"""The settings file: what is written is read again, and what is wrong is named."""

from __future__ import annotations

import dataclasses

import pytest

from golois.errors import GoloisError
from tournament.settings import Settings


def test_what_is_written_is_read_again(tmp_path):
    settings = Settings(name='Coupe d\'été "2026" \\ finale\n', kind="gauntlet", champion="Zoé", games=8, komi=6.5)
    path = tmp_path / "tournament.toml"
    path.write_text(settings.to_toml(), encoding="utf-8")
    assert Settings.from_toml(path) == settings


def test_every_setting_is_explained_in_the_file():
    text = Settings().to_toml()
    for field in dataclasses.fields(Settings):
        assert f"# {field.metadata['about']}\n{field.name} = " in text


def test_a_whole_number_will_do_for_a_real_one(tmp_path):
    path = tmp_path / "tournament.toml"
    path.write_text("komi = 7")
    assert Settings.from_toml(path).komi == 7.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("games = 7", "must be even"),
        ("games = 0", "at least 2"),
        ('games = "many"', "should be a whole number"),
        ("games = 4.0", "should be a whole number"),
        ("games = true", "should be a whole number"),
        ('kind = "knockout"', "round-robin, swiss, gauntlet, ladder"),
        ('kind = "gauntlet"', "needs its champion"),
        ('rules = "draughts"', "draughts"),
        ("komi = 999", "komi 999"),
        ("temperature = 0", "must be positive"),
        ("evaluation_seconds = nan", "must be positive"),
        ("move_limit = 0", "at least 1"),
        ("colour = 1", "unknown setting 'colour'"),
        ("games = = 4", "not a TOML file"),
    ],
)
def test_what_is_wrong_is_named_with_the_file(tmp_path, text, message):
    path = tmp_path / "tournament.toml"
    path.write_text(text)
    with pytest.raises(GoloisError, match=message) as raised:
        Settings.from_toml(path)
    assert str(path) in str(raised.value)
