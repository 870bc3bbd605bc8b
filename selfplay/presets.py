"""The configuration that a new run begins with, by the size of its board."""

from __future__ import annotations

from dataclasses import replace

from golois.errors import GoloisError
from selfplay.config import Config
from selfplay.settings import BoardSettings, GateSettings, NetworkSettings, PlaySettings, TrainSettings, WindowSettings

# Komi under which neither side wins, where it is known or agreed on (Davies, "Small board Go"; 7x7: Li, 2015).
FAIR_KOMI = {3: 9.0, 4: 2.0, 5: 25.0, 6: 4.0, 7: 9.0, 8: 10.0, 9: 7.0}


def starting_config(size: int) -> Config:
    """Return a configuration for one board size, for a laptop up to 9x9, for a GPU beyond.

    Raises:
        GoloisError: a size that does not exist.
    """
    if not 3 <= size <= 19:
        raise GoloisError(f"board size {size}: sizes 3 to 19 are possible")
    board = BoardSettings(size=size, komi=FAIR_KOMI.get(size, 7.5))
    if size <= 9:  # two cores make a generation in about a minute
        few = size <= 7
        return Config(
            board=board,
            network=NetworkSettings(blocks=6, filters=48) if few else NetworkSettings(blocks=4, filters=32),
            play=PlaySettings(
                games=200 if few else 300,
                parallel=128 if few else 192,
                # a network that has learned much is so sure of its first moves that, left to itself, it would play a
                # dozen games over and over
                drawn_moves=0.1,
                drawn_temperature=2.0,
                # resigning saves a third of the moves; a fifth of the games still shows how dead stones are taken off
                resign=0.05,
                resign_checked=0.2,
            ),
            window=WindowSettings(least=10_000 if few else 20_000),
            train=TrainSettings(batch=128, averaging=0.995),
            gate=GateSettings(every=5, anchor_every=10, games=32, anchor_games=32, visits=16),
        )
    return Config(
        board=board,
        network=NetworkSettings(blocks=10, filters=128),
        play=PlaySettings(games=2000, parallel=1024, threads=8, visits=64, fast_visits=16, resign=0.05),
        window=WindowSettings(least=250_000, disk_gigabytes=100.0),
        train=replace(TrainSettings(), batch=512, averaging=0.999),
    )
