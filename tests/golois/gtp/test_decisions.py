"""Moves chosen under a clock whose time is simulated: slow networks, little time, and what is told about it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

from golois.board import BLACK, WHITE
from golois.errors import GoloisError
from golois.evaluator import UniformEvaluator
from golois.gtp.clock import Clock, TimeControl
from golois.gtp.engine import Engine, EngineOptions
from golois.gtp.loop import respond
from golois.gtp.protocol import parse_line
from golois.players import Player, PolicyPlayer
from golois.search import Budget, SearchPlayer, SearchSettings


class SimulatedTime:
    """Time that passes only where the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        self.now = 0.0
        self.network_seconds = 0.0
        monkeypatch.setattr(time, "perf_counter", lambda: self.now)

    def network(self, seconds: float) -> UniformEvaluator:
        """A network that takes so long for each call, until `network_seconds` says otherwise."""
        simulated = self
        self.network_seconds = seconds

        class Slow(UniformEvaluator):
            def evaluate(self, planes):  # type: ignore[no-untyped-def]
                simulated.now += simulated.network_seconds
                return super().evaluate(planes)

        return Slow(board_size=9)


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> SimulatedTime:
    return SimulatedTime(monkeypatch)


def ask(engine: Engine, line: str) -> str:
    command = parse_line(line)
    assert command is not None
    return respond(engine, command).strip()


def searcher(network: UniformEvaluator, **settings: int) -> Player:
    return SearchPlayer(network, Budget(visits=50), SearchSettings(**settings), capacity=4000)  # type: ignore[arg-type]


def policy(network: UniformEvaluator) -> Player:
    return PolicyPlayer(network, 0)


CONTROLS = {
    "absolute": ("time_settings 5 0 0", TimeControl("absolute", 5.0)),
    "canadian": ("time_settings 2 5 10", TimeControl("canadian", 2.0, 5.0, 10)),
    "byo-yomi": ("kgs-time_settings byoyomi 2 1 3", TimeControl("byoyomi", 2.0, 1.0, 3)),
}


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("make_player", [searcher, policy], ids=["search", "policy"])
@pytest.mark.parametrize("cost", [0.001, 0.02, 0.3], ids=lambda cost: f"{cost:g} s a batch")
def test_no_game_is_lost_on_time_however_slow_the_network(
    simulated: SimulatedTime, control: str, make_player: Callable[[UniformEvaluator], Player], cost: float
):
    command, agreed = CONTROLS[control]
    engine = Engine(lambda: make_player(simulated.network(cost)))
    referee = Clock(agreed)
    assert ask(engine, "boardsize 9") == "="
    assert ask(engine, command) == "="
    for _ in range(60):
        started = simulated.now
        assert ask(engine, "genmove b").startswith("= ")
        simulated.now += 0.003  # on the way to the referee and back
        assert referee.spend(BLACK, simulated.now - started)
        assert ask(engine, "play w pass") == "="
        side = referee.sides[BLACK]
        ask(engine, f"time_left b {side.left} {side.stones}")


def test_a_search_leaves_out_the_batch_that_would_pass_its_limit(simulated: SimulatedTime):
    player = searcher(simulated.network(0.1))
    engine = Engine(lambda: player, EngineOptions(lag=0.0))
    ask(engine, "boardsize 9")
    ask(engine, "time_settings 0 1 1")
    for _ in range(5):
        started = simulated.now
        ask(engine, "genmove b")
        assert simulated.now - started <= 1.0


def test_the_first_move_of_a_slow_network_is_in_time(simulated: SimulatedTime):
    """How long a batch takes is known from warming up."""
    player = searcher(simulated.network(0.9))
    assert isinstance(player, SearchPlayer)
    player.warm_up()
    engine = Engine(lambda: player)
    ask(engine, "boardsize 9")
    ask(engine, "time_settings 0 1.5 1")
    started = simulated.now
    ask(engine, "genmove b")
    assert simulated.now - started <= 1.5


def test_a_batch_that_was_held_up_once_does_not_keep_later_moves_from_being_searched(simulated: SimulatedTime):
    network = simulated.network(0.01)
    player = searcher(network)
    engine = Engine(lambda: player)
    ask(engine, "boardsize 9")
    ask(engine, "time_settings 0 1 1")
    simulated.network_seconds = 30.0  # something is compiled
    ask(engine, "genmove b")
    simulated.network_seconds = 0.01
    ask(engine, "genmove w")
    assert engine.last_report is not None
    assert engine.last_report.visits > 20


@pytest.mark.parametrize("make_player", [searcher, policy], ids=["search", "policy"])
def test_each_decision_is_logged(simulated: SimulatedTime, make_player: Callable[[UniformEvaluator], Player]):
    log: list[str] = []
    engine = Engine(lambda: make_player(simulated.network(0.3)), EngineOptions(log_time=log.append))
    ask(engine, "boardsize 9")
    ask(engine, "genmove b")
    ask(engine, "time_settings 2 0 0")
    for _ in range(10):
        ask(engine, "genmove w")
    how = r"(\d+ visits|no search|in need of time)"
    assert re.fullmatch(rf"move 1 b \w+: 0\.00 s left, no limit, \d\.\d\d s used, {how}", log[0])
    assert re.fullmatch(rf"move 2 w \w+: 2\.00 s left, 0\.04 s allotted, 0\.\d\d s used, {how}", log[1])
    assert log[-1].endswith("0.00 s used, in need of time")


def test_sequential_halving_keeps_to_its_visits_under_a_clock_and_does_not_plan_an_endless_analysis():
    network = UniformEvaluator(board_size=9)
    engine = Engine(lambda: searcher(network, gumbel=4), EngineOptions(ponder=True))
    written: list[str] = []
    engine.write = written.append
    engine.input_waiting = lambda: True  # ends an analysis at once
    ask(engine, "boardsize 9")
    ask(engine, "time_settings 0 60 1")
    assert re.search(r"play \w\d$", ask(engine, "lz-genmove_analyze b"))
    assert engine.last_report is not None
    assert engine.last_report.visits == 50
    assert not engine.ponder()
    assert ask(engine, "kata-analyze w 10") == ""
    assert written == ["=\n"] * 2


def test_a_move_that_cannot_be_chosen_leaves_everything_as_it_was():
    class Broken(UniformEvaluator):
        def evaluate(self, planes):  # type: ignore[no-untyped-def]
            raise GoloisError("the network returned NaN")

    engine = Engine(lambda: SearchPlayer(Broken(board_size=9), Budget(visits=5)))
    ask(engine, "boardsize 9")
    before = ask(engine, "showboard")
    assert "Black to move" in before
    assert ask(engine, "genmove w") == "? the network returned NaN"
    assert ask(engine, "showboard") == before


def test_a_referee_sees_when_time_has_run_out():
    absolute = Clock(TimeControl("absolute", 5.0))
    assert absolute.spend(BLACK, 4.9)
    assert not absolute.spend(BLACK, 0.2)
    canadian = Clock(TimeControl("canadian", 1.0, 10.0, 2))
    assert canadian.spend(WHITE, 10.5)  # the main time and 9.5 s of the period, one stone to come
    assert not canadian.spend(WHITE, 0.6)
    assert canadian.spend(WHITE, 9.0)  # of the next period
    byoyomi = Clock(TimeControl("byoyomi", 0.0, 10.0, 3))
    assert byoyomi.spend(BLACK, 25.0)  # two periods are gone
    assert byoyomi.spend(BLACK, 9.0)
    assert not byoyomi.spend(BLACK, 11.0)
