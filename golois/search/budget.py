"""How long a search may go on."""

from __future__ import annotations

from dataclasses import dataclass

from golois.errors import GoloisError

UNLIMITED = 2**31 - 1  # in place of a number of visits or evaluations


@dataclass(frozen=True)
class Budget:
    """When a search ends: whichever limit is reached first. None is no limit.

    Attributes:
        visits: of the root, those kept from the previous move included.
        evaluations: positions sent to the network in this search, per game.
        seconds: for all games of the search together.
    """

    visits: int | None = None
    evaluations: int | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        if self.visits is None and self.evaluations is None and self.seconds is None:
            raise GoloisError("a search needs a budget: visits, evaluations or seconds")
        for name in ("visits", "evaluations", "seconds"):
            value = getattr(self, name)
            if value is not None and not 0 < value < UNLIMITED:
                raise GoloisError(f"search budget {name} = {value}: expected a positive number")
