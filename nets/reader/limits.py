"""The bounds within which a network file is read: far above any network of the course, far below a bomb."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1 << 20
BOARD_SIZES = range(2, 26)  # those of golois.board, whose kernels take a second to load that a reader need not spend


@dataclass(frozen=True)
class Limits:
    """What one file, one network and the process that reads it may cost.

    Attributes:
        file_bytes: size of the file on disk.
        parameters: numbers in all weights together, and in any one dataset.
        objects: groups and datasets in the file.
        depth: levels of groups.
        attributes: attributes of one object.
        config_bytes: length of the architecture's JSON text.
        json_depth: levels of brackets in it.
        names: layer or weight names in one list.
        layers: layers of the network, calls of shared layers counted each time.
        model_depth: models nested in models.
        tensor: numbers in one activation of one position.
        activations: numbers in all activations of one position.
        operations: multiplications of one evaluation.
        memory_bytes: address space that the reading process may add to what it holds at its start.
        cpu_seconds: processor time of the reading process.
        wall_seconds: patience of the parent.
    """

    file_bytes: int = 512 * MEBIBYTE
    parameters: int = 60_000_000
    objects: int = 50_000
    depth: int = 16
    attributes: int = 256
    config_bytes: int = 16 * MEBIBYTE
    json_depth: int = 60
    names: int = 8192
    layers: int = 5000
    model_depth: int = 8
    tensor: int = 19 * 19 * 4096
    activations: int = 400_000_000
    operations: int = 40_000_000_000
    memory_bytes: int = 3072 * MEBIBYTE
    cpu_seconds: int = 90
    wall_seconds: int = 180


DEFAULT_LIMITS = Limits()
