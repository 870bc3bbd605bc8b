"""Settings in a TOML file: what is written reads back, and what is wrong is named with the way out."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golois.errors import GoloisError
from golois.toml_settings import lines_of, read_toml, setting, settings_of


@dataclass(frozen=True)
class Meal:
    dish: str = setting("soup", "What is eaten.")
    guests: int = setting(2, "How many eat.", least=1, most=12)
    price: float = setting(9.5, "For each of them.")
    vegan: bool = setting(False, "Whether nothing in it is of an animal.")
    spices: tuple[str, ...] = setting(("salt",), "What is put in.", choices=("salt", "pepper", "cumin"))


def test_each_setting_stands_below_its_comment():
    assert lines_of(Meal())[:4] == ["# What is eaten.", 'dish = "soup"', "# How many eat.", "guests = 2"]


@given(
    st.builds(
        Meal,
        dish=st.text(),
        guests=st.integers(1, 12),
        price=st.floats(allow_nan=False, allow_infinity=False),
        vegan=st.booleans(),
        spices=st.lists(st.sampled_from(("salt", "pepper", "cumin"))).map(tuple),
    )
)
def test_any_settings_read_back_as_they_were_written(meal):
    assert settings_of(Meal, tomllib.loads("\n".join(lines_of(meal)))) == meal


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"guest": 3}, "unknown setting 'guest'; did you mean 'guests'?"),
        ({"x": 3}, "unknown setting 'x'; known are dish, guests, price, vegan, spices"),
        ({"guests": 0}, "guests = 0: at least 1 is possible"),
        ({"guests": 13}, "guests = 13: at most 12 is possible"),
        ({"guests": True}, "guests = True should be a whole number"),
        ({"price": float("inf")}, "price = inf: a finite number is possible"),
        ({"spices": ["salt", "peper"]}, "spices = 'peper': one of salt, pepper, cumin; did you mean 'pepper'?"),
    ],
)
def test_what_is_wrong_is_named(values, said):
    with pytest.raises(GoloisError) as raised:
        settings_of(Meal, values)
    assert str(raised.value) == said


def test_a_wrong_setting_of_a_section_is_named_with_it():
    with pytest.raises(GoloisError, match=r"^\[lunch\] has no setting 'menu'"):
        settings_of(Meal, {"menu": 1}, "lunch")


@pytest.mark.parametrize(
    ("content", "said"), [(None, "cannot be read"), (b"a = = 1", "line 1"), (b"\xff", "not a TOML")]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, content, said):
    path = tmp_path / "lunch.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(GoloisError, match=said) as raised:
        read_toml(path)
    assert str(raised.value).startswith(str(path))
