"""The eight symmetries: one numbering for moves, planes and policies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golois.symmetry import IDENTITY, SYMMETRIES, apply_to_move, apply_to_planes, apply_to_policy, inverse, move_table

symmetries = st.integers(0, SYMMETRIES - 1)
sizes = st.sampled_from([2, 9, 13, 19, 25])

# the letter F has no symmetry of its own, so each of the eight pictures is different
PICTURES = {
    0: """
        # # #
        # # .
        # . .
    """,
    1: """
        # . .
        # # .
        # # #
    """,
    2: """
        # # #
        . # #
        . . #
    """,
    3: """
        . . #
        . # #
        # # #
    """,
}


def picture(text: str) -> np.ndarray:
    """Read a picture as one plane (rows, columns, 1)."""
    rows = [[float(mark == "#") for mark in line.split()] for line in text.split("\n") if line.strip()]
    return np.array(rows, np.float32)[..., None]


@pytest.mark.parametrize("s", [0, 1, 2, 3])
def test_flips_turn_the_picture(s: int) -> None:
    np.testing.assert_array_equal(apply_to_planes(picture(PICTURES[0]), s), picture(PICTURES[s]))


@pytest.mark.parametrize(
    ("s", "corner"),
    [
        *[(0, "top left"), (1, "bottom left"), (2, "top right"), (3, "bottom right")],
        *[(4, "top left"), (5, "bottom left"), (6, "top right"), (7, "bottom right")],
    ],
)
def test_where_the_top_left_corner_goes(s: int, corner: str) -> None:
    corners = {"top left": 0, "top right": 18, "bottom left": 19 * 18, "bottom right": 19 * 18 + 18}
    assert apply_to_move(0, s) == corners[corner]


@pytest.mark.parametrize("s", [4, 5, 6, 7])
def test_the_upper_four_transpose(s: int) -> None:
    # the second point of the top row stays on a row under 0 to 3 and goes into a column under 4 to 7
    first, second = apply_to_move(0, s), apply_to_move(1, s)
    assert abs(second - first) == 19


def test_the_eight_are_different() -> None:
    assert len({tuple(row) for row in move_table(19)}) == SYMMETRIES


@settings(max_examples=40, deadline=None)
@given(symmetries, sizes, st.data())
def test_the_inverse_brings_every_move_back(s: int, size: int, data: st.DataObject) -> None:
    move = data.draw(st.integers(0, size * size))
    assert apply_to_move(apply_to_move(move, s, size), inverse(s), size) == move
    assert apply_to_move(size * size, s, size) == size * size, "the pass stays the pass"


@settings(max_examples=40, deadline=None)
@given(symmetries, sizes)
def test_moves_planes_and_policies_turn_alike(s: int, size: int) -> None:
    """A stone drawn on a plane, its point and its place in the policy end at the same point."""
    points = np.arange(size * size)
    planes = np.stack([points, points + 1000], axis=-1).reshape(1, size, size, 2)
    turned = apply_to_planes(planes, s).reshape(size * size, 2)
    policy = apply_to_policy(np.arange(size * size + 1)[None], s, size)[0]
    for move in range(size * size):
        target = apply_to_move(move, s, size)
        assert turned[target, 0] == move
        assert turned[target, 1] == move + 1000
        assert policy[target] == move
    assert policy[-1] == size * size


@settings(max_examples=40, deadline=None)
@given(symmetries)
def test_a_policy_without_pass_turns_too(s: int) -> None:
    policy = np.random.default_rng(s).random((3, 362), dtype=np.float32)
    turned = apply_to_policy(policy[:, :361], s)
    assert turned.dtype == np.float32
    np.testing.assert_array_equal(turned, apply_to_policy(policy, s)[:, :361])
    np.testing.assert_array_equal(apply_to_policy(turned, inverse(s)), policy[:, :361])


def test_the_identity_changes_nothing() -> None:
    planes = np.random.default_rng(1).random((2, 19, 19, 6))
    np.testing.assert_array_equal(apply_to_planes(planes, IDENTITY), planes)


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="8 is no symmetry"):
        apply_to_move(3, 8)
    with pytest.raises(ValueError, match="362 is no move"):
        apply_to_move(362, 0)
    with pytest.raises(ValueError, match="not 360"):
        apply_to_policy(np.zeros(360), 1)
    with pytest.raises(ValueError, match="not \\(19, 18, 6\\)"):
        apply_to_planes(np.zeros((19, 18, 6)), 1)
