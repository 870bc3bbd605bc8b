"""A run's networks, ready to play."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golois.errors import GoloisError
from selfplay.folder import RunFolder

if TYPE_CHECKING:
    from nets.inference.evaluator import NetworkEvaluator


def load_network(folder: RunFolder, generation: int, max_batch: int) -> NetworkEvaluator:
    """Load the network of a generation.

    Raises:
        GoloisError: it is missing or damaged, or it is not the network that the configuration describes.
    """
    from nets.inference import load_evaluator

    config, path = folder.config, folder.network(generation)
    evaluator = load_evaluator(path, config.play.engine, max_batch=max_batch)
    found, wanted = (evaluator.board_size, evaluator.planes), (config.board.size, config.network.planes)
    if found != wanted:
        raise GoloisError(
            f"{path} reads {found[1]} planes of {found[0]}x{found[0]}, {folder.config_path} describes one that reads "
            f"{wanted[1]} planes of {wanted[0]}x{wanted[0]}: a run keeps to one network; start "
            "another in a folder of its own"
        )
    evaluator.name = f"generation-{generation}"
    return evaluator
