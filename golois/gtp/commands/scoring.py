"""The board and the count."""

from __future__ import annotations

from golois.coordinates import vertex_from_move
from golois.gtp.engine import Engine
from golois.gtp.protocol import GtpError, at_least
from golois.search.ownership import chains_of, dead_stones


def showboard(engine: Engine, arguments: list[str]) -> str:
    """Draw the board."""
    return str(engine.game)


def agreed_dead(engine: Engine) -> list[int]:
    """Return the dead stones by the engine's judgement, where the rules take them off by agreement."""
    return dead_stones(engine.game) if engine.rules.friendly_pass_ok else []


def final_score(engine: Engine, arguments: list[str]) -> str:
    """Count the board as it stands: B+3.5, W+0.5 or 0. Dead stones are taken off where the rules agree on them."""
    return engine.game.result(agreed_dead(engine))


def final_status_list(engine: Engine, arguments: list[str]) -> str:
    """List stones by status: final_status_list alive|dead|seki; a chain a line.

    Dead is what the engine judges so, whatever the rules: a program that asks means to take stones off. In seki are
    stones only where the rules count them apart.
    """
    at_least(arguments, 1, "final_status_list alive|dead|seki")
    status = arguments[0].lower()
    if status not in ("alive", "dead", "seki"):
        raise GtpError(f"syntax error: status '{status[:40]}', expected alive, dead or seki")
    game = engine.game
    dead = set(dead_stones(game))
    seki = game.count(dead).seki.ravel()

    def status_of(point: int) -> str:
        return "dead" if point in dead else "seki" if seki[point] else "alive"

    return "\n".join(
        " ".join(vertex_from_move(point, game.size) for point in chain)
        for chain in chains_of(game)
        if status_of(chain[0]) == status
    )


COMMANDS = {
    "showboard": showboard,
    "final_score": final_score,
    "final_status_list": final_status_list,
}
