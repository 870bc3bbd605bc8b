"""The two heads that every family ends in.

Both are fully convolutional up to their last step, so they spend few parameters, and none that depends on the board's
size: a dense layer from 19x19 points to 362 moves would take 131,000 for each of its input channels.
"""

from __future__ import annotations

import numpy as np
from keras import Model, layers

from golois.planes import PLANE_SETS
from nets.architectures.blocks import Tensor
from nets.architectures.shape import NetworkShape

POLICY_CHANNELS = 32
VALUE_CHANNELS = 32
VALUE_UNITS = 64
_SIGN = "value_sign"


def board_input(shape: NetworkShape) -> Tensor:
    """Return the input: (B, size, size, planes), named `board`."""
    return layers.Input((shape.board_size, shape.board_size, shape.planes), name="board")


def with_heads(board: Tensor, trunk: Tensor, shape: NetworkShape) -> Model:
    """Finish a network.

    Args:
        board: the input.
        trunk: (B, size, size, C), after its last activation.
        shape: tells the board's size and the number of moves.
    """
    outputs = [_policy(trunk, shape), _value(board, trunk)]
    model = Model(board, outputs, name=f"{shape.family}_{shape.blocks}x{shape.filters}")
    _begin_with_sign_of_turn(model, shape.planes)
    return model


def _policy(trunk: Tensor, shape: NetworkShape) -> Tensor:
    """A logit for each point from a 1x1 convolution, one for the pass from the mean over the board."""
    x = layers.Conv2D(POLICY_CHANNELS, 1, activation="relu", name="policy_features")(trunk)
    logits = layers.Conv2D(1, 1, name="policy_points")(x)  # (B, size, size, 1)
    logits = layers.Flatten(name="policy_logits")(logits)  # (B, points)
    if shape.moves > shape.board_size**2:
        mean = layers.GlobalAveragePooling2D(name="policy_mean")(x)  # (B, 32)
        logits = layers.Concatenate(name="policy_moves")([logits, layers.Dense(1, name="policy_pass")(mean)])
    # float32 under mixed precision too: a softmax over 362 moves has no digits to lose
    return layers.Activation("softmax", dtype="float32", name="policy")(logits)


def _value(board: Tensor, trunk: Tensor) -> Tensor:
    """The probability that White wins, from means over the board of the trunk and of the input planes.

    The planes show the stones as "own" and "opponent's", so the trunk knows who is ahead of the two, not of which
    colour they are. The head therefore judges for the side to move and then turns its logit to White's with the sign
    of the turn, which it reads off the plane "to move". One dense network for both would have to learn an exclusive
    or, which took longer than the policy did. The input's means also give it the komi where there are planes of it.

    A few points decide a game, so the trunk's means differ from position to position by a small part of their size.
    Unless that part is brought to the scale of one, the head learns nothing for a long time: after 123,000 positions
    a residual network 4x48 (with squeeze-excite) was no better than a constant without the normalization, 2.7%
    better with it. On 32 numbers a position it costs nothing, so every family has it.
    """
    x = layers.Conv2D(VALUE_CHANNELS, 1, activation="relu", name="value_features")(trunk)
    x = layers.GlobalAveragePooling2D(name="value_mean")(x)  # (B, 32)
    # a short memory: in self-play the first network has made few steps
    x = layers.BatchNormalization(momentum=0.95, name="value_norm")(x)
    facts = layers.GlobalAveragePooling2D(name="value_board")(board)  # (B, planes)
    x = layers.Concatenate(name="value_facts")([x, facts])
    x = layers.Dense(VALUE_UNITS, activation="relu", name="value_hidden")(x)
    own = layers.Dense(1, kernel_initializer="zeros", name="value_own")(x)  # an untrained network knows no winner
    white = layers.Multiply(name="value_white")([own, layers.Dense(1, name=_SIGN)(facts)])
    return layers.Activation("sigmoid", dtype="float32", name="value")(white)


def _begin_with_sign_of_turn(model: Model, planes: int) -> None:
    """Let the sign start as +1 when White is to move and -1 when Black is."""
    kernel = np.zeros((planes, 1), np.float32)
    kernel[PLANE_SETS[planes].index("to move")] = -2.0
    model.get_layer(_SIGN).set_weights([kernel, np.ones(1, np.float32)])
