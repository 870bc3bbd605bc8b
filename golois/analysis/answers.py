"""Results in the words of KataGo's analysis protocol."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

from golois.analysis.queries import Query
from golois.board import BLACK, EMPTY, WHITE
from golois.coordinates import vertex_from_move
from golois.game import Game
from golois.search import Report
from golois.search.ownership import Ownership, estimate_ownership
from golois.symmetry import move_table

DIGITS = 6
MOVES_WITH_OWNERSHIP = 12


def result_of(query: Query, report: Report, during_search: bool) -> dict[str, Any]:
    """The response for a position.

    Probabilities are the network's and the search's; leads in points follow from them and from the spread of
    random playouts (`Ownership.lead_for`); ownership is that of the playouts, where Benson's theorem does not
    settle a point.
    """
    game, wanted = query.game, query.wanted
    estimate = estimate_ownership(game)
    turned = _is_turned(query, game)
    raw = _values(report.value, estimate, turned)
    root = {
        **_values(report.winrate, estimate, turned),
        "visits": report.visits,
        "weight": float(report.visits),
        "rawWinrate": raw["winrate"],
        "rawLead": raw["scoreLead"],
        "rawScoreSelfplay": raw["scoreSelfplay"],
        "rawScoreSelfplayStdev": raw["scoreStdev"],
        "currentPlayer": "B" if game.to_move == BLACK else "W",
        **_hashes(game),
    }
    if wanted.no_result:
        root["rawNoResultProb"] = 0.0
    answer: dict[str, Any] = {
        "id": query.identity,
        "isDuringSearch": during_search,
        "turnNumber": query.turn,
        "moveInfos": [_move_info(query, report, order, estimate, turned) for order in range(len(report.moves))],
        "rootInfo": root,
    }
    if wanted.ownership:
        answer["ownership"] = _ownership(estimate, query, game)
    if wanted.ownership_deviation:
        answer["ownershipStdev"] = _rounded(estimate.owner_deviation)
    if wanted.policy:
        answer["policy"] = [round(float(prior), 8) if prior >= 0 else -1 for prior in report.policy]
    return answer


def nothing_of(query: Query) -> dict[str, Any]:
    """The response for a position that was given up before it was looked at."""
    return {"id": query.identity, "isDuringSearch": False, "noResults": True, "turnNumber": query.turn}


def _move_info(query: Query, report: Report, order: int, estimate: Ownership, turned: bool) -> dict[str, Any]:
    move, game, wanted = report.moves[order], query.game, query.wanted
    bound = _turn(min(max(move.bound, 0.0), 1.0), turned)
    info: dict[str, Any] = {
        "move": vertex_from_move(move.move, game.size),
        "visits": move.visits,
        "edgeVisits": move.visits,  # a tree: a position is reached by one line only, and every visit weighs the same
        "weight": float(move.visits),
        "edgeWeight": float(move.visits),
        **_values(move.winrate, estimate, turned),
        "prior": round(move.prior, DIGITS),
        "lcb": bound,
        "utilityLcb": round(2 * bound - 1, DIGITS),
        "order": order,
        "pv": [vertex_from_move(later, game.size) for later in move.variation[: wanted.line + 1]],
    }
    info["scoreMean"] = info["scoreLead"]
    if wanted.variation_visits:
        info["pvVisits"] = info["pvEdgeVisits"] = move.variation_visits[: wanted.line + 1]
    if wanted.no_result:
        info["noResultValue"] = 0.0
    if (wanted.moves_ownership or wanted.moves_ownership_deviation) and order < MOVES_WITH_OWNERSHIP:
        after = game.copy()
        after.play(move.move)
        later_estimate = estimate_ownership(after)
        if wanted.moves_ownership:
            info["ownership"] = _ownership(later_estimate, query, game)
        if wanted.moves_ownership_deviation:
            info["ownershipStdev"] = _rounded(later_estimate.owner_deviation)
    return info


def _values(winrate: float, estimate: Ownership, turned: bool) -> dict[str, Any]:
    lead = estimate.lead_for(winrate)
    lead = round(-lead if turned else lead, DIGITS)
    turned_rate = _turn(winrate, turned)
    return {
        "winrate": turned_rate,
        "utility": round(2 * turned_rate - 1, DIGITS),
        "scoreLead": lead,
        "scoreSelfplay": lead,
        "scoreStdev": round(estimate.deviation, DIGITS),
    }


def _hashes(game: Game) -> dict[str, str]:
    """A name of a position with its side to move and what ko forbids, and one for all its symmetric images."""
    stones = game.stones().ravel()
    forbidden = (stones == EMPTY) & ~game.legal_moves()[: len(stones)]
    images = [
        hashlib.blake2b(bytes([game.to_move]) + stones[points].tobytes() + forbidden[points].tobytes(), digest_size=16)
        for points in move_table(game.size)[:, : len(stones)]
    ]
    names = [image.hexdigest().upper() for image in images]
    return {"thisHash": names[0], "symHash": min(names)}


def _is_turned(query: Query, game: Game) -> bool:
    """Whether values of the side to move are to be told from the other side."""
    side = query.wanted.winrates_as
    return (side == "BLACK" and game.to_move == WHITE) or (side == "WHITE" and game.to_move == BLACK)


def _turn(probability: float, turned: bool) -> float:
    return round(1 - probability if turned else probability, DIGITS)


def _ownership(estimate: Ownership, query: Query, game: Game) -> list[float]:
    side = query.wanted.winrates_as
    white = side == "WHITE" or (side == "SIDETOMOVE" and game.to_move == WHITE)
    return _rounded(-estimate.owner if white else estimate.owner)


def _rounded(values: npt.NDArray[np.float32]) -> list[float]:
    return [round(float(value), 3) for value in values.ravel()]
