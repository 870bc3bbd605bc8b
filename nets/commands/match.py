"""`golois match`: two players against each other until it is clear who is stronger."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from golois.errors import GoloisError
from nets.commands.engine_options import DEFAULT_VISITS, policy_player, read_settings

if TYPE_CHECKING:
    from golois.players import Player

USUAL_SIZE = 19  # of a match between programs, which play on any board
ENDLESS = 2**30  # visits of a search that something else limits


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
@click.option("--setting", multiple=True, metavar="NAME=VALUE", help="A constant of the search; may be repeated.")
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
    colon if you like (best.h5:800; best.h5:1 plays the policy alone), or the command of any program that speaks
    GTP:

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


def one_at_a_time(options: dict[str, Any]) -> bool:
    """Whether games are played one after the other."""
    return bool(options["clock"] or options["seconds"]) or options["parallel"] == 1


def board_size(players: Sequence[Player], wanted: int | None) -> int:
    """The size that all players can play on; GoloisError when there is none, or it is not the wanted one."""
    sizes = {player.size: player.name for player in players if player.size}
    if len(sizes) > 1:
        networks = ", ".join(f"{name} plays on {size}x{size}" for size, name in sizes.items())
        raise GoloisError(f"there is no board for a match: {networks}")
    size = next(iter(sizes), wanted or USUAL_SIZE)
    if wanted and wanted != size:
        raise GoloisError(f"--size {wanted}: {sizes[size]} plays on {size}x{size} only")
    return size


def network_file(text: str) -> tuple[str, int | None] | None:
    """The file and the visits of a player that is a network, FILE or FILE:VISITS; None for a program."""
    file, separator, visits = text.rpartition(":")
    if not (separator and visits.isdecimal()):
        file, visits = text, ""
    return (file, int(visits) if visits else None) if file.endswith((".h5", ".hdf5", ".keras")) else None


def digests(players: Sequence[str]) -> dict[str, str]:
    """By file what the networks among the players hold: a file may be trained on under the same name."""
    import hashlib

    files = [network[0] for network in map(network_file, players) if network]
    return {file: hashlib.sha256(Path(file).read_bytes()).hexdigest() for file in files}


def make_player(text: str, options: dict[str, Any]) -> Player:
    """Make a player of a network file, FILE:VISITS, or the command of a program."""
    from golois.match.programs import ProgramPlayer

    network = network_file(text)
    if network:
        return _network_player(*network, options)
    command = shlex.split(text)
    if not command:
        raise GoloisError("a player is missing: expected a network file or the command of a GTP program")
    return ProgramPlayer(command, options["timeout"])


def _network_player(file: str, visits: int | None, options: dict[str, Any]) -> Player:
    from golois.search import ROOMY, Budget, SearchPlayer
    from nets.inference import load_evaluator

    seconds = options["seconds"] if visits is None else None
    if visits is None:
        visits = options["visits"] or (None if seconds or options["clock"] else DEFAULT_VISITS)
    settings = read_settings(options["setting"])
    batch = max(options["parallel"], 8) * settings.views
    evaluator = load_evaluator(file, options["engine"], max_batch=batch)
    if visits == 1:
        return policy_player(
            evaluator, settings, opening_moves=0, seed=options["seed"], name=f"{evaluator.name} policy"
        )
    if visits is None and settings.gumbel:
        raise GoloisError("gumbel plans its visits ahead: give --visits, or FILE:VISITS, beside --clock or --seconds")
    # a game is the same whether others are played beside it or it is the last one left
    leaves = 8 if one_at_a_time(options) else 1
    common: dict[str, Any] = {"leaves": leaves, "seed": options["seed"]}
    if visits is None and seconds is None:  # the clock decides
        player = SearchPlayer(evaluator, Budget(visits=ENDLESS), settings, capacity=ROOMY, **common)
    else:
        budget = Budget(visits=visits, seconds=seconds)
        name = f"{evaluator.name} {visits} visits" if visits else f"{evaluator.name} {seconds:g} s"
        player = SearchPlayer(evaluator, budget, settings, name=name, **common)
    if options["clock"] or seconds:
        player.warm_up()  # now rather than in the time of the first move
    return player


def opening_of(players: Sequence[Player], rules: Any, size: int, options: dict[str, Any]) -> Any:
    """The opening of each pair, drawn from the policy of the first network among the players.

    Between programs the network that comes with the package draws them, on its board; elsewhere a warning says that
    there are none.
    """
    from golois.match.openings import Openings

    count = options["opening_moves"]
    if count == 0:
        return None
    evaluator = next((player.evaluator for player in players if hasattr(player, "evaluator")), None)
    if evaluator is None and size == USUAL_SIZE:
        from nets.inference import load_evaluator
        from nets.pretrained import shipped_network

        evaluator = load_evaluator(shipped_network(), options["engine"], max_batch=1)
    if evaluator is None:
        click.echo(
            f"no network draws openings on {size}x{size}: programs that do not vary by themselves play the same games",
            err=True,
        )
        return None
    return Openings(evaluator, rules, size, count, options["seed"])


def default_folder(first: str, second: str) -> Path:
    """A folder named after the players."""
    names = ["".join(c if c.isalnum() or c in ".-" else "-" for c in name)[:60] for name in (first, second)]
    return Path("matches") / "-against-".join(names)
