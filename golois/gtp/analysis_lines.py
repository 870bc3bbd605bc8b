"""What a search has found out, in the words of each client."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from golois.board import BLACK, MAXIMUM_SIZE
from golois.coordinates import vertex_from_move
from golois.game import Game
from golois.search import MoveReport, Report
from golois.search.ownership import Ownership, estimate_ownership
from golois.search.restriction import Restriction


@dataclass(frozen=True)
class AnalysisOptions:
    """What the controller asked for.

    Attributes:
        color: to analyse for, None for the side to move.
        interval: seconds between two lines; None for no line before the end.
        most: most moves in a line.
        ownership: whether the owner of each point is told.
        ownership_deviation: and how sure that is.
        variation_visits: whether the visits along each line are told.
        restriction: moves not to be looked at, None when all are.
    """

    color: int | None = None
    interval: float | None = None
    most: int = MAXIMUM_SIZE**2 + 1
    ownership: bool = False
    ownership_deviation: bool = False
    variation_visits: bool = False
    restriction: Restriction | None = None


Format = Callable[[Game, Report, AnalysisOptions], str]


def leela_line(game: Game, report: Report, options: AnalysisOptions) -> str:
    """Leela Zero's line, which Sabaki's `analyze` shares: probabilities are integers, times 10000."""
    return " ".join(
        f"info move {vertex_from_move(move.move, game.size)} visits {move.visits} winrate {_scaled(move.winrate)}"
        f" prior {_scaled(move.prior)} lcb {_scaled(move.bound)} order {order}{_variation(game, move, options)}"
        for order, move in enumerate(report.moves[: options.most])
    )


def kata_line(game: Game, report: Report, options: AnalysisOptions) -> str:
    """KataGo's line: probabilities are floats; leads in points are estimates, see `Ownership.lead_for`.

    Every number has a decimal point and no exponent: a client that tells Leela Zero's win rates from KataGo's by
    the point would take a certain win, 1, for one in ten thousand.
    """
    estimate = estimate_ownership(game)
    shown = report.moves[: options.most]
    moves = [
        f"info move {vertex_from_move(move.move, game.size)} visits {move.visits}"
        f" utility {2 * move.winrate - 1:.6f} winrate {move.winrate:.6f}"
        f" scoreMean {lead:.3f} scoreStdev {estimate.deviation:.3f} scoreLead {lead:.3f} scoreSelfplay {lead:.3f}"
        f" prior {move.prior:.6f} lcb {_within(move.bound):.6f} utilityLcb {2 * _within(move.bound) - 1:.6f}"
        f" order {order}{_variation(game, move, options)}"
        for order, move in enumerate(shown)
        for lead in (estimate.lead_for(move.winrate),)
    ]
    if options.ownership:
        moves.append("ownership " + " ".join(f"{owner:.4f}" for owner in mover_ownership(game, estimate)))
    if options.ownership_deviation:
        moves.append("ownershipStdev " + " ".join(f"{value:.4f}" for value in estimate.owner_deviation.ravel()))
    return " ".join(moves)


def cgos_line(game: Game, report: Report, options: AnalysisOptions) -> str:
    """CGOS's line: one JSON object."""
    estimate = estimate_ownership(game)
    lead = round(estimate.lead_for(report.winrate), 1)
    moves = [
        {
            "move": vertex_from_move(move.move, game.size),
            "winrate": round(move.winrate, 4),
            "prior": round(move.prior, 4),
            "visits": move.visits,
            "pv": " ".join(vertex_from_move(m, game.size) for m in move.variation),
        }
        for move in report.moves[:10]
    ]
    return json.dumps(
        {"winrate": round(report.winrate, 4), "score": lead, "visits": report.visits, "moves": moves},
        separators=(",", ":"),
    )


def mover_ownership(game: Game, estimate: Ownership) -> list[float]:
    """The owner of each point from the top left, 1 for the side to move."""
    sign = 1 if game.to_move == BLACK else -1
    return [sign * float(owner) for owner in estimate.owner.ravel()]


def _variation(game: Game, move: MoveReport, options: AnalysisOptions) -> str:
    line = " pv " + " ".join(vertex_from_move(m, game.size) for m in move.variation)
    if options.variation_visits:
        line += " pvVisits " + " ".join(map(str, move.variation_visits))
    return line


def _within(probability: float) -> float:
    return min(max(probability, 0.0), 1.0)


def _scaled(probability: float) -> int:
    return round(10000 * _within(probability))
