"""What distinguishes two networks of one family."""

from __future__ import annotations

from dataclasses import dataclass

BOARD_SIZE = 19
PLANE_SETS = (6, 8, 21, 31)
MOVE_COUNTS = (361, 362)


@dataclass(frozen=True)
class NetworkShape:
    """The numbers a family needs to build a network.

    Attributes:
        family: a name in `nets.architectures.FAMILIES`.
        blocks: number of blocks after the first convolution, 1 or more.
        filters: channels of the trunk, a multiple of 8.
        planes: input planes, one of 6, 8, 21, 31.
        moves: outputs of the policy: 362, or 361 for a network without a pass.
        normalization: "none" or "batch": batch normalization after the convolutions (see residual.py).
    """

    family: str = "residual"
    blocks: int = 6
    filters: int = 64
    planes: int = 6
    moves: int = 362
    normalization: str = "none"

    def __str__(self) -> str:
        batch = ", batch normalization" if self.normalization == "batch" else ""
        return f"{self.family} {self.blocks}x{self.filters}{batch}, {self.planes} planes, {self.moves} moves"
