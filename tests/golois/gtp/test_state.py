"""What a command leaves behind: what only looks changes nothing, and an error changes nothing either."""

from __future__ import annotations

import pytest

from golois.errors import GoloisError
from golois.evaluator import UniformEvaluator
from golois.gtp.engine import Engine, EngineOptions
from golois.gtp.loop import respond
from golois.gtp.protocol import parse_line
from golois.search import Budget, SearchPlayer

from .conversation import Controller


class Hopeless(UniformEvaluator):
    """A network that always sees White win."""

    def evaluate(self, planes):  # type: ignore[no-untyped-def]
        policy, value = super().evaluate(planes)
        return policy, value * 0 + 1


def engine_with(evaluator: UniformEvaluator, **options: float | bool) -> Engine:
    engine = Engine(lambda: SearchPlayer(evaluator, Budget(visits=10), capacity=1000), EngineOptions(**options))  # type: ignore[arg-type]
    engine.input_waiting = lambda: True  # ends an analysis at once
    ask(engine, "boardsize 9")
    return engine


def ask(engine: Engine, line: str) -> str:
    command = parse_line(line)
    assert command is not None
    return respond(engine, command).strip()


def test_an_analysis_for_the_other_colour_leaves_the_turn_and_the_ko():
    engine = engine_with(UniformEvaluator(board_size=9))
    ask(engine, "gogui-play_sequence b B3 b C4 b C2 w D4 w D2 w E3 b D3 w C3")
    before = ask(engine, "showboard")
    assert ask(engine, "play b D3").startswith("? illegal move")
    ask(engine, "lz-analyze w 10")
    ask(engine, "kata-analyze interval 10 w")
    assert ask(engine, "showboard") == before
    assert ask(engine, "play b D3").startswith("? illegal move"), "the ko has just been taken"


def test_a_move_that_is_only_asked_about_costs_no_time_and_is_no_step_to_resigning():
    engine = engine_with(Hopeless(board_size=9), resign_below=0.1)
    ask(engine, "time_settings 60 0 0")
    ask(engine, "play b pass")
    ask(engine, "play w pass")
    before = ask(engine, "showboard")
    for _ in range(4):
        assert ask(engine, "reg_genmove b") not in ("= resign", "= pass")
    assert ask(engine, "showboard") == before
    assert {side.left for side in engine.clock.sides.values()} == {60.0}
    assert ask(engine, "genmove b") != "= resign"


def test_a_move_that_is_only_asked_about_leaves_the_turn():
    engine = engine_with(UniformEvaluator(board_size=9))
    before = ask(engine, "showboard")
    assert ask(engine, "reg_genmove w").startswith("= ")
    assert ask(engine, "showboard") == before


def test_moves_taken_back_are_no_steps_to_resigning():
    engine = engine_with(Hopeless(board_size=9), resign_below=0.1)
    for _ in range(4):
        assert ask(engine, "genmove b") != "= resign"
        ask(engine, "undo")


def test_nobody_resigns_while_dead_stones_are_taken():
    engine = engine_with(Hopeless(board_size=9), resign_below=0.1)
    assert "= resign" not in {ask(engine, "kgs-genmove_cleanup b") for _ in range(5)}


def test_a_clean_up_that_fails_leaves_the_turn():
    def fail() -> SearchPlayer:
        raise GoloisError("no network")

    engine = Engine(fail)
    before = ask(engine, "showboard")
    assert ask(engine, "kgs-genmove_cleanup w") == "? cannot play: no network"
    assert ask(engine, "showboard") == before


def test_who_begins_a_position_that_was_set_up_is_remembered():
    engine = engine_with(UniformEvaluator(board_size=9))
    ask(engine, "gogui-setup b D4 b E5")
    ask(engine, "gogui-setup_player w")
    assert "PL[W]" in ask(engine, "printsgf")
    ask(engine, "play w A1")
    ask(engine, "undo")
    assert "White to move" in ask(engine, "showboard")


def test_chinese_rules_have_superko_on_kgs():
    engine = engine_with(UniformEvaluator(board_size=9))
    assert ask(engine, "kgs-rules chinese") == "="
    assert '"ko":"POSITIONAL"' in ask(engine, "kata-get-rules")
    assert '"friendlyPassOk":true' in ask(engine, "kata-get-rules")


@pytest.mark.parametrize("limit", ["avoid b D4 3", "allow b D4,E5 1"])
def test_a_move_cannot_be_chosen_among_some(limit: str):
    engine = engine_with(UniformEvaluator(board_size=9))
    assert ask(engine, f"lz-genmove_analyze b 10 {limit}").startswith("? avoid and allow are for an analysis")


def test_what_goes_wrong_in_the_opponents_time_is_told_when_a_move_is_asked_for(capsys: pytest.CaptureFixture[str]):
    class Exhausted(UniformEvaluator):
        broken = False

        def evaluate(self, planes):  # type: ignore[no-untyped-def]
            if self.broken:
                raise MemoryError("out of GPU memory")
            return super().evaluate(planes)

    evaluator = Exhausted(board_size=9)
    player = SearchPlayer(evaluator, Budget(visits=10), capacity=10_000)
    controller = Controller(lambda: player, EngineOptions(ponder=True))
    controller.ask("boardsize 9")
    evaluator.broken = False
    controller.ask("genmove b")
    evaluator.broken = True
    assert controller.ask("name") == "= Golois"
    assert controller.ask("genmove w").startswith("? internal error in genmove: MemoryError")
    controller.close()


def test_an_interrupt_ends_the_search_that_was_asked_for_before_it():
    """Both lines may have been read before the search begins."""
    controller = Controller(lambda: SearchPlayer(UniformEvaluator(), Budget(visits=2**30), capacity=1_000_000))
    controller.ask("name")
    controller._to_engine.append(b"genmove b\n# interrupt\n")
    controller.send("name")
    assert controller.wait_for("= Golois").startswith("= ")
    controller.close()
