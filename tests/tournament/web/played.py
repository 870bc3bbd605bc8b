"""Tournaments with finished games, without playing them."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
from new_tournaments import new_tournament

from tournament.database import Database, PlayedGame
from tournament.folder import Tournament


def played_tournament(folder: Path, *teams: str, games: int = 4, **settings) -> Path:
    """Make a tournament in which each pair of teams has played so many games, the earlier team the stronger one."""
    new_tournament(folder, *teams, games=games, **settings)
    with Tournament.open(folder) as tournament:
        numbers = range(1, len(teams) + 1)
        tournament.database.plan([(1, one, other, games) for one in numbers for other in numbers if one < other])
        for pairing in tournament.database.pairings():
            for number in range(games):
                finish(tournament.database, pairing.id, number)
    return folder


def finish(database: Database, pairing: int, number: int, winner: int | None = None) -> None:
    """Record a game of a pairing: 24 stones of which no two touch. The lower submission wins three of four."""
    chance = random.Random(1000 * pairing + number)
    sides = next((p.first, p.second) for p in database.pairings() if p.id == pairing)
    black, white = sides if number % 2 == 0 else sides[::-1]
    winner = winner or (min(sides) if chance.random() < 0.75 else max(sides))
    moves = np.array(chance.sample(range(0, 361, 2), 24), np.uint16)
    result = "B+3.5" if winner == black else "W+3.5"
    finished = f"2026-11-{pairing:02d}T10:{number // 60:02d}:{number % 60:02d}Z"
    facts = (result, "two passes", 4, moves, "tromp-taylor", 7.5, finished)
    database.add_game(PlayedGame(pairing, number, black, white, *facts))
