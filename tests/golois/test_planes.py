"""The input planes, cell by cell on drawn positions, and against what the course's own module computes."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golois.board import BLACK, EMPTY, WHITE
from golois.coordinates import move_from_vertex
from golois.game import Game
from golois.planes import PLANE_SETS, encode, encode_batch
from golois.records.arrays import pack
from golois.records.record import GameRecord, moves_with_colours
from golois.rules import Rules
from golois.sampling import fill_positions
from golois.stored_games import Games
from golois.symmetry import apply_to_planes


def played(moves: str, size: int = 5, komi: float = 7.5) -> Game:
    """A game after these vertices, Black first."""
    game = Game(size, Rules(komi=komi, ko="simple"))
    for vertex in moves.split():
        game.play(move_from_vertex(vertex, size))
    return game


def plane(planes: np.ndarray, name: str) -> str:
    """Draw one plane by its name: # where it is 1, . where it is 0."""
    cells = planes[..., PLANE_SETS[planes.shape[-1]].index(name)]
    assert set(np.unique(cells)) <= {0.0, 1.0}
    return "\n".join(" ".join("#" if cell else "." for cell in row) for row in cells)


def drawing(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


# --- drawn positions --------------------------------------------------------------------------------------------------

# after these moves Black's stone on C3 stands in atari, and a ladder catches it
LADDER = "C3 C4 A1 B3 A5 C2 E1 D4"

DRAWN = {
    "own stones now": """
        # . . . .
        . . . . .
        . . # . .
        . . . . .
        # . . . #
    """,
    "opponent's stones now": """
        . . . . .
        . . # # .
        . # . . .
        . . # . .
        . . . . .
    """,
    "own stones 1 earlier": """
        # . . . .
        . . . . .
        . . # . .
        . . . . .
        # . . . #
    """,
    "opponent's stones 1 earlier": """
        . . . . .
        . . # . .
        . # . . .
        . . # . .
        . . . . .
    """,
    "own stones 2 earlier": """
        # . . . .
        . . . . .
        . . # . .
        . . . . .
        # . . . .
    """,
    "opponent's stones 4 earlier": """
        . . . . .
        . . # . .
        . # . . .
        . . . . .
        . . . . .
    """,
    "lost ladder": """
        . . . . .
        . . . . .
        . . # . .
        . . . . .
        . . . . .
    """,
    "beside lost ladder": """
        . . . . .
        . . # # .
        . # . . .
        . . # . .
        . . . . .
    """,
    "1 liberties": """
        . . . . .
        . . . . .
        . . # . .
        . . . . .
        . . . . .
    """,
    "2 liberties": """
        # . . . .
        . . . . .
        . . . . .
        . . . . .
        # . . . #
    """,
    "3 liberties": """
        . . . . .
        . . . . .
        . # . . .
        . . # . .
        . . . . .
    """,
    "5 liberties": """
        . . . . .
        . . # # .
        . . . . .
        . . . . .
        . . . . .
    """,
    "4 liberties": ". . . . .\n" * 5,
    "6 or more liberties": ". . . . .\n" * 5,
    "to move": "# # # # #\n" * 5,
    "komi 7": "# # # # #\n" * 5,
    "komi 6": ". . . . .\n" * 5,
}


@pytest.mark.parametrize("name", DRAWN)
def test_each_plane_of_a_drawn_position(name: str) -> None:
    assert plane(encode(played(LADDER), 31), name) == drawing(DRAWN[name])


def test_what_white_to_move_can_catch() -> None:
    planes = encode(played("C3 C4 A1 B3 A5 D4 E1"), 31)
    assert plane(planes, "catchable in ladder") == drawing(DRAWN["own stones now"]), "the corner stones as well"
    assert plane(planes, "beside catchable") == drawing("""
        . . . . .
        . . # # .
        . # . . .
        . . . . .
        . . . . .
    """)
    assert plane(planes, "lost ladder") == drawing(DRAWN["komi 6"])
    assert plane(planes, "to move") == drawing(DRAWN["komi 6"]), "White is to move"
    assert plane(planes, "own stones now") == drawing(DRAWN["opponent's stones 4 earlier"].replace("# . .", "# # .", 1))


def test_the_smaller_sets_are_columns_of_the_largest() -> None:
    game = played(LADDER)
    largest = encode(game, 31)
    np.testing.assert_array_equal(encode(game, 6), largest[..., [0, 1, 11, 12, 13, 14]])
    np.testing.assert_array_equal(encode(game, 8), largest[..., [0, 1, 11, 12, 13, 14, 15, 16]])
    np.testing.assert_array_equal(encode(game, 21), largest[..., :21])
    for planes, names in PLANE_SETS.items():
        assert len(names) == len(set(names)) == planes


def test_positions_before_the_first_move_are_empty_boards() -> None:
    planes = encode(played("C3"), 31)
    assert planes[..., 11:21].sum() == 1, "one stone now, none earlier"
    assert encode(Game(19), 31)[..., 1:21].sum() == 0


def test_a_pass_is_a_position_of_its_own() -> None:
    planes = encode(played("C3 pass"), 6)
    assert plane(planes, "own stones now") == plane(planes, "own stones 1 earlier")


def test_set_up_stones_belong_to_the_first_position_only() -> None:
    game = Game(9, black=[20], white=[30])
    planes = encode(game, 8)
    assert planes[2, 2, 2] == planes[3, 3, 3] == 1
    assert planes[..., 4:].sum() == 0, "before the set-up there was nothing"


def test_two_moves_of_one_colour_in_a_row() -> None:
    game = Game(9)
    game.play(0, BLACK)
    game.play(1, BLACK)
    game.to_move = BLACK
    planes = encode(game, 6)
    assert planes[0, 0, 0] == 1
    assert planes[0, :2, 2].tolist() == [1, 1]
    assert planes[0, :2, 4].tolist() == [1, 0]


@pytest.mark.parametrize(
    ("komi", "expected"), [(0.5, 0), (5.5, 5), (7, 7), (9.5, 9), (10, None), (-0.5, None), (-5.5, None), (-150, None)]
)
def test_komi_is_a_plane_of_ones(komi: float, expected: int | None) -> None:
    komi_planes = encode(Game(9, Rules(komi=komi)), 31)[..., 21:]
    assert [i for i in range(10) if komi_planes[..., i].all()] == ([] if expected is None else [expected])
    assert komi_planes.sum() == (0 if expected is None else 81)


@pytest.mark.parametrize("size", [2, 9, 19, 20, 25])
def test_every_size(size: int) -> None:
    game = Game(size)
    game.play(1)
    planes = encode(game, 31)
    assert planes.shape == (size, size, 31)
    assert planes.dtype == np.float32
    assert planes[0, 1, 12] == 1


# --- batches ----------------------------------------------------------------------------------------------------------


def test_a_batch_is_its_positions_one_by_one() -> None:
    games = [played(LADDER), played("C3", komi=0.5), Game(5)]
    out = np.full((3, 5, 5, 21), np.nan, np.float32)
    assert encode_batch(games, 21, out) is out
    for game, planes in zip(games, out, strict=True):
        np.testing.assert_array_equal(planes, encode(game, 21))


@settings(max_examples=32, deadline=None)
@given(st.integers(0, 7), st.sampled_from(sorted(PLANE_SETS)))
def test_symmetries_turn_the_whole_position(symmetry: int, planes: int) -> None:
    game = played(LADDER)
    turned = encode(game, planes, symmetry=symmetry)
    np.testing.assert_array_equal(turned, apply_to_planes(encode(game, planes), symmetry))


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="no set of 7 planes; the sets have 6, 8, 21, 31"):
        encode(Game(9), 7)
    with pytest.raises(ValueError, match=r"sizes \[9, 19\]"):
        encode_batch([Game(9), Game(19)])
    with pytest.raises(ValueError, match=r"float32 array \(1, 9, 9, 6\), not float64"):
        encode_batch([Game(9)], 6, np.zeros((1, 9, 9, 6)))  # type: ignore[arg-type]


