"""The engine driven as each client drives it: the commands, in the order and the spelling of their sources."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from golois.errors import GoloisError
from golois.evaluator import UniformEvaluator
from golois.gtp.engine import EngineOptions
from golois.players import Player, PolicyPlayer
from golois.rules import Rules
from golois.search import ROOMY, Budget, SearchPlayer

from .conversation import Controller

VERTEX = r"(?:[A-HJ-T](?:1?[0-9])|pass)"
LEELA_MOVE = rf"info move {VERTEX} visits \d+ winrate \d+ prior \d+ lcb \d+ order \d+ pv {VERTEX}(?: {VERTEX})*"
NUMBER = r"-?\d+\.\d+"  # a client may tell KataGo's probabilities from Leela Zero's by the point
KATA_MOVE = (
    rf"info move {VERTEX} visits \d+ utility {NUMBER} winrate {NUMBER} scoreMean {NUMBER} scoreStdev {NUMBER}"
    rf" scoreLead {NUMBER} scoreSelfplay {NUMBER} prior {NUMBER} lcb {NUMBER} utilityLcb {NUMBER} order \d+"
    rf" pv {VERTEX}(?: {VERTEX})*"
)


def searcher() -> Player:
    return SearchPlayer(UniformEvaluator(), Budget(visits=40), capacity=ROOMY)


@pytest.fixture
def engine() -> Iterator[Controller]:
    controller = Controller(searcher)
    yield controller
    controller.close()


def test_sabaki(engine: Controller):
    for number, command in enumerate(("name", "version", "protocol_version", "list_commands")):
        engine.send(f"{number} {command}")  # all at once, before any answer
    answers = [engine.wait_for("\n\n") for _ in range(4)]
    assert [answer[:3] for answer in answers] == ["=0 ", "=1 ", "=2 ", "=3 "]
    assert "lz-genmove_analyze" in answers[3]
    assert engine.ask("4 boardsize 19") == "=4"
    assert engine.ask("5 clear_board") == "=5"
    assert engine.ask("6 komi 6.5") == "=6"
    assert engine.ask("7 set_free_handicap D4 Q16") == "=7"
    engine.send("8 genmove_analyze W 10")
    answer = engine.wait_for("\n\n")
    assert answer.startswith("=8\n")
    assert re.fullmatch(rf"play {VERTEX}", answer.strip().splitlines()[-1])
    engine.send("9 analyze B 5")
    engine.wait_for("=9\n")
    line = engine.wait_for("\n")
    assert re.fullmatch(rf"{LEELA_MOVE}(?: {LEELA_MOVE})*", line.strip())
    engine.send("10 play B C3")  # interrupts the analysis, which ends its answer first
    engine.wait_for("\n=10\n\n")
    assert engine.ask("11 undo") == "=11"


def test_lizzie(engine: Controller):
    assert engine.ask("1 name") == "=1 Golois"
    assert re.match(r"=2 \d+\.(1[5-9]|[2-9]\d)\b", engine.ask("2 version"))
    assert engine.ask("3 boardsize 19") == "=3"
    assert engine.ask("4 komi 7.5") == "=4"
    engine.send("5 lz-analyze 10")
    engine.wait_for("=5\n")
    assert re.fullmatch(LEELA_MOVE, engine.wait_for("\n").strip().partition(" info ")[0])
    engine.send("6 name")  # Lizzie's way to stop pondering
    engine.wait_for("\n=6 Golois\n\n")
    assert engine.ask("7 fixed_handicap 4").split()[1:] == ["D16", "Q16", "D4", "Q4"]
    assert engine.ask("8 undo").startswith("?8 cannot undo")
    assert engine.ask("9 time_settings 0 2 1") == "=9"
    assert re.fullmatch(rf"=10 {VERTEX}", engine.ask("10 genmove W"))


def test_gogui(engine: Controller):
    assert engine.ask("name") == "= Golois"
    assert engine.ask("protocol_version") == "= 2"
    assert "gogui-analyze_commands" in engine.ask("list_commands").splitlines()
    assert engine.ask("gogui-analyze_commands").startswith("= string/")
    assert engine.ask("boardsize 19") == "="
    assert engine.ask("time_settings 600 30 10") == "="
    assert engine.ask("time_left b 600 0") == "="
    assert engine.ask("gogui-play_sequence B D4 W Q16 B C3") == "="
    assert engine.ask("gg-undo 2") == "="
    assert engine.ask("gogui-play_sequence B D4 W D5").startswith("? illegal move")
    assert engine.ask("play W Q16") == "="
    assert engine.ask("gogui-setup b K10 w K11 b A1") == "="
    assert engine.ask("gogui-setup_player w") == "="
    assert "White to move" in engine.ask("showboard")
    assert engine.ask("showboard").count("X") == 3
    assert engine.ask("gomill-explain_last_move").startswith("= ")
    assert float(engine.ask("cputime")[2:]) > 0
    assert re.fullmatch(rf"= {VERTEX}", engine.ask("kgs-genmove_cleanup w"))


def test_gogui_interrupts_a_search():
    controller = Controller(lambda: SearchPlayer(UniformEvaluator(), Budget(visits=2**30), capacity=1000))
    assert controller.ask("gogui-interrupt") == "="
    controller.send("lz-genmove_analyze b 1")
    controller.wait_for("info move")  # the search is under way, and would never end
    controller.send("# interrupt")
    assert re.search(rf"\nplay {VERTEX}\n\n$", controller.wait_for("\n\n"))
    controller.close()


def test_the_client_of_cgos(engine: Controller):
    listed = engine.ask("list_commands")[2:].splitlines()
    assert {"boardsize", "clear_board", "komi", "play", "genmove", "quit"} <= set(listed)
    assert {"time_settings", "time_left", "cgos-genmove_analyze"} <= set(listed)
    assert engine.ask("time_settings 600 0 0") == "="
    assert engine.ask("time_left b 2 0") == "="
    lines = engine.ask("cgos-genmove_analyze b").splitlines()
    assert lines[0] == "="
    assert re.fullmatch(rf"play {VERTEX}", lines[2])
    analysis = json.loads(lines[1])
    assert 0 <= analysis["winrate"] <= 1
    assert analysis["moves"][0]["visits"] > 0


def test_katago_clients(engine: Controller):
    rules = json.loads(engine.ask("kata-get-rules")[2:])
    assert rules["ko"] == "POSITIONAL"
    assert engine.ask("kata-set-rules japanese") == "="
    assert json.loads(engine.ask("kata-get-rules")[2:])["scoring"] == "TERRITORY"
    assert engine.ask('kata-set-rules {"ko":"SIMPLE","scoring":"AREA","suicide":false}') == "="
    assert engine.ask("kata-set-rules checkers").startswith("? no rules are named 'checkers'")
    engine.send("kata-analyze b interval 5 maxmoves 2 ownership true pvVisits true")
    engine.wait_for("=\n")
    line = engine.wait_for("\n").strip()
    moves, _, ownership = line.partition(" ownership ")
    assert len(ownership.split()) == 361
    assert moves.count("info move") <= 2
    assert re.match(KATA_MOVE, moves)
    assert " pvVisits " in moves
    engine.send("stop")
    engine.wait_for("\n=\n\n")
    answer = engine.ask("kata-genmove_analyze w 1")
    assert re.fullmatch(rf"play {VERTEX}", answer.splitlines()[-1])


def test_moves_can_be_kept_out_of_an_analysis(engine: Controller):
    engine.send("lz-analyze interval 5 allow b D4,Q16 1")
    engine.wait_for("=\n")
    line = engine.wait_for("\n")
    assert set(re.findall(rf"info move ({VERTEX})", line)) <= {"D4", "Q16"}
    engine.send("stop")
    engine.wait_for("\n=\n\n")


def test_moves_are_kept_out_for_one_side_only(engine: Controller):
    """Lizzie sends both colours in one command, each with its own points."""
    engine.send("lz-analyze b interval 5 allow w D4,Q16 1 allow b C3,C4 1")
    engine.wait_for("=\n")
    assert set(re.findall(rf"info move ({VERTEX})", engine.wait_for("\n"))) <= {"C3", "C4"}
    engine.send("stop")
    engine.wait_for("\n=\n\n")


def test_no_controller_takes_a_move_for_illegal(engine: Controller):
    """Most hold suicide for illegal, and none has to give the engine dead stones, unless the rules are named."""
    rules = json.loads(engine.ask("kata-get-rules")[2:])
    assert not rules["suicide"]
    assert not rules["friendlyPassOk"]
    # Black's A1 and B1 would be two stones without a liberty
    engine.ask("gogui-setup b A1 w A2 w B2 w C1")
    assert engine.ask("play b B1").startswith("? illegal move Black B1: suicide")


@pytest.mark.parametrize(
    "wrong",
    ["interval", "interval x", "maxmoves 0", "ownership maybe", "avoid b D4", "avoid b I5 3", "speed 3", "b b"],
)
def test_a_wrong_option_of_an_analysis_is_an_error(engine: Controller, wrong: str):
    assert engine.ask(f"3 lz-analyze {wrong}").startswith("?3 ")
    assert engine.ask(f"4 kata-genmove_analyze {wrong}").startswith("?4 ")


def test_an_empty_line_ends_an_analysis(engine: Controller):
    engine.send("lz-analyze 5")
    engine.wait_for("info move")
    engine.send(" ")
    engine.wait_for("\n\n")
    assert engine.ask("1 name") == "=1 Golois"


def test_thinking_goes_on_while_the_opponent_thinks():
    class Counting(UniformEvaluator):
        calls = 0

        def evaluate(self, planes):  # type: ignore[no-untyped-def]
            self.calls += 1
            return super().evaluate(planes)

    evaluator = Counting()
    load = lambda: SearchPlayer(evaluator, Budget(visits=40), capacity=ROOMY)  # noqa: E731
    controller = Controller(load, EngineOptions(ponder=True))
    controller.ask("genmove b")
    before = evaluator.calls
    while evaluator.calls < before + 20:
        time.sleep(0.01)  # nothing is sent: the engine searches by itself
    assert controller.ask("name") == "= Golois"
    controller.close()


def test_the_engine_resigns_what_it_has_lost_for_three_moves():
    class Hopeless(UniformEvaluator):
        def evaluate(self, planes):  # type: ignore[no-untyped-def]
            policy, value = super().evaluate(planes)
            return policy, value * 0 + 1  # White wins

    controller = Controller(lambda: SearchPlayer(Hopeless(), Budget(visits=10)), EngineOptions(resign_below=0.1))
    answers = [controller.ask("genmove b") for _ in range(3)]
    assert answers[2] == "= resign"
    assert "resign" not in answers[0] + answers[1]
    controller.close()


def test_each_decision_on_time_is_logged():
    log: list[str] = []
    controller = Controller(searcher, EngineOptions(log_time=log.append))
    controller.ask("time_settings 0 1 1")
    controller.ask("genmove b")
    controller.close()
    assert re.fullmatch(r"move 1 b \w+: 1\.00 s left for 1, 0\.50 s allotted, \d\.\d\d s used, \d+ visits", log[0])


def test_a_network_is_exchanged_while_running():
    def load_network(path: str) -> Player:
        if path != "better.h5":
            raise GoloisError(f"{path}: there is no such file")
        return PolicyPlayer(UniformEvaluator(), opening_moves=0)

    controller = Controller(searcher, load_network=load_network)
    assert controller.ask("golois-load-network worse.h5") == "? worse.h5: there is no such file"
    assert isinstance(controller.engine.player, SearchPlayer)
    assert controller.ask("golois-load-network better.h5") == "="
    assert isinstance(controller.engine.player, PolicyPlayer)
    controller.close()


def test_records_are_written_and_read(engine: Controller, tmp_path: Path):
    file = tmp_path / "my games" / "a game.sgf"
    engine.ask("gogui-play_sequence b D4 w Q16 b C3 w pass")
    before = engine.ask("showboard")
    assert "B[dp]" in engine.ask("printsgf")
    assert engine.ask(f"printsgf {file}") == "="
    engine.ask("clear_board")
    assert engine.ask(f"loadsgf {file}") == "="
    assert engine.ask("showboard") == before
    assert engine.ask(f"loadsgf {file} 2") == "="
    assert engine.ask("showboard").count("X") == 1  # before the second move
    after = engine.ask("showboard")
    for wrong in (f"{tmp_path / 'none.sgf'}", f"{tmp_path}", f"{file} zero"):
        assert engine.ask(f"loadsgf {wrong}").startswith("? ")
    assert engine.ask("showboard") == after


def test_dead_stones_are_found_where_the_rules_ask_for_them():
    # the white stone E1 stands alone in Black's territory of two lines
    load = lambda: PolicyPlayer(UniformEvaluator(board_size=9))  # noqa: E731
    controller = Controller(load, EngineOptions(rules=Rules.preset("japanese")))
    assert controller.ask("boardsize 9") == "="
    walls = [f"b {column}3 w {column}4 b {column}2 w {column}6" for column in "ABCDEFGHJ"]
    controller.ask("gogui-play_sequence " + " ".join(walls) + " w E1 w B8 w E8 w H8")
    dead = controller.ask("final_status_list dead")[2:].splitlines()
    assert "E1" in dead  # a chain a line
    alive = controller.ask("final_status_list alive")[2:].splitlines()
    assert "A4 B4 C4 D4 E4 F4 G4 H4 J4" in alive
    assert controller.ask("final_status_list seki") == "="
    assert controller.ask("final_status_list strange").startswith("? syntax error")
    controller.close()
