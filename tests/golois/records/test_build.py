"""Building a store: every game is replayed first, and what the rules forbid stays out."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from golois.errors import GoloisError
from golois.game import Game, IllegalMove
from golois.records.build import build_store, check_store
from golois.records.check import allows_suicide, check_games
from golois.records.record import GameRecord, RecordProblem
from golois.records.replay import game_from_record, record_from_game, rules_of
from golois.records.sources import read_records
from golois.records.store import GameStore
from golois.records.tsv import write_tsv
from golois.rules import Rules


def build(tmp_path: Path, *sgf: str, size: int = 5) -> tuple[GameStore, list[str]]:
    """A store of the SGF games, and the problems."""
    for number, text in enumerate(sgf, start=1):
        (tmp_path / f"game{number}.sgf").write_text(text)
    problems: list[RecordProblem] = []
    report = build_store([tmp_path], tmp_path / "games.h5", size=size, on_problem=problems.append)
    store = GameStore(tmp_path / "games.h5")
    assert (report.games, report.moves, report.refused) == (len(store), len(store.moves), len(problems))
    return store, [str(problem).removeprefix(f"{tmp_path}: ") for problem in problems]


#     A B C D E
#   5 . X O . .     Black's D5 takes the stone on C5; White may not take back there at once.
#   4 . . X O .     (The letters of SGF count from the top left: C5 is ca.)
KO = "(;SZ[5]AB[ba][cb]AW[ca][db][ea]PL[B];B[da];W[ca]"


@pytest.mark.parametrize(
    ("sgf", "said"),
    [
        ("(;SZ[5];B[aa];W[aa])", "move 2, White A5, is occupied"),
        (KO + ")", "move 2, White C5, takes back the ko at once"),
        ("(;SZ[5]AB[ba][ab]PL[W];W[ee];B[dd];W[aa])", "move 3, White A5, is suicide"),
        ("(;SZ[5]AB[ba][bb][ac]AW[aa]PL[W];W[ab])", "move 1, White A4, is suicide"),
        ("(;SZ[5]AB[ba][ab]AW[aa])", "the set-up stone on A5 has no liberty or stands on another stone"),
        ("(;SZ[9];B[aa])", "is 9x9, the store holds 5x5"),
    ],
)
def test_an_illegal_move_is_told_with_its_place_and_the_other_games_go_on(tmp_path: Path, sgf: str, said: str) -> None:
    store, (problem,) = build(tmp_path, "(;SZ[5];B[cc])", sgf, "(;SZ[5];B[cc];W[bb])")
    assert [len(record) for record in store] == [1, 2]
    assert problem.startswith("game game2.sgf")
    assert said in problem


def test_a_ko_may_be_taken_back_after_a_move_elsewhere_or_a_pass(tmp_path: Path) -> None:
    store, problems = build(
        tmp_path, KO.removesuffix("W[ca]") + "W[ae];B[be];W[ca])", KO.removesuffix("W[ca]") + "W[];B[];W[ca])"
    )
    assert len(store) == 2
    assert problems == []


def test_two_moves_in_a_row_lift_the_ko(tmp_path: Path) -> None:
    """White plays, Black plays, and Black plays again: what was a ko for White is not one for Black."""
    store, problems = build(tmp_path, "(;SZ[5];B[cc];B[dd];W[aa];W[bb];B[])")
    assert problems == []
    assert store.game(0).colours.tolist() == [1, 1, 2, 2, 1]


def test_rules_that_allow_suicide_allow_it_in_records(tmp_path: Path) -> None:
    suicide = "(;SZ[5]AB[ba][bb][ac]AW[aa]PL[W]RU[{}];W[ab])"
    store, problems = build(tmp_path, suicide.format("NZ"), suicide.format("Chinese").replace("W[ab]", "W[ab];B[]"))
    assert len(store) == 1
    assert "is suicide" in problems[0]
    assert [allows_suicide(rules) for rules in ("NZ", "GOE", "tromp-taylor", "Japanese", "", "{bad")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


def test_superko_repeats_are_counted_and_stay(tmp_path: Path) -> None:
    """A ko taken, and taken back after two passes: simple ko allows it, and the position comes again, twice."""
    (tmp_path / "game.sgf").write_text(KO.removesuffix("W[ca]") + "W[];B[];W[ca];B[];W[];B[da])")
    report = build_store([tmp_path], tmp_path / "games.h5", size=5)
    assert (report.games, report.refused) == (1, 0)
    assert (report.repeats, report.games_with_repeats) == (2, 1)
    with GameStore(tmp_path / "games.h5") as store:
        assert check_store(store).repeats == 2
        game = game_from_record(store.game(0), moves=3, rules=Rules(ko="positional"))
    with pytest.raises(IllegalMove, match="superko, it repeats the position before the first move"):
        game.play(2, 2)


def test_a_second_build_adds_only_what_is_new(tmp_path: Path) -> None:
    build(tmp_path, "(;SZ[5];B[cc])", "(;SZ[5];B[cc];W[bb])")
    (tmp_path / "copy.sgf").write_text("(;SZ[5]PB[another name];B[cc])")
    (tmp_path / "new.sgf").write_text("(;SZ[5];B[dd])")
    report = build_store([tmp_path, tmp_path], tmp_path / "games.h5", size=5)
    assert (report.games, report.known) == (1, 7)
    assert len(GameStore(tmp_path / "games.h5")) == 3


def test_a_build_that_was_stopped_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("golois.records.build.BATCH_GAMES", 1)
    monkeypatch.setattr("golois.records.build.COMMIT_MOVES", 2)  # moves to gather before they are written
    for number, letter in enumerate("abcde"):
        (tmp_path / f"game{number}.sgf").write_text(f"(;SZ[5];B[a{letter}];W[b{letter}])")
    files = 0

    def stop_at_the_fourth(count: int) -> None:
        nonlocal files
        files += 1
        if files == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_store([tmp_path], tmp_path / "games.h5", size=5, on_bytes=stop_at_the_fourth)
    assert GameStore(tmp_path / "games.h5").ids() == ["game0.sgf", "game1.sgf", "game2.sgf", "game3.sgf"]
    report = build_store([tmp_path], tmp_path / "games.h5", size=5)
    assert (report.games, report.known) == (1, 4)
    assert GameStore(tmp_path / "games.h5").ids()[4] == "game4.sgf"


def test_a_source_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "good.sgf").write_text("(;SZ[5];B[cc])")
    problems: list[RecordProblem] = []
    report = build_store(
        [tmp_path / "missing.sgf", tmp_path / "good.sgf", tmp_path / "games.h5"],
        tmp_path / "new.h5",
        size=5,
        on_problem=problems.append,
    )
    assert (report.games, report.refused) == (1, 2)
    assert "missing.sgf does not exist" in str(problems[0])


def test_stores_can_be_joined(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.sgf").write_text(f"(;SZ[5];B[{name}a];W[{name}b])")
        build_store([tmp_path / f"{name}.sgf"], tmp_path / f"{name}.h5", size=5)
    report = build_store([tmp_path / "a.h5", tmp_path / "b.h5"], tmp_path / "both.h5", size=5)
    assert report.games == 2
    assert [record.source for record in GameStore(tmp_path / "both.h5")] == ["a", "b"]


def test_check_finds_a_move_that_someone_put_into_a_store(tmp_path: Path) -> None:
    path = tmp_path / "games.h5"
    with GameStore.create(path) as store:
        store.append([GameRecord(np.array([60, 72]), id="good"), GameRecord(np.array([60, 72, 60]), id="bad")])
        problems: list[RecordProblem] = []
        report = check_store(store, problems.append)
    assert (report.games, report.moves, report.refused) == (2, 5, 1)
    assert str(problems[0]) == f"{path}, game number 1: game bad: move 3, Black D16, is occupied"


def test_a_point_off_the_board_is_found_before_it_is_played() -> None:
    arrays = {
        "moves": np.array([60, 0x7FFF], np.uint16),
        "offsets": np.array([0, 2]),
        "first_player": np.array([1], np.uint8),
        "setup": np.array([0x7FFF], np.uint16),
        "setup_offsets": np.array([0, 0]),
    }
    checked = check_games(arrays, 19, np.array([False]))
    assert (checked.fault.tolist(), checked.place.tolist()) == ([1], [1])
    arrays["setup_offsets"] = np.array([0, 1])
    assert check_games(arrays, 19, np.array([False])).fault.tolist() == [5]


def replayed_slowly(record: GameRecord) -> Game:
    """The game played move by move through the public Game, which checks each move."""
    game = Game(19, Rules(ko="simple", suicide=False), black=record.setup_black.tolist(), to_move=record.first_player)
    for point, colour in zip(record.points.tolist(), record.colours.tolist(), strict=True):
        game.play(point, colour)
    return game


@pytest.mark.parametrize("name", ["pro_cwi", "kgs6d", "fox9d", "tom9d", "tygem9d"])
def test_real_games_replay_without_a_refused_move(shared: Path, tmp_path: Path, name: str) -> None:
    """700 games of each collection; all 495,049 of them:

    golois games build ../shared/games --store games.h5   adds 495,049 games, 103,543,416 moves, refuses none,
                                                          counts 510 moves in 85 games that superko forbids
    golois games check games.h5                           replays and checks them again in about 6 s
    """
    records = list(islice(read_records(shared / "games" / f"{name}.tsv.xz"), 700))
    write_tsv(tmp_path / f"{name}.tsv", records)
    problems: list[RecordProblem] = []
    report = build_store([tmp_path / f"{name}.tsv"], tmp_path / "games.h5", on_problem=problems.append)
    assert (report.games, problems) == (700, [])
    with GameStore(tmp_path / "games.h5") as store:
        assert list(store) == records
        assert check_store(store).moves == report.moves == sum(map(len, records))
    for record in records[:5]:
        game = replayed_slowly(record)
        assert game_from_record(record).hash == game.hash
        assert record_from_game(game).moves.tolist() == record.moves.tolist()


def test_a_record_and_its_game() -> None:
    game = Game(9, Rules.preset("japanese"), black=[20, 60], to_move=2, handicap=2)
    for move in (40, 41, 81, 50):
        game.play(move)
    record = record_from_game(game, result="B+R", id="x", black="a")
    assert (record.komi, record.rules, record.handicap, record.result, record.black) == (6.5, "japanese", 2, "B+R", "a")
    again = game_from_record(record)
    assert again == game
    assert game_from_record(record, 2).moves == [40, 41]
    assert game_from_record(record, rules=Rules.preset("aga")).rules == Rules.preset("aga")


def test_a_game_without_moves_keeps_who_is_to_move() -> None:
    record = record_from_game(Game(9, black=[20], to_move=2))
    assert record.first_player == 2


def test_rules_of_a_record() -> None:
    moves = np.empty(0, np.uint16)
    assert rules_of(GameRecord(moves, rules="Japanese", komi=6.5)).scoring == "territory"
    assert rules_of(GameRecord(moves, rules="AGA")).ko == "simple", "every record can be replayed"
    assert rules_of(GameRecord(moves, rules="house rules", komi=6.3)).komi == 6.5
    assert rules_of(GameRecord(moves)).komi == 7.5
    with pytest.raises(GoloisError, match="game x: move 2: illegal move White D16: the point is occupied"):
        game_from_record(GameRecord(np.array([60, 60]), id="x"))
