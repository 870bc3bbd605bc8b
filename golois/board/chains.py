"""Questions about whole chains that play itself never asks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from golois.board.kernels import U, neighbours
from golois.board.layout import EMPTY, Boards, point_of
from golois.jit import kernel


@kernel
def count_liberties(boards: Boards, out: npt.NDArray[np.uint16]) -> None:
    """Fill (size * size,) `out` with the number of liberties of each stone's chain on the first board."""
    board = boards[0]
    seen_by = np.zeros(len(board.colour), np.uint16)  # the head of the chain that counted a point last
    counted = np.zeros(len(board.colour), np.uint16)  # at a chain's head: its number of liberties
    for move in range(board.side * board.side):
        head = point_of(board, move)
        if board.colour[U(head)] != EMPTY and board.head[U(head)] == head:
            stone = head
            while True:
                for step in neighbours(board):
                    neighbour = stone + step
                    if board.colour[U(neighbour)] == EMPTY and seen_by[U(neighbour)] != head:
                        seen_by[U(neighbour)] = head
                        counted[U(head)] += 1
                stone = np.int64(board.next_stone[U(stone)])
                if stone == head:
                    break
    for move in range(board.side * board.side):
        point = point_of(board, move)
        occupied = board.colour[U(point)] != EMPTY
        out[U(move)] = counted[U(board.head[U(point)])] if occupied else 0
