"""Matches: programs that behave and programs that do not, results, and a match that goes on after a kill."""

from __future__ import annotations

import json
import math
import random
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from golois.board import BLACK, WHITE
from golois.errors import GoloisError
from golois.evaluator import UniformEvaluator
from golois.game import Game
from golois.gtp.client import GtpProgram, ProgramError, RefusedCommand
from golois.gtp.clock import Clock, TimeControl
from golois.match.folder import RESULTS, MatchFolder
from golois.match.play import MatchGame, play_games
from golois.match.programs import FORFEIT, ProgramPlayer
from golois.match.statistics import Score, Sprt, describe, elo, expected, interval, log_likelihood_ratio
from golois.players import Player, RandomPlayer
from golois.rules import Rules
from golois.search import Budget, SearchPlayer

RULES = Rules(komi=0.5)

# a program that answers from a script: genmove takes the next of its moves, then passes
SCRIPTED = """
import sys, time
moves = sys.argv[1].split()
heard = []
for line in sys.stdin:
    words = line.split()
    heard.append(line.strip())
    if words[0] == "genmove":
        move = moves.pop(0) if moves else "pass"
        if move == "crash": sys.exit("no memory left")
        if move == "hang": time.sleep(60)
        if move == "late": time.sleep(1); move = "E5"
        if move == "told": move = "A5" if "time_left b 900 0" in heard else "resign"
        if move == "error": print("? cannot think\\n", flush=True); continue
        print(f"= {move}\\n", flush=True)
    elif words[0] == "name": print("= Scripted\\n", flush=True)
    elif words[0] == "version": print("chatter before the answer\\n= 1.0\\n", flush=True)
    elif words[0] == "final_status_list": print("= C3\\n", flush=True)
    elif words[0] == "known_command": print("= true\\n", flush=True)
    elif words[0] == "heard": print("= " + "; ".join(heard) + "\\n", flush=True)
    elif words[0] == "unknown": print("? unknown command\\n", flush=True)
    else: print("=\\n", flush=True)
    if words[0] == "quit": break
"""


# Black's walls on the rows 4 and 2 of 5x5, White's stone A1 below them; with every other move White has passed
WALL_AND_A_STONE = [15, 20, 16, 25, 17, 25, 18, 25, 19, 25, 5, 25, 6, 25, 7, 25, 8, 25, 9, 25]


def scripted(moves: str, timeout: float = 20.0) -> ProgramPlayer:
    return ProgramPlayer([sys.executable, "-c", SCRIPTED, moves], timeout)


def test_a_program_is_asked_and_its_errors_are_told():
    program = GtpProgram([sys.executable, "-c", SCRIPTED, ""], name="the program")
    assert program.send("name") == "Scripted"
    assert program.send("version") == "1.0"
    with pytest.raises(RefusedCommand, match="the program refused 'unknown': unknown command"):
        program.send("unknown")
    assert program.send("quit") == ""
    with pytest.raises(ProgramError, match="ended"):
        program.send("name")
    program.close()
    with pytest.raises(ProgramError, match="cannot start no-such-program"):
        GtpProgram(["no-such-program"])


def test_what_a_program_said_before_it_ended_is_told():
    program = GtpProgram([sys.executable, "-c", "import sys; sys.exit('x.h5: there is no such file')"], name="it")
    with pytest.raises(ProgramError, match=r"it .*ended.*; its last words: x\.h5: there is no such file"):
        program.send("name")
    program.close()


def test_whoever_waits_is_told_how_far_the_games_are():
    told: list[list[int]] = []
    players = RandomPlayer(seed=1), RandomPlayer(seed=2)

    def after_moves(running: Sequence[MatchGame]) -> None:
        told.append([len(game.game.moves) for game in running])

    played = list(play_games(*players, [0, 1, 2], RULES, size=5, parallel=2, after_moves=after_moves))
    assert told[0] == [1, 0]  # the first player has Black in the game 0 and White in the game 1
    assert told[1] == [2, 1]  # the second is to move in both
    assert max(len(lengths) for lengths in told) == 2
    assert len(told) >= max(len(game.game.moves) for game in played)


