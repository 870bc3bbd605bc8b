"""Time control: whole games are played against a simulated clock, and the clock never runs out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golois.board import BLACK
from golois.gtp.clock import Clock, TimeControl

LAG = 0.05  # seconds a move takes beyond the search; the clock keeps 0.5 in hand while there is so much

CONTROLS = [
    TimeControl("absolute", 60.0),
    TimeControl("absolute", 1800.0),
    TimeControl("canadian", 60.0, 30.0, 10),
    TimeControl("canadian", 0.0, 300.0, 25),
    TimeControl("byoyomi", 60.0, 10.0, 3),
    TimeControl("byoyomi", 0.0, 2.0, 1),
]


@pytest.mark.parametrize("control", CONTROLS, ids=str)
@pytest.mark.parametrize("told", [True, False], ids=["time_left is sent", "time_left is not sent"])
def test_no_game_is_lost_on_time(control: TimeControl, told: bool):
    engine, referee = Clock(control), Clock(control)
    for move in range(0, 400, 2):
        side = referee.sides[BLACK]
        if told:
            engine.update(BLACK, side.left, side.stones)
        seconds = engine.allot(BLACK, move, 19)
        assert seconds is not None
        used = seconds + LAG
        available = side.left if side.stones or control.kind == "absolute" else side.left + control.period
        assert used <= available
        referee.spend(BLACK, used)
        engine.spend(BLACK, used)


def test_without_a_clock_there_is_no_limit():
    assert Clock().allot(BLACK, 0, 19) is None
    clock = Clock(TimeControl("none"))
    clock.spend(BLACK, 1e6)
    assert clock.allot(BLACK, 100, 19) is None


def test_a_fixed_time_per_move_is_used_but_for_the_lag():
    clock = Clock(TimeControl("byoyomi", 0, 5.0, 1), lag=0.5)
    assert clock.allot(BLACK, 10, 19) == pytest.approx(4.5)


def test_main_time_is_spread_over_the_game():
    clock = Clock(TimeControl("absolute", 1200.0))
    first = clock.allot(BLACK, 0, 19)
    assert first is not None
    assert 5 < first < 15


@given(
    st.sampled_from(CONTROLS),
    st.floats(-10, 5000),
    st.integers(0, 30),
    st.integers(0, 800),
    st.integers(2, 25),
)
def test_any_clock_gives_a_time_that_is_positive_and_not_more_than_is_left(
    control: TimeControl, left: float, stones: int, moves: int, size: int
):
    clock = Clock(control)
    clock.update(BLACK, left, stones)
    seconds = clock.allot(BLACK, moves, size)
    assert seconds is not None
    assert 0 < seconds <= max(left, control.period, 0.01)
