"""Ctrl-C is heeded even when it comes where Python forgets exceptions."""

import os
import signal
import weakref

import pytest

from golois.interrupts import Interrupts


class Thing:
    """Something that a weak reference can point at."""


@pytest.fixture(autouse=True)
def _ordinary_terminal():
    """Python's own handler: a shell starts what runs in its background with interrupts ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press_ctrl_c(*_):
    os.kill(os.getpid(), signal.SIGINT)


def test_an_interrupt_is_raised_where_the_work_is():
    with Interrupts() as interrupts, pytest.raises(KeyboardInterrupt):
        press_ctrl_c()
    assert interrupts.asked


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_that_python_forgot_is_raised_at_the_next_check():
    with Interrupts() as interrupts:
        interrupts.check()  # nothing yet
        thing = Thing()
        reference = weakref.ref(thing, press_ctrl_c)
        del thing  # its callback is where the interrupt arrives; Python prints it and goes on
        assert reference() is None
        with pytest.raises(KeyboardInterrupt):
            interrupts.check()


def test_afterwards_python_s_own_handler_is_back():
    with Interrupts():
        assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_of_the_program_around_it_stays():
    heard = []
    before = signal.signal(signal.SIGINT, lambda *_: heard.append("mine"))
    try:
        with Interrupts() as interrupts:
            press_ctrl_c()
        assert heard == ["mine"]
        assert not interrupts.asked
    finally:
        signal.signal(signal.SIGINT, before)
