"""The report: complete, self-contained, and harmless whatever the names are."""

from __future__ import annotations

import html.parser
import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from fake_networks import FakeNetwork, NotANumber

import tournament.report
from golois.game import Game
from golois.rules import Rules
from tournament.folder import Tournament
from tournament.report import write_report
from tournament.report.charts import elo_ticks, intervals, scatter
from tournament.report.data import collect
from tournament.runner import run

HOSTILE = '</script><img src=x onerror="alert(1)"> & {{ 7*7 }}'


class Page(html.parser.HTMLParser):
    """The elements and the text of a page."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.text, self.open = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if not {"script", "style"} & set(self.open):
            self.text.append(data)

    def words(self):
        return " ".join(" ".join(self.text).split())


@pytest.fixture
def folder(make_tournament):
    folder = make_tournament("Ada", HOSTILE, "broken", name="Coupe d'été", games=4)
    run(folder, open_player=lambda t, s: (NotANumber if s.team == "broken" else FakeNetwork)(s.id))
    return folder


def test_the_page_tells_everything(folder):
    page = Page(write_report(folder).read_text(encoding="utf-8"))
    words = page.words()
    for expected in ("Coupe d'été", "Ada", HOSTILE, "komi 7.5", "tromp-taylor", "positional superko", "12 345"):
        assert " ".join(expected.split()) in words.replace("\u202f", " ")
    assert "withdrawn" in words
    assert {element["id"] for tag, element in page.elements if tag == "section"} == {
        *("standings", "cross", "charts", "games", "networks", "rules"),
    }


def test_the_page_needs_no_network_and_runs_nothing_foreign(folder):
    text = write_report(folder).read_text(encoding="utf-8")
    page = Page(text)
    for _tag, attributes in page.elements:
        assert "onerror" not in attributes
        for name in ("src", "href", "action", "data"):
            assert (attributes.get(name) or "#").startswith("#")
    assert not re.search(r"@import|url\((?!#)", text)
    assert sum(tag == "script" for tag, _ in page.elements) == 4
    assert "default-src 'none'" in text


def test_the_pages_data_holds_every_game(folder):
    text = write_report(folder).read_text(encoding="utf-8")
    data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])
    with Tournament.open(folder) as opened:
        games = opened.database.games()
    assert len(data["games"]) == len(games)
    assert data["teams"]["2"] == " ".join(HOSTILE.split())
    for row, game in zip(data["games"], games, strict=True):
        assert row[:2] == [game.pairing, game.number + 1]
        assert len(row[-1]) == 2 * len(game.moves)


def test_the_same_as_csv_and_json(folder):
    report = write_report(folder).parent
    assert {path.name for path in report.iterdir()} == {
        *("index.html", "standings.csv", "cross_table.csv", "games.csv", "tournament.json"),
    }
    with Tournament.open(folder) as opened:
        collected = collect(opened)
    stored = json.loads((report / "tournament.json").read_text(encoding="utf-8"))
    assert stored["standings"] == collected["standings"]
    assert (report / "games.csv").read_text(encoding="utf-8").count("\n") == len(collected["games"]) + 1
    assert (report / "cross_table.csv").read_text(encoding="utf-8").splitlines()[0].startswith("team,")


@pytest.mark.parametrize("teams", [(), ("alone",), ("Ada", "Bob")])
def test_a_tournament_without_games_has_a_report_too(make_tournament, teams):
    words = Page(write_report(make_tournament(*teams)).read_text(encoding="utf-8")).words()
    assert "No game has been finished yet" in words
    assert all(team in words for team in teams)


def test_the_board_of_the_page_captures_as_the_rules_do():
    """The page's own replay against the board that played: random games with captures, ko and suicide."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs Node.js")
    random = np.random.default_rng(4)
    games, expected = [], []
    for _ in range(3):
        game = Game(19, Rules.preset("tromp-taylor"))
        while len(game.moves) < 500 and not game.is_over:
            legal = np.flatnonzero(game.legal_moves()[:361])
            # a small corner is filled again and again: many captures
            legal = legal[(legal % 19 < 7) & (legal // 19 < 7)]
            game.play(int(random.choice(legal)) if len(legal) and random.random() < 0.98 else 361)
        letters = "abcdefghijklmnopqrs"
        games.append("".join(".." if m == 361 else letters[m % 19] + letters[m // 19] for m in game.moves))
        expected.append([game.stones().ravel().tolist(), list(game.prisoners)])
    script = Path(tournament.report.__file__).with_name("board.js").read_text(encoding="utf-8")
    script += (
        "\nconst last = JSON.parse(process.argv[1]).map((text) => replay(text).at(-1));"
        "\nconsole.log(JSON.stringify(last.map((p) => [[...p.stones], [p.taken[2], p.taken[1]]])));"
    )
    answer = subprocess.run([node, "-e", script, json.dumps(games)], capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout) == expected


def test_intervals_share_one_scale():
    drawn, ticks = intervals([(-100, 0, 100), (200, 300, 400)])
    assert all(0 <= each.low < each.elo < each.high <= 100 for each in drawn)
    assert drawn[0].high < drawn[1].low
    zero = next(tick for tick in ticks if tick.label == "0")
    assert zero.at == drawn[0].elo


def test_ticks_are_round():
    assert elo_ticks(-130, 270, 5) == [-100, 0, 100, 200]
    assert len(elo_ticks(-3000, 5000)) <= 7


def test_a_chart_places_everyone_inside_it():
    points = [(f"team {i}", 10.0 ** (i % 5 + 2), 50.0 * i, 50.0 * i - 80, 50.0 * i + 80) for i in range(12)]
    chart = scatter(points, "parameters")
    for mark in chart.marks:
        assert chart.left <= mark.x <= chart.right
        assert chart.top <= mark.top <= mark.y <= mark.bottom <= chart.bottom
    assert [tick.label for tick in chart.x_ticks] == ["100", "1 k", "10 k", "100 k", "1 M"]
    assert scatter(points[:1], "parameters") is None
