"""Muon for networks of convolutions: steps that move a kernel equally in all directions."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

# The quintic of Jordan et al. (2024), "Muon: an optimizer for hidden layers": its fifth iterate maps singular values
# in (0, 1] to about 1.
NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
ITERATIONS = 5
MOMENTUM = 0.95
# Root mean square of AdamW's steps: scaled to it, both share learning rates and weight decay (Liu et al. 2025).
STEP_SIZE = 0.2
SMALLEST_SIDE = 8


class Muon(keras.optimizers.Optimizer):
    """Momentum whose step is made orthogonal for kernels, AdamW for all other weights.

    A convolution's kernel (h, w, in, out) counts as a matrix (h * w * in, out). Keras has a Muon of its own, which
    takes dense kernels only: here those are the smallest part of a network. Kernels with a side below 8 (the
    last ones of the heads) and depthwise kernels are no matrices worth the name and are left to AdamW.

    Takes the arguments of every Keras optimizer.
    """

    def __init__(self, learning_rate: float = 2e-3, name: str = "muon", **kwargs: Any) -> None:
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.beta_1, self.beta_2, self.epsilon = 0.9, 0.999, 1e-7

    def build(self, variables: list[Any]) -> None:
        """Make the momentum of each weight, and the second moment of those that AdamW moves."""
        if self.built:
            return
        super().build(variables)
        self.momentums = [self.add_variable_from_reference(v, name="momentum") for v in variables]
        self.velocities = [
            None if is_matrix(v) else self.add_variable_from_reference(v, name="velocity") for v in variables
        ]

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Move one weight."""
        index = self._get_variable_index(variable)
        rate = ops.cast(learning_rate, variable.dtype)
        gradient = ops.cast(gradient, variable.dtype)
        momentum, velocity = self.momentums[index], self.velocities[index]
        if velocity is None:
            self._orthogonal_step(gradient, variable, rate, momentum)
        else:
            self._adam_step(gradient, variable, rate, momentum, velocity)

    def _orthogonal_step(self, gradient: Any, variable: Any, rate: Any, momentum: Any) -> None:
        self.assign(momentum, MOMENTUM * momentum + gradient)
        columns = variable.shape[-1]
        rows = math.prod(variable.shape[:-1])
        step = orthogonalized(ops.reshape(gradient + MOMENTUM * momentum, (rows, columns)))  # Nesterov
        scale = STEP_SIZE * math.sqrt(max(rows, columns))
        self.assign_sub(variable, rate * scale * ops.reshape(step, variable.shape))

    def _adam_step(self, gradient: Any, variable: Any, rate: Any, momentum: Any, velocity: Any) -> None:
        step = ops.cast(self.iterations + 1, variable.dtype)
        self.assign_add(momentum, (gradient - momentum) * (1 - self.beta_1))
        self.assign_add(velocity, (ops.square(gradient) - velocity) * (1 - self.beta_2))
        unbiased = ops.sqrt(1 - ops.power(self.beta_2, step)) / (1 - ops.power(self.beta_1, step))
        self.assign_sub(variable, rate * unbiased * momentum / (ops.sqrt(velocity) + self.epsilon))


def is_matrix(variable: Any) -> bool:
    """Whether a weight is a kernel that Muon moves as a matrix."""
    shape = variable.shape
    if len(shape) not in (2, 4):
        return False
    return min(math.prod(shape[:-1]), shape[-1]) >= SMALLEST_SIDE and "depthwise" not in variable.path


def orthogonalized(matrix: Any) -> Any:
    """Return about the nearest matrix with orthonormal rows or columns (Newton-Schulz iteration).

    Args:
        matrix: (n, m).
    """
    a, b, c = NEWTON_SCHULZ
    upright = matrix.shape[0] > matrix.shape[1]
    x = ops.transpose(matrix) if upright else matrix
    x = x / (ops.sqrt(ops.sum(ops.square(x))) + 1e-7)
    for _ in range(ITERATIONS):
        gram = ops.matmul(x, ops.transpose(x))
        x = a * x + ops.matmul(b * gram + c * ops.matmul(gram, gram), x)
    return ops.transpose(x) if upright else x
