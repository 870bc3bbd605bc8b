"""The positions of a request for analysis: the game after each of its moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from golois.analysis.fields import Fields
from golois.board import BLACK, WHITE
from golois.coordinates import vertex_from_move
from golois.errors import GoloisError
from golois.game import Game
from golois.rules import Rules


def games_of(
    fields: Fields,
    size: int,
    rules: Rules,
    stones: Sequence[tuple[int, int]],
    moves: Sequence[tuple[int, int]],
    first: int | None,
) -> list[Game]:
    """The game after 0, 1, 2, ... moves.

    Superko and suicide are not asked for, as KataGo does not: the record may be of other rules. What was played before
    such a move is forgotten then, so that the position can be looked at by the rules of the request.
    """
    black, white = ([point for color, point in stones if color == side] for side in (BLACK, WHITE))
    advance = _handicap(len(black), len(white), [], size * size)
    to_move = first or (moves[0][0] if moves else WHITE if advance else BLACK)
    handicap = _handicap(len(black), len(white), moves, size * size)
    try:
        game = Game(size, rules, black=black, white=white, to_move=to_move, handicap=handicap)
        tolerant = replace(rules, ko="simple", suicide=True)
        played = Game(size, tolerant, black=black, white=white, to_move=to_move)
    except GoloisError as error:
        raise fields.error("initialStones", f"Illegal initial stones: {error}") from None
    games = [game.copy()]
    for number, (color, move) in enumerate(moves):
        try:
            played.play(move, color)
        except GoloisError as error:
            vertex = vertex_from_move(move, size)
            raise fields.error("moves", f"Illegal move {number}: {vertex} ({error})") from None
        try:
            game.play(move, color)
        except GoloisError:
            black, white = (
                [int(point) for point in np.flatnonzero(played.stones() == side)] for side in (BLACK, WHITE)
            )
            game = Game(size, rules, black=black, white=white, to_move=played.to_move, handicap=handicap)
        games.append(game.copy())
        if game.is_over:  # what two passes would end is looked at as if it went on
            games[-1].resume()
    return games


def _handicap(black: int, white: int, moves: Sequence[tuple[int, int]], passing: int) -> int:
    """The number of handicap stones as KataGo counts them: Black's moves before White's first are among them."""
    if white:
        return 0
    ahead = 0
    for index, (color, move) in enumerate(moves):
        if color == WHITE:
            if index + 1 < len(moves) and moves[index + 1][0] == WHITE:
                ahead = 0  # a problem set up by one side after the other
            break
        ahead += move != passing
    return black + ahead if black + ahead > 1 else 0
