"""Why a move is illegal, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golois.board import BLACK, WHITE
from golois.board.judge import KO, LEGAL, OCCUPIED, judge
from golois.board.superko import KO_KINDS
from golois.coordinates import vertex_from_move

if TYPE_CHECKING:
    from golois.game import Game

COLOUR_NAMES = {BLACK: "Black", WHITE: "White"}


def why_illegal(game: Game, move: int, colour: int) -> str:
    """The reason why a colour may not play a move in a game's position, "" when it may."""
    if not 0 <= move <= game.pass_move:
        return f"move {move} is not on a board of size {game.size}: 0 to {game.pass_move} (pass)"
    verdict = judge(game.boards, move, colour, game.positions, KO_KINDS[game.rules.ko])
    if verdict == LEGAL:
        return ""
    illegal = f"illegal move {COLOUR_NAMES[colour]} {vertex_from_move(move, game.size)}: "
    if verdict == OCCUPIED:
        return illegal + f"the point is occupied by {COLOUR_NAMES[int(game.stones().ravel()[move])]}"
    if verdict == KO:
        return illegal + "the ko was just taken"
    if verdict >= 0:
        where = f"after move {verdict}" if verdict else "before the first move"
        return illegal + f"{game.rules.ko} superko, it repeats the position {where}"
    return illegal + ("suicide of a single stone" if game.rules.suicide else "suicide")
