"""Write the report: index.html, standings.csv, cross_table.csv, games.csv and tournament.json."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2

from golois.files import write_whole
from tournament.folder import Tournament
from tournament.report.charts import Scatter, intervals, scatter, signed
from tournament.report.data import collect

STANDINGS_COLUMNS = (
    *("rank", "team", "elo", "low", "high", "elo_sigma", "wins", "draws", "losses", "games", "win_rate", "sigma"),
    *("superiority", "parameters", "trainable", "milliseconds", "withdrawn"),
)
GAMES_COLUMNS = (
    *("pairing", "number", "black", "white", "result", "ending", "opening", "rules", "komi", "finished_at", "moves"),
)


def write_report(folder: str | os.PathLike[str]) -> Path:
    """Write the report of a tournament into its folder and return the path of the page.

    The page holds everything it needs: it can be mailed, printed and read without a network.

    Raises:
        GoloisError: the folder holds no tournament.
    """
    with Tournament.open(folder) as tournament:
        data = collect(tournament)
        target = tournament.report_path
        teams = {submission["id"]: submission["team"] for submission in data["submissions"]}
        write_whole(target.with_name("tournament.json"), json.dumps(data, ensure_ascii=False, indent=1))
        write_whole(target.with_name("standings.csv"), _csv(STANDINGS_COLUMNS, data["standings"]))
        games = ({**game, "black": teams[game["black"]], "white": teams[game["white"]]} for game in data["games"])
        write_whole(target.with_name("games.csv"), _csv(GAMES_COLUMNS, games))
        write_whole(target.with_name("cross_table.csv"), _cross_table(data))
        write_whole(target, page(data))
    return target


def template_environment(*more: jinja2.BaseLoader) -> jinja2.Environment:
    """Return the environment of the report's templates, and of those that `more` loads: text is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader([*more, jinja2.PackageLoader("tournament", "report")]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["signed"] = lambda number: signed(round(number))
    environment.filters["grouped"] = lambda number: "–" if number is None else f"{number:,}".replace(",", "\u202f")
    return environment


def page(data: dict[str, Any]) -> str:
    """Return the page for what `collect` gathered."""
    here = files("tournament.report")
    ranked = [line for line in data["standings"] if line["rank"]]
    drawn, ticks = intervals([(line["low"], line["elo"], line["high"]) for line in ranked])
    return (
        template_environment()
        .get_template("page.jinja")
        .render(
            data=data,
            ranked=ranked,
            unranked=[line for line in data["standings"] if not line["rank"]],
            intervals=drawn,
            ticks=ticks,
            charts=size_and_speed(ranked),
            for_script=_for_script(data),
            style=here.joinpath("style.css").read_text(encoding="utf-8"),
            scripts=[here.joinpath(name).read_text(encoding="utf-8") for name in ("board.js", "stepper.js", "page.js")],
        )
    )


def size_and_speed(ranked: list[dict[str, Any]]) -> list[Scatter]:
    """Return the charts of rating against parameters and time, those for which there is enough to draw."""
    charts = (
        scatter(_points(ranked, "parameters"), "parameters"),
        scatter(_points(ranked, "milliseconds"), "time per evaluation", " ms"),
    )
    return [chart for chart in charts if chart]


def _points(ranked: list[dict[str, Any]], what: str) -> list[tuple[str, float, float, float, float]]:
    return [
        (line["team"], line[what], line["elo"], line["low"], line["high"]) for line in ranked if line[what] is not None
    ]


def _for_script(data: dict[str, Any]) -> dict[str, Any]:
    """Return what the page's script needs, as short as that can be said: a page may hold thousands of games."""
    return {
        "name": data["name"],
        "teams": {str(submission["id"]): submission["team"] for submission in data["submissions"]},
        "games": [
            [
                *(game["pairing"], game["number"], game["black"], game["white"], game["result"], game["ending"]),
                *(game["opening"], game["rules"], game["komi"], game["finished_at"][:10], game["moves"]),
            ]
            for game in data["games"]
        ],
    }


def _csv(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _cross_table(data: dict[str, Any]) -> str:
    """Return points/games of each ranked team (row) against each (column)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    ranked = [line["team"] for line in data["standings"] if line["rank"]]
    writer.writerow(["team", *ranked])
    for team, row in zip(ranked, data["cross_table"], strict=True):
        writer.writerow([team, *(f"{cell['points']:g}/{cell['games']}" if cell else "" for cell in row)])
    return text.getvalue()
