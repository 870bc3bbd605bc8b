"""The organiser's page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from golois.errors import GoloisError
from tournament.web.admin.key import COOKIE, SECONDS_SIGNED_IN
from tournament.web.services import Services, TheServices
from tournament.web.site import Site, TheSite

LONGEST_REASON = 200

router = APIRouter(prefix="/admin", include_in_schema=False)


def _organiser(services: TheServices, cookie: Annotated[str | None, Cookie(alias=COOKIE)] = None) -> None:
    if not services.key.recognises(cookie):
        raise HTTPException(303, headers={"Location": "/admin"})


ORGANISER = [Depends(_organiser)]


@router.get("")
def page(site: TheSite, services: TheServices, cookie: Annotated[str | None, Cookie(alias=COOKIE)] = None) -> Response:
    """Show the page, or ask for the token."""
    if not services.key.recognises(cookie):
        return site.page("admin_sign_in.jinja", path=services.key.path, problem="")
    return _page(site, services)


@router.post("/sign-in")
def sign_in(request: Request, site: TheSite, services: TheServices, token: Annotated[str, Form()] = "") -> Response:
    """Take the token and remember that it was shown."""
    address = request.client.host if request.client else ""
    wait = services.sign_ins.wait(address)
    if wait > 0 or not services.key.opens(token):
        services.sign_ins.spend(address)
        problem = f"Too many tries: wait {wait:.0f} seconds." if wait > 0 else "This is not the organiser's token."
        status = 429 if wait > 0 else 401
        return site.page("admin_sign_in.jinja", status, path=services.key.path, problem=problem)
    answer = _back()
    answer.set_cookie(
        COOKIE,
        services.key.cookie(),
        max_age=SECONDS_SIGNED_IN,
        path="/admin",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


@router.post("/sign-out", dependencies=ORGANISER)
def sign_out() -> Response:
    """Forget that the token was shown."""
    answer = _back()
    answer.delete_cookie(COOKIE, path="/admin")
    return answer


@router.post("/submissions", dependencies=ORGANISER)
def submissions(services: TheServices, open_them: Annotated[bool, Form(alias="open")]) -> Response:
    """Open or close submissions."""
    services.uploads.set_open(open_them)
    return _back()


@router.post("/rounds/start", dependencies=ORGANISER)
async def start_rounds(services: TheServices, until_sigma: Annotated[str, Form()] = "") -> Response:
    """Play, or play on."""
    try:
        sigma = float(until_sigma) if until_sigma.strip() else None
    except ValueError:
        sigma = 0.0
    if sigma is not None and not 1 <= sigma <= 1000:
        raise HTTPException(422, f"until_sigma is {until_sigma[:40]!r}: a number of Elo from 1 to 1000 is possible")
    await services.rounds.start(sigma)
    return _back()


@router.post("/rounds/stop", dependencies=ORGANISER)
async def stop_rounds(services: TheServices) -> Response:
    """Stop playing."""
    await services.rounds.stop()
    return _back()


@router.post("/withdraw", dependencies=ORGANISER)
def withdraw(
    site: TheSite,
    services: TheServices,
    submission: Annotated[int, Form()],
    reason: Annotated[str, Form(max_length=LONGEST_REASON)] = "",
) -> Response:
    """Let a network play no more."""
    database = site.tournament.database
    if submission not in {entrant.id for entrant in database.entrants()}:
        return _page(site, services, 404, problem="This network plays no more already.")
    database.withdraw(submission, " ".join(reason.split()) or "withdrawn by the organiser")
    return _back()


@router.post("/teams", dependencies=ORGANISER)
def teams(
    site: TheSite, services: TheServices, name: Annotated[str, Form()] = "", what: Annotated[str, Form()] = "add"
) -> Response:
    """Add a team, give it a new token, or remove it."""
    try:
        if what == "remove":
            services.teams.remove(name)
            return _back()
        token = services.teams.renew(name) if what == "renew" else services.teams.add(name)
    except GoloisError as error:
        return _page(site, services, 422, problem=str(error))
    return _page(site, services, new_token=(" ".join(name.split()), token))


def _page(
    site: Site, services: Services, status: int = 200, problem: str = "", new_token: tuple[str, str] | None = None
) -> Response:
    return site.page(
        "admin.jinja",
        status,
        problem=problem,
        new_token=new_token,
        are_open=services.uploads.are_open,
        rounds=services.rounds.state(),
        entrants=site.tournament.database.entrants(),
        teams=services.teams.all(),
        waiting=services.uploads.waiting(),
    )


def _back() -> Response:
    return RedirectResponse("/admin", 303)
