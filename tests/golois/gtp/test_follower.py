"""A program that is kept in step with a game hears each move once."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from golois.coordinates import BadVertex, move_from_vertex
from golois.game import Game
from golois.gtp.client import GtpProgram, RefusedCommand
from golois.gtp.follower import Follower
from golois.gtp.protocol import RESIGN
from golois.rules import Rules

# answers genmove from its arguments, refuses E5, and tells what it has heard
PROGRAM = """
import sys
moves, heard = sys.argv[1:], []
for line in sys.stdin:
    command = line.strip()
    answer = "="
    if command == "heard":
        answer = "= " + ", ".join(heard)
        heard.clear()
    elif command.startswith("genmove"):
        answer = "= " + moves.pop(0)
    elif command.startswith("final_status_list"):
        answer = "= C3 D4"
    elif command.startswith("known_command"):
        answer = "= false"
    elif command.endswith("E5"):
        answer = "? not there"
    if command != "heard":
        heard.append(command)
    print(answer + "\\n", flush=True)
"""

BEGIN = ["boardsize 9", "clear_board", "known_command kata-set-rules"]


@pytest.fixture
def follower() -> Iterator[Follower]:
    program = GtpProgram([sys.executable, "-c", PROGRAM, "C3", "resign", "somewhere", "pass"])
    yield Follower(program)
    program.close()


def heard(follower: Follower) -> list[str]:
    """What the program was told since it was last asked for this."""
    return follower.program.send("heard").split(", ")


def game_of(*vertices: str, komi: float = 7.5) -> Game:
    game = Game(9, Rules(komi=komi))
    for vertex in vertices:
        game.play(move_from_vertex(vertex, 9))
    return game


def test_each_move_is_told_once(follower: Follower):
    game = game_of("D4", "F6")
    assert follower.follow(game)
    assert heard(follower) == [*BEGIN, "komi 7.5", "play b D4", "play w F6"]
    game.play(follower.generate(game))
    assert heard(follower) == ["genmove b"]
    game.play(move_from_vertex("G7", 9))
    assert not follower.follow(game)
    assert heard(follower) == ["play w G7"]  # its own move it knows


def test_another_game_is_set_up_anew(follower: Follower):
    follower.follow(game_of("D4", "F6"))
    heard(follower)
    assert follower.follow(game_of("D4", "G6"))
    assert heard(follower) == [*BEGIN, "komi 7.5", "play b D4", "play w G6"]
    assert follower.follow(game_of("D4", "G6", komi=0.5))
    assert heard(follower) == [*BEGIN, "komi 0.5", "play b D4", "play w G6"]


def test_after_an_answer_that_is_no_move_nobody_knows_its_board(follower: Follower):
    game = game_of("D4")
    follower.follow(game)
    follower.generate(game)
    assert follower.follow(game)  # it has played C3, the game has not
    assert follower.generate(game) == RESIGN
    assert follower.follow(game)
    with pytest.raises(BadVertex, match="'somewhere' is not a point"):
        follower.generate(game)
    assert follower.follow(game)
    assert follower.generate(game) == game.pass_move


def test_a_refused_move_is_told_and_the_next_game_begins_anew(follower: Follower):
    with pytest.raises(RefusedCommand, match="not there"):
        follower.follow(game_of("D4", "E5"))
    assert follower.follow(game_of("D4"))


def test_dead_stones_are_those_on_the_board(follower: Follower):
    game = game_of("C3")
    follower.follow(game)
    assert follower.dead_stones(game) == [move_from_vertex("C3", 9)]
