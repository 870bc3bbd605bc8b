"""Games by search: real games with what the search found, resignation, komi and handicap, games that go on."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt
import pytest

from golois.game import Game
from golois.records.record import GameRecord
from golois.records.replay import game_from_record
from golois.rules import Rules
from selfplay.meter import Meter
from selfplay.play import PlayedGame, SelfPlay
from selfplay.settings import BoardSettings, PlaySettings
from tests.selfplay.evaluators import HashedNetwork

BOARD = BoardSettings(size=5, komi=7.5)
QUICK = PlaySettings(games=8, parallel=8, threads=2, visits=12, fast_visits=4, considered=4, cache=64, seed=3)


def by_number(played: list[PlayedGame]) -> dict[str, GameRecord]:
    return {one.record.id: one.record for one in played}


@pytest.mark.parametrize("root", ["gumbel", "puct"])
def test_games_are_real_and_tell_what_the_search_found(root: str) -> None:
    selfplay = SelfPlay(BOARD, PlaySettings(**{**vars(QUICK), "root": root}), HashedNetwork())
    played = list(selfplay.play(12, go_on=False))
    assert sorted(by_number(played)) == [f"game-{number:07d}" for number in range(12)]
    assert selfplay.in_progress == 0
    for one in played:
        record = one.record
        game = Game(5, Rules())
        for move in record.points.tolist():
            game.play(move)
        assert record.result == game.result()
        assert game.is_over or len(record) == round(QUICK.move_limit * 25)
        assert record.values is not None
        assert record.visits is not None
        assert ((record.values >= 0) & (record.values <= 1)).all()
        searched = np.count_nonzero(record.visits.counts)
        assert 0 < searched < len(record), "some moves are searched in full and kept, some only move the game on"


def test_a_game_does_not_depend_on_its_neighbours() -> None:
    together = by_number(list(SelfPlay(BOARD, QUICK, HashedNetwork()).play(6, go_on=False)))
    by_itself = PlaySettings(**{**vars(QUICK), "parallel": 1, "threads": 1, "cache": 0})
    alone = next(SelfPlay(BOARD, by_itself, HashedNetwork(), first_number=2).play(1, go_on=False)).record
    assert alone.moves.tolist() == together[alone.id].moves.tolist()
    assert len({tuple(record.moves) for record in together.values()}) == 6


def test_games_in_progress_go_on_with_the_next_network() -> None:
    first, second = HashedNetwork(), HashedNetwork()
    selfplay = SelfPlay(BOARD, QUICK, first)
    begun = list(selfplay.play(5))
    assert selfplay.in_progress == QUICK.parallel, "what has ended is replaced at once"
    selfplay.use(second)
    ended = list(selfplay.play(10))
    assert second.batches
    assert len(by_number(begun + ended)) == 15, "no game comes twice"


def test_all_games_of_a_thread_are_one_batch() -> None:
    network = HashedNetwork()
    list(SelfPlay(BOARD, PlaySettings(**{**vars(QUICK), "threads": 1, "cache": 0}), network).play(8))
    assert max(network.batches) == 8
    assert Counter(network.batches).most_common(1)[0][0] >= 6, "batches are nearly full"


class Centre(HashedNetwork):
    """Gives the centre seven tenths of its policy, and every other move the same."""

    def evaluate(self, planes: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        policy = np.full((len(planes), self.moves), 0.3 / (self.moves - 1), np.float32)
        policy[:, self.moves // 2 - 1] = 0.7
        return policy, np.full(len(planes), 0.5, np.float32)


@pytest.mark.parametrize("root", ["gumbel", "puct"])
@pytest.mark.parametrize(("temperature", "expected"), [(0.01, 1.0), (1.0, 0.7), (2.0, 0.24)])
def test_the_first_moves_are_drawn_from_the_policy(root: str, temperature: float, expected: float) -> None:
    """A drawn move is not learned from: where all others are, those without visits are the opening."""
    drawing = {"drawn_moves": 0.2, "drawn_temperature": temperature, "full_share": 1.0, "move_limit": 0.8, "root": root}
    selfplay = SelfPlay(BOARD, PlaySettings(**{**vars(QUICK), **drawing}), Centre())
    lengths, first_moves = [], []
    for one in selfplay.play(300, go_on=False):
        assert one.record.visits is not None
        searched = one.record.visits.counts > 0
        length = len(searched) - np.count_nonzero(searched)
        assert not searched[:length].any(), "moves are drawn at the beginning of a game and nowhere else"
        assert 25 not in one.record.points[:length], "nobody passes by chance"
        lengths.append(length)
        first_moves.extend(one.record.points[: min(length, 1)].tolist())
    assert 3.5 < np.mean(lengths) < 5.0, "0.2 for each of 25 points, whole moves"
    assert lengths.count(0) > 20
    assert max(lengths) == 12, "an opening ends when half the board is full"
    assert first_moves.count(12) / len(first_moves) == pytest.approx(expected, abs=0.1)


class Hopeless(HashedNetwork):
    """Is sure that White loses."""

    def evaluate(self, planes: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        policy, value = super().evaluate(planes)
        return policy, np.full_like(value, 0.01)


def test_the_hopeless_resign_but_in_games_that_are_played_out() -> None:
    settings = PlaySettings(**{**vars(QUICK), "resign": 0.1, "resign_checked": 0.5})
    played = list(SelfPlay(BOARD, settings, Hopeless()).play(16, go_on=False))
    checked = [one for one in played if one.checked]
    assert 0 < len(checked) < 16
    for one in played:
        record = one.record
        if one.checked:
            assert not record.result.endswith("R")
            assert one.lowest < 0.1 or record.result[0] == "B", "a winner who would have resigned is noticed"
        else:
            assert record.result == "B+R"
            game_from_record(record)


def test_komi_and_handicap_vary() -> None:
    board = BoardSettings(size=9, komi=7.0, komi_deviation=2.0, handicap_share=0.5, handicap_most=3)
    selfplay = SelfPlay(board, PlaySettings(**{**vars(QUICK), "move_limit": 0.5}), HashedNetwork(9))
    records = [one.record for one in selfplay.play(16, go_on=False)]
    assert {record.handicap for record in records} == {0, 2, 3}
    assert len({record.komi for record in records if record.handicap == 0}) > 2
    assert all(len(record.setup_black) == record.handicap for record in records)


def test_an_error_of_the_network_ends_the_games() -> None:
    class Broken(HashedNetwork):
        def evaluate(self, planes: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
            raise RuntimeError("no GPU")

    with pytest.raises(RuntimeError, match="no GPU"):
        list(SelfPlay(BOARD, QUICK, Broken()).play(4))


def test_the_meter_counts_what_passes_through() -> None:
    meter = Meter(HashedNetwork())
    list(SelfPlay(BOARD, QUICK, meter).play(4))
    load = meter.read()
    assert load.positions >= load.batches > 0
    assert 0 < load.share <= 1
    assert meter.read().positions == 0
