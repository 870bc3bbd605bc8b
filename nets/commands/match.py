"""`golois match`: two players against each other until it is clear who is stronger."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from golois.errors import GoloisError
from nets.commands.engine_options import DEFAULT_VISITS


@click.command()
@click.argument("first")
@click.argument("second")
@click.option("--games", type=click.IntRange(1), default=100, show_default=True, help="Number of games.")
@click.option("--visits", type=click.IntRange(1), help=f"Visits a move of networks; {DEFAULT_VISITS} by default.")
@click.option("--seconds", type=click.FloatRange(0, min_open=True), help="Seconds a move of networks.")
@click.option(
    "--clock",
    metavar="TIME",
    help="A clock for both: 300 seconds, 300+5x30 (byo-yomi), 300+600/25 (Canadian). Who is too late loses.",
)
@click.option("--size", type=click.IntRange(2, 25), help="Size of the board.  [default: the networks' own; 19]")
@click.option("--rules", default="chinese", show_default=True, help="Rules by name.")
@click.option("--komi", type=float, default=7.5, show_default=True, help="Points for White.")
@click.option(
    "--opening-moves",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    help="Moves drawn from a network's policy; both games of a pair begin with them, no other pair does.",
)
@click.option(
    "--parallel", type=click.IntRange(1), default=8, show_default=True, help="Games at the same time; 1 with time."
)
@click.option(
    "--resign",
    type=click.FloatRange(0, 0.5),
    default=0.0,
    show_default=True,
    help="Networks that search resign when the win rate is below this for three moves; 0 plays on to the end.",
)
@click.option("--sprt", nargs=2, type=float, metavar="ELO0 ELO1", help="Stop as soon as one of them is accepted.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=120.0,
    show_default=True,
    help="Seconds that an answer of a program may take.",
)
@click.option("--setting", multiple=True, metavar="NAME=VALUE", help="A constant of all searches; may be repeated.")
@click.option("--engine", default="auto", show_default=True, help="What runs the networks.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed plays the same openings.")
@click.option(
    "--output", "-o", type=click.Path(path_type=Path), help="Folder of the match; given again, it is resumed."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
def match(
    first: str,
    second: str,
    games: int,
    output: Path | None,
    sprt: tuple[float, float] | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Play two networks or GTP programs against each other.

    Colours are swapped after each game. A player is a network file, with its own number of visits after a
    colon if you like (best.h5:800; best.h5:1 plays the policy alone), and after further colons constants of its
    own (best.h5:200:cpuct=1.5), or the command of any program that speaks GTP:

        golois match best.h5:200 "gnugo --mode gtp --level 10 --chinese-rules"

    A hundred games at the usual 200 visits are five million evaluations of the networks: an hour for a small
    one on two cores. --visits 1, the policy alone, takes two minutes; --games 10 shows whether all is well.

    Every game is kept as an SGF file. A match that was interrupted goes on when it is called again with the
    same --output. Where the rules take dead stones off, a program in the game says which they are.
    """
    from dataclasses import replace
    from functools import partial

    from golois.gtp.clock import TimeControl
    from golois.match.folder import MatchFolder
    from golois.match.play import play_games
    from golois.match.statistics import Sprt
    from golois.rules import Rules
    from nets.commands.match_players import USUAL_SIZE, board_size, digests, make_player, one_at_a_time, opening_of
    from nets.commands.match_report import facts_of, follow, report

    rules = replace(Rules.from_katago(options["rules"]), komi=options["komi"])
    control = TimeControl.from_text(options["clock"]) if options["clock"] else None
    if control and options["seconds"]:
        raise GoloisError("--clock and --seconds both say how long a move may take: give one of them")
    one, two = make_player(first, options), make_player(second, options)
    size = board_size((one, two), options["size"])
    if one.name == two.name:
        one.name, two.name = f"{first} (1)", f"{second} (2)"
    settings: dict[str, object] = {
        "first": first,
        "second": second,
        "rules": str(rules),
        "opening moves": options["opening_moves"],
        "visits": options["visits"],
        "seconds": options["seconds"],
        "settings": list(options["setting"]),
        "seed": options["seed"],
    }
    settings |= {f"SHA-256 of {file}": digest for file, digest in digests((first, second)).items()}
    if size != USUAL_SIZE:
        settings["size"] = size
    if control:
        settings["clock"] = str(control)
    if options["resign"]:
        settings["resign"] = options["resign"]
    folder = MatchFolder(output or default_folder(one.name, two.name), settings)
    with folder.playing():
        remaining = [number for number in range(games) if number not in folder.finished]
        parallel = 1 if one_at_a_time(options) else options["parallel"]
        done = f", {games - len(remaining)} of them played already" if len(remaining) < games else ""
        click.echo(
            f"{one.name} against {two.name}: {games} games on {size}x{size}{done}, {parallel} at a time, "
            f"in {folder.path}",
            err=True,
        )
        play = partial(
            play_games,
            one,
            two,
            remaining,
            rules,
            size=size,
            opening=opening_of((one, two), rules, size, options),
            parallel=parallel,
            control=control,
            resign_below=options["resign"],
        )
        test = Sprt(*sprt) if sprt else None
        follow(lambda show: play(after_moves=show), folder, (one.name, two.name), games, size, test)
    facts = facts_of(folder, (one.name, two.name), size, str(rules), settings.get("clock"), test)
    click.echo(json.dumps(facts, indent=2) if as_json else report(facts))


def default_folder(first: str, second: str) -> Path:
    """A folder named after the players."""
    names = ["".join(c if c.isalnum() or c in ".-" else "-" for c in name)[:60] for name in (first, second)]
    return Path("matches") / "-against-".join(names)
