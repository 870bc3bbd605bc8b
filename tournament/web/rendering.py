"""The templates of the site: Jinja with the filters that the pages share, and the report's drawings."""

from __future__ import annotations

import jinja2

from tournament.report.build import template_environment
from tournament.web.static_files import static


def environment() -> jinja2.Environment:
    """Return the environment in which every page is rendered: text is escaped, unknown names are errors."""
    made = template_environment(jinja2.PackageLoader("tournament.web"))
    made.filters["when"] = lambda text: text.replace("T", " ").replace("Z", "")
    made.filters["filled"] = lambda fields: {name: value for name, value in fields.items() if value not in (None, "")}
    made.globals["static"] = static
    return made
