"""A conversation with the engine through its loop, as a program at the other end of the pipe has it."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from golois.errors import GoloisError
from golois.evaluator import UniformEvaluator
from golois.gtp.commands import COMMANDS
from golois.gtp.engine import Engine
from golois.gtp.loop import run
from golois.players import Player, PolicyPlayer, RandomPlayer
from golois.search import Budget, SearchPlayer


def talk(*lines: str | bytes, load: Callable[[], Player] = lambda: RandomPlayer(seed=1)) -> list[str]:
    """Send lines to a fresh engine; return its answers without the empty lines that end them."""
    source = b"".join(line if isinstance(line, bytes) else line.encode() + b"\n" for line in lines)
    sink = io.BytesIO()
    run(Engine(load), io.BytesIO(source), sink)
    text = sink.getvalue().decode()
    assert text == "" or text.endswith("\n\n")
    return text.split("\n\n")[:-1]


def test_a_short_game():
    answers = talk("boardsize 9", "komi 6.5", "play b E5", "1 play w C3", "2 undo", "showboard", "final_score", "quit")
    assert answers[:5] == ["=", "=", "=", "=1", "=2"]
    board = answers[5].splitlines()
    assert board[5].replace(" ", "") == "5....(X)....5"
    assert board[7].replace(" ", "") == "3..+...+..3"
    assert answers[6:] == ["= B+74.5", "="]


def test_genmove_plays_the_move_it_answers():
    answers = talk("boardsize 5", "genmove b", "showboard", "genmove w", "genmove black")
    assert all(answer.startswith("= ") for answer in answers[1:])
    assert "(X)" in answers[2]


def test_after_two_passes_the_dead_stones_that_were_disputed_are_taken():
    """Chinese rules leave E5 to agreement; without one Black wins only by taking it, and plays on to do so."""
    search = lambda: SearchPlayer(UniformEvaluator(board_size=5), Budget(visits=100), capacity=1000)  # noqa: E731
    setup = "gogui-setup b B5 b D5 w E5 b A4 b B4 b C4 b D4 b A3 b C3 b D3 b E3 b A2 b B2 b C2 b D2 b E2 b A1 b C1 b E1"
    answers = talk(
        "boardsize 5", "kgs-rules chinese", "komi 23.5", setup, "play b pass", "play w pass",
        "kgs-genmove_cleanup b", "play w pass", "kgs-genmove_cleanup b", "final_score", load=search,
    )  # fmt: skip
    assert answers[6:] == ["= E4", "=", "= pass", "= B+1.5"]


def test_a_game_that_two_passes_have_ended_goes_on_when_a_move_is_asked_for():
    search = lambda: SearchPlayer(UniformEvaluator(board_size=5), Budget(visits=20), capacity=1000)  # noqa: E731
    passed = ("boardsize 5", "play b pass", "play w pass")
    assert talk(*passed, "genmove b", load=search)[3] not in ("= pass", "= A5")
    analysed = talk(*passed, "genmove_analyze b 1", "showboard", load=search)
    assert analysed[3].count("info move") > 5
    assert "White to move" in analysed[4]


def test_the_same_color_may_move_twice_in_a_row():
    answers = talk("boardsize 5", "play b C3", "play b D3", "play w pass", "play w A1", "showboard")
    assert answers[:5] == ["="] * 5
    assert "3 . . X X . 3" in answers[5]


def test_every_error_is_an_answer_and_changes_nothing():
    before = talk("boardsize 9", "play b E5", "showboard")[-1]
    wrong = [
        "play w E5",
        "play w J10",
        "play w I3",
        "play red C3",
        "play w",
        "boardsize 99",
        "boardsize 9 13",
        "boardsize nine",
        "komi many",
        "komi 151",
        "no_such_command",
        "33",
        "genmove",
        "genmove green",
        "known_command",
    ]
    answers = talk("boardsize 9", "play b E5", *wrong, "showboard")
    assert [answer[0] for answer in answers[2:-1]] == ["?"] * len(wrong)
    assert answers[-1] == before


def test_errors_name_the_reason():
    answers = talk("boardsize 9", "play b E5", "play w E5", "5 play w Z1", "undo", "undo", "bogus")
    assert answers[2] == "? illegal move White E5: the point is occupied by Black"
    assert answers[3].startswith("?5 invalid color or coordinate: vertex 'Z1' on a 9x9 board")
    assert answers[5] == "? cannot undo: no move has been played"
    assert answers[6] == "? unknown command 'bogus'"


def test_a_failed_move_out_of_turn_leaves_the_ko_in_force():
    #   A B C D
    # 4 . X O .
    # 3 X . X O      White has just taken the ko at B3
    # 2 . X O .
    stones = ["b B4", "w C4", "b A3", "w D3", "b B2", "w C2", "b C3", "w B3"]
    start = ["boardsize 5", *[f"play {stone}" for stone in stones]]
    assert talk(*start, "play b C3")[-1].endswith("the ko was just taken")
    assert talk(*start, "play w A3", "play b C3")[-1].endswith("the ko was just taken")


def test_known_commands_are_the_listed_ones():
    listed = talk("list_commands")[0][2:].splitlines()
    assert listed == list(COMMANDS)
    assert {"name", "version", "protocol_version", "boardsize", "genmove", "undo", "showboard", "quit"} <= set(listed)
    assert talk("known_command genmove", "known_command nonsense") == ["= true", "= false"]


def test_lizzie_reads_a_second_number_of_at_least_15_in_the_version():
    first_word = talk("4 version")[0].split(" ")[1]
    assert int(first_word.split(".")[1]) >= 15


def test_name_is_answered_before_the_network_has_loaded():
    allowed = threading.Event()
    answered = io.BytesIO()

    class Controller:
        """Sends one command at a time, the next when the one before is answered."""

        commands = iter([b"name\n", b"clear_board\n", b"play b E5\n", b"genmove w\n", b"quit\n"])
        sent = 0

        def read(self, size: int, /) -> bytes:
            while answered.getvalue().count(b"\n\n") < self.sent:
                time.sleep(0.001)
            self.sent += 1
            command = next(self.commands, b"")
            if command.startswith(b"genmove"):
                allowed.set()  # only now may the network load: what came before was answered without it
            return command

    def load() -> Player:
        assert allowed.wait(60)
        return RandomPlayer(seed=1)

    run(Engine(load), Controller(), answered)
    assert [answer[0] for answer in answered.getvalue().decode().split("\n\n")[:-1]] == ["="] * 5


def nine_lines() -> Player:
    return PolicyPlayer(UniformEvaluator(board_size=9))


def test_a_size_that_the_network_cannot_play_on_is_refused_and_nothing_changes():
    answers = talk("boardsize 19", "boardsize 9", "play b E5", "1 boardsize 13", "showboard", load=nine_lines)
    assert answers[0] == "? unacceptable size: the network plays on 9x9 only"
    assert answers[1] == "="
    assert answers[3] == "?1 unacceptable size: the network plays on 9x9 only"
    assert "9" in answers[4].split("\n")[1]
    assert "X" in answers[4]


def test_without_boardsize_the_game_is_on_the_networks_board():
    answers = talk("clear_board", "komi 6.5", "genmove b", "play w J9", "play b K10", load=nine_lines)
    assert [answer[0] for answer in answers[:4]] == ["="] * 4
    assert answers[4].startswith("? ")


def test_a_game_that_is_too_large_for_the_network_can_be_shown_but_not_played():
    answers = talk("play b Q16", "genmove w", "showboard", load=nine_lines)
    assert answers[1] == (
        "? the network plays on 9x9 only, the board is 19x19: boardsize 9 begins a game that it can play"
    )
    assert answers[2].startswith("=")


def test_a_network_that_cannot_load_is_told_with_every_move_and_all_else_goes_on():
    def load() -> Player:
        raise GoloisError("the network file x.h5 does not exist")

    answers = talk("name", "genmove b", "play b D4", "9 genmove w", "showboard", load=load)
    assert answers[0] == "= Golois"
    assert answers[1] == "? cannot play: the network file x.h5 does not exist"
    assert answers[3] == "?9 cannot play: the network file x.h5 does not exist"
    assert answers[4].startswith("= ")


def test_a_defect_in_a_command_is_an_error_answer(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def broken(engine: Engine, arguments: list[str]) -> str:
        raise ZeroDivisionError("in two\nlines")

    monkeypatch.setitem(COMMANDS, "broken", broken)
    assert talk("1 broken", "2 name") == ["?1 internal error in broken: ZeroDivisionError: in two lines", "=2 Golois"]
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_the_end_of_the_input_ends_the_engine_and_quit_ends_it_before():
    assert talk() == []
    assert talk("name") == ["= Golois"]
    assert talk("quit", "name") == ["="]
    assert talk(b"name") == ["= Golois"]  # the last line need not end


def test_a_closed_output_ends_the_engine():
    class Closed(io.BytesIO):
        def write(self, data: object) -> int:
            raise BrokenPipeError

    run(Engine(RandomPlayer), io.BytesIO(b"name\nname\n"), Closed())


def test_a_line_without_end_is_one_error():
    answers = talk(b"x" * (3 << 20) + b"\n", "name")
    assert answers[0].startswith("? unknown command 'xxx")
    assert answers[1] == "= Golois"


# printsgf would write files of strange names
HARMLESS = [command for command in COMMANDS if command != "printsgf"]
ARGUMENTS = ["b", "w", "black", "D4", "pass", "9", "5", "-1", "nan", "1e400", "interval", "{", "0"]
WORDS = st.sampled_from([*HARMLESS, *ARGUMENTS])
LINES = st.one_of(
    st.binary(max_size=40).filter(lambda line: b"\n" not in line),
    st.lists(WORDS, max_size=6).map(lambda words: " ".join(words).encode()),
)


@given(st.lists(LINES.filter(lambda line: b"quit" not in line), max_size=12))
@settings(max_examples=60, deadline=None)
def test_random_lines_never_stop_the_engine(lines: list[bytes]):
    answers = talk("boardsize 5", *[line + b"\n" for line in lines], "77 name")
    assert answers[-1] == "=77 Golois"
    assert not any("internal error" in answer for answer in answers)


@given(st.lists(LINES.filter(lambda line: b"quit" not in line), max_size=8))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_lines_never_stop_an_engine_that_searches(lines: list[bytes]):
    def load() -> Player:
        return SearchPlayer(UniformEvaluator(), Budget(visits=10), capacity=500)

    answers = talk("kata-analyze 1", *[line + b"\n" for line in lines], "lz-genmove_analyze b 0", "77 name", load=load)
    assert answers[-1] == "=77 Golois"
    assert not any("internal error" in answer for answer in answers)


def test_every_command_is_documented():
    page = (Path(__file__).resolve().parents[3] / "golois" / "README.md").read_text("utf-8")
    assert [command for command in COMMANDS if f"`{command}`" not in page and f"`{command} " not in page] == []
