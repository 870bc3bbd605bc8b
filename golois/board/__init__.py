"""One position as a compact record, and the kernels that play on it. Start with layout.py."""

from __future__ import annotations

from golois.board.kernels import (
    diagonals,
    hash_after_at,
    in_atari,
    is_legal,
    is_legal_at,
    is_own_eye_at,
    neighbours,
    pass_turn,
    play,
    play_at,
    reset,
    set_to_move,
)
from golois.board.layout import (
    BLACK,
    BOARD_19,
    BOARD_25,
    EMPTY,
    MAXIMUM_SIZE,
    MINIMUM_SIZE,
    WALL,
    WHITE,
    Board,
    Boards,
    board_dtype,
    copy_boards,
    empty_records,
    inside,
    move_of,
    point_of,
    stride_of,
)
from golois.board.zobrist import WHITE_TO_MOVE

__all__ = [
    "BLACK",
    "BOARD_19",
    "BOARD_25",
    "EMPTY",
    "MAXIMUM_SIZE",
    "MINIMUM_SIZE",
    "WALL",
    "WHITE",
    "WHITE_TO_MOVE",
    "Board",
    "Boards",
    "board_dtype",
    "copy_boards",
    "diagonals",
    "empty_records",
    "hash_after_at",
    "in_atari",
    "inside",
    "is_legal",
    "is_legal_at",
    "is_own_eye_at",
    "move_of",
    "neighbours",
    "new_boards",
    "pass_turn",
    "play",
    "play_at",
    "point_of",
    "reset",
    "set_to_move",
    "stride_of",
]


def new_boards(count: int, size: int = 19) -> Boards:
    """`count` empty boards of `size` with Black to move, as one array of records; copying is assignment."""
    boards = empty_records(count, size)
    if count:
        reset(boards[0], size)
        boards[1:] = boards[0]
    return boards
