"""What a report says, as plain dictionaries: the content of its JSON file and of its page."""

from __future__ import annotations

import dataclasses
from typing import Any

from golois import __version__
from golois.rules import Rules
from tournament.database import PlayedGame, Submission, now
from tournament.folder import Tournament
from tournament.match import FAILURE_RULES
from tournament.standings import Standing, Standings, standings

LETTERS = "abcdefghijklmnopqrs"


def collect(tournament: Tournament) -> dict[str, Any]:
    """Return everything a report says about a tournament, ready for JSON."""
    games = tournament.database.games()
    return {**overview(tournament, standings(tournament)), "games": [_game(game) for game in games]}


def overview(tournament: Tournament, table: Standings) -> dict[str, Any]:
    """Return what a report says about a tournament, all but its games, from standings that were computed before."""
    submissions = tournament.database.submissions()
    ratings = table.ratings
    ranked = [line for line in table.lines if line.rank]
    return {
        "name": tournament.settings.name,
        "made_at": now(),
        "made_by": f"Golois {__version__}",
        "settings": {k: v for k, v in dataclasses.asdict(tournament.settings).items() if k != "database"},
        "rules": _rules(tournament),
        "failure_rules": list(FAILURE_RULES),
        "first_player_elo": round(ratings.first_player_elo, 1),
        "first_player_sigma": round(ratings.first_player_sigma, 1),
        "black_win_rate": None if table.black_win_rate is None else round(table.black_win_rate, 4),
        "standings": [_standing(line) for line in table.lines],
        "superiority": _superiority(table, ranked),
        "cross_table": _cross_table(table, ranked),
        "submissions": [_submission(submission, table) for submission in submissions],
        "failures": [
            {"submission": submission, "at": at, "message": message}
            for submission, at, message in tournament.database.failures()
        ],
        "remaining": _remaining(tournament),
    }


def _rules(tournament: Tournament) -> dict[str, Any]:
    settings = tournament.settings
    rules = Rules.preset(settings.rules, settings.komi)
    suicide = "suicide of several stones is allowed" if rules.suicide else "suicide is forbidden"
    return {
        "name": settings.rules,
        "komi": settings.komi,
        "text": f"{rules.scoring} scoring, {rules.ko} {'ko' if rules.ko == 'simple' else 'superko'}, {suicide}",
    }


def _standing(line: Standing) -> dict[str, Any]:
    return {
        "rank": line.rank,
        "submission": line.submission.id,
        "team": line.submission.team,
        "elo": round(line.elo, 1),
        "low": round(line.low, 1),
        "high": round(line.high, 1),
        "elo_sigma": round(line.elo_sigma, 1),
        "wins": line.wins,
        "draws": line.draws,
        "losses": line.games - line.wins - line.draws,
        "games": line.games,
        "win_rate": round(line.win_rate, 4),
        "sigma": round(line.sigma, 4),
        "superiority": None if line.superiority is None else round(line.superiority, 4),
        "parameters": line.submission.report.get("parameters_total"),
        "trainable": line.submission.report.get("parameters_trainable"),
        "milliseconds": line.submission.report.get("milliseconds"),
        "withdrawn": line.submission.withdrawn,
    }


def _submission(submission: Submission, table: Standings) -> dict[str, Any]:
    ranked = {line.submission.id for line in table.lines if line.rank}
    still_playing = "plays" if submission.id in ranked else "replaced"
    return {
        "id": submission.id,
        "team": submission.team,
        "state": "withdrawn" if submission.withdrawn else still_playing,
        "withdrawn": submission.withdrawn,
        "digest": submission.digest,
        "file_name": submission.file_name,
        "submitted_at": submission.submitted_at,
        "submitted_by": submission.submitted_by,
        **{key: value for key, value in submission.report.items() if key not in ("digest", "file_name")},
    }


def _superiority(table: Standings, ranked: list[Standing]) -> list[list[float]]:
    """Row i, column j: the likelihood that the i-th of the standings is stronger than the j-th."""
    index = {submission.id: i for i, submission in enumerate(table.rated)}
    places = [index[line.submission.id] for line in ranked]
    return [[round(table.ratings.superiority(i, j), 4) for j in places] for i in places]


def _cross_table(table: Standings, ranked: list[Standing]) -> list[list[dict[str, Any] | None]]:
    """Row i, column j: what the i-th of the standings made against the j-th; None where they have not met."""
    rows: list[list[dict[str, Any] | None]] = []
    for line in ranked:
        row: list[dict[str, Any] | None] = []
        for other in ranked:
            cell = table.cross.get((line.submission.id, other.submission.id))
            row.append({"points": cell.points, "games": cell.games} if cell else None)
        rows.append(row)
    return rows


def _game(game: PlayedGame) -> dict[str, Any]:
    return {
        "pairing": game.pairing,
        "number": game.number + 1,
        "black": game.black,
        "white": game.white,
        "result": game.result,
        "ending": game.ending,
        "opening": game.opening,
        "rules": game.rules,
        "komi": game.komi,
        "finished_at": game.finished_at,
        "moves": "".join(letters(int(move)) for move in game.moves),
    }


def letters(move: int) -> str:
    """Return a move as SGF's two letters, column and row; `..` is a pass."""
    if move == 361:
        return ".."
    row, column = divmod(move, 19)
    return LETTERS[column] + LETTERS[row]


def _remaining(tournament: Tournament) -> int:
    """Return how many planned games between networks that still play are not finished."""
    playing = {entrant.id for entrant in tournament.database.entrants()}
    played = tournament.database.played_counts()
    return sum(
        pairing.games - played.get(pairing.id, 0)
        for pairing in tournament.database.pairings()
        if {pairing.first, pairing.second} <= playing
    )
