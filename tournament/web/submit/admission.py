"""Who may submit, and how often: tokens are compared, wrong ones and files are counted."""

from __future__ import annotations

from fastapi import HTTPException
from starlette.concurrency import run_in_threadpool

from tournament.submission import SubmissionRefused, checked_name
from tournament.teams import Teams
from tournament.web.rate_limit import RateLimit

WRONG_TOKENS = 10
"""Wrong tokens for one team from one address in a minute, before it must wait."""
WRONG_TOKENS_OF_ADDRESS = 100
FILES_PER_HOUR = 30
"""Files of one team in an hour."""


class Admission:
    """Decides who may submit: knows the teams and counts wrong tokens and files."""

    def __init__(self, teams: Teams) -> None:
        self.teams = teams
        self._of_team = RateLimit(WRONG_TOKENS, 60)
        self._of_address = RateLimit(WRONG_TOKENS_OF_ADDRESS, 60)
        self._files = RateLimit(FILES_PER_HOUR, 3600)

    async def admit(self, address: str, team: str, token: str | None) -> str:
        """Return the team's name as it is kept; HTTPException for a wrong token or too many tries."""
        try:
            team = checked_name(team)
        except SubmissionRefused:
            team = ""  # which no team is called: a name that cannot be is as wrong as any other
        _check(max(self._of_team.wait(f"{address} {team}"), self._of_address.wait(address)), "too many wrong tokens")
        if token is None or not await run_in_threadpool(self.teams.knows, team, token):
            self._of_team.spend(f"{address} {team}")
            self._of_address.spend(address)
            raise HTTPException(
                401,
                "no team has this name and this token: look at both again, or ask the organiser for a new token",
                {"WWW-Authenticate": "Bearer"},
            )
        return team

    def check_files(self, team: str) -> None:
        """HTTPException when a team has sent too many files of late."""
        _check(self._files.wait(team), f"{FILES_PER_HOUR} files of a team are checked in an hour, no more")

    def count_file(self, team: str) -> None:
        """Count a file of a team."""
        self._files.spend(team)


def _check(seconds: float, what: str) -> None:
    if seconds > 0:
        raise HTTPException(429, f"{what}: try again in {seconds:.0f} seconds", {"Retry-After": f"{seconds:.0f}"})
