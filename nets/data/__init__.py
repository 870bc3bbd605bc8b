"""Training and validation positions: games in a store, replayed straight into batches."""

from __future__ import annotations

from nets.data.batches import Batches
from nets.data.examples import Batch
from nets.data.positions import GameFilter, Positions, select_positions
from nets.data.sources import open_games
from nets.data.taught import TaughtPositions

__all__ = ["Batch", "Batches", "GameFilter", "Positions", "TaughtPositions", "open_games", "select_positions"]
