"""The board and the count."""

from __future__ import annotations

from golois.gtp.engine import Engine


def showboard(engine: Engine, arguments: list[str]) -> str:
    """Draw the board."""
    return str(engine.game)


def final_score(engine: Engine, arguments: list[str]) -> str:
    """Count the board as it stands: B+3.5, W+0.5 or 0."""
    return engine.game.result()


COMMANDS = {
    "showboard": showboard,
    "final_score": final_score,
}
