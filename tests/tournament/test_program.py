"""A GTP program as an entrant."""

from __future__ import annotations

import shlex
import shutil
import sys

import pytest
from fake_networks import FakeNetwork

from golois.errors import GoloisError
from golois.game import Game
from golois.rules import Rules
from tournament.commands.tournament import program as program_command
from tournament.folder import Tournament
from tournament.openings import GameToPlay
from tournament.players import GIVES_NO_MOVE, REFUSES, RESIGNS, PlayerFailure
from tournament.program import ProgramEntrant
from tournament.runner import open_submission, run
from tournament.submission import enter_program

# plays on the first free point of row 10, whatever it is told; what else it does is its argument
PROGRAM = """
import sys
played = set()
for line in sys.stdin:
    with open(sys.argv[0] + ".heard", "a") as heard:
        heard.write(line)
    name, *arguments = line.split()
    answer = "="
    if name == "list_commands":
        answer = "= boardsize\\nclear_board\\nkomi\\nplay\\ngenmove" if sys.argv[1] != "deaf" else "= quit"
    elif name == "clear_board":
        played = set()
    elif name == "play":
        played.add(arguments[1])
        if sys.argv[1] == "stubborn":
            answer = "? illegal move"
    elif name == "genmove":
        if sys.argv[1] == "chatter":
            print("thinking\\n\\nhard")
        if sys.argv[1] == "crash":
            sys.exit(3)
        if sys.argv[1] == "hang":
            continue
        free = [v for v in (c + "10" for c in "ABCDEFGHJKLMNOPQRST") if v not in played]
        answer = "= " + (free[0] if sys.argv[1] in ("sound", "chatter") else sys.argv[1])
        played.add(answer[2:])
    print(answer + "\\n", flush=True)
"""


@pytest.fixture
def command(tmp_path):
    """A function that returns the command of a program with a behaviour."""
    file = tmp_path / "program.py"
    file.write_text(PROGRAM)
    return lambda behaviour: [sys.executable, str(file), behaviour]


@pytest.fixture
def start(command):
    started = []

    def start(behaviour, **limits):
        started.append(ProgramEntrant(command(behaviour), **limits))
        return started[-1]

    yield start
    for program in started:
        program.close()


def games(*openings):
    """Games with the given moves, waiting for the next."""
    waiting = []
    for number, moves in enumerate(openings):
        game = Game(19, Rules())
        for move in moves:
            game.play(move)
        waiting.append(GameToPlay(1, (number,), (1, 2), game))
    return waiting


def test_a_program_is_kept_in_step_with_each_game(start, tmp_path):
    row = 9 * 19  # row 10 from below
    program = start("sound")
    program.start(games([], [row, row + 1, 0]))
    assert program.finish() == [row, row + 2]
    program.start(games([row, 0], [row]))  # the first goes on; the second is another than before and set up anew
    assert program.finish() == [row + 1, row + 1]
    heard = (tmp_path / "program.py.heard").read_text().splitlines()
    assert heard.count("clear_board") == 3
    assert heard[heard.index("play w A19") - 1] != "komi 7.5"  # only the new move was told


def test_what_a_program_says_before_its_answer_is_passed_over(start):
    program = start("chatter")
    program.start(games([]))
    assert program.finish() == [9 * 19]


def test_more_games_than_processes_are_set_up_in_turn(start, monkeypatch):
    monkeypatch.setattr("tournament.program.PROCESSES", 1)
    row = 9 * 19
    program = start("sound")
    program.start(games([], [row, 0]))
    assert program.finish() == [row, row + 1]
    program.start(games([row, 0], [row, 0, row + 1, 1]))
    assert program.finish() == [row + 1, row + 2]
    assert len(program._running) == 1


def test_the_opponents_policy_chooses_the_opening(make_tournament, command):
    folder = make_tournament("Ada", opening_moves=4, games=4)
    enter_program(command("sound"), "A program", folder)
    run(folder, open_player=lambda t, s: open_submission(t, s) if "program" in s.report else FakeNetwork(s.id))
    with Tournament.open(folder) as tournament:
        games = tournament.database.games()
    openings = {game.number: game.moves[: game.opening].tolist() for game in games}
    assert openings[0] == openings[1]
    assert openings[2] == openings[3]
    assert openings[0] != openings[2]
    assert not {move for moves in openings.values() for move in moves} <= set(range(9 * 19, 10 * 19))


@pytest.mark.parametrize(
    ("behaviour", "move"), [("pass", 361), ("resign", RESIGNS), ("Z99", GIVES_NO_MOVE), ("stubborn", REFUSES)]
)
def test_answers_that_are_no_points(start, behaviour, move):
    program = start(behaviour)
    program.start(games([0]))
    assert program.finish() == [move]


def test_gnu_go_as_the_help_starts_it_accepts_what_the_usual_rules_allow(tmp_path):
    gnugo = shutil.which("gnugo") or shutil.which("/usr/games/gnugo")  # where Debian has it
    if gnugo is None:
        pytest.skip("GNU Go is not installed (Debian: apt install gnugo)")
    lines = program_command.help.split("gnugo ")[1].replace("\\\n", " ")
    program = ProgramEntrant([gnugo, *shlex.split(lines)])
    try:
        # Black's last move takes the last liberty of two stones of its own: suicide
        program.start(games([1, 19, 180, 20, 190, 2, 0]))
        (move,) = program.finish()
        assert 0 <= move <= 361
    finally:
        program.close()


def test_failures_are_told(start, command):
    program = start("crash")
    program.start(games([]))
    with pytest.raises(PlayerFailure, match="ended while it was asked: genmove b"):
        program.finish()
    program = start("hang", seconds_per_answer=0.3)
    program.start(games([], []))
    with pytest.raises(PlayerFailure, match=r"did not answer 'genmove b' within 0.3 s"):
        program.finish()
    with pytest.raises(PlayerFailure, match="does not know the GTP commands boardsize"):
        ProgramEntrant(command("deaf"))
    with pytest.raises(PlayerFailure, match=r"cannot start no-such-program: No such file"):
        ProgramEntrant(["no-such-program"])


def test_a_program_plays_in_a_tournament_and_has_a_place_in_the_report(make_tournament, command):
    from tournament.report import write_report

    folder = make_tournament("Ada", opening_moves=2, games=2)
    enter_program(command("sound"), "A program", folder)
    table = run(folder, open_player=lambda t, s: open_submission(t, s) if "program" in s.report else FakeNetwork(s.id))
    assert [line.games for line in table.lines] == [2, 2]
    with Tournament.open(folder) as tournament:
        (game, _) = tournament.database.games()
        assert game.ending.startswith("limit of 24 moves")
    page = write_report(folder).read_text(encoding="utf-8")
    assert "A program" in page
    assert "a program has no policy" in page


def test_a_program_that_resigns_or_plays_against_the_rules_loses(make_tournament, command):
    folder = make_tournament("Ada", opening_moves=0, games=2)
    enter_program(command("A10"), "again and again", folder)  # the second time, the point is taken
    run(folder, open_player=lambda t, s: open_submission(t, s) if "program" in s.report else FakeNetwork(s.id))
    with Tournament.open(folder) as tournament:
        games = tournament.database.games()
    assert [game.result for game in games] == ["B+F", "W+F"]
    assert all("against the rules: illegal move" in game.ending for game in games)


def test_what_does_not_speak_gtp_does_not_enter(tmp_path):
    with pytest.raises(GoloisError, match="ended while it was asked: list_commands"):
        enter_program([sys.executable, "-c", "print('hello')"], "Hello", tmp_path / "cup")
    assert not (tmp_path / "cup").exists()
