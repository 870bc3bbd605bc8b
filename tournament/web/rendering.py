"""The templates of the site: Jinja with the filters that the pages share."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

import jinja2

from tournament.report.charts import signed


def environment() -> jinja2.Environment:
    """Return the environment in which every page is rendered: text is escaped, unknown names are errors."""
    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.PackageLoader("tournament.web"), jinja2.PackageLoader("tournament", "report")]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.filters["signed"] = lambda number: signed(round(number))
    made.filters["grouped"] = lambda number: "–" if number is None else f"{number:,}".replace(",", "\u202f")
    made.filters["when"] = lambda text: text.replace("T", " ").replace("Z", "")
    made.globals["static"] = static
    return made


@cache
def static(name: str) -> str:
    """Return the address of a file in static/, which changes with its content so that browsers may keep it."""
    content = files("tournament.web").joinpath("static", name).read_bytes()
    return f"/static/{name}?{hashlib.sha256(content).hexdigest()[:12]}"
