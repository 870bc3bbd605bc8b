"""Every game as an SGF file, derived from the database: what is missing is written again."""

from __future__ import annotations

from golois.files import write_whole
from golois.records.record import GameRecord
from golois.records.sgf import sgf_from_record
from tournament.database import PlayedGame
from tournament.folder import Tournament


def write_sgf(tournament: Tournament, game: PlayedGame, teams: dict[int, str]) -> None:
    """Write a game's SGF; `teams` gives the names of the submissions."""
    text = sgf_from_record(record_of(tournament, game, teams), comments_of(game))
    write_whole(tournament.sgf_path(game, teams), text)


def write_missing_sgfs(tournament: Tournament) -> int:
    """Write the SGF of every finished game that has none; returns how many those were."""
    teams = {submission.id: submission.team for submission in tournament.database.submissions()}
    missing = [game for game in tournament.database.games() if not tournament.sgf_path(game, teams).exists()]
    for game in missing:
        write_sgf(tournament, game, teams)
    return len(missing)


def comments_of(game: PlayedGame) -> dict[int, str]:
    """Return what a game's SGF says, by the number of the move after which it says it."""
    comments = {len(game.moves): f"{game.result}: {game.ending}"}
    if 0 < game.opening < len(game.moves):
        comments[game.opening] = "Here the opening ends."
    return comments


def record_of(tournament: Tournament, game: PlayedGame, teams: dict[int, str]) -> GameRecord:
    """Return a finished game as a record, with the rules and the komi it was played under."""
    return GameRecord(
        moves=game.moves,
        komi=game.komi,
        rules=game.rules,
        result=game.result,
        black=teams[game.black],
        white=teams[game.white],
        date=game.finished_at[:10],
        source=tournament.settings.name,
        id=f"pairing {game.pairing}, game {game.number + 1}",
    )
