"""Who the engine is, and how it ends."""

from __future__ import annotations

import time

from golois import __version__
from golois.gtp.engine import Engine


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


def cputime(engine: Engine, arguments: list[str]) -> str:
    """Return the processor time used so far, in seconds."""
    return f"{time.process_time():.3f}"


COMMANDS = {
    "protocol_version": protocol_version,
    "name": name,
    "version": version,
    "quit": quit_,
    "cputime": cputime,
}
