"""Training examples from stored games: replay each game to a position and write what the network learns there.

Nothing is stored as planes: replaying a game costs a few microseconds. One kernel call fills a whole batch,
straight into the caller's arrays and without the interpreter's lock, so several threads can fill several
batches at once.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from golois.board import BLACK, EMPTY, WHITE, Board, stride_of
from golois.errors import GoloisError
from golois.history import Histories, empty_records
from golois.jit import Integer, kernel
from golois.planes import Planes, Points, Workspaces, check_plane_set, encode_position, new_workspaces
from golois.records.record import POINT_MASK
from golois.records.result import Winner
from golois.stored_games import Floats, Games, Integers, play_stored, replay
from golois.symmetry import SYMMETRIES, move_table

U = np.uint64
UNKNOWN = int(Winner.UNKNOWN)


def fill_positions(
    games: Games,
    game: npt.ArrayLike,
    move_number: npt.ArrayLike,
    symmetry: npt.ArrayLike,
    planes: Planes,
    policy: Floats,
    value: Floats,
    *,
    end: Floats | None = None,
    groups: Floats | None = None,
    search_weight: float = 0.0,
    search_policy: bool = False,
    soft: float = 1.0,
    threads: int = 1,
) -> None:
    """Fill a batch: B positions as the players of the games found them, and what was played and how it ended.

    Args:
        games: the store's arrays.
        game: (B,) the game of each position.
        move_number: (B,) how many moves were played before it, 0 to the game's length - 1.
        symmetry: (B,) 0 to 7.
        planes: (B, size, size, P), P in {6, 8, 21, 31}: filled as in golois/planes.py.
        policy: (B, size * size + 1) filled with 1.0 for the move played and 0.0 elsewhere. It may lack the last
            column, the pass; then the row of a position in which the player passed is all 0.0.
        value: (B,) filled with 1.0 where White won the game, 0.0 where Black did, 0.5 where nobody did.
        end: (B, size, size, 2) filled with the stones after the game's last move: of the one to move in
            the position, and of the opponent.
        groups: (B, size, size, 1) filled with 1 + the number of the stone's chain, 0.0 where there is no stone.
        search_weight: how much the value that the record has for the position, where it has one, counts
            against the result, 0 to 1; it alone counts where the result is not known.
        search_policy: write the distribution that a search left, where the record has one, in place of the
            move played.
        soft: below 1.0 the result counts less the further it is away: a won game has the value
            soft + (1 - soft) * moves / 200 until move 200, 1.0 from there on; a lost game 1 minus that.
        threads: how many kernels to run side by side.

    All arrays are float32 and contiguous.

    Raises:
        ValueError: an array that does not fit, or a number out of range.
        GoloisError: a stored game holds a move that cannot be played.
    """
    size = games.size
    chosen = np.ascontiguousarray(game, np.int64)
    numbers = np.ascontiguousarray(move_number, np.int64)
    symmetries = np.ascontiguousarray(symmetry, np.int64)
    count = len(chosen)
    _check_positions(games, chosen, numbers, symmetries)
    check_plane_set(planes.shape[-1])
    _check_array("planes", planes, (count, size, size, planes.shape[-1]))
    width = size * size + (policy.shape[-1] == size * size + 1)
    _check_array("policy", policy, (count, width))
    _check_array("value", value, (count,))
    if end is None:
        end = np.empty((0, size, size, 2), np.float32)
    else:
        _check_array("end", end, (count, size, size, 2))
    if groups is None:
        groups = np.empty((0, size, size, 1), np.float32)
    else:
        _check_array("groups", groups, (count, size, size, 1))

    def fill(part: slice) -> int:
        return int(
            _fill(
                games,
                chosen[part],
                numbers[part],
                symmetries[part],
                move_table(size),
                empty_records(1, size),
                new_workspaces(1, size),
                planes.reshape(count, -1)[part],
                planes.shape[-1],
                policy[part],
                value[part],
                end.reshape(len(end), size * size * 2)[part],
                groups.reshape(len(groups), size * size)[part],
                np.float32(search_weight),
                search_policy,
                np.float32(soft),
            )
        )

    parts = [slice(count * k // threads, count * (k + 1) // threads) for k in range(threads)]
    if threads == 1:
        results = [fill(parts[0])]
    else:
        with ThreadPoolExecutor(threads) as pool:
            results = list(pool.map(fill, parts))
    for part, failed in zip(parts, results, strict=True):
        if failed >= 0:
            _explain(games, int(chosen[part][failed]))


def _check_positions(games: Games, game: Integers, move_number: Integers, symmetry: Integers) -> None:
    if not len(game) == len(move_number) == len(symmetry):
        raise ValueError(
            f"{len(game)} games, {len(move_number)} move numbers and {len(symmetry)} symmetries: not one each"
        )
    total = len(games.offsets) - 1
    if len(game) == 0:
        return
    if game.min() < 0 or game.max() >= total:
        raise ValueError(f"there is no game {game.max() if game.min() >= 0 else game.min()}: {total} games are stored")
    lengths = games.offsets[game + 1] - games.offsets[game]
    wrong = np.flatnonzero((move_number < 0) | (move_number >= lengths))
    if len(wrong):
        at = wrong[0]
        raise ValueError(
            f"game {game[at]} has {lengths[at]} moves: no position before move number {move_number[at]} (from 0)"
        )
    if symmetry.min() < 0 or symmetry.max() >= SYMMETRIES:
        raise ValueError(f"symmetries are 0 to {SYMMETRIES - 1}, not {symmetry.min()} to {symmetry.max()}")


def _check_array(name: str, array: Floats, shape: tuple[int, ...]) -> None:
    if array.shape != shape or array.dtype != np.float32 or not array.flags.c_contiguous:
        state = "" if array.flags.c_contiguous else ", not contiguous"
        raise ValueError(f"{name} must be a contiguous float32 array {shape}, not {array.dtype} {array.shape}{state}")


def _explain(games: Games, game: int) -> None:
    """Raise the error for a game that cannot be replayed."""
    length = int(games.offsets[game + 1] - games.offsets[game])
    played = replay(empty_records(1, games.size)[0], games, game, length)
    if played < 0:
        raise GoloisError(f"game {game} of the store has set-up stones that cannot stand on its board")
    code = int(games.moves[games.offsets[game] + played])
    raise GoloisError(
        f"game {game} of the store: move {played + 1} (point {code & POINT_MASK}) cannot be played; "
        "build the store again with `golois games build`, which leaves such games out"
    )


@kernel
def _fill(
    games: Games,
    game: Integers,
    move_number: Integers,
    symmetry: Integers,
    tables: npt.NDArray[np.uint16],
    histories: Histories,
    workspaces: Workspaces,
    planes: Planes,
    plane_count: Integer,
    policy: Floats,
    value: Floats,
    end: Floats,
    groups: Floats,
    search_weight: np.float32,
    search_policy: bool,
    soft: np.float32,
) -> int:
    """Fill the rows one after the other; return the first that cannot be, -1 when all were."""
    history = histories[0]
    board = history.board
    numbers = np.zeros(len(board.colour), np.uint16)
    for i in range(len(game)):
        chosen = game[U(i)]
        number = move_number[U(i)]
        if replay(history, games, chosen, number) < number:
            return i
        points = tables[U(symmetry[U(i)])]
        encode_position(history, workspaces[0], games.komi[U(chosen)], plane_count, points, planes[U(i)])
        first = games.offsets[U(chosen)]
        policy[U(i)][:] = 0
        if not (search_policy and _write_visits(games, chosen, number, points, policy[U(i)])):
            target = points[U(games.moves[U(first + number)] & POINT_MASK)]
            if target < policy.shape[1]:
                policy[U(i), U(target)] = 1
        value[U(i)] = _value(games, chosen, number, search_weight, soft)
        if len(groups):
            _write_groups(board, numbers, points, groups[U(i)])
        if len(end):
            to_move = np.int64(board.to_move)
            for k in range(first + number, games.offsets[U(chosen + 1)]):
                # `replay` has given the turn already
                code = games.moves[U(k)] & POINT_MASK if k == first + number else games.moves[U(k)]
                if not play_stored(board, code):
                    return i
            _write_end(board, to_move, points, end[U(i)])
    return -1


@kernel
def _write_visits(games: Games, game: Integer, number: Integer, points: Points, out: Floats) -> bool:
    """Write the distribution that a search left for a move; False when it left none."""
    first = games.visited_offsets[U(game)]
    if first + number >= games.visited_offsets[U(game + 1)] or games.visited[U(first + number)] == 0:
        return False
    place = games.visits_offsets[U(game)]
    for k in range(number):
        place += 2 * np.int64(games.visited[U(first + k)])
    total = np.float32(0)
    for k in range(place, min(place + 2 * np.int64(games.visited[U(first + number)]), len(games.visits)), 2):
        move = games.visits[U(k)]
        if move < len(points) and points[U(move)] < len(out):
            out[U(points[U(move)])] = np.float32(games.visits[U(k + 1)])
            total += np.float32(games.visits[U(k + 1)])
    if total > 0:
        for target in range(len(out)):
            out[U(target)] /= total
    return True


@kernel
def _value(games: Games, game: Integer, number: Integer, search_weight: np.float32, soft: np.float32) -> np.float32:
    """The probability that White wins: the result, mixed with what the record has for the position."""
    first = games.value_offsets[U(game)]
    winner = games.winner[U(game)]
    result = np.float32(0.5)
    if winner == BLACK or winner == WHITE:  # noqa: PLR1714, SIM109 (a kernel compares)
        certain = soft + (np.float32(1) - soft) * np.float32(min(number, 200)) / np.float32(200)
        result = certain if winner == WHITE else np.float32(1) - certain
    if search_weight > 0 and first + number < games.value_offsets[U(game + 1)]:
        stored = games.values[U(first + number)]
        if stored >= 0:
            weight = np.float32(1) if winner == UNKNOWN else search_weight
            return weight * stored + (np.float32(1) - weight) * result
    return result


@kernel
def _write_groups(board: Board, numbers: npt.NDArray[np.uint16], points: Points, out: Floats) -> None:
    """Write 1 + the number of each stone's chain; chains are numbered by their first stone, from the top left."""
    numbers[:] = 0
    size = np.int64(board.side)
    chains = 0
    for row in range(size):
        for column in range(size):
            point = (row + 1) * stride_of(board) + column + 1
            is_stone = board.colour[U(point)] != EMPTY
            head = board.head[U(point)]
            if is_stone & (numbers[U(head)] == 0):
                chains += 1
                numbers[U(head)] = chains
            out[U(points[U(size * row + column)])] = np.float32(is_stone * np.int64(numbers[U(head)]))


@kernel
def _write_end(board: Board, to_move: Integer, points: Points, out: Floats) -> None:
    """Write the stones of `to_move` and of the opponent."""
    size = np.int64(board.side)
    for row in range(size):
        for column in range(size):
            colour = np.int64(board.colour[U((row + 1) * stride_of(board) + column + 1)])
            target = 2 * np.int64(points[U(size * row + column)])
            out[U(target)] = np.float32(colour == to_move)
            out[U(target + 1)] = np.float32(colour == 3 - to_move)
