"""The Go network on real games, for one epoch; and the way on.

The network of `go_random`, letter by letter; only the data are real now. Games are kept as moves, two bytes each, and
replayed to the wanted position while the network trains, so that a million games fit on a disk. Each position is
turned or mirrored at random: a position and its seven symmetric ones are equally good Go, the perfect augmentation.
Training and validation positions come from different *games*: neighbouring positions of one game are nearly the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

import nets.demo_games
from golois.records.store import GameStore
from nets.data import Batches, GameFilter, Positions, open_games, select_positions
from nets.evaluation import evaluate
from nets.lectures.go_random import MOVES, PLANES, build, compile_network
from nets.lectures.options import Options
from nets.lectures.report import Report

SHIPPED_GAMES = Path(nets.demo_games.__file__).parent / "gnugo.tsv.xz"
BATCH, POSITIONS, VALIDATION = 64, 40_000, 4_096  # --samples chooses another number of positions per epoch

# --- Data ------------------------------------------------------------------------------------------------------


def split(store: GameStore) -> tuple[Positions, Positions]:
    """Positions to train on and positions to validate on, the latter from every tenth game.

    `golois train` keeps one game in a hundred back, chosen by the game's id; the few games shipped need more.
    """
    games = select_positions(store, "all", GameFilter(), PLANES, MOVES).games
    held_out = np.arange(len(games)) % 10 == 0
    return Positions(store, games[~held_out], PLANES, MOVES), Positions(store, games[held_out], PLANES, MOVES)


def examples(batches: Batches) -> Iterator[tuple[np.ndarray, dict[str, np.ndarray]]]:
    """Endless batches: planes (64, 19, 19, 6), and policy (64, 362) one-hot and value (64, 1) by name."""
    for batch in batches.stream():
        yield batch.planes, {"policy": batch.policy, "value": batch.value}


# --- Training and evaluation -----------------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """Train one epoch on the games of --data, or on those that come with Golois, and predict games never seen."""
    source = options.data or SHIPPED_GAMES
    with open_games([str(source)]) as store:
        training, validation = split(store)
        report.say(f"{source}: {len(training.games)} games to train on, {len(validation.games)} to validate on\n")

        model = build(*options.choose((32, 3), (8, 1)))
        compile_network(model)
        positions = options.choose(options.samples or POSITIONS, 1_024)
        history = model.fit(
            examples(Batches(training, BATCH, options.seed)),
            steps_per_epoch=positions // BATCH,
            epochs=options.epochs_or(1, quick=3),
            shuffle=False,  # drawn at random already
            verbose=options.verbose,
        ).history
        found = evaluate(model.predict_on_batch, validation, options.choose(VALIDATION, 256), seed=options.seed)
    report.result("training policy loss, last epoch", history["policy_loss"][-1])
    report.result("policy loss of knowing nothing, log 362", np.log(MOVES))
    report.result("validation policy loss", found.policy_loss)
    report.result("validation: the move played is the first choice", found.top1)
    report.result("validation: it is among the first five", found.top5)
    report.result("validation value mse", found.value_mse)
    report.result("value mse of the best constant", found.constant_mse)
    report.table(
        "By phase of the game",
        ["", "positions", "first choice", "value mse"],
        [[phase.name, phase.positions, phase.top1, phase.value_mse] for phase in found.phases],
    )
    report.say(
        "The way on: more games, more epochs, checkpoints, a better optimizer.\n"
        f"  golois train --games {source} --positions 2000000 --limit 1000000 -o network.h5\n"
        f"  golois evaluate network.h5 --games {source}\n"
        "  golois gtp --network network.h5"
    )


# --- What to try next ------------------------------------------------------------------------------------------
# model.save("lecture.h5") and play against it. More planes (8, 21, 31: Positions takes their number): what do
# liberties bring? Which moves does it predict best, and why is the value so much harder than the policy?
