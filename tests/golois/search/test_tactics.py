"""Problems on small boards that the search solves with networks that know nothing of Go."""

from __future__ import annotations

import pytest

from golois.board import BLACK, WHITE
from golois.coordinates import move_from_vertex, vertex_from_move
from golois.game import Game
from golois.rules import Rules
from golois.search import Budget, Report, Search, SearchSettings

from .evaluators import AtariEvaluator, CountingEvaluator, FlatEvaluator, drawn_game, only_own_eyes_left


def solve(game: Game, visits: int, evaluator: FlatEvaluator | None = None) -> Report:
    evaluator = evaluator or FlatEvaluator(game.size)
    search = Search(evaluator, SearchSettings(lcb_deviations=0), leaves=4, capacity=visits + 100)
    search.place(0, game)
    search.run(Budget(visits=visits))
    return search.report(0)


def best(report: Report, game: Game) -> str:
    assert report.best is not None
    return vertex_from_move(report.best.move, game.size)


THREE_IN_A_ROW = """
    . . . X O
    X X X X O
    O O O O O
    . O O O .
    O O . O O
"""


def test_the_middle_of_three_points_makes_two_eyes():
    game = drawn_game(THREE_IN_A_ROW, rules=Rules(komi=-12.5, suicide=False))
    assert best(solve(game, 2000), game) == "B5"


def test_the_same_point_kills():
    game = drawn_game(THREE_IN_A_ROW, WHITE, rules=Rules(komi=-12.5, suicide=False))
    assert best(solve(game, 4000, CountingEvaluator(5)), game) == "B5"


@pytest.mark.parametrize(
    ("diagram", "throw_in"),
    [
        (
            """
            . X X O .
            X X X O .
            . . X O O
            O O X X O
            . O X O O
            """,
            "E4",
        ),
        (
            """
            . O O X X
            . O X X X
            O X X X .
            O O . . O
            O O O O O
            """,
            "A4",
        ),
    ],
)
def test_a_snapback_is_seen(diagram: str, throw_in: str):
    """The stone thrown in is taken, and the stones that took it are taken with all their neighbours."""
    game = drawn_game(diagram, rules=Rules(komi=0.5, suicide=False))
    assert best(solve(game, 2000, CountingEvaluator(5)), game) == throw_in


@pytest.mark.parametrize("moves", [37, 36], ids=["a network with a pass", "a network without"])
@pytest.mark.parametrize("to_move", [BLACK, WHITE])
def test_in_a_seki_nobody_plays(to_move: int, moves: int):
    """The inner chains share two liberties: who takes one of them loses five stones. A pass wins by half a point."""
    game = drawn_game(
        """
        . O O X X .
        O . O X . X
        O O O X X X
        O X X O O X
        O X . O O X
        O X X . O X
        """,
        to_move,
        rules=Rules(komi=-0.5 if to_move == BLACK else 0.5, suicide=False),
    )
    evaluator = CountingEvaluator(6)
    evaluator.moves = moves
    report = solve(game, 1000, evaluator)
    assert best(report, game) == "pass"
    others = [move for move in report.moves if move.move != game.pass_move]
    assert len(others) == 2
    assert all(move.winrate < 0.4 for move in others)


def test_stones_in_atari_are_taken():
    game = drawn_game(
        """
        . . . . .
        . X X . .
        X O O . .
        . X X . .
        . . . . .
        """
    )
    assert best(solve(game, 500, CountingEvaluator(5)), game) == "D3"


def test_stones_in_atari_run_when_that_saves_them():
    game = drawn_game(
        """
        . . . . .
        . X X . .
        X O O . .
        . X X . .
        . . . . .
        """,
        WHITE,
    )
    assert best(solve(game, 2000, CountingEvaluator(5)), game) == "D3"


def test_a_ladder_is_followed_to_its_end():
    """White's five stones run to the right if Black chases them at C4, and get away if he begins at D5."""
    game = drawn_game(
        """
        O O O X . . .
        X X O X X . .
        X X O . . . .
        . . . . . . .
        . . . . . . .
        . . . . . . .
        . . . . . . .
        """
    )
    report = solve(game, 4000, AtariEvaluator(7))
    assert best(report, game) == "C4"
    assert [vertex_from_move(move, 7) for move in report.moves[0].variation[:4]] == ["C4", "D5", "E5", "D4"]
    wrong = next(move for move in report.moves if move.move == move_from_vertex("D5", 7))
    assert wrong.winrate < report.moves[0].winrate - 0.1