def test_a_program_is_told_the_rules_and_the_clock():
    player = scripted("C3")
    clock = Clock(TimeControl("byoyomi", 300.0, 30.0, 5))
    game = Game(5, Rules.preset("japanese", 6.5))
    player.tell_time(game, 0, clock)
    game.play(0)
    clock.spend(BLACK, 20.5)
    player.tell_time(game, 0, clock)
    heard = player._follower(0).program.send("heard").split("; ")
    player.close()
    rules = next(line for line in heard if line.startswith("kata-set-rules "))
    assert json.loads(rules.partition(" ")[2])["scoring"] == "TERRITORY"
    commands = [line for line in heard if not line.startswith(("kata-set-rules ", "known_command", "heard"))]
    assert commands == [
        "boardsize 5",
        "clear_board",
        "komi 6.5",
        "kgs-time_settings byoyomi 300 30 5",
        "time_left b 300 0",
        "play b A5",
        "time_left w 300 0",
    ]


@pytest.mark.parametrize(
    ("text", "control"),
    [
        ("300", TimeControl("absolute", 300.0)),
        ("0.5", TimeControl("absolute", 0.5)),
        ("300+5x30", TimeControl("byoyomi", 300.0, 30.0, 5)),
        ("0+600/25", TimeControl("canadian", 0.0, 600.0, 25)),
    ],
)
def test_a_clock_is_written_as_it_is_read(text: str, control: TimeControl):
    assert TimeControl.from_text(text) == control
    assert str(control) == text


@pytest.mark.parametrize("text", ["", "five", "-5", "0", "300+30", "300+0x30", "300+5x0", "300+600/0", "1e3", "nan"])
def test_a_clock_that_is_none_is_refused(text: str):
    with pytest.raises(GoloisError, match=f"clock '{re.escape(text)}': "):
        TimeControl.from_text(text)


def test_who_is_too_late_loses_on_time():
    absolute = TimeControl("absolute", 0.5)
    games = play_games(scripted("late"), scripted("C3 D3"), [0, 1], RULES, size=5, control=absolute)
    for game, result in zip(games, ("W+T", "B+T"), strict=True):
        assert game.result == result
        assert re.fullmatch(r"Scripted 1\.0 ran out of time with move \d of \d\.\d\d s", game.reason)


def test_networks_and_programs_play_under_a_clock():
    nine_hundred = TimeControl("absolute", 900.0)
    network = SearchPlayer(UniformEvaluator(board_size=5), Budget(visits=4))
    game = next(play_games(scripted("told pass"), network, [0], RULES, size=5, control=nine_hundred))
    assert game.game.moves[0] == 0  # the program was told its time
    assert game.result[-1] not in "TF"
    assert game.clock is not None
    assert 0 < game.clock.sides[WHITE].left < 900


def test_a_game_of_two_programs_with_dead_stones_taken_off_as_they_say():
    # White's stone at C3 is dead by the program's word, and the rules take it off
    rules = Rules.preset("chinese", 0.5)
    games = list(play_games(scripted("B2"), scripted("C3"), [0], rules, size=5, parallel=1))
    assert games[0].result == "B+24.5"
    untouched = list(play_games(scripted("B2"), scripted("C3"), [0], RULES, size=5, parallel=1))
    assert untouched[0].result == "W+0.5"


class Passing(UniformEvaluator):
    """A network that wants nothing but to pass."""

    def evaluate(self, planes):  # type: ignore[no-untyped-def]
        policy, value = super().evaluate(planes)
        policy[:] = 0
        policy[:, -1] = 1
        return policy, value


def test_networks_play_out_what_nobody_can_agree_about():
    chinese = Rules.preset("chinese")
    passing = lambda: SearchPlayer(Passing(board_size=5), Budget(visits=1))  # noqa: E731

    def white_passes_at_once(first: Player) -> bool:
        # Black owns the whole board, as it stands
        game = next(play_games(first, passing(), [0], chinese, size=5, opening=lambda pair: [12]))
        return game.game.moves[1] == 25

    assert white_passes_at_once(scripted(""))  # the program will say which stones are dead
    assert not white_passes_at_once(passing())


