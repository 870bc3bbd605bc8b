"""What a team and a visitor do, in a real Chromium: submit a good and a bad network, play some moves."""

from __future__ import annotations

import re
import shutil

import pytest
from browser import chromium, visit

from nets.pretrained import shipped_network
from tournament.teams import Teams

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # Playwright's own sockets


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def site(make_shared_tournament, serve_site):
    return serve_site(make_shared_tournament("Corners", "Others", name="Spring cup"))


@pytest.fixture(scope="module")
def token(site):
    return Teams(site.services.teams.database).add("Ada & Grace")


def submit(page, token, path):
    page.goto("/submit")
    page.get_by_label("Team").fill("Ada & Grace")
    page.get_by_label("Token").fill(token)
    page.get_by_label("Network").set_input_files(path)
    page.get_by_role("button", name="Submit").click()


def test_a_good_and_a_bad_network_are_submitted(browser, site, token, tmp_path):
    good = tmp_path / "première.h5"
    shutil.copy(shipped_network(), good)
    with visit(browser, site.address) as page:
        submit(page, token, good)
        page.get_by_role("heading", name="Accepted: première.h5").wait_for()
        assert re.search("planes.*6", page.inner_text("main dl"), re.DOTALL)
        page.picture("accepted")
        page.get_by_role("link", name="Standings").click()
        page.get_by_role("link", name="Ada & Grace").first.wait_for()

    bad = tmp_path / "bad.h5"
    bad.write_text("no network")
    with visit(browser, site.address, "phone", "dark") as page:
        submit(page, token, bad)
        page.get_by_role("heading", name="Refused: bad.h5").wait_for()
        assert "this is not an HDF5 file" in page.inner_text("main li")
        page.picture("refused")
        submit(page, "wrong", bad)
        page.get_by_role("alert").filter(has_text="No team has this name and this token").wait_for()


def begin(page):
    """Begin the game that was chosen, and wait for its board."""
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("status").filter(has_text="Your move").wait_for()


def moves_of(page, count):
    """The moves of a game once there are so many."""
    page.locator(f"#moves li:nth-child({count}):last-child").wait_for()
    return page.locator("#moves li").all_inner_texts()


def click_on(page, vertex):
    """Click on a point of the board."""
    column, row = "ABCDEFGHJKLMNOPQRST".index(vertex[0]), 19 - int(vertex[1:])
    cell = page.locator("#board").bounding_box()["width"] / 21
    page.locator("#board").click(position={"x": cell * (column + 1.5), "y": cell * (row + 1.5)})


def test_five_moves_are_played_with_the_mouse(browser, site):
    with visit(browser, site.address) as page:
        page.goto("/play")
        page.get_by_label("Network").select_option(label="Corners (0 Elo)")
        page.get_by_text("policy alone").click()
        begin(page)
        for number, vertex in enumerate(["Q16", "D4", "Q4", "D16", "K10"]):
            click_on(page, vertex)
            moves = moves_of(page, 2 * number + 2)
        assert moves == ["Q16", "A19", "D4", "B19", "Q4", "C19", "D16", "D19", "K10", "E19"]
        page.get_by_role("button", name="Hint").click()
        page.get_by_role("heading", name="What the network would play").wait_for()
        assert page.locator("#candidates tr").first.inner_text().startswith("F19")
        page.picture("hint")
        page.reload()  # the game is still there
        assert moves_of(page, 10) == moves
        click_on(page, "K10")
        page.get_by_role("alert").filter(has_text="the point is occupied by Black").wait_for()
        page.get_by_role("button", name="Take back").click()
        moves_of(page, 8)
        page.get_by_role("button", name="Pass").click()
        page.get_by_role("status").filter(has_text="Corners wins: W+7.5, counted after two passes").wait_for()
        page.picture("counted")


def test_a_game_is_played_by_keyboard_and_read_out(browser, site):
    with visit(browser, site.address, scheme="dark") as page:
        page.goto("/play")
        page.get_by_text("policy alone").click()
        page.get_by_text("White", exact=True).click()
        begin(page)
        assert moves_of(page, 1) == ["A19"]
        page.locator("#board").focus()
        spoken = page.locator("#point[aria-live=assertive]")
        assert spoken.inner_text() == "K10, empty"
        for key, told in (("ArrowLeft", "J10, empty"), ("ArrowUp", "J11, empty"), ("ArrowRight", "K11, empty")):
            page.keyboard.press(key)
            assert spoken.inner_text() == told
        page.keyboard.press("Enter")
        assert moves_of(page, 3) == ["A19", "K11", "B19"]
        assert "Corners: B19 · Your move (White)" in page.locator("#turn[role=status]").inner_text()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowDown")
        assert spoken.inner_text() == "K11, white stone, move 2"
        page.keyboard.press("p")
        assert moves_of(page, 5)[3] == "pass"
        page.keyboard.press("u")
        assert moves_of(page, 3) == ["A19", "K11", "B19"]


def test_on_a_phone_a_point_is_chosen_before_it_is_played(browser, site):
    with visit(browser, site.address, "phone", has_touch=True, is_mobile=True) as page:
        page.goto("/play")
        page.get_by_text("policy alone").tap()
        begin(page)
        cell = page.locator("#board").bounding_box()["width"] / 21
        page.locator("#board").tap(position={"x": cell * 4.5, "y": cell * 4.5})
        play = page.get_by_role("button", name="Play D16")
        play.wait_for()
        page.picture("chosen")
        play.tap()
        assert moves_of(page, 2) == ["D16", "A19"]
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
