"""The API against its own OpenAPI description: whatever is sent, the answer is one that the description knows."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tournament.teams import Teams

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of libraries that Schemathesis uses
    schemathesis = pytest.importorskip("schemathesis")

pytestmark = pytest.mark.filterwarnings("ignore")  # likewise

OPERATIONS = (
    "POST /api/submissions",
    "GET /api/submissions/{upload}",
    "GET /api/tournament",
    "GET /api/standings",
    "GET /api/games",
    "GET /api/games/{pairing}/{number}",
    "GET /api/games/{pairing}/{number}/sgf",
    "POST /api/play",
    "GET /api/play/{game_id}",
    "POST /api/play/{game_id}/move",
    "POST /api/play/{game_id}/take-back",
    "POST /api/play/{game_id}/hint",
    "POST /api/play/{game_id}/resign",
    "POST /api/play/{game_id}/retry",
    "GET /api/play/{game_id}/sgf",
)


@pytest.fixture(scope="module")
def site(make_shared_tournament, serve_site):
    return serve_site(make_shared_tournament("Corners", "Others"), boards=1000)


@pytest.fixture(scope="module")
def token(site):
    return Teams(site.services.teams.database).add("Ada")


@pytest.fixture(scope="module")
def description(site):
    return schemathesis.openapi.from_url(f"{site.address}/openapi.json")


def test_every_operation_is_fuzzed(description):
    described = {f"{o.ok().method.upper()} {o.ok().path}" for o in description.get_all_operations()}
    assert {name for name in described if name.split()[1].startswith("/api/")} == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_one_that_is_described(name, description, site, token):
    method, path = name.split()

    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=description[path][method].as_strategy())
    def check(case):
        if case.query:
            case.query.pop("wait", None)  # nobody waits in a test
        headers = {"Authorization": f"Bearer {token}"} if path == "/api/submissions" else {}
        case.call_and_validate(base_url=site.address, headers=headers, timeout=60)

    check()
