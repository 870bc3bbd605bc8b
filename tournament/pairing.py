"""Who meets whom: round robin, gauntlet, Swiss, ladder, and the pairings that narrow the intervals most.

Every function is pure: from who plays, what was planned and what the games say, to the pairings to plan next. The
empty list means that nothing is left to plan for now; a network submitted later may change that.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterable, Sequence

import numpy as np

from golois.errors import GoloisError
from tournament.database import Pairing, Submission
from tournament.ratings import ELO_PER_UNIT, Ratings, expected_score, information_gain
from tournament.settings import Settings

Planned = tuple[int, int, int, int]
"""round, first submission, second submission, games"""


def next_pairings(
    settings: Settings,
    entrants: Sequence[Submission],
    pairings: Sequence[Pairing],
    points: dict[int, float],
    ratings: Ratings,
) -> list[Planned]:
    """Return what to plan next, once everything planned so far is played.

    Args:
        settings: the tournament's kind, games per pairing, rounds and champion.
        entrants: the newest submission of each team that still plays.
        pairings: everything planned so far.
        points: each submission's points so far (a Swiss tournament pairs by them).
        ratings: of the entrants, in their order.

    Raises:
        GoloisError: a gauntlet's champion is not among the teams.
    """
    if settings.kind == "gauntlet":
        return gauntlet(settings, entrants, pairings)
    if settings.kind == "swiss":
        return swiss(settings, entrants, pairings, points)
    if settings.kind == "ladder":
        return most_informative(settings.games, entrants, pairings, ratings)
    return round_robin(settings, entrants, pairings)


def round_robin(settings: Settings, entrants: Sequence[Submission], pairings: Sequence[Pairing]) -> list[Planned]:
    """Everyone meets everyone in `games` games; what is planned already counts, whenever it was planned."""
    return _missing(settings.games, itertools.combinations([entrant.id for entrant in entrants], 2), pairings)


def gauntlet(settings: Settings, entrants: Sequence[Submission], pairings: Sequence[Pairing]) -> list[Planned]:
    """The champion meets everyone else."""
    champion = next((entrant.id for entrant in entrants if entrant.team == settings.champion), None)
    if champion is None:
        teams = ", ".join(entrant.team for entrant in entrants) or "none"
        raise GoloisError(f"the gauntlet's champion {settings.champion!r} is not among the teams that play: {teams}")
    return _missing(settings.games, ((champion, e.id) for e in entrants if e.id != champion), pairings)


def _missing(games: int, meetings: Iterable[tuple[int, int]], pairings: Sequence[Pairing]) -> list[Planned]:
    planned: dict[frozenset[int], int] = {}
    for pairing in pairings:
        key = frozenset((pairing.first, pairing.second))
        planned[key] = planned.get(key, 0) + pairing.games
    missing: list[Planned] = []
    for first, second in meetings:
        rest = games - planned.get(frozenset((first, second)), 0)
        if rest > 0:
            missing.append((1, first, second, rest))
    return missing


def swiss_rounds(settings: Settings, entrants: int) -> int:
    """Return how many rounds a Swiss tournament has: as set, or enough to single out a winner and one more."""
    return settings.rounds or (math.ceil(math.log2(entrants)) + 1 if entrants > 1 else 0)


def swiss(
    settings: Settings, entrants: Sequence[Submission], pairings: Sequence[Pairing], points: dict[int, float]
) -> list[Planned]:
    """Pair entrants of equal points who have not met; with an odd field the lowest without a bye yet sits out.

    A bye gives nothing: the standings come from the ratings, and those from games played.
    """
    last = max((pairing.round for pairing in pairings), default=0)
    if last >= swiss_rounds(settings, len(entrants)) or len(entrants) < 2:
        return []
    met = {frozenset((pairing.first, pairing.second)) for pairing in pairings}
    appearances: dict[int, int] = {}
    for pairing in pairings:
        for side in (pairing.first, pairing.second):
            appearances[side] = appearances.get(side, 0) + 1
    order = sorted((entrant.id for entrant in entrants), key=lambda entrant: -points.get(entrant, 0.0))
    if len(order) % 2:
        # whoever has played most has had no bye; the last of those in the standings
        resting = max(reversed(order), key=lambda entrant: appearances.get(entrant, 0))
        order.remove(resting)
    pairs = _pair_neighbours(order, met)
    return [(last + 1, first, second, settings.games) for first, second in pairs]


def _pair_neighbours(order: list[int], met: set[frozenset[int]], budget: int = 20_000) -> list[tuple[int, int]]:
    """Pair each with the nearest below who is new to it, going back where that leaves others without an opponent.

    As few pairs as possible meet again; none when that can be, and that is found within `budget` attempts.
    """
    attempts = 0

    def pair(rest: list[int], repeats: int) -> list[tuple[int, int]] | None:
        nonlocal attempts
        if not rest:
            return []
        first = rest[0]
        for second in rest[1:]:
            attempts += 1
            if attempts > budget:
                return None
            again = frozenset((first, second)) in met
            if again and not repeats:
                continue
            others = pair([entrant for entrant in rest[1:] if entrant != second], repeats - again)
            if others is not None:
                return [(first, second), *others]
        return None

    for repeats in range(len(order) // 2):
        attempts = 0
        if (pairs := pair(order, repeats)) is not None:
            return pairs
    return list(zip(order[::2], order[1::2], strict=True))


def most_informative(
    games: int, entrants: Sequence[Submission], pairings: Sequence[Pairing], ratings: Ratings
) -> list[Planned]:
    """Return the pairings whose games narrow the rating intervals most: one for every two entrants.

    They are chosen one after the other, each as if the games of those before it were played already.
    """
    n = len(entrants)
    if n < 2:
        return []
    turn = max((pairing.round for pairing in pairings), default=0) + 1
    chosen: list[Planned] = []
    for _ in range(max(1, n // 2)):
        gains = {(i, j): information_gain(ratings, i, j, games) for i, j in itertools.combinations(range(n), 2)}
        i, j = max(gains, key=lambda pair: gains[pair])
        chosen.append((turn, entrants[i].id, entrants[j].id, games))
        ratings = _as_if_played(ratings, i, j, games)
    return chosen


def _as_if_played(ratings: Ratings, i: int, j: int, games: int) -> Ratings:
    """Return the ratings with the covariance that games between i and j would leave (Sherman-Morrison)."""
    win = expected_score(float(ratings.elo[i] - ratings.elo[j]))
    weight = games * win * (1 - win) / ELO_PER_UNIT**2
    column = ratings.covariance[:, i] - ratings.covariance[:, j]
    shrunk = ratings.covariance - weight * np.outer(column, column) / (1 + weight * float(column[i] - column[j]))
    return dataclasses.replace(ratings, covariance=shrunk)
