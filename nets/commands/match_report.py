"""A match on the terminal: its progress while it is played, its outcome as text and as data."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from typing import Any

from golois.match.folder import MatchFolder
from golois.match.play import MatchGame
from golois.match.statistics import Score, Sprt, describe, elo, interval, log_likelihood_ratio

USUAL_LENGTH = 0.75  # moves for each point of the board, before a game of the match has ended
ALMOST = 0.95  # how far at most a game is taken to be while it goes on

AfterMoves = Callable[[Sequence[MatchGame]], None]


def follow(
    play: Callable[[AfterMoves], Generator[MatchGame, None, None]],
    folder: MatchFolder,
    names: tuple[str, str],
    games: int,
    size: int,
    test: Sprt | None,
) -> None:
    """Keep each game as it ends and show how the match stands, until all are played or the test decides.

    The time left follows from the moves played, for the first games of a match end late. A log in place of a terminal
    gets a line for each game.

    Args:
        play: begins the games; it is given what to tell after each round of moves.
        folder: where they are kept.
        names: of the two players.
        games: of the whole match, those played earlier included.
        size: of the board.
        test: ends the match early.
    """
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), speed_estimate_period=300.0) as progress:
        kept = _kept(folder, games)
        task = progress.add_task(
            describe(folder.score) if kept else "no game has ended yet", total=games, completed=kept
        )

        def show(running: Sequence[MatchGame]) -> None:
            finished = [game.moves for game in folder.finished.values()]
            usual = sum(finished) / len(finished) if finished else USUAL_LENGTH * size * size
            parts = (min(len(game.game.moves) / max(usual, 1), ALMOST) for game in running)
            progress.update(task, completed=_kept(folder, games) + sum(parts))
            if not finished:
                moves = sum(len(game.game.moves) for game in running)
                progress.update(task, description=f"no game has ended yet, {moves} moves in {len(running)} games")

        played = play(show)
        while not (test and test.decide(folder.score)) and (game := next(played, None)) is not None:
            folder.add(game, *names)
            standing = describe(folder.score)
            progress.update(task, completed=_kept(folder, games), description=standing)
            told = f"game {game.number + 1}: {game.result}{': ' if game.reason else ''}{game.reason}"
            if not progress.console.is_terminal:  # a log shows no bar
                progress.console.print(f"{told}; {standing}", markup=False, soft_wrap=True)
            elif game.reason:
                progress.console.print(told, markup=False)
    played.close()


def _kept(folder: MatchFolder, games: int) -> int:
    return sum(number < games for number in folder.finished)


def facts_of(
    folder: MatchFolder, names: tuple[str, str], size: int, rules: str, clock: object, test: Sprt | None
) -> dict[str, Any]:
    """The outcome of a match as data for `--json`; Elo differences are the first player's, null where infinite."""
    score = folder.score
    low, high = interval(score)
    results = [game.result for game in folder.finished.values()]
    facts: dict[str, Any] = {
        "first": names[0],
        "second": names[1],
        "size": size,
        "rules": rules,
        "clock": clock,
        "folder": str(folder.path),
        "games": score.games,
        "wins": score.wins,
        "draws": score.draws,
        "losses": score.losses,
        "score": score.mean,
        "score_interval": [low, high],
        "elo": _finite(elo(score.mean)),
        "elo_interval": [_finite(elo(low)), _finite(elo(high))],
        "won_by_black": sum(result.startswith("B") for result in results),
        "won_by_white": sum(result.startswith("W") for result in results),
        "lost_on_time": _losers(folder, names, "T"),
        "forfeited": _losers(folder, names, "F"),
        "sprt": None,
    }
    if test:
        accepted = {"elo_0": test.elo_0, "elo_1": test.elo_1, None: None}[test.decide(score)]
        ratio = log_likelihood_ratio(score, test.elo_0, test.elo_1)
        facts["sprt"] = {"elo_0": test.elo_0, "elo_1": test.elo_1, "log_likelihood_ratio": ratio, "accepted": accepted}
    return facts


def report(facts: dict[str, Any]) -> str:
    """The outcome of a match in a few lines."""
    lines = [
        f"{facts['first']} against {facts['second']}, {facts['size']}x{facts['size']}, {facts['rules']}"
        f"{', clock ' + facts['clock'] if facts['clock'] else ''}: {facts['games']} games in {facts['folder']}",
        describe(Score(facts["wins"], facts["draws"], facts["losses"])),
        f"Black won {facts['won_by_black']}, White won {facts['won_by_white']}",
    ]
    for what, said in (("lost_on_time", "lost on time"), ("forfeited", "forfeited")):
        lines += [f"{name} {said} {count} times" for name, count in facts[what].items() if count]
    if sprt := facts["sprt"]:
        accepted = sprt["accepted"]
        lines.append("SPRT: no decision yet" if accepted is None else f"SPRT: accepts {accepted:+g} Elo")
    return "\n".join(lines)


def _losers(folder: MatchFolder, names: tuple[str, str], how: str) -> dict[str, int]:
    """By player, the games lost in a way that SGF marks by a letter, e.g. T for time."""
    lost = dict.fromkeys(names, 0)
    for game in folder.finished.values():
        if game.result.endswith(f"+{how}"):
            lost[names[int(game.points == 1.0)]] += 1
    return lost


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