# --- by a plain encoder -----------------------------------------------------------------------------------------------


def plain_planes(game: Game) -> np.ndarray:
    """The planes 0 and 5 to 20 of the largest set, from the words of their definition."""
    size = game.size
    planes = np.zeros((size, size, 21))
    planes[..., 0] = game.to_move == BLACK
    now = game.stones()
    for row, column in np.argwhere(now != EMPTY):
        chain, border, liberties = {(row, column)}, [(row, column)], set()
        while border:
            r, c = border.pop()
            for point in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)):
                if min(point) >= 0 and max(point) < size and point not in chain:
                    if now[point] == EMPTY:
                        liberties.add(point)
                    elif now[point] == now[row, column]:
                        chain.add(point)
                        border.append(point)
        planes[row, column, 4 + min(6, len(liberties))] = 1
    earlier = game.copy()
    for back in range(5):
        stones = earlier.stones()
        planes[..., 11 + 2 * back] = stones == game.to_move
        planes[..., 12 + 2 * back] = stones == 3 - game.to_move
        if not earlier.moves:
            break
        earlier.undo()
    return planes


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([3, 5, 9]), st.integers(0, 2**32), st.integers(0, 80))
def test_random_positions_are_encoded_as_the_plain_encoder_does(size: int, seed: int, moves: int) -> None:
    random = np.random.default_rng(seed)
    game = Game(size)
    for _ in range(moves):
        game.play(int(random.choice(np.flatnonzero(game.legal_moves()))))
    kept = [0, *range(5, 21)]
    np.testing.assert_array_equal(encode(game, 21)[..., kept], plain_planes(game)[..., kept], str(game))