@pytest.mark.plain_python
def test_after_a_pass_the_leader_ends_the_game_at_once():
    game = drawn_game(
        """
        . X O .
        X X O O
        . X O .
        X X O .
        """,
        WHITE,
        rules=Rules(komi=0.5),
    )
    game.play(game.pass_move, BLACK)
    report = solve(game, 200)
    assert report.best is not None
    assert report.best.move == game.pass_move
    assert report.best.proven == 1


ALL_BLACK = """
    . X X X
    X X X X
    X X X X
    X X X .
"""


@pytest.mark.parametrize(("to_move", "proven"), [(BLACK, 1), (WHITE, -1)])
def test_a_win_by_two_passes_is_proven_before_the_first_of_them(to_move: int, proven: int):
    """White has no legal move but to pass: after Black's pass the game is won, and so it is on White's turn."""
    report = solve(drawn_game(ALL_BLACK, to_move, rules=Rules(komi=0.5, suicide=False)), 1000)
    assert report.best is not None
    assert (report.best.move, report.best.proven) == (16, proven)
    assert report.visits < 30


def test_nothing_is_proven_while_a_legal_move_is_left_out():
    """White's own eyes are never filled by the search, but might be: White's loss is certain, not proven."""
    game = only_own_eyes_left()
    report = solve(game, 200)
    assert report.best is not None
    assert (best(report, game), report.best.proven) == ("pass", -1)
    assert report.visits == 200  # the search of a lost position would have ended


def test_the_end_is_counted_by_the_rules_of_the_game():
    """By area Black has five points more, by territory White has two: so the same pass loses and wins."""
    diagram = """
        X . X O .
        X X X O .
        . X X O .
        X X X O O
        X X X O .
    """
    for rules, wins in ((Rules(komi=-1.5), False), (Rules.preset("japanese", -1.5), True)):
        game = drawn_game(diagram, BLACK, rules=rules)
        game.play(game.pass_move)
        assert (game.score() < 0) == wins
        report = solve(game, 100)
        ended = next(move for move in report.moves if move.move == game.pass_move)
        assert ended.winrate == wins
        assert ended.proven == (0 if wins else -1)  # what is dead has still to be agreed upon


def test_the_player_behind_does_not_end_the_game():
    game = drawn_game(
        """
        . X O .
        X X O O
        . X O .
        X X . .
        """,
        WHITE,
        rules=Rules(komi=-1.5),
    )
    game.play(game.pass_move, BLACK)
    report = solve(game, 200)
    passing = [move for move in report.moves if move.move == game.pass_move]
    assert best(report, game) != "pass"
    assert all(move.proven == -1 for move in passing)


def test_the_ko_is_not_retaken_at_once_in_the_tree():
    game = drawn_game(
        """
        . X O . .
        X . X O .
        . X O . .
        . . . . .
        . . . . .
        """,
        WHITE,
    )
    game.play(move_from_vertex("B4", 5))  # White takes the ko
    report = solve(game, 500, CountingEvaluator(5))
    retaken = move_from_vertex("C4", 5)
    assert retaken not in {move.move for move in report.moves}
    assert report.priors[retaken] < 0


KO_FOR_THE_GAME = """
    . X X O . .
    X X X O O O
    . X O . O .
    X X X O O O
    . X X O O .
    X X X O . O
"""


def test_who_takes_the_last_ko_wins_and_it_cannot_be_taken_back():
    """Everything else is settled: Black takes at D4, White has no threat, and Black has won."""
    game = drawn_game(KO_FOR_THE_GAME, rules=Rules(komi=0.5, suicide=False))
    report = solve(game, 500)
    assert best(report, game) == "D4"
    assert report.moves[0].winrate > 0.9
    game.play(report.moves[0].move)
    assert not game.is_legal(move_from_vertex("C4", 6))
    game.play(game.pass_move)
    report = solve(game, 500)
    assert report.moves[0].proven == 1


def test_who_would_lose_the_last_ko_connects_it():
    game = drawn_game(KO_FOR_THE_GAME, WHITE, rules=Rules(komi=0.5, suicide=False))
    report = solve(game, 500)
    assert best(report, game) == "D4"
    assert all(move.winrate < 0.6 for move in report.moves[1:])


@pytest.mark.parametrize(("to_move", "moves"), [(BLACK, ("A5", "A6")), (WHITE, ("A1", "A2"))])
def test_a_capture_race_goes_to_the_side_that_begins(to_move: int, moves: tuple[str, ...]):
    """Two liberties on either side: each has to take one of the other's at once."""
    game = drawn_game(
        """
        . O X . X .
        . O X X . X
        O O X X X X
        X X O O O O
        . X O O . O
        . X O . O .
        """,
        to_move,
        rules=Rules(komi=0.5, suicide=False),
    )
    report = solve(game, 4000, CountingEvaluator(6))
    assert best(report, game) in moves
    assert report.winrate > 0.5
