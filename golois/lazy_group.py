"""A click group that imports a command only when it runs, from a table of names."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

Table = dict[str, tuple[str, str]]


class LazyGroup(click.Group):
    """A group whose commands are imported on demand, so that its --help costs nothing."""

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        """Take the table, name -> ("module:command", the first sentence of the command's own help)."""
        super().__init__(*args, **kwargs)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the table: the order in which a newcomer meets them."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module and return the command, or None for an unknown name."""
        if cmd_name not in self.table:
            return None
        module, _, attribute = self.table[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in self.table.items()])
