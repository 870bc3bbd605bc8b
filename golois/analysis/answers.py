"""Results in the words of KataGo's analysis protocol."""

from __future__ import annotations

from typing import Any

from golois.analysis.queries import Query
from golois.board import BLACK, WHITE
from golois.coordinates import vertex_from_move
from golois.game import Game
from golois.search import Report
from golois.search.ownership import Ownership, estimate_ownership

DIGITS = 6
MOVES_WITH_OWNERSHIP = 12


def result_of(query: Query, report: Report, during_search: bool) -> dict[str, Any]:
    """The response for a position.

    Probabilities are the network's and the search's; leads in points follow from them and from the spread of
    random playouts (`Ownership.lead_for`); ownership is that of the playouts, where Benson's theorem does not
    settle a point.
    """
    game = query.game
    estimate = estimate_ownership(game)
    turned = _is_turned(query, game)
    answer: dict[str, Any] = {
        "id": query.identity,
        "isDuringSearch": during_search,
        "turnNumber": query.turn,
        "moveInfos": [_move_info(query, report, order, estimate, turned) for order in range(len(report.moves))],
        "rootInfo": {
            **_values(report.winrate, estimate, turned),
            "visits": report.visits,
            "rawWinrate": _turn(report.value, turned),
            "currentPlayer": "B" if game.to_move == BLACK else "W",
            "thisHash": f"{game.hash:016X}{game.to_move:X}",
        },
    }
    if query.ownership:
        answer["ownership"] = _ownership(estimate, query, game)
    if query.policy:
        answer["policy"] = [round(float(prior), 8) if prior >= 0 else -1 for prior in report.priors]
    return answer


def nothing_of(query: Query) -> dict[str, Any]:
    """The response for a position that was given up before it was looked at."""
    return {"id": query.identity, "isDuringSearch": False, "noResults": True, "turnNumber": query.turn}


def _move_info(query: Query, report: Report, order: int, estimate: Ownership, turned: bool) -> dict[str, Any]:
    move, game = report.moves[order], query.game
    bound = _turn(min(max(move.bound, 0.0), 1.0), turned)
    info: dict[str, Any] = {
        "move": vertex_from_move(move.move, game.size),
        "visits": move.visits,
        **_values(move.winrate, estimate, turned),
        "prior": round(move.prior, DIGITS),
        "lcb": bound,
        "utilityLcb": round(2 * bound - 1, DIGITS),
        "order": order,
        "pv": [vertex_from_move(later, game.size) for later in move.variation],
    }
    info["scoreMean"] = info["scoreLead"]
    if query.variation_visits:
        info["pvVisits"] = move.variation_visits
    if query.moves_ownership and order < MOVES_WITH_OWNERSHIP:
        after = game.copy()
        after.play(move.move)
        info["ownership"] = _ownership(estimate_ownership(after), query, game)
    return info


def _values(winrate: float, estimate: Ownership, turned: bool) -> dict[str, float]:
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


def _is_turned(query: Query, game: Game) -> bool:
    """Whether values of the side to move are to be told from the other side."""
    return (query.winrates_as == "BLACK" and game.to_move == WHITE) or (
        query.winrates_as == "WHITE" and game.to_move == BLACK
    )


def _turn(probability: float, turned: bool) -> float:
    return round(1 - probability if turned else probability, DIGITS)


def _ownership(estimate: Ownership, query: Query, game: Game) -> list[float]:
    white = query.winrates_as == "WHITE" or (query.winrates_as == "SIDETOMOVE" and game.to_move == WHITE)
    return [round(float(-owner if white else owner), 3) for owner in estimate.owner.ravel()]
