"""The functions of the course's `golois` module: batches of positions for the training scripts, without a compiler.

    import golois
    golois.getValidation(input_data, policy, value, end)                 # 10,000 positions kept apart
    golois.getBatch(input_data, policy, value, end, groups, i * N)       # the next N positions

The arrays are the caller's, float32 and contiguous, and are filled in place; N is their first dimension:

    input   (N, 19, 19, P)   P = 8, 21 or 31 planes as in the course, or the lecture's 6: see golois/planes.py
    policy  (N, 361)         one-hot: the move played, 19 * row + column; (N, 362), with the pass, is welcome too,
                             and so is float64, which `to_categorical` of Keras 3 gives
    value   (N,)             the probability that White wins: with 6 and 8 planes the game's result, with 21 and
                             31 the search value in the record, where there is none the result
    end     (N, 19, 19, 2)   the stones after the game's last move: of the one to move now, of the opponent
    groups  (N, 19, 19, 1)   0 on an empty point, else 1 + the number of the chain

All of a row's arrays are seen through the same one of the eight symmetries (golois/symmetry.py).

The positions come from `games.data` in the working directory, or from what the environment variable
`GOLOIS_DATA` names: a games.data file, the folder that holds it, a game store (.h5), or other records that
`golois games build` reads. The first load checks every game and keeps a game store in the user's cache folder;
later loads take that, in well under a second. Positions whose move is a pass are left out, and so are those
that the file marks with the value -1. One game in ten, at most 10,000 games, is kept for getValidation
and never seen by getBatch. `GOLOIS_SEED` (an integer, 0 when not set) decides the order and the symmetries.
"""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from golois.course.arrays import PLANE_SETS_WITH_RESULTS, Floats, check_batch
from golois.course.data import CourseData, load, seed
from golois.course.deck import Deck
from golois.errors import GoloisError
from golois.planes import PLANE_SETS
from golois.sampling import fill_positions
from golois.symmetry import SYMMETRIES

__all__ = ["getBatch", "getBatchVal", "getValidation", "setSoft"]


_FILLED_AT_A_TIME = 10_000  # positions
_FILLED_FROM_LARGE_FILES = 100  # positions; then the pages read are given back, of which each brings its neighbours


class _State:
    """What the functions remember from call to call."""

    soft: float = 1.0
    random: np.random.Generator | None = None
    last_index: int | None = None
    has_warned = False


def getBatch(
    input: Floats, policy: Floats, value: Floats, end: Floats, groups: Floats | None = None, index: int | None = None
) -> None:
    """Fill a batch of training positions, each under a random symmetry.

    Args:
        input: (N, 19, 19, P) float32, P in {6, 8, 21, 31}.
        policy: (N, 361) or (N, 362) float32.
        value: (N,) float32.
        end: (N, 19, 19, 2) float32.
        groups: (N, 19, 19, 1) float32; scripts of 2019 do not give it.
        index: take the positions index .. index + N - 1 of a shuffled order that never changes, modulo
            their number: `i * N` in epoch i. Without it (scripts until 2021) N positions are drawn at random.

    Raises:
        GoloisError: an array that cannot be filled as it is, or no games to be found; the message says how
            to mend it.
    """
    count = check_batch("getBatch", input, policy, value, end, groups)
    first = None if index is None else _checked_index(index, count)
    data = load()
    random = _random()
    if first is None:
        at = random.integers(0, data.training.positions, count)
    else:
        at = (first + np.arange(count)) % data.training.positions
    _fill(data, data.training, at, random.integers(0, SYMMETRIES, count), (input, policy, value, end, groups))


def getValidation(input: Floats, policy: Floats, value: Floats, end: Floats, groups: Floats | None = None) -> None:
    """Fill a batch with validation positions: the same at every call, from games that getBatch never uses.

    Position i is seen through symmetry i % 8. Any number of games will do, from two on: where there are fewer
    positions than rows, positions are repeated. Arguments and errors: see getBatch.
    """
    count = check_batch("getValidation", input, policy, value, end, groups)
    data = load()
    at = np.arange(count)
    places = at % data.validation.positions
    _fill(data, data.validation, places, at % SYMMETRIES, (input, policy, value, end, groups))


