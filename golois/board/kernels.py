"""The rules of play on one board record: legality, moves, captures.

The kernels named `..._at` take internal points (see layout.py) and are meant for inner loops; the others take
moves. Indices are cast to unsigned integers because a signed index costs a test for Python's negative ones.
"""

from __future__ import annotations

import numpy as np

from golois.board.layout import BLACK, EMPTY, WALL, Board, point_of, stride_of
from golois.board.zobrist import stone_key
from golois.jit import kernel

U = np.uint64


@kernel
def neighbours(board: Board) -> tuple[int, int, int, int]:
    """The steps to the four adjacent points."""
    stride = stride_of(board)
    return -stride, -1, 1, stride


@kernel
def diagonals(board: Board) -> tuple[int, int, int, int]:
    """The steps to the four diagonal points."""
    stride = stride_of(board)
    return -stride - 1, -stride + 1, stride - 1, stride + 1


@kernel
def reset(board: Board, size: int) -> None:
    """Make `board` the empty board of `size`, Black to move, suicide forbidden."""
    board.hash = 0
    board.side = size
    board.ko = 0
    board.to_move = BLACK
    board.passes = 0
    board.move_number = 0
    board.suicide = 0
    for colour in range(3):
        board.prisoners[colour] = 0
    for point in range(len(board.colour)):
        board.liberty_sum[U(point)] = 0
        board.liberty_squares[U(point)] = 0
        board.pseudo_liberties[U(point)] = 0
        board.chain_stones[U(point)] = 0
        board.head[U(point)] = 0
        board.next_stone[U(point)] = 0
        board.empty_index[U(point)] = 0
        board.colour[U(point)] = WALL
    count = 0
    for row in range(1, size + 1):
        for column in range(1, size + 1):
            point = row * stride_of(board) + column
            board.colour[U(point)] = EMPTY
            board.empty_points[U(count)] = point
            board.empty_index[U(point)] = count
            count += 1
    board.empty_count = count


@kernel
def in_atari(board: Board, head: int) -> bool:
    """Whether the chain with this head has exactly one liberty."""
    total = np.int64(board.liberty_sum[U(head)])
    return np.int64(board.pseudo_liberties[U(head)]) * np.int64(board.liberty_squares[U(head)]) == total * total


@kernel
def is_legal_at(board: Board, point: int, colour: int) -> bool:
    """Whether `colour` may play on `point` under simple ko (superko needs the game's history: game.py)."""
    if board.colour[U(point)] != EMPTY or point == board.ko:
        return False
    for step in neighbours(board):
        if board.colour[U(point + step)] == EMPTY:
            return True
    for step in neighbours(board):
        other = board.colour[U(point + step)]
        # an own chain with a second liberty, or an opponent's chain without one
        if other != WALL and (other == colour) != in_atari(board, board.head[U(point + step)]):
            return True
    if board.suicide:
        for step in neighbours(board):
            if board.colour[U(point + step)] == colour:
                return True
    return False


@kernel
def is_legal(board: Board, move: int) -> bool:
    """Whether the side to move may play `move` (pass included) under simple ko."""
    if move == board.side * board.side:
        return True
    return is_legal_at(board, point_of(board, move), board.to_move)


@kernel
def is_own_eye_at(board: Board, point: int, colour: int) -> bool:
    """Whether the empty `point` is an eye of `colour` that a random playout leaves alone.

    All neighbours are its stones, and of the diagonals the opponent holds at most one, at the edge none.
    """
    for step in neighbours(board):
        other = board.colour[U(point + step)]
        if other != colour and other != WALL:
            return False
    held = 0
    edge = 0
    for step in diagonals(board):
        other = board.colour[U(point + step)]
        if other == WALL:
            edge = 1
        elif other == 3 - colour:
            held += 1
    return held + edge < 2


@kernel
def play_at(board: Board, point: int) -> None:
    """Put a stone of the side to move on `point`, where it must be legal, and take off what dies."""
    colour = np.int64(board.to_move)
    opponent = 3 - colour
    _occupy(board, point, colour)
    head = point
    captured = 0
    captured_point = 0
    for step in neighbours(board):
        neighbour = point + step
        other = board.colour[U(neighbour)]
        if other == colour:
            other_head = np.int64(board.head[U(neighbour)])
            if other_head != head:
                head = _join(board, head, other_head)
        elif other == opponent:
            other_head = np.int64(board.head[U(neighbour)])
            if board.pseudo_liberties[U(other_head)] == 0:
                captured += _take_off(board, other_head, opponent)
                captured_point = neighbour
    is_ko = captured == 1 and board.chain_stones[U(head)] == 1 and board.pseudo_liberties[U(head)] == 1
    board.ko = captured_point if is_ko else 0
    if board.pseudo_liberties[U(head)] == 0:
        _take_off(board, head, colour)
    board.passes = 0
    board.move_number += 1
    board.to_move = opponent


@kernel
def pass_turn(board: Board) -> None:
    """Pass: the ko may be retaken afterwards."""
    board.ko = 0
    board.passes += 1
    board.move_number += 1
    board.to_move = 3 - board.to_move


