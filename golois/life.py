"""Unconditional life: chains that live and points that belong to a colour though it passes for ever.

D. Benson, "Life in the game of Go", Information Sciences 10 (1976). A colour divides the board into its
chains and the regions between them. A region is vital to a chain when every empty point of it is a liberty of
that chain; where suicide is allowed its stones must touch the chain too, for they can become empty points.
Chains with fewer than two vital regions are struck out, then regions that touch a chain struck out, until
nothing changes. What is left lives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from golois.board import BLACK, EMPTY, WALL, WHITE, Board, Boards, neighbours, point_of
from golois.jit import Integer, kernel

if TYPE_CHECKING:
    from golois.game import Game

U = np.uint64


class UnconditionalLife(NamedTuple):
    """What is settled on a board.

    Attributes:
        alive: (size, size) uint8, the colour of each stone that is unconditionally alive, else EMPTY.
        territory: (size, size) uint8, the colour to whom a point, empty or with a dead stone, belongs
            because only its living chains surround it and the opponent cannot make two eyes there.
    """

    alive: npt.NDArray[np.uint8]
    territory: npt.NDArray[np.uint8]

    @property
    def owner(self) -> npt.NDArray[np.uint8]:
        """(size, size) uint8: the colour that a point is settled for, else EMPTY."""
        return self.alive | self.territory


def unconditional_life(game: Game) -> UnconditionalLife:
    """What is settled in the game's present position, for both colours."""
    alive = np.zeros(game.size * game.size, np.uint8)
    territory = np.zeros(game.size * game.size, np.uint8)
    for colour in (BLACK, WHITE):
        find_unconditional_life(game.boards, colour, alive, territory)
    return UnconditionalLife(alive.reshape(game.size, game.size), territory.reshape(game.size, game.size))


def unconditionally_dead(game: Game) -> npt.NDArray[np.bool_]:
    """(size, size) bool: stones that stand in the other colour's unconditional territory."""
    life = unconditional_life(game)
    return (life.territory != EMPTY) & (game.stones() != EMPTY)


def is_safe_to_pass(game: Game) -> bool:
    """Whether the one to move wins though every point that is not settled for them goes to the opponent.

    So the win does not depend on anything that may still be played.
    """
    life = unconditional_life(game)
    mine, theirs = game.to_move, 3 - game.to_move
    settled = life.owner == mine
    if game.rules.scoring == "area":
        margin = int(np.count_nonzero(settled)) - int(np.count_nonzero(~settled))
    else:
        stones = game.stones()
        territory = life.territory == mine
        # the opponent may surround every point but where their own stones live, and take every stone there
        lost = ~settled & (life.alive != theirs)
        margin = int(np.count_nonzero(territory)) + int(np.count_nonzero(territory & (stones == theirs)))
        margin -= int(np.count_nonzero(lost)) + int(np.count_nonzero(lost & (stones == mine)))
        margin += int(game.board["prisoners"][theirs]) - int(game.board["prisoners"][mine])
    bonus = game.rules.white_bonus(game.handicap)
    return margin - bonus > 0 if mine == BLACK else margin + bonus > 0