# --- the course's module ----------------------------------------------------------------------------------------------


def test_every_cell_is_as_the_course_computes_it(shared: Path) -> None:
    """2,400 positions of 200 games of professionals: not one cell differs, in the ladder planes neither.

    The course's reader begins without the ko that stands on the board; when ours kept that ko, 393 of the
    3,465,600 cells of the ladder planes differed, all of them at stones that had just taken a ko or stood beside it.
    """
    reference = np.load(shared / "planes" / "reference-planes-31.npz")
    points, colours, offsets = reference["points"], reference["colours"], reference["offsets"]
    records = []
    for game, komi in enumerate(reference["komi"]):
        part = slice(offsets[game], offsets[game + 1])
        moves, first_player = moves_with_colours(points[part], np.where(colours[part] == 1, BLACK, WHITE))
        records.append(GameRecord(moves=moves, first_player=first_player, komi=float(komi), result="B+R"))
    arrays = pack(records, 19, [])
    games = Games(**{name: arrays[name] for name in Games._fields if name != "size"}, size=19)
    game, move_number = reference["positions"].T.astype(np.int64)
    count = len(game)
    ours = np.empty((count, 19, 19, 31), np.float32)
    policy, value = np.empty((count, 362), np.float32), np.empty(count, np.float32)
    fill_positions(games, game, move_number, np.zeros(count, int), ours, policy, value)

    bits = np.unpackbits(reference["planes"], axis=1)[:, : 19 * 19 * 31]
    theirs = bits.reshape(count, 19, 19, 31)
    differing = {name: int(n) for name, n in zip(PLANE_SETS[31], (ours != theirs).sum(axis=(0, 1, 2)), strict=True)}
    assert differing == dict.fromkeys(PLANE_SETS[31], 0)
    assert theirs[..., 1].sum() > 1000, "the positions do hold ladders"
    assert theirs[..., 3].sum() > 1000


def test_an_unknown_komi_leaves_its_planes_empty() -> None:
    arrays = pack([GameRecord(moves=np.array([3, 4], np.uint16), komi=math.nan)], 19, [])
    games = Games(**{name: arrays[name] for name in Games._fields if name != "size"}, size=19)
    planes = np.empty((1, 19, 19, 31), np.float32)
    fill_positions(games, [0], [1], [0], planes, np.empty((1, 362), np.float32), np.empty(1, np.float32))
    assert planes[..., 21:].sum() == 0