@kernel
def play(board: Board, move: int) -> None:
    """Play `move`, which must be legal, for the side to move."""
    if move == board.side * board.side:
        pass_turn(board)
    else:
        play_at(board, point_of(board, move))


@kernel
def set_to_move(board: Board, colour: int) -> None:
    """Let `colour` move next; when that changes the turn, no ko stands in its way."""
    if board.to_move != colour:
        board.to_move = colour
        board.ko = 0


@kernel
def hash_after_at(board: Board, point: int, colour: int) -> np.uint64:
    """The hash of the stones after `colour` plays on `point`, where it is legal; the board stays as it is."""
    result = board.hash ^ stone_key(board, colour, point)
    killed = False
    alive = False
    for step in neighbours(board):
        neighbour = point + step
        other = board.colour[U(neighbour)]
        if other == EMPTY or (other == colour and not in_atari(board, board.head[U(neighbour)])):
            alive = True
        elif other == 3 - colour and in_atari(board, board.head[U(neighbour)]):
            killed = True
            if _first_of_chain(board, point, neighbour):
                result ^= _chain_key(board, neighbour)
    if not killed and not alive:  # suicide: the new stone goes as well
        result ^= stone_key(board, colour, point)
        for step in neighbours(board):
            neighbour = point + step
            if board.colour[U(neighbour)] == colour and _first_of_chain(board, point, neighbour):
                result ^= _chain_key(board, neighbour)
    return result


@kernel
def _first_of_chain(board: Board, point: int, neighbour: int) -> bool:
    """Whether no neighbour of `point` before this one belongs to the same chain."""
    for step in neighbours(board):
        earlier = point + step
        if earlier == neighbour:
            return True
        if (
            board.colour[U(earlier)] == board.colour[U(neighbour)]
            and board.head[U(earlier)] == board.head[U(neighbour)]
        ):
            return False
    return True


@kernel
def _chain_key(board: Board, stone: int) -> np.uint64:
    colour = np.int64(board.colour[U(stone)])
    result = U(0)
    current = np.int64(stone)
    while True:
        result ^= stone_key(board, colour, current)
        current = np.int64(board.next_stone[U(current)])
        if current == stone:
            return result


@kernel
def _occupy(board: Board, point: int, colour: int) -> None:
    """Turn an empty point into a chain of one stone and take the liberty from its neighbours."""
    last = board.empty_count - 1
    board.empty_count = last
    index = board.empty_index[U(point)]
    moved = board.empty_points[U(last)]
    board.empty_points[U(index)] = moved
    board.empty_index[U(moved)] = index
    board.colour[U(point)] = colour
    board.hash ^= stone_key(board, colour, point)
    board.head[U(point)] = point
    board.next_stone[U(point)] = point
    board.chain_stones[U(point)] = 1
    liberties = 0
    total = 0
    squares = 0
    for step in neighbours(board):
        neighbour = point + step
        other = board.colour[U(neighbour)]
        if other == EMPTY:
            liberties += 1
            total += neighbour
            squares += neighbour * neighbour
        elif other != WALL:
            head = board.head[U(neighbour)]
            board.pseudo_liberties[U(head)] -= 1
            board.liberty_sum[U(head)] -= point
            board.liberty_squares[U(head)] -= point * point
    board.pseudo_liberties[U(point)] = liberties
    board.liberty_sum[U(point)] = total
    board.liberty_squares[U(point)] = squares


@kernel
def _join(board: Board, head: int, other: int) -> int:
    """Join two chains into the one with more stones; return its head."""
    if board.chain_stones[U(head)] < board.chain_stones[U(other)]:
        head, other = other, head
    board.pseudo_liberties[U(head)] += board.pseudo_liberties[U(other)]
    board.liberty_sum[U(head)] += board.liberty_sum[U(other)]
    board.liberty_squares[U(head)] += board.liberty_squares[U(other)]
    board.chain_stones[U(head)] += board.chain_stones[U(other)]
    stone = other
    while True:
        board.head[U(stone)] = head
        stone = np.int64(board.next_stone[U(stone)])
        if stone == other:
            break
    # two rings become one when one stone of each changes its successor with the other
    successor = board.next_stone[U(head)]
    board.next_stone[U(head)] = board.next_stone[U(other)]
    board.next_stone[U(other)] = successor
    return head


@kernel
def _take_off(board: Board, head: int, colour: int) -> int:
    """Remove a chain without liberties, give its points back as liberties; return its number of stones."""
    opponent = 3 - colour
    stone = head
    removed = 0
    count = board.empty_count
    hash_ = board.hash
    while True:
        following = np.int64(board.next_stone[U(stone)])
        board.colour[U(stone)] = EMPTY
        hash_ ^= stone_key(board, colour, stone)
        board.empty_points[U(count)] = stone
        board.empty_index[U(stone)] = count
        count += 1
        for step in neighbours(board):
            if board.colour[U(stone + step)] == opponent:
                other = board.head[U(stone + step)]
                board.pseudo_liberties[U(other)] += 1
                board.liberty_sum[U(other)] += stone
                board.liberty_squares[U(other)] += stone * stone
        removed += 1
        stone = following
        if stone == head:
            break
    board.empty_count = count
    board.hash = hash_
    board.prisoners[U(colour)] += removed
    return removed
