"""The player that searches: many games in one call, trees kept by seed, passes that keep what is won."""

from __future__ import annotations

import pytest

from golois.board import BLACK, WHITE
from golois.game import Game
from golois.rules import Rules
from golois.search import Budget, SearchPlayer, SearchSettings

from .evaluators import FlatEvaluator, HashedEvaluator, drawn_game


def player(size: int = 5, visits: int = 40, **options: object) -> SearchPlayer:
    return SearchPlayer(HashedEvaluator(size), Budget(visits=visits), leaves=1, **options)  # type: ignore[arg-type]


def games_of(count: int, size: int = 5) -> list[Game]:
    games = [Game(size, Rules(komi=0.5)) for _ in range(count)]
    for number, game in enumerate(games):
        game.play(number)
    return games


def test_a_games_moves_do_not_depend_on_the_other_games_of_the_call():
    noise = SearchSettings(noise_weight=0.25, noise_alpha=0.3)
    games = games_of(4)
    together = player(settings=noise, opening_moves=10, seed=5).choose(games, [7, 8, 9, 10])
    for game, seed, move in zip(games, (7, 8, 9, 10), together, strict=True):
        assert player(settings=noise, opening_moves=10, seed=5).choose([game], [seed]) == [move]


def test_whole_games_are_played_to_their_end_with_trees_kept():
    searcher = player(visits=30)
    games = games_of(3)
    seeds = [1, 2, 3]
    while not all(game.is_over for game in games):
        open_games = [index for index, game in enumerate(games) if not game.is_over]
        moves = searcher.choose([games[index] for index in open_games], [seeds[index] for index in open_games])
        for index, move in zip(open_games, moves, strict=True):
            games[index].play(move)  # raises when illegal
            assert len(games[index].moves) < 300


def test_more_games_than_trees_before_get_trees():
    searcher = player()
    assert len(searcher.choose(games_of(1), [1])) == 1
    assert len(searcher.choose(games_of(3), [1, 2, 3])) == 3
    assert len(searcher.choose(games_of(3), [4, 5, 6])) == 3
    with pytest.raises(ValueError, match="same seed"):
        searcher.choose(games_of(2), [1, 1])


def test_draws_in_the_opening_follow_the_visits():
    game = Game(5)
    moves = {player(opening_moves=3).choose([game], [seed])[0] for seed in range(12)}
    assert len(moves) > 1
    assert len({player(opening_moves=0).choose([game], [seed])[0] for seed in range(4)}) == 1


def test_a_pass_that_would_lose_the_count_is_not_played_unless_dead_stones_are_agreed_on():
    lost = """
        . X O .
        X X O O
        . X O .
        X X . .
    """

    class Passing(FlatEvaluator):
        def evaluate(self, planes):  # type: ignore[no-untyped-def]
            policy, value = super().evaluate(planes)
            policy[:, -1] = 10
            return policy, value

    for friendly, visits, passes in ((False, 1, False), (False, 2, False), (False, 60, False), (True, 2, True)):
        game = drawn_game(lost, WHITE, rules=Rules(komi=-1.5, friendly_pass_ok=friendly))
        searcher = SearchPlayer(Passing(4), Budget(visits=visits), leaves=1)
        assert (searcher.choose([game])[0] == game.pass_move) == passes


def test_the_game_is_ended_when_the_opponent_passes_in_a_lost_position():
    won = drawn_game(
        """
        . X O .
        X X O O
        . X O .
        X X . .
        """,
        WHITE,
    )
    won.play(won.pass_move, WHITE)
    won.to_move = BLACK
    assert player(4).choose([won])[0] != won.pass_move  # komi 7.5: Black is behind
    leading = drawn_game("X . .\n. . .\n. . .", WHITE, rules=Rules(komi=0.5))
    leading.play(leading.pass_move)
    assert player(3).choose([leading]) == [leading.pass_move]


@pytest.mark.parametrize("gumbel", [0, 4])
def test_the_report_of_the_last_call_is_kept(gumbel: int):
    searcher = player(visits=33, settings=SearchSettings(gumbel=gumbel))
    move = searcher.choose([Game(5)])[0]
    report = searcher.reports[0]
    assert report is not None
    assert report.visits == 33
    assert move in [line.move for line in report.moves]
