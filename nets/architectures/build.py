"""Build a network by name, of a given shape or as large as a limit allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from keras import Model

from golois.board import MAXIMUM_SIZE, MINIMUM_SIZE
from golois.errors import GoloisError
from nets.architectures import convnext, mobile, residual, senet
from nets.architectures.shape import PLANE_SETS, NetworkShape
from nets.architectures.size import measure

FAMILIES: dict[str, Callable[[NetworkShape], Model]] = {
    "residual": residual.build,
    "senet": senet.build,
    "mobile": mobile.build,
    "convnext": convnext.build,
}

NORMALIZATIONS = ("none", "batch")

# Trunks that a limit is filled with. Matrix units of CPUs and GPUs work on 16 or 32 channels at a time.
_WIDTHS = (16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
# Deep enough to read further than one exchange, not so deep that it trains badly.
_LEAST_BLOCKS, _MOST_BLOCKS = 4, 14


def build_network(
    family: str,
    planes: int = 6,
    moves: int = 0,
    blocks: int = 6,
    filters: int = 64,
    normalization: str = "none",
    board_size: int = 19,
) -> Model:
    """Build an untrained network.

    Args:
        family: a name in `FAMILIES`.
        planes: input planes, one of 6, 8, 21, 31.
        moves: size * size + 1, which 0 stands for, or size * size without a pass.
        blocks: number of blocks.
        filters: channels of the trunk, a multiple of 8.
        normalization: "none" or "batch".
        board_size: 2 to 25.

    Returns:
        A Keras model: `board` (B, size, size, planes) -> `policy` (B, moves), `value` (B, 1).

    Raises:
        GoloisError: a shape that cannot be built.
    """
    return build(NetworkShape(family, blocks, filters, planes, moves, normalization, board_size))


def build(shape: NetworkShape) -> Model:
    """Build an untrained network of this shape; see `build_network`."""
    _check(shape)
    return FAMILIES[shape.family](shape)


def shape_within(shape: NetworkShape, limit: int) -> NetworkShape:
    """Find the largest network of a family under a limit.

    Args:
        shape: everything but `blocks` and `filters`, which are chosen.
        limit: parameters that must not be exceeded, trainable or not.

    Returns:
        The shape with the most parameters among trunks of usual widths and 4 to 14 blocks; where several come
        within 5% of the most, the deepest of them.

    Raises:
        GoloisError: when even the smallest has more parameters.
    """
    _check(replace(shape, blocks=1, filters=8))
    candidates: list[tuple[int, NetworkShape]] = []
    smallest = 0
    for filters in _WIDTHS:
        # every block has the same parameters, so two small networks tell those of all
        one, two = (
            measure(FAMILIES[shape.family](replace(shape, filters=filters, blocks=blocks))).parameters
            for blocks in (1, 2)
        )
        per_block = two - one
        smallest = smallest or one + per_block * (_LEAST_BLOCKS - 1)
        blocks = min(_MOST_BLOCKS, 1 + (limit - one) // per_block)
        if blocks < _LEAST_BLOCKS:
            break
        candidates.append((one + per_block * (blocks - 1), replace(shape, filters=filters, blocks=blocks)))
    if not candidates:
        raise GoloisError(f"no {shape.family} network has {limit:,} parameters or fewer: the smallest has {smallest:,}")
    most = max(parameters for parameters, _ in candidates)
    return max((s for parameters, s in candidates if parameters > 0.95 * most), key=lambda s: s.blocks)


def network_within(
    family: str, limit: int, planes: int = 6, moves: int = 0, normalization: str = "none", board_size: int = 19
) -> Model:
    """Build the largest network of a family with at most `limit` parameters: see `shape_within`."""
    return build(shape_within(NetworkShape(family, 1, 8, planes, moves, normalization, board_size), limit))


def _check(shape: NetworkShape) -> None:
    if shape.family not in FAMILIES:
        raise GoloisError(f"no family of networks is called '{shape.family}': choose one of {', '.join(FAMILIES)}")
    if shape.planes not in PLANE_SETS:
        raise GoloisError(f"{shape.planes} input planes: Golois knows the sets of {_listed(PLANE_SETS)} planes")
    size = shape.board_size
    if not MINIMUM_SIZE <= size <= MAXIMUM_SIZE:
        raise GoloisError(f"a board of {size} lines: its size is from {MINIMUM_SIZE} to {MAXIMUM_SIZE}")
    if shape.moves not in (size * size, size * size + 1):
        raise GoloisError(
            f"{shape.moves} moves: a {size}x{size} board has {size * size} points, and {size * size + 1} moves with "
            "the pass"
        )
    if shape.normalization not in NORMALIZATIONS:
        raise GoloisError(f"normalization '{shape.normalization}': it is 'none' or 'batch'")
    if shape.blocks < 1:
        raise GoloisError(f"{shape.blocks} blocks: a network has at least one")
    if shape.filters < 8 or shape.filters % 8:
        raise GoloisError(f"{shape.filters} filters: their number is a multiple of 8, at least 8")


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers[:-1])) + f" and {numbers[-1]}"
