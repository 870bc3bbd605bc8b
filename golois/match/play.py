"""Games between two players side by side, on the referee's board."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field

from golois.board import BLACK
from golois.game import Game
from golois.gtp.clock import Clock, TimeControl
from golois.gtp.protocol import RESIGN
from golois.match.programs import FORFEIT, ProgramPlayer
from golois.match.timed import LAG, ask_in_time
from golois.players import Player
from golois.rules import Rules
from golois.search import Report, Resignation, SearchPlayer
from golois.search.ownership import dead_stones

LONGEST = 3  # moves per point of the board before a game is counted as it stands


@dataclass
class MatchGame:
    """A game of a match.

    Attributes:
        number: from 0; games 2k and 2k+1 have the same opening and colours swapped.
        first_is_black: whether the match's first player has Black.
        game: the referee's board.
        result: in SGF's form, "" while the game goes on; "B+F" when White forfeited, "B+T" when its time ran out.
        reason: why it ended, where the result does not say.
        clock: the referee's, None where time does not count.
        resignation: when a player that searches gives up; never unless told otherwise.
    """

    number: int
    first_is_black: bool
    game: Game
    result: str = ""
    reason: str = ""
    clock: Clock | None = None
    resignation: Resignation = field(default_factory=lambda: Resignation(0.0))

    @property
    def points(self) -> float:
        """The first player's points: 1, 0.5 or 0."""
        if self.result[:1] not in ("B", "W"):
            return 0.5
        return float((self.result[0] == "B") == self.first_is_black)


def play_games(
    first: Player,
    second: Player,
    numbers: Sequence[int],
    rules: Rules,
    *,
    size: int = 19,
    opening: Callable[[int], Sequence[int]] | None = None,
    parallel: int = 8,
    control: TimeControl | None = None,
    resign_below: float = 0.0,
    after_moves: Callable[[Sequence[MatchGame]], None] | None = None,
) -> Generator[MatchGame, None, None]:
    """Play games and yield each as it ends.

    Under area rules networks among themselves play their games out, for nobody is there to agree with about dead
    stones; a player with search is told so by its `agreement`.

    Args:
        first: has Black in the games with even numbers.
        second: the other player.
        numbers: which games to play.
        rules: of the referee; both players must know them.
        size: of the board.
        opening: the first moves of a pair of games, by the pair's number.
        parallel: games played at the same time: the batch of a network, the processes of a program.
        control: the clock of each player in each game; who is too late loses. Moves are then asked for one by one.
        resign_below: a player that searches resigns when its win rate was below this for three moves; 0 never.
        after_moves: told the running games whenever a player has moved in those where it was its turn.
    """
    waiting = list(numbers)
    running: list[MatchGame] = []
    for player in (first, second):
        if isinstance(player, SearchPlayer):
            among_themselves = not any(isinstance(other, ProgramPlayer) for other in (first, second))
            player.agreement = rules.scoring == "territory" or not among_themselves
    try:
        while waiting or running:
            while waiting and len(running) < parallel:
                number = waiting.pop(0)
                game = _begin(size, rules, opening(number // 2) if opening else ())
                clock = Clock(control, LAG) if control else None
                resignation = Resignation(resign_below)
                running.append(MatchGame(number, number % 2 == 0, game, clock=clock, resignation=resignation))
            for player, has_black in ((first, True), (second, False)):
                turn = [
                    match_game
                    for match_game in running
                    if not match_game.result
                    and (match_game.game.to_move == BLACK) == (match_game.first_is_black == has_black)
                ]
                if turn and control:
                    for match_game in turn:
                        _play_in_time(match_game, player, (first, second))
                elif turn:
                    moves = player.choose([match_game.game for match_game in turn], [game.number for game in turn])
                    reports = player.reports if isinstance(player, SearchPlayer) else [None] * len(turn)
                    for match_game, move, found in zip(turn, moves, reports, strict=True):
                        _play(match_game, _or_resign(match_game, move, found), player, (first, second))
                if turn and after_moves:
                    after_moves(running)
            for match_game in [match_game for match_game in running if match_game.result]:
                running.remove(match_game)
                for player in (first, second):
                    if isinstance(player, ProgramPlayer):
                        player.finish(match_game.number)
                yield match_game
    finally:
        for player in (first, second):
            if isinstance(player, ProgramPlayer):
                player.close()


def _begin(size: int, rules: Rules, opening: Sequence[int]) -> Game:
    """A game in which the moves of an opening have been played."""
    game = Game(size, rules)
    for move in opening:
        game.play(move)
    return game


def _play_in_time(match_game: MatchGame, player: Player, players: tuple[Player, Player]) -> None:
    """Ask for a move under the game's clock and play it; who is too late loses."""
    game, clock = match_game.game, match_game.clock
    assert clock is not None
    answer = ask_in_time(player, game, match_game.number, clock)
    move = _or_resign(match_game, answer.move, answer.report)
    if answer.in_time or move in (RESIGN, FORFEIT):
        _play(match_game, move, player, players)
        return
    winner = "W" if game.to_move == BLACK else "B"
    match_game.result = f"{winner}+T"
    match_game.reason = f"{player.name} ran out of time with move {len(game.moves) + 1} of {answer.seconds:.2f} s"


def _or_resign(match_game: MatchGame, move: int, report: Report | None) -> int:
    """The move that a player has chosen, or RESIGN when what its search found says so."""
    return RESIGN if match_game.resignation.is_due(match_game.game.to_move, report) else move


def _play(match_game: MatchGame, move: int, player: Player, players: tuple[Player, Player]) -> None:
    """Play a move on the referee's board, or end the game."""
    game = match_game.game
    winner = "W" if game.to_move == BLACK else "B"
    if move == RESIGN:
        match_game.result = f"{winner}+R"
    elif move == FORFEIT:
        failures = player.failures if isinstance(player, ProgramPlayer) else {}
        match_game.result = f"{winner}+F"
        match_game.reason = failures.get(match_game.number, f"{player.name} forfeited")
    elif not game.is_legal(move):
        match_game.result = f"{winner}+F"
        match_game.reason = f"{player.name}: {game.why_illegal(move)}"
    else:
        game.play(move)
        if game.is_over or len(game.moves) >= LONGEST * game.size**2:
            match_game.result = game.result(_dead(match_game, players))
            if not game.is_over:
                match_game.reason = f"stopped after {len(game.moves)} moves"


def _dead(match_game: MatchGame, players: tuple[Player, Player]) -> list[int]:
    """Dead stones, where the rules take them off by agreement: as a program in the game says, else as we judge.

    Networks among themselves play a game out under area rules (see `play_games`), and nothing is taken off.
    """
    game = match_game.game
    programs = [player for player in players if isinstance(player, ProgramPlayer)]
    if not game.rules.friendly_pass_ok or (game.rules.scoring == "area" and not programs):
        return []
    for program in programs:
        dead = program.dead_stones(game, match_game.number)
        if dead is not None:
            return dead
    return dead_stones(game)
