"""The `golois` command: a table of commands, each loaded only when it is called.

`golois --help` must answer at once, so the table holds each command's summary and nothing is imported
until a command runs. The commands themselves live in the package that does their work.
"""

from __future__ import annotations

import sys

import click

from golois import __version__
from golois.errors import GoloisError
from golois.lazy_group import LazyGroup, Table

# name -> (where the click command is, its summary: the first sentence of its own help)
COMMANDS: Table = {
    "demo": ("tournament.demo:demo", "Train, submit, play a tournament and show the GTP line, in a few minutes."),
    "train": ("nets.commands.train:train", "Train a network on game records and write it as .h5."),
    "evaluate": ("nets.commands.evaluate:evaluate", "Measure a network's policy and value on game records."),
    "network": ("nets.commands.network:network", "Look into a network file."),
    "convert": ("nets.commands.convert:convert", "Rewrite an old network file as a plain modern one."),
    "games": ("golois.records.commands:games", "Put game records into one game store, or look into one."),
    "submit": ("tournament.commands.submit:submit", "Check a network and enter it into a tournament."),
    "tournament": ("tournament.commands.tournament:tournament", "Run a tournament between submitted networks."),
    "serve": ("tournament.commands.serve:serve", "Show a tournament as a site: standings, games, submissions, play."),
    "selfplay": ("selfplay.commands:selfplay", "Let a network play against itself."),
    "gtp": ("nets.commands.gtp:gtp", "Play through GTP in Sabaki, Lizzie, GoGui and others."),
    "analysis": ("nets.commands.analysis:analysis", "Answer KataGo's JSON analysis protocol, as KaTrain speaks it."),
    "genconfig": ("nets.commands.genconfig:genconfig", "Measure this machine and write a configuration for gtp."),
    "match": ("nets.commands.match:match", "Play two networks or GTP programs against each other."),
    "lecture": ("nets.lectures.commands:lecture", "Run the lecture's networks, from one neuron to the Go network."),
    "doctor": ("nets.commands.doctor:doctor", "Check the installation and say what to do."),
    "benchmark": ("golois.benchmark.commands:benchmark", "Measure speed on this machine."),
}


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="golois")
def root() -> None:
    """Golois: train a Go network, submit it, run a tournament, play through GTP.

    Start with `golois demo`. Every command explains itself with --help.
    """


def main() -> None:
    """Run the command line; what the user can mend is printed as one line, exit status 1."""
    try:
        root.main(prog_name="golois", standalone_mode=True)
    except GoloisError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
