"""Fixed handicap stones and star points, drawn."""

from __future__ import annotations

import pytest

from golois.coordinates import vertex_from_move
from golois.errors import GoloisError
from golois.handicap import fixed_handicap, most_fixed_handicap, star_points

# as GNU Go places them
PLACED = {
    (19, 2): "Q16 D4",
    (19, 3): "D16 Q16 D4",
    (19, 5): "D16 Q16 K10 D4 Q4",
    (19, 6): "D16 Q16 D10 Q10 D4 Q4",
    (19, 7): "D16 Q16 D10 K10 Q10 D4 Q4",
    (19, 8): "D16 K16 Q16 D10 Q10 D4 K4 Q4",
    (19, 9): "D16 K16 Q16 D10 K10 Q10 D4 K4 Q4",
    (13, 4): "D10 K10 D4 K4",
    (9, 3): "C7 G7 C3",
    (9, 9): "C7 E7 G7 C5 E5 G5 C3 E3 G3",
    (7, 4): "C5 E5 C3 E3",
    (8, 2): "F6 C3",
}


@pytest.mark.parametrize(("size", "count"), PLACED)
def test_fixed_placement(size: int, count: int) -> None:
    assert [vertex_from_move(move, size) for move in fixed_handicap(size, count)] == PLACED[size, count].split()


@pytest.mark.parametrize("size", range(2, 26))
def test_every_number_up_to_the_most_can_be_placed(size: int) -> None:
    for count in range(2, most_fixed_handicap(size) + 1):
        assert len(set(fixed_handicap(size, count))) == count


@pytest.mark.parametrize(
    ("size", "count", "message"),
    [
        (19, 1, "1 fixed handicap stones on a board of size 19: 2 to 9 are possible"),
        (19, 10, "10 fixed handicap stones"),
        (8, 5, "2 to 4 are possible"),
        (6, 2, "2 fixed handicap stones on a board of size 6: none is possible"),
    ],
)
def test_what_cannot_be_placed(size: int, count: int, message: str) -> None:
    with pytest.raises(GoloisError, match=message):
        fixed_handicap(size, count)


def test_star_points() -> None:
    assert [vertex_from_move(move, 9) for move in star_points(9)] == ["C7", "G7", "E5", "C3", "G3"]
    assert len(star_points(19)) == 9
    assert len(star_points(12)) == 4
    assert star_points(5) == []