def getBatchVal(input: Floats, policy: Floats, value: Floats, end: Floats) -> None:
    """Fill a batch of training positions drawn at random, with the value as one more input plane.

    It serves networks that are told how the game stands: `input` has one plane more than a set of planes
    (7, 9, 22 or 32), and this last plane holds the position's value everywhere, or 0.0 in a random half of
    the positions, so that the network learns to do without. With 6, 8, 21 or 31 planes there is no such plane.

    The course's module drew from a file of its own, `games.val.data`; here the positions are those of getBatch.
    Arguments and errors: see getBatch.
    """
    count = check_batch("getBatchVal", input, policy, value, end, None, value_plane=True)
    data = load()
    random = _random()
    at = random.integers(0, data.training.positions, count)
    symmetry = random.integers(0, SYMMETRIES, count)
    if input.shape[-1] in PLANE_SETS:
        _fill(data, data.training, at, symmetry, (input, policy, value, end, None))
        return
    planes = np.empty((*input.shape[:-1], input.shape[-1] - 1), np.float32)
    _fill(data, data.training, at, symmetry, (planes, policy, value, end, None))
    input[..., :-1] = planes
    told = np.where(random.integers(0, 2, count) == 1, value, np.float32(0))
    input[..., -1] = told[:, None, None]


def setSoft(soft: float) -> None:
    """Let early positions learn a softer result.

    Where the value is the game's result, a game that White won counts soft + (1 - soft) * moves / 200 for a
    position after so many moves, 1.0 from move 200 on, and a game that Black won 1 minus that: a game is
    less decided the earlier it is. Search values are not changed. With 1.0, as at the start, nothing is softened.

    Args:
        soft: 0.5 (nothing is known at the first move) to 1.0.
    """
    number = float(soft)
    if not 0.5 <= number <= 1.0:
        raise GoloisError(f"setSoft({soft}): a number from 0.5 to 1.0 is expected; 1.0 softens nothing")
    _State.soft = number


def _fill(
    data: CourseData,
    deck: Deck,
    at: npt.NDArray[np.int64],
    symmetry: npt.NDArray[np.int64],
    arrays: tuple[Floats, Floats, Floats, Floats, Floats | None],
) -> None:
    planes, policy_given, value, end, groups = arrays
    policy = policy_given if policy_given.dtype == np.float32 else np.empty(policy_given.shape, np.float32)
    at_a_time = _FILLED_FROM_LARGE_FILES if data.is_large else _FILLED_AT_A_TIME
    for first in range(0, len(at), at_a_time):
        part = slice(first, min(first + at_a_time, len(at)))
        game, move_number = deck.locate(at[part])
        fill_positions(
            data.games,
            game,
            move_number,
            symmetry[part],
            planes[part],
            policy[part],
            value[part],
            end=end[part],
            groups=None if groups is None else groups[part],
            search_weight=float(planes.shape[-1] not in PLANE_SETS_WITH_RESULTS),
            soft=_State.soft,
            threads=max(1, min(os.cpu_count() or 1, len(game) // 250)),
        )
        if data.is_large:
            data.release()
    if policy is not policy_given:
        policy_given[...] = policy


def _random() -> np.random.Generator:
    if _State.random is None:
        _State.random = np.random.default_rng(seed())
    return _State.random


def _checked_index(index: Any, count: int) -> int:
    """The index as a number; a step of one position, where the step of a batch was meant, is pointed out once."""
    try:
        number = int(index)
    except (TypeError, ValueError):
        number = -1
    if number < 0 or number != index:
        raise GoloisError(f"getBatch: index is {index!r}; give the number of positions used before, such as i * N")
    last, _State.last_index = _State.last_index, number
    if last is not None and number - last == 1 and count > 1 and not _State.has_warned:
        _State.has_warned = True
        warnings.warn(
            f"getBatch: index went from {last} to {number} with batches of {count} positions, so most of them are "
            "the same again; write index = i * N",
            stacklevel=3,
        )
    return number
