"""Six planes to a policy and a value: the Go network, on random data.

The destination of all the lectures before. Input: six planes of 19x19 numbers: who is to move, which stones are lost
in a ladder, and the stones of both sides now and one move earlier. Outputs: a policy, the probability of each of 361
points and of passing, with categorical cross-entropy; and a value, the probability that White wins, with mse. Between
them a tower of residual blocks, shared by both, as in AlphaGo Zero (Silver et al. 2017).

On random data there is nothing to learn but the data themselves. So this program checks the machinery: shapes, losses
and speed are right before a single game is read, and a network that claims to predict noise has a mistake in it.
"""

from __future__ import annotations

import time

import keras
import numpy as np
from keras import layers

from nets.lectures.options import Options
from nets.lectures.report import Report

SIZE, PLANES, MOVES = 19, 6, 362

# --- Data ------------------------------------------------------------------------------------------------------


def random_data(count: int, random: np.random.Generator) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Planes (N, 19, 19, 6) of 0 and 1; targets policy (N, 362) one-hot and value (N, 1) 0 or 1."""
    planes = random.integers(0, 2, (count, SIZE, SIZE, PLANES)).astype(np.float32)
    policy = keras.utils.to_categorical(random.integers(0, MOVES, count), MOVES)
    value = random.integers(0, 2, (count, 1)).astype(np.float32)
    return planes, {"policy": policy, "value": value}


# --- Model -----------------------------------------------------------------------------------------------------


def build(filters: int = 32, blocks: int = 3, l2: float = 0.0001) -> keras.Model:
    """From board (B, 19, 19, 6) to policy (B, 362) and value (B, 1)."""
    decay = keras.regularizers.L2(l2)

    def convolve(x: keras.KerasTensor, width: int, kernel: int) -> keras.KerasTensor:
        x = layers.Conv2D(width, kernel, padding="same", use_bias=False, kernel_regularizer=decay)(x)
        return layers.BatchNormalization()(x)

    board = keras.Input((SIZE, SIZE, PLANES), name="board")
    x = layers.ReLU()(convolve(board, filters, 3))
    for _ in range(blocks):  # the residual block of lecture `residual`, of plain layers that every Keras can load
        branch = convolve(layers.ReLU()(convolve(x, filters, 3)), filters, 3)
        x = layers.ReLU()(layers.Add()([x, branch]))

    # one score per point by the same weights everywhere: what is a good shape here is one there
    points = layers.Flatten()(layers.Conv2D(1, 1)(x))  # (B, 361)
    passing = layers.Dense(1)(layers.GlobalAveragePooling2D()(x))  # (B, 1)
    policy = layers.Activation("softmax", name="policy")(layers.Concatenate()([points, passing]))
    value = layers.ReLU()(convolve(x, 1, 1))  # (B, 19, 19, 1)
    value = layers.Dense(32, activation="relu")(layers.Flatten()(value))
    value = layers.Dense(1, activation="sigmoid", name="value")(value)
    return keras.Model(board, [policy, value])


def compile_network(model: keras.Model) -> None:
    """Two losses, one for each output, by name as in lecture `tickets`."""
    model.compile(
        optimizer=keras.optimizers.Adam(0.002),
        loss={"policy": "categorical_crossentropy", "value": "mse"},
        loss_weights={"policy": 1.0, "value": 1.0},
        metrics={"policy": "accuracy", "value": "mae"},
    )


# --- Training and evaluation -----------------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """Learn noise by heart; on other noise the network knows nothing."""
    random = np.random.default_rng(options.seed)
    planes, targets = random_data(options.choose(options.samples or 2_000, 128), random)
    new_planes, new_targets = random_data(options.choose(1_000, 64), random)
    model = build(*options.choose((32, 3), (8, 1)))
    compile_network(model)
    report.result("parameters", model.count_params(), digits=8)
    started = time.perf_counter()
    epochs = options.epochs_or(15, quick=6)
    history = model.fit(planes, targets, batch_size=32, epochs=epochs, verbose=options.verbose).history
    report.result("positions trained per second", epochs * len(planes) / (time.perf_counter() - started))
    report.result("training policy loss, first epoch", history["policy_loss"][0])
    report.result("training policy loss, last epoch", history["policy_loss"][-1])
    report.result("policy loss of knowing nothing, log 362", np.log(MOVES))
    scores = model.evaluate(new_planes, new_targets, verbose=0, return_dict=True)
    report.result("new noise: policy loss", scores["policy_loss"])
    report.result("new noise: policy accuracy", scores["policy_accuracy"])
    report.result("new noise: value mse (1/2 to everything: 0.25)", scores["value_loss"])
    report.curves("go_random", {name: history[name] for name in ("policy_loss", "value_loss")})


# --- What to try next ------------------------------------------------------------------------------------------
# Replace the policy head by Flatten and Dense(362): how many parameters does it take, and why does it learn noise by
# heart sooner and Go later? Then: `golois lecture run go_real`.
