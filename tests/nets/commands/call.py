"""The command line in this process."""

from __future__ import annotations

from typing import Any

from click.testing import CliRunner

from golois.cli import root


def run(*arguments: str, stdin: str = "") -> Any:
    """Call `golois` with arguments; an error is in the result."""
    return CliRunner().invoke(root, list(arguments), input=stdin, catch_exceptions=True)
