"""What readers do, in a real Chromium: watch the standings change, look for games, replay one."""

from __future__ import annotations

import pytest
from browser import chromium, visit
from played import finish, played_tournament

from tournament.folder import Tournament

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # Playwright's own sockets

TEAMS = ("Les joseki perdus", "Ada & Bob", "MobileNet Ko", "Équipe n° 7", "四ツ目殺し")


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = played_tournament(tmp_path_factory.mktemp("reading") / "cup", *TEAMS, games=6, name="Go 2026 · Licence 3")
    with Tournament.open(folder) as tournament:
        tournament.database.plan([(2, 1, 5, 40)])
    return folder


@pytest.fixture(scope="module")
def site(folder, serve_site):
    return serve_site(folder)


def order(page):
    return page.locator(".standings tbody .team").all_inner_texts()


def test_the_standings_change_while_they_are_looked_at(browser, site, folder):
    with visit(browser, site.address) as page, Tournament.open(folder) as tournament:
        page.goto("/")
        before = order(page)
        assert set(before) == set(TEAMS)
        page.evaluate("window.notLoadedAgain = true")
        page.locator(".scroll").first.focus()
        with tournament.running():
            for number in range(20):
                finish(tournament.database, 11, number, winner=5)
            page.locator("#progress", has_text="80 of 100 games").wait_for()
            page.locator(".standings tr.changed").first.wait_for()
            page.locator(".standings tr", has_text="四ツ目殺し").locator("[data-games='44']").wait_for()
            page.picture("standings-live")
        assert order(page) != before
        assert page.evaluate("window.notLoadedAgain")


def test_typing_a_name_leaves_only_those_who_have_it(browser, site):
    with visit(browser, site.address) as page:
        page.goto("/")
        page.get_by_label("Team").press_sequentially("ko")
        page.locator("text=1 of 5 entrants").wait_for()
        assert order(page) == ["MobileNet Ko"]
        assert page.get_by_label("Team").input_value() == "ko"
        assert page.url.endswith("/?team=ko")
        page.get_by_role("link", name="Show all").first.click()
        page.locator("text=Cross table").wait_for()
        assert len(order(page)) == 5


def test_a_field_of_the_cross_table_leads_to_its_games(browser, site):
    with visit(browser, site.address) as page:
        page.goto("/")
        page.get_by_role("link", name="Ada & Bob against MobileNet Ko").click()
        page.locator("text=6 games, the last finished first").wait_for()
        page.get_by_label("Colour").select_option("black")
        page.locator("text=3 games, the last finished first").wait_for()
        blacks = page.locator(".games .side:first-child").all_inner_texts()
        assert blacks == ["Ada & Bob"] * 3


def test_a_game_is_replayed_with_keys_and_mouse(browser, site, tmp_path):
    with visit(browser, site.address) as page:
        page.goto("/games/1/1")
        position, stones = page.locator("#position"), page.locator("#board circle[fill^='url']")
        assert position.inner_text().startswith("Move 24 of 24")
        assert stones.count() == 24
        page.keyboard.press("Home")
        assert stones.count() == 0
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        assert stones.count() == 3
        assert position.inner_text().startswith("Move 3 of 24: Black")
        page.keyboard.press("Shift+ArrowRight")
        assert stones.count() == 13
        box = page.locator("#board").bounding_box()
        page.mouse.click(box["x"] + 20, box["y"] + 200)
        assert stones.count() == 12
        page.get_by_label("Move number").fill("20")
        assert stones.count() == 20
        page.keyboard.press("n")
        assert page.locator("#board .count").count() == 20
        with page.expect_download() as download:
            page.get_by_role("link", name="SGF").click()
        assert download.value.suggested_filename == "Les_joseki_perdus-Ada_Bob-1-1.sgf"
        page.reload()
        assert position.inner_text().startswith("Move 20 of 24")
        page.keyboard.press("ArrowDown")  # the game that was finished before, or after
        page.keyboard.press("ArrowUp")
        page.wait_for_url("**/games/1/2")


def test_the_network_s_view_of_a_game_is_on_the_board_and_in_a_curve(browser, site):
    with visit(browser, site.address, "phone", "dark") as page:
        page.goto("/games/1/1#10")
        page.locator("#board .heat rect").first.wait_for()
        assert "White's chance to win: " in page.locator("#chance").inner_text()
        assert page.locator("#candidates tbody tr").count() > 0
        assert page.locator("#board .marks .next").count() == 1
        curve = page.locator("#curve svg")
        curve.click(position={"x": curve.bounding_box()["width"] / 2, "y": 20})
        assert page.locator("#position").inner_text().startswith("Move 12 of 24")
        page.get_by_label("policy on the board").uncheck()
        assert page.locator("#board .heat rect").count() == 0
        page.get_by_label("policy on the board").check()
        page.get_by_label("Network").select_option(label="MobileNet Ko")
        page.locator("#board .heat rect").first.wait_for()
        page.picture("game")


def test_points_of_the_board_are_read_out(browser, site):
    with visit(browser, site.address) as page:
        page.goto("/games/1/1")
        page.locator("#board").focus()
        spoken = page.locator("#point")
        assert spoken.get_attribute("aria-live") == "assertive"
        assert spoken.inner_text().startswith("K10, ")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowUp")
        assert spoken.inner_text().startswith("J11, ")
        for _ in range(30):
            page.keyboard.press("ArrowUp")
        assert spoken.inner_text().startswith("J19, ")
        words = set()
        for _ in range(12):
            page.keyboard.press("ArrowLeft")
            words |= set(spoken.inner_text().split(", ")[1:2])
        assert words & {"black stone", "white stone", "empty"}
        assert page.locator("#position").inner_text().startswith("Move 24 of 24")


@pytest.mark.parametrize("device", ["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_its_screen_and_can_be_gone_through_with_the_keyboard(browser, site, device, scheme):
    with visit(browser, site.address, device, scheme) as page:
        for name, address in {
            "standings": "/",
            "games": "/games",
            "game": "/games/2/3#12",
            "networks": "/networks",
            "network": "/networks/2",
            "rules": "/rules",
        }.items():
            page.goto(address)
            if name == "game":
                page.locator("#board .heat rect").first.wait_for()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{address} is too wide"
            page.picture(name)
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.className") == "skip"
            page.keyboard.press("Enter")
            page.keyboard.press("Tab")
            assert page.evaluate(
                "document.activeElement.closest('main') !== null || document.activeElement.closest('footer') !== null"
            )
