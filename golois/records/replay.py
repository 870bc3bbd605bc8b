"""Between a record and a `Game` that can be shown, scored and played on."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from golois.board import BLACK, WHITE
from golois.errors import GoloisError
from golois.game import Game
from golois.records.record import GameRecord, RecordProblem, moves_with_colours
from golois.rules import Rules


def game_from_record(record: GameRecord, moves: int | None = None, rules: Rules | None = None) -> Game:
    """Replay a record.

    Args:
        record: the game.
        moves: after how many moves to stop; all when left out.
        rules: the rules to play under; `rules_of(record)` when left out.

    Raises:
        RecordProblem: a move is illegal; names its number, point and the reason.
    """
    game = Game(
        record.size,
        rules_of(record) if rules is None else rules,
        black=record.setup_black.tolist(),
        white=record.setup_white.tolist(),
        to_move=record.first_player,
        handicap=record.handicap,
    )
    played = zip(record.points[:moves].tolist(), record.colours[:moves].tolist(), strict=True)
    for number, (point, colour) in enumerate(played, start=1):
        try:
            game.play(point, colour)
        except GoloisError as error:
            raise RecordProblem(f"game {record.id}: move {number}: {error}") from error
    return game


def record_from_game(game: Game, **facts: Any) -> GameRecord:
    """Return the record of a game.

    Args:
        game: the game.
        **facts: further fields of `GameRecord`, such as result, black, white, source, id, values.
    """
    moves, first_player = moves_with_colours(game.moves, game.colours)
    setup = np.zeros(game.size**2, np.uint8) if game.setup is None else game.setup.ravel()
    described: dict[str, Any] = {"komi": game.rules.komi, "rules": game.rules.name, "handicap": game.handicap}
    return GameRecord(
        moves=moves,
        size=game.size,
        first_player=first_player if len(moves) else game.first_player,
        setup_black=np.flatnonzero(setup == BLACK).astype(np.uint16),
        setup_white=np.flatnonzero(setup == WHITE).astype(np.uint16),
        **(described | facts),
    )


def rules_of(record: GameRecord) -> Rules:
    """Return the rules that a record names, with its komi and with simple ko, so that every record can be replayed.

    Rules that are not known are Chinese; a komi that is not known is 7.5, and one that no rules have is rounded
    to the nearest half.
    """
    try:
        rules = Rules.from_katago(record.rules)
    except GoloisError:
        rules = Rules.preset("chinese")
    komi = 7.5 if math.isnan(record.komi) else round(2 * record.komi) / 2
    return replace(rules, ko="simple", komi=max(-150.0, min(150.0, komi)))
