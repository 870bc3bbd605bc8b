"""What distinguishes two networks of one family."""

from __future__ import annotations

from dataclasses import dataclass

PLANE_SETS = (6, 8, 21, 31)


@dataclass(frozen=True)
class NetworkShape:
    """The numbers a family needs to build a network.

    Attributes:
        family: a name in `nets.architectures.FAMILIES`.
        blocks: number of blocks after the first convolution, 1 or more.
        filters: channels of the trunk, a multiple of 8.
        planes: input planes, one of 6, 8, 21, 31.
        moves: outputs of the policy: size * size + 1, which 0 stands for, or size * size for a network without
            a pass.
        normalization: "none" or "batch": batch normalization after the convolutions (see residual.py).
        board_size: the one board size that the network plays on, 2 to 25.
    """

    family: str = "residual"
    blocks: int = 6
    filters: int = 64
    planes: int = 6
    moves: int = 0
    normalization: str = "none"
    board_size: int = 19

    def __post_init__(self) -> None:
        """Count the moves where their number was left to the size."""
        if self.moves == 0:
            object.__setattr__(self, "moves", self.board_size**2 + 1)

    def __str__(self) -> str:
        batch = ", batch normalization" if self.normalization == "batch" else ""
        board = f"{self.board_size}x{self.board_size}"
        return f"{self.family} {self.blocks}x{self.filters}{batch}, {board}, {self.planes} planes, {self.moves} moves"