@kernel
def find_unconditional_life(
    boards: Boards, colour: Integer, alive: npt.NDArray[np.uint8], territory: npt.NDArray[np.uint8]
) -> None:
    """Write `colour` into the points of its unconditionally living stones and of its territory.

    Args:
        boards: (1,) the position.
        colour: BLACK or WHITE.
        alive: (size * size,) uint8, written only where a stone lives.
        territory: (size * size,) uint8, written only where a point is territory.
    """
    board = boards[0]
    side = np.int64(board.side)
    chain_of = np.full(len(board.colour), -1, np.int16)  # index of the chain of `colour` on a point
    region_of = np.full(len(board.colour), -1, np.int16)  # index of the region that a point lies in
    queue = np.empty(side * side, np.uint16)
    chains = 0
    regions = 0
    for move in range(side * side):
        point = point_of(board, move)
        if board.colour[U(point)] == colour:
            if board.head[U(point)] == point:
                chain_of[U(point)] = chains
                chains += 1
        elif region_of[U(point)] < 0:
            _flood_region(board, point, colour, regions, region_of, queue)
            regions += 1
    for move in range(side * side):
        point = point_of(board, move)
        if board.colour[U(point)] == colour:
            chain_of[U(point)] = chain_of[U(board.head[U(point)])]

    liberties = np.zeros((regions, chains), np.int16)  # points of the region that must touch a chain, and do
    needed = np.zeros(regions, np.int16)
    inner = np.zeros(regions, np.int16)  # points that touch no chain at all
    borders = np.zeros((regions, chains), np.bool_)
    for move in range(side * side):
        point = point_of(board, move)
        region = region_of[U(point)]
        if region >= 0:
            counts = board.colour[U(point)] == EMPTY or board.suicide == 1
            needed[region] += counts
            if _touch(board, point, chain_of, region, borders, liberties, counts) == 0:
                inner[region] += 1

    chain_lives = np.ones(chains, np.bool_)
    region_counts = np.ones(regions, np.bool_)
    _strike_out(needed, liberties, borders, chain_lives, region_counts)
    for region in range(regions):
        # an eye of the opponent holds a point that touches no chain of `colour`; two eyes hold two
        vital = False
        surrounded = False
        for chain in range(chains):
            surrounded |= borders[region, chain]
            vital |= chain_lives[chain] and liberties[region, chain] == needed[region]
        region_counts[region] &= surrounded and (vital or inner[region] < 2)
    for move in range(side * side):
        point = point_of(board, move)
        if chain_of[U(point)] >= 0:
            if chain_lives[chain_of[U(point)]]:
                alive[U(move)] = colour
        elif region_counts[region_of[U(point)]]:
            territory[U(move)] = colour


@kernel
def _flood_region(
    board: Board,
    start: Integer,
    colour: Integer,
    region: Integer,
    region_of: npt.NDArray[np.int16],
    queue: npt.NDArray[np.uint16],
) -> None:
    """Label the points connected with `start` that hold no stone of `colour`."""
    region_of[U(start)] = region
    queue[0] = start
    count = 1
    done = 0
    while done < count:
        point = np.int64(queue[U(done)])
        done += 1
        for step in neighbours(board):
            other = board.colour[U(point + step)]
            if other != WALL and other != colour and region_of[U(point + step)] < 0:  # noqa: PLR1714 (kernel)
                region_of[U(point + step)] = region
                queue[U(count)] = point + step
                count += 1


@kernel
def _touch(
    board: Board,
    point: Integer,
    chain_of: npt.NDArray[np.int16],
    region: Integer,
    borders: npt.NDArray[np.bool_],
    liberties: npt.NDArray[np.int16],
    counts: bool,
) -> Integer:
    """Note the chains that `point` touches, each once; return their number."""
    touched = 0
    for step in neighbours(board):
        chain = chain_of[U(point + step)]
        if chain >= 0:
            first = True
            for earlier in neighbours(board):
                if earlier == step:
                    break
                first &= chain_of[U(point + earlier)] != chain
            if first:
                touched += 1
                borders[region, chain] = True
                liberties[region, chain] += counts
    return touched


@kernel
def _strike_out(
    needed: npt.NDArray[np.int16],
    liberties: npt.NDArray[np.int16],
    borders: npt.NDArray[np.bool_],
    chain_lives: npt.NDArray[np.bool_],
    region_counts: npt.NDArray[np.bool_],
) -> None:
    """Benson's two steps, repeated until nothing is struck out any more."""
    changed = True
    while changed:
        changed = False
        for chain in range(len(chain_lives)):
            vital = 0
            for region in range(len(region_counts)):
                vital += region_counts[region] and liberties[region, chain] == needed[region]
            if chain_lives[chain] and vital < 2:
                chain_lives[chain] = False
                changed = True
        for region in range(len(region_counts)):
            for chain in range(len(chain_lives)):
                if region_counts[region] and borders[region, chain] and not chain_lives[chain]:
                    region_counts[region] = False
                    changed = True
