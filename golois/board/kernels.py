"""The rules of play on one board record: legality, moves, captures.

The kernels named `..._at` take internal points (see layout.py) and are meant for inner loops; the others take
moves. Indices are cast to unsigned integers because a signed index costs a test for Python's negative ones.
Some sums multiply by a comparison instead of asking: what a neighbour holds cannot be predicted, and a wrongly
predicted branch costs more than the arithmetic.
"""

from __future__ import annotations

import numpy as np

from golois.board.layout import BLACK, EMPTY, WALL, WHITE, Board, point_of, stride_of
from golois.board.zobrist import stone_key
from golois.jit import Integer, kernel

U = np.uint64


@kernel
def neighbours(board: Board) -> tuple[Integer, Integer, Integer, Integer]:
    """The steps to the four adjacent points."""
    stride = stride_of(board)
    return -stride, -1, 1, stride


@kernel
def diagonals(board: Board) -> tuple[Integer, Integer, Integer, Integer]:
    """The steps to the four diagonal points."""
    stride = stride_of(board)
    return -stride - 1, -stride + 1, stride - 1, stride + 1


@kernel
def reset(board: Board, size: Integer) -> None:
    """Make `board` the empty board of `size`, Black to move, suicide forbidden."""
    board.hash = 0
    board.side = size
    board.reciprocal = 65536 // size + 1
    board.ko = 0
    board.to_move = BLACK
    board.passes = 0
    board.move_number = 0
    board.suicide = 0
    for colour in range(3):
        board.prisoners[colour] = 0
    for point in range(len(board.colour)):
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
def liberty_word(point: Integer) -> np.uint64:
    """What a liberty adds to its chain's word: 1 to the count, its point to the sum, its square to the squares.

    The bits from 50 on hold the count (at most 1200 on 25x25), 30 to 49 the sum, 0 to 29 the squares.
    """
    return U(1 << 50) + (U(point) << U(30)) + U(point) * U(point)


@kernel
def in_atari(board: Board, head: Integer) -> bool:
    """Whether the chain with this head has exactly one liberty."""
    word = board.liberties[U(head)]
    total = (word >> U(30)) & U((1 << 20) - 1)
    return (word >> U(50)) * (word & U((1 << 30) - 1)) == total * total


@kernel
def is_legal_at(board: Board, point: Integer, colour: Integer) -> bool:
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
def is_legal(board: Board, move: Integer) -> bool:
    """Whether the side to move may play `move` (pass included) under simple ko."""
    if move == board.side * board.side:
        return True
    return is_legal_at(board, point_of(board, move), board.to_move)


@kernel
def is_own_eye_at(board: Board, point: Integer, colour: Integer) -> bool:
    """Whether the empty `point` is an eye of `colour` that a random playout leaves alone.

    All neighbours are its stones, and of the diagonals the opponent holds at most one, at the edge none.
    """
    open_side = False
    for step in neighbours(board):
        other = board.colour[U(point + step)]
        open_side |= (other != colour) & (other != WALL)
    if open_side:
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
def play_at(board: Board, point: Integer) -> None:
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
        other_head = np.int64(board.head[U(neighbour)])
        if other == colour:
            if other_head != head:
                head = _join(board, head, other_head)
        elif (other == opponent) & (board.liberties[U(other_head)] == 0):
            captured += _take_off(board, other_head, opponent)
            captured_point = neighbour
    is_ko = captured == 1 and board.chain_stones[U(head)] == 1 and board.liberties[U(head)] >> U(50) == 1
    board.ko = captured_point if is_ko else 0
    if board.liberties[U(head)] == 0:
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
def play(board: Board, move: Integer) -> None:
    """Play `move`, which must be legal, for the side to move."""
    if move == board.side * board.side:
        pass_turn(board)
    else:
        play_at(board, point_of(board, move))


@kernel
def set_to_move(board: Board, colour: Integer) -> None:
    """Let `colour` move next; when that changes the turn, no ko stands in its way."""
    if board.to_move != colour:
        board.to_move = colour
        board.ko = 0


@kernel
def hash_after_at(board: Board, point: Integer, colour: Integer) -> np.uint64:
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
def _first_of_chain(board: Board, point: Integer, neighbour: Integer) -> bool:
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
def _chain_key(board: Board, stone: Integer) -> np.uint64:
    colour = np.int64(board.colour[U(stone)])
    result = U(0)
    current = np.int64(stone)
    while True:
        result ^= stone_key(board, colour, current)
        current = np.int64(board.next_stone[U(current)])
        if current == stone:
            return result


@kernel
def _occupy(board: Board, point: Integer, colour: Integer) -> None:
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
    liberties = U(0)
    taken = liberty_word(point)
    for step in neighbours(board):
        neighbour = point + step
        other = board.colour[U(neighbour)]
        liberties += liberty_word(neighbour) * U(other == EMPTY)
        board.liberties[U(board.head[U(neighbour)])] -= taken * U((other == BLACK) | (other == WHITE))
    board.liberties[U(point)] = liberties


@kernel
def _join(board: Board, head: Integer, other: Integer) -> Integer:
    """Join two chains into the one with more stones; return its head."""
    if board.chain_stones[U(head)] < board.chain_stones[U(other)]:
        head, other = other, head
    board.liberties[U(head)] += board.liberties[U(other)]
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
def _take_off(board: Board, head: Integer, colour: Integer) -> Integer:
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
        freed = liberty_word(stone)
        for step in neighbours(board):
            touches = U(board.colour[U(stone + step)] == opponent)
            board.liberties[U(board.head[U(stone + step)])] += freed * touches
        removed += 1
        stone = following
        if stone == head:
            break
    board.empty_count = count
    board.hash = hash_
    board.prisoners[U(colour)] += removed
    return removed
