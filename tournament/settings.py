"""The settings of a tournament: one TOML file that a person may read and edit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from golois.errors import GoloisError
from golois.toml_settings import lines_of, read_toml, setting, settings_of

KINDS = ("round-robin", "swiss", "gauntlet", "ladder")


@dataclass(frozen=True)
class Settings:
    """How a tournament is played. Each field is a line of `tournament.toml`."""

    name: str = setting("Golois tournament", "the title of the report")
    kind: str = setting("round-robin", "round-robin, swiss, gauntlet or ladder")
    games: int = setting(20, "games per pairing; even, so that each plays as many with Black as with White")
    rounds: int = setting(0, "rounds of a Swiss tournament; 0: as many as halving the field needs, and one more")
    champion: str = setting("", "the team of a gauntlet that plays all the others")
    evaluations: int = setting(0, "positions that a search may evaluate for each move; 0 and seconds 0: policy alone")
    seconds: float = setting(0.0, "CPU time of the network's process that a search may take for each move; 0: none")
    rules: str = setting("tromp-taylor", "a rules preset: tromp-taylor, chinese, aga, new-zealand, japanese")
    komi: float = setting(7.5, "points added to White's score")
    opening_moves: int = setting(20, "moves sampled from the policies before the best move is played")
    temperature: float = setting(1.0, "of that sampling; 0.5 is sharper, 2 flatter")
    openings: str = setting(
        "", "a file or folder of game records whose first moves are the openings instead, as seen from this file"
    )
    move_limit: int = setting(722, "a game of this many moves ends and is counted as it stands")
    limit: int = setting(0, "the most parameters a submitted network may have; 0: any number")
    evaluation_seconds: float = setting(60.0, "a network that needs longer for one batch of positions has failed")
    failures: int = setting(3, "a network is withdrawn after this many failures")
    prior_elo: float = setting(500.0, "standard deviation of the prior of the ratings")
    database: str = setting(
        "", "where the results are kept instead of tournament.sqlite: a URL, as postgresql+psycopg://user@host/name"
    )
    seed: int = setting(1, "the same seed, networks and machine give the same games")

    def __post_init__(self) -> None:
        problem = self._problem()
        if problem:
            raise GoloisError(problem)

    def _problem(self) -> str | None:
        """Return what is wrong with the values, or None."""
        from golois.rules import Rules

        if self.kind not in KINDS:
            return f"kind is {self.kind!r}; it must be one of {', '.join(KINDS)}"
        if self.games < 2 or self.games % 2:
            return f"games is {self.games}; it must be even and at least 2, so that colours are swapped fairly"
        if self.kind == "gauntlet" and not self.champion:
            return "a gauntlet needs its champion: the team that plays all the others"
        for field, least in (
            ("rounds", 0),
            ("evaluations", 0),
            ("seconds", 0),
            ("opening_moves", 0),
            ("limit", 0),
            ("move_limit", 1),
            ("failures", 1),
        ):
            if getattr(self, field) < least:
                return f"{field} is {getattr(self, field)}; it must be at least {least}"
        for field in ("temperature", "evaluation_seconds", "prior_elo"):
            if not 0 < getattr(self, field) < 1e9:
                return f"{field} is {getattr(self, field)}; it must be positive"
        try:
            Rules.preset(self.rules, self.komi)
        except GoloisError as error:
            return str(error)
        return None

    def to_toml(self) -> str:
        """Return the file's text, every value with the comment that explains it."""
        lines = ["# How this tournament is played. `golois tournament run` reads it when it starts."]
        for line in lines_of(self):
            lines += ["", line] if line.startswith("# ") else [line]
        return "\n".join(lines) + "\n"

    @classmethod
    def from_toml(cls, path: Path) -> Settings:
        """Read a `tournament.toml`.

        Raises:
            GoloisError: it is missing, is no TOML, or holds an unknown name or an impossible value.
        """
        values = read_toml(path)
        try:
            return settings_of(cls, values)
        except GoloisError as error:
            raise GoloisError(f"{path}: {error}") from error
