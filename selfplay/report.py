"""A run as one HTML page that needs nothing beside it."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from golois.errors import GoloisError
from golois.files import write_whole
from golois.records.replay import game_from_record
from golois.records.store import GameStore
from selfplay.curves import draw_curves
from selfplay.elo import latest_elo, rate_run
from selfplay.folder import RunFolder, told_when_full

COLUMNS = ("games", "positions", "won by Black", "games/h", "in network", "window", "policy loss", "value loss", "gate")


def write_report(folder: RunFolder, path: Path) -> None:
    """Write the page.

    Raises:
        GoloisError: nothing has been played yet, or the page cannot be written.
    """
    played, trained, judged = (dict(folder.stages(name)) for name in ("play", "train", "gate"))
    if not played:
        raise GoloisError(f"{folder.path}: nothing has been played yet: `golois selfplay run` begins")
    rated = rate_run(folder)
    page = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True).get_template("report.jinja")
    text = page.render(
        title=folder.path.resolve().name,
        board=folder.config.board,
        network=folder.config.network,
        gate=folder.config.gate,
        facts=_facts(played, trained, latest_elo(rated)),
        curves=_curves(folder),
        rated=rated,
        columns=COLUMNS,
        rows=[_row(n, played.get(n), trained.get(n), judged.get(n)) for n in sorted({*played, *trained})],
        game=_latest_game(folder),
        config=folder.config_path.read_text(encoding="utf-8"),
    )
    with told_when_full(path.parent):
        write_whole(path, text)


def _facts(played: dict[int, Any], trained: dict[int, Any], elo: float) -> list[tuple[str, str]]:
    seconds = sum(facts["seconds"] for facts in played.values())
    learning = sum(facts["seconds"] for facts in trained.values())
    busy = sum(facts["busy"] for facts in played.values())
    return [
        ("networks", f"{len(trained)}"),
        ("games", f"{sum(facts['games'] for facts in played.values()):,}"),
        ("positions", f"{sum(facts['positions'] for facts in played.values()):,}"),
        ("minutes of play", f"{seconds / 60:.0f}"),
        ("minutes of learning", f"{learning / 60:.0f}"),
        ("of the play in the network", f"{busy / max(1e-9, seconds):.0%}"),
        ("Elo above random", "–" if elo != elo else f"{elo:.0f}"),  # noqa: PLR0124 (nan: no match yet)
    ]


def _curves(folder: RunFolder) -> str:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "curves.png"
        draw_curves(folder, path)
        return base64.b64encode(path.read_bytes()).decode()


def _row(generation: int, played: Any, trained: Any, judged: Any) -> list[str]:
    row = [str(generation)]
    if played:
        seconds, games = max(1e-9, played["seconds"]), max(1, played["games"])
        row += [f"{played['games']:,}", f"{played['positions']:,}", f"{played['black_wins'] / games:.0%}"]
        row += [f"{3600 * played['games'] / seconds:,.0f}", f"{played['busy'] / seconds:.0%}"]
    else:
        row += [""] * 5
    row += (
        [f"{trained['window_positions']:,}", f"{trained['policy_loss']:.3f}", f"{trained['value_loss']:.4f}"]
        if trained
        else [""] * 3
    )
    return [*row, "" if judged is None else "plays" if judged["accepted"] else "refused"]


def _latest_game(folder: RunFolder) -> dict[str, str] | None:
    for _, path in reversed(folder.game_files()):
        with GameStore.open(path) as store:
            if len(store):
                record = store.game(len(store) - 1)
                return {
                    "title": f"{record.id}, {record.source}: {len(record)} moves, {record.result}",
                    "board": str(game_from_record(record)),
                }
    return None
