"""The players of `golois match` as a user writes them: networks with a search of their own, and programs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from golois.errors import GoloisError
from nets.commands.engine_options import DEFAULT_VISITS, policy_player, read_settings

if TYPE_CHECKING:
    from golois.players import Player

USUAL_SIZE = 19  # of a match between programs, which play on any board
ENDLESS = 2**30  # visits of a search that something else limits


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


class NetworkPlayer(NamedTuple):
    """A player that is a network: FILE, FILE:VISITS, FILE:VISITS:NAME=VALUE, ...

    Attributes:
        file: of the network.
        visits: of its search, None where they are not given.
        settings: of its search alone, NAME=VALUE.
    """

    file: str
    visits: int | None
    settings: list[str]


def read_network(text: str) -> NetworkPlayer | None:
    """Read a player; None for one that is a program."""
    settings: list[str] = []
    file, visits = text, None
    while True:
        rest, _, last = file.rpartition(":")
        if visits is None and last.isdecimal() and rest:
            visits = int(last)
        elif re.fullmatch(r"\w+=[\w.+-]+", last) and rest:
            settings.insert(0, last)
        else:
            break
        file = rest
    return NetworkPlayer(file, visits, settings) if file.endswith((".h5", ".hdf5", ".keras")) else None


def digests(players: Sequence[str]) -> dict[str, str]:
    """By file what the networks among the players hold: a file may be trained on under the same name."""
    import hashlib

    files = [network.file for network in map(read_network, players) if network]
    return {file: hashlib.sha256(Path(file).read_bytes()).hexdigest() for file in files}


def make_player(text: str, options: dict[str, Any]) -> Player:
    """Make a player of a network, see `NetworkPlayer`, or of the command of a program."""
    from golois.match.programs import ProgramPlayer

    network = read_network(text)
    if network:
        return _network_player(network, options)
    if re.search(r"\.(h5|hdf5|keras):\S*$", text) and not re.search(r"\s", text):
        raise GoloisError(
            f"player '{text}': expected FILE, FILE:VISITS or FILE:VISITS:NAME=VALUE, e.g. best.h5:200:cpuct=1"
        )
    command = shlex.split(text)
    if not command:
        raise GoloisError("a player is missing: expected a network file or the command of a GTP program")
    return ProgramPlayer(command, options["timeout"])


def _network_player(network: NetworkPlayer, options: dict[str, Any]) -> Player:
    from golois.search import ROOMY, Budget, SearchPlayer
    from nets.inference import load_evaluator

    visits = network.visits
    seconds = options["seconds"] if visits is None else None
    if visits is None:
        visits = options["visits"] or (None if seconds or options["clock"] else DEFAULT_VISITS)
    settings = read_settings([*options["setting"], *network.settings])
    batch = max(options["parallel"], 8) * settings.views
    evaluator = load_evaluator(network.file, options["engine"], max_batch=batch)
    strength = f"{visits} visits" if visits else f"{seconds:g} s" if seconds else ""
    name = " ".join(filter(None, (evaluator.name, "policy" if visits == 1 else strength, *network.settings)))
    if visits == 1:
        return policy_player(evaluator, settings, opening_moves=0, seed=options["seed"], name=name)
    if visits is None and settings.gumbel:
        raise GoloisError("gumbel plans its visits ahead: give --visits, or FILE:VISITS, beside --clock or --seconds")
    # a game is the same whether others are played beside it or it is the last one left
    leaves = 8 if one_at_a_time(options) else 1
    common: dict[str, Any] = {"leaves": leaves, "seed": options["seed"], "name": name}
    if visits is None and seconds is None:  # the clock decides
        player = SearchPlayer(evaluator, Budget(visits=ENDLESS), settings, capacity=ROOMY, **common)
    else:
        player = SearchPlayer(evaluator, Budget(visits=visits, seconds=seconds), settings, **common)
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
