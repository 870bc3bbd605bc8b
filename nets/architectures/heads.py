"""The two heads that every family ends in.

Both are fully convolutional up to their last step, so they spend few parameters: a dense layer from 19x19 points to
362 moves would take 131,000 for each of its input channels.
"""

from __future__ import annotations

from keras import Model, layers

from nets.architectures.blocks import Tensor
from nets.architectures.shape import BOARD_SIZE, NetworkShape

POLICY_CHANNELS = 32
VALUE_CHANNELS = 32
VALUE_UNITS = 64


def board_input(shape: NetworkShape) -> Tensor:
    """Return the input: (B, 19, 19, planes), named `board`."""
    return layers.Input((BOARD_SIZE, BOARD_SIZE, shape.planes), name="board")


def with_heads(board: Tensor, trunk: Tensor, shape: NetworkShape) -> Model:
    """Finish a network.

    Args:
        board: the input.
        trunk: (B, 19, 19, C), after its last activation.
        shape: tells the number of moves.
    """
    outputs = [_policy(trunk, shape.moves), _value(board, trunk)]
    return Model(board, outputs, name=f"{shape.family}_{shape.blocks}x{shape.filters}")


def _policy(trunk: Tensor, moves: int) -> Tensor:
    """A logit for each point from a 1x1 convolution, one for the pass from the mean over the board."""
    x = layers.Conv2D(POLICY_CHANNELS, 1, activation="relu", name="policy_features")(trunk)
    logits = layers.Conv2D(1, 1, name="policy_points")(x)  # (B, 19, 19, 1)
    logits = layers.Flatten(name="policy_logits")(logits)  # (B, 361)
    if moves == BOARD_SIZE * BOARD_SIZE + 1:
        mean = layers.GlobalAveragePooling2D(name="policy_mean")(x)  # (B, 32)
        logits = layers.Concatenate(name="policy_moves")([logits, layers.Dense(1, name="policy_pass")(mean)])
    # float32 under mixed precision too: a softmax over 362 moves has no digits to lose
    return layers.Activation("softmax", dtype="float32", name="policy")(logits)


def _value(board: Tensor, trunk: Tensor) -> Tensor:
    """The probability that White wins, from means over the board of the trunk and of the input planes.

    The planes show the stones as "own" and "opponent's", so the policy needs no colour and the trunk forgets it. The
    value is White's: the input's own means bring back whose turn it is, and the komi where there are planes of it.
    """
    x = layers.Conv2D(VALUE_CHANNELS, 1, activation="relu", name="value_features")(trunk)
    x = layers.GlobalAveragePooling2D(name="value_mean")(x)  # (B, 32)
    turn = layers.GlobalAveragePooling2D(name="value_board")(board)  # (B, planes)
    x = layers.Concatenate(name="value_facts")([x, turn])
    x = layers.Dense(VALUE_UNITS, activation="relu", name="value_hidden")(x)
    return layers.Dense(1, activation="sigmoid", dtype="float32", name="value")(x)