class Hopeless(UniformEvaluator):
    """A network that always sees White win."""

    def evaluate(self, planes):  # type: ignore[no-untyped-def]
        policy, value = super().evaluate(planes)
        return policy, value * 0 + 1


@pytest.mark.parametrize("control", [None, TimeControl("absolute", 600.0)], ids=["visits", "clock"])
def test_who_has_no_hope_resigns_at_the_third_move_where_the_match_allows_it(control: TimeControl | None):
    def played(resign_below: float) -> list[MatchGame]:
        hopeless = SearchPlayer(Hopeless(board_size=5), Budget(visits=4))
        games = play_games(
            hopeless, RandomPlayer(), [0, 1], RULES, size=5, parallel=1, control=control, resign_below=resign_below
        )
        return list(games)

    as_black, as_white = played(0.1)
    assert as_black.result == "W+R"
    assert len(as_black.game.moves) == 4  # two of each, the third was not played
    assert as_white.result != "B+R", "as White it thinks that it wins"
    assert "R" not in "".join(game.result for game in played(0.0))


def test_a_program_that_does_not_say_what_is_dead_is_judged():
    silent = scripted("pass")
    silent.dead_stones = lambda game, seed: None  # type: ignore[method-assign]
    # A1 is dead
    game = next(
        play_games(
            silent, RandomPlayer(), [0], Rules.preset("chinese", 0.5), size=5, opening=lambda pair: WALL_AND_A_STONE
        )
    )
    assert game.result == "B+24.5"


@pytest.mark.parametrize(
    ("moves", "result", "reason"),
    [
        ("resign", "W+R", ""),
        ("crash", "W+F", "ended while it was asked: genmove b; its last words: no memory left"),
        ("error", "W+F", "refused 'genmove b'"),
        ("Z99", "W+F", "is not on a board of size 5"),
        ("hang", "W+F", "did not answer 'genmove b' within 3 s"),
    ],
)
def test_a_program_that_fails_loses_the_game_and_the_reason_is_kept(moves: str, result: str, reason: str):
    game = next(iter(play_games(scripted(moves, 3.0 if moves == "hang" else 20.0), scripted("C3"), [0], RULES, size=5)))
    assert game.result == result
    assert reason in game.reason
    assert game.points == 0


def test_an_illegal_move_loses_on_the_referees_board():
    game = next(iter(play_games(scripted("C3"), scripted("C3"), [0], RULES, size=5)))
    assert game.result == "B+F"
    assert "the point is occupied by Black" in game.reason


