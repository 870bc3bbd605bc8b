"""The group `golois selfplay`: a table of commands, each loaded only when it is called."""

from __future__ import annotations

import click

from golois.lazy_group import LazyGroup, Table

# name -> (where the click command is, its summary: the first sentence of its own help)
SELFPLAY: Table = {
    "new": ("selfplay.commands.new:new", "Make a folder with the configuration of a new run."),
    "run": ("selfplay.commands.stages:run", "Play, learn and judge, generation after generation."),
    "play": ("selfplay.commands.stages:play", "Play the games of the next generation."),
    "train": ("selfplay.commands.stages:train", "Make the next network from the latest games."),
    "gate": ("selfplay.commands.stages:gate", "Let the newest network meet earlier ones and fixed opponents."),
    "status": ("selfplay.commands.look:status", "Show how far a run is."),
    "report": ("selfplay.commands.look:report", "Write a run's report as one HTML page."),
    "policy": ("selfplay.commands.policy:policy", "Play games of one network by its policy alone, into a game store."),
}


@click.group(cls=LazyGroup, table=SELFPLAY)
def selfplay() -> None:
    """Let a network play against itself."""
