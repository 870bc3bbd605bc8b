"""Who the engine is, what it can show, and how it ends."""

from __future__ import annotations

import time

from golois import __version__
from golois.gtp.engine import Engine
from golois.gtp.protocol import at_least


def protocol_version(engine: Engine, arguments: list[str]) -> str:
    """Return the version of the protocol, always 2."""
    return "2"


def name(engine: Engine, arguments: list[str]) -> str:
    """Return the engine's name, without waiting for the network."""
    return "Golois"


def version(engine: Engine, arguments: list[str]) -> str:
    """Return the version.

    Lizzie reads the second number of the first word as Leela Zero's and complains below 15.
    """
    return f"1.15 (golois {__version__})"


def quit_(engine: Engine, arguments: list[str]) -> str:
    """End after this answer."""
    engine.finished = True
    return ""


def stop(engine: Engine, arguments: list[str]) -> str:
    """End pondering; that any command does."""
    return ""


def gogui_interrupt(engine: Engine, arguments: list[str]) -> str:
    """Tell GoGui that the line `# interrupt` ends a search; see golois/gtp/loop.py."""
    return ""


def cputime(engine: Engine, arguments: list[str]) -> str:
    """Return the processor time used so far, in seconds."""
    return f"{time.process_time():.3f}"


def load_network(engine: Engine, arguments: list[str]) -> str:
    """Play on with another network: golois-load-network FILE."""
    at_least(arguments, 1, "golois-load-network FILE")
    engine.load_network(" ".join(arguments))
    return ""


def gogui_analyze_commands(engine: Engine, arguments: list[str]) -> str:
    """Name the commands that GoGui offers in its analysis window."""
    return "\n".join(
        (
            "string/Explain last move/gomill-explain_last_move",
            "string/Rules/kata-get-rules",
            "string/Final score/final_score",
            "plist/Dead stones/final_status_list dead",
        )
    )


COMMANDS = {
    "protocol_version": protocol_version,
    "name": name,
    "version": version,
    "quit": quit_,
    "stop": stop,
    "cputime": cputime,
    "golois-load-network": load_network,
    "gogui-analyze_commands": gogui_analyze_commands,
    "gogui-interrupt": gogui_interrupt,
}