def test_colours_are_swapped_and_pairs_share_their_opening():
    games = {
        game.number: game
        for game in play_games(
            RandomPlayer(1),
            RandomPlayer(2),
            range(6),
            RULES,
            size=5,
            opening=lambda pair: [pair, pair + 10],
            parallel=3,
        )
    }
    assert sorted(games) == list(range(6))
    assert [games[number].first_is_black for number in range(6)] == [True, False] * 3
    for number, game in games.items():
        assert game.game.moves[:2] == [number // 2, number // 2 + 10]
        assert game.game.is_over


def test_a_program_that_forfeits_says_why():
    player = scripted("crash")
    assert player.choose([Game(5)], [4]) == [FORFEIT]
    assert "Scripted 1.0 ended" in player.failures[4]
    player.close()


def finished_game(number: int, result: str) -> MatchGame:
    game = Game(5, RULES)
    game.play(12)
    return MatchGame(number, number % 2 == 0, game, result)


def test_a_match_is_resumed_where_it_was_killed(tmp_path: Path):
    folder = MatchFolder(tmp_path, {"first": "a", "games": [1]})
    folder.add(finished_game(0, "B+3.5"), "a", "b")
    folder.add(finished_game(1, "B+3.5"), "a", "b")
    with (tmp_path / RESULTS).open("a") as file:
        file.write('{"number": 2, "poi')  # killed while writing
    again = MatchFolder(tmp_path, {"first": "a", "games": [1]})
    assert sorted(again.finished) == [0, 1]
    assert again.score == Score(1, 0, 1)
    again.add(finished_game(2, "0"), "a", "b")
    third = MatchFolder(tmp_path, {"first": "a", "games": [1]})
    assert third.score == Score(1, 1, 1)
    assert "PB[b]" in (tmp_path / "game-0002.sgf").read_text()


def test_a_folder_of_another_match_is_refused(tmp_path: Path):
    MatchFolder(tmp_path, {"first": "a", "komi": 7.5})
    with pytest.raises(GoloisError, match=r"holds a match with komi 7\.5, not 6\.5"):
        MatchFolder(tmp_path, {"first": "a", "komi": 6.5})
    (tmp_path / "match.json").write_text("{")
    with pytest.raises(GoloisError, match="not valid JSON"):
        MatchFolder(tmp_path, {})
    (tmp_path / "match.json").write_text(json.dumps([]))
    with pytest.raises(GoloisError, match="does not describe a match"):
        MatchFolder(tmp_path, {})


def test_a_match_is_played_by_one_process_at_a_time(tmp_path: Path):
    here, there = (MatchFolder(tmp_path, {"first": "a"}) for _ in range(2))
    with here.playing():
        here.add(finished_game(0, "B+3.5"), "a", "b")
        with pytest.raises(GoloisError, match="another process is playing the match in"), there.playing():
            pass
    with there.playing():
        assert sorted(there.finished) == [0], "what the other played meanwhile is not played again"


def test_elo_and_points_are_two_ways_to_say_the_same():
    for difference in (-400, -35, 0, 120):
        assert elo(expected(difference)) == pytest.approx(difference)
    assert elo(1) == math.inf
    low, high = interval(Score(60, 0, 40))
    assert (low, high) == pytest.approx((0.502, 0.691), abs=0.001)  # Wilson's interval, from a table
    for games in range(1, 100):
        assert interval(Score(0, 0, games))[0] == 0, "without a win nothing bounds the difference"
        assert interval(Score(games, 0, 0))[1] == 1
    assert describe(Score(2, 0, 0)).startswith("2 wins, 0 losses, 0 draws: 100.0%, Elo +inf")


def test_the_sequential_test_decides_for_the_stronger_and_waits_while_it_is_unclear():
    test = Sprt(0, 50)
    assert test.decide(Score(10, 0, 10)) is None
    assert test.decide(Score(700, 0, 300)) == "elo_1"
    assert test.decide(Score(300, 0, 700)) == "elo_0"
    assert test.decide(Score(6, 0, 0)) is None, "six games are no evidence for so small a difference"
    assert log_likelihood_ratio(Score(), 0, 50) == 0
    win, loss = expected(50) / expected(0), (1 - expected(50)) / (1 - expected(0))
    assert math.exp(log_likelihood_ratio(Score(2, 0, 1), 0, 50)) == pytest.approx(win * win * loss)
    # halfway between the hypotheses nothing speaks for either
    middle = (expected(0) + expected(50)) / 2
    wins = round(middle * 100000)
    assert abs(log_likelihood_ratio(Score(wins, 0, 100000 - wins), 0, 50)) < 20, "of some 500 if one of them held"


@pytest.mark.parametrize("elo_1", [50, 100, 200])
@pytest.mark.parametrize("truth", ["elo_0", "elo_1"])
def test_the_sequential_test_errs_in_at_most_five_of_a_hundred_matches(elo_1: int, truth: str):
    test = Sprt(0, elo_1)
    chances = random.Random(elo_1)
    probability = expected(0 if truth == "elo_0" else elo_1)
    errors = 0
    for _ in range(1000):
        wins = games = 0
        while (decided := test.decide(Score(wins, 0, games - wins))) is None:
            wins += chances.random() < probability
            games += 1
        errors += decided != truth
    assert errors / 1000 < 0.05 + 2 * math.sqrt(0.05 * 0.95 / 1000)
