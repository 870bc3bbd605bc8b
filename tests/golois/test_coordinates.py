"""Names of points: GTP vertices and SGF's letters."""

from __future__ import annotations

import pytest

from golois.coordinates import (
    BadVertex,
    move_from_sgf,
    move_from_vertex,
    pass_move,
    sgf_from_move,
    vertex_from_move,
)


@pytest.mark.parametrize(
    ("vertex", "size", "move", "sgf"),
    [
        ("A19", 19, 0, "aa"),
        ("T19", 19, 18, "sa"),
        ("A1", 19, 342, "as"),
        ("T1", 19, 360, "ss"),
        ("H16", 19, 3 * 19 + 7, "hd"),
        ("J16", 19, 3 * 19 + 8, "id"),  # there is no column I
        ("Q4", 19, 15 * 19 + 15, "pp"),
        ("Z25", 25, 24, "ya"),
        ("B1", 2, 3, "bb"),
        ("pass", 19, 361, ""),
        ("pass", 9, 81, ""),
    ],
)
def test_the_names_of_a_point(vertex: str, size: int, move: int, sgf: str) -> None:
    assert vertex_from_move(move, size) == vertex
    assert move_from_vertex(vertex, size) == move
    assert move_from_vertex(f" {vertex.lower()} ", size) == move
    assert sgf_from_move(move, size) == sgf
    assert move_from_sgf(sgf, size) == move


@pytest.mark.parametrize("size", range(2, 26))
def test_every_point_has_its_own_name(size: int) -> None:
    moves = range(size * size + 1)
    assert [move_from_vertex(vertex_from_move(move, size), size) for move in moves] == list(moves)
    assert [move_from_sgf(sgf_from_move(move, size), size) for move in moves] == list(moves)
    assert pass_move(size) == size * size


@pytest.mark.parametrize("text", ["", "D", "4", "4D", "I5", "DD", "D4x", "D-4", "D4.0", "résigne", "D٤", "D100"])
def test_what_is_no_vertex(text: str) -> None:
    with pytest.raises(BadVertex, match="is not a point: write a column letter and a row number, such as D4"):
        move_from_vertex(text, 19)


@pytest.mark.parametrize("text", ["K5", "A10", "A0", "Z1"])
def test_points_off_the_board(text: str) -> None:
    with pytest.raises(BadVertex, match=f"'{text}' is not on a board of size 9, whose points are A1 to J9"):
        move_from_vertex(text, 9)


@pytest.mark.parametrize("letters", ["a", "aaa", "ta", "AA", "a1", "  "])
def test_letters_of_no_point(letters: str) -> None:
    with pytest.raises(BadVertex, match="is not a point of a board of size 19 in SGF's letters"):
        move_from_sgf(letters, 19)


def test_tt_is_a_pass_on_boards_up_to_19() -> None:
    assert move_from_sgf("tt", 19) == 361
    assert move_from_sgf("tt", 9) == 81
    assert move_from_sgf("tt", 20) == 20 * 20 - 1


def test_a_move_off_the_board_has_no_name() -> None:
    with pytest.raises(BadVertex, match="move 82: a board of size 9 has the moves 0 to 81"):
        vertex_from_move(82, 9)
