"""Optimizers: seven ways to use a gradient.

SGD steps along the gradient g. Momentum (Polyak 1964) steps along a running mean of g, through ravines instead of
across them. Adagrad (Duchi et al. 2011) divides by the root of the *sum* of all g^2 so far, so steps only shrink;
RMSprop (Hinton 2012) by a running *mean* of g^2. Adam (Kingma and Ba 2015) is RMSprop with momentum and a correction
for the first steps. AMSGrad (Reddi et al. 2018) keeps the largest mean of g^2, which mends Adam's proof of
convergence. AdaBound (Luo et al. 2019) clips Adam's step sizes between two bounds that close on one value: Adam at
the start, SGD at the end. Keras has all but the last, which is therefore written here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import layers, ops

from nets.lectures import mnist_dense
from nets.lectures.options import Options
from nets.lectures.report import Report

# --- Data: digits ----------------------------------------------------------------------------------------------
# Enough of them to tell the optimizers apart; --samples chooses another number.

DIGITS = 20_000

# --- Model -----------------------------------------------------------------------------------------------------


def build() -> keras.Model:
    """784 -> 64 -> 64 -> 10."""
    hidden = [layers.Dense(64, activation="relu") for _ in range(2)]
    return keras.Sequential([keras.Input((784,)), *hidden, layers.Dense(10, activation="softmax")])


# --- Training: an optimizer of one's own -----------------------------------------------------------------------


class AdaBound(keras.optimizers.Optimizer):
    """Adam whose step size for every single weight is clipped between two bounds that close on `final_rate`.

    Args:
        learning_rate: Adam's rate, at the start.
        final_rate: SGD's rate, at the end.
        beta_1: memory of the mean of g.
        beta_2: memory of the mean of g^2.
        gamma: how fast the bounds close.
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        *,
        final_rate: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        gamma: float = 0.001,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.final_rate, self.beta_1, self.beta_2, self.gamma = final_rate, beta_1, beta_2, gamma

    def build(self, variables: list[Any]) -> None:
        """One running mean of g and one of g^2 for every weight."""
        if self.built:
            return
        super().build(variables)
        self.means, self.squares = self.add_optimizer_variables(variables, ["mean", "square"])

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Move one variable."""
        step = ops.cast(self.iterations + 1, variable.dtype)
        rate = ops.cast(learning_rate, variable.dtype)
        g = ops.cast(gradient, variable.dtype)
        place = self._get_variable_index(variable)
        mean, square = self.means[place], self.squares[place]
        self.assign(mean, self.beta_1 * mean + (1 - self.beta_1) * g)
        self.assign(square, self.beta_2 * square + (1 - self.beta_2) * ops.square(g))
        # Adam's correction: both means started at 0 and are too small in the first steps
        correction = ops.sqrt(1 - ops.power(self.beta_2, step)) / (1 - ops.power(self.beta_1, step))
        lower = self.final_rate * (1 - 1 / (self.gamma * step + 1))
        upper = self.final_rate * (1 + 1 / (self.gamma * step))
        size = ops.clip(rate * correction / (ops.sqrt(square) + 1e-8), lower, upper)
        self.assign_sub(variable, size * mean)

    def get_config(self) -> dict[str, Any]:
        """What Keras needs to write the optimizer to a file and to build it again."""
        own = {"final_rate": self.final_rate, "beta_1": self.beta_1, "beta_2": self.beta_2, "gamma": self.gamma}
        return super().get_config() | own


OPTIMIZERS: dict[str, Callable[[], keras.optimizers.Optimizer]] = {
    "SGD": lambda: keras.optimizers.SGD(0.01),
    "momentum": lambda: keras.optimizers.SGD(0.01, momentum=0.9),
    "RMSprop": lambda: keras.optimizers.RMSprop(0.001),
    "Adagrad": lambda: keras.optimizers.Adagrad(0.01),
    "Adam": lambda: keras.optimizers.Adam(0.001),
    "AMSGrad": lambda: keras.optimizers.Adam(0.001, amsgrad=True),
    "AdaBound": lambda: AdaBound(0.001, final_rate=0.1),
}

# --- Evaluation ------------------------------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """Start from the same weights with each optimizer and compare the losses."""
    (x, y), test = mnist_dense.load(options)
    if options.samples is None:
        x, y = x[:DIGITS], y[:DIGITS]
    start = build().get_weights()
    curves, rows = {}, []
    for name, make in OPTIMIZERS.items():
        model = build()
        model.set_weights(start)
        model.compile(optimizer=make(), loss="categorical_crossentropy", metrics=["accuracy"])
        history = model.fit(x, y, batch_size=options.choose(128, 32), epochs=options.epochs_or(5), verbose=0).history
        curves[name] = history["loss"]
        accuracy = model.evaluate(*test, verbose=0)[1]
        rows.append([name, *history["loss"], accuracy])
        report.result(f"{name}: training loss", history["loss"][-1])
        report.result(f"{name}: test accuracy", accuracy)
    epochs = [f"epoch {number + 1}" for number in range(len(rows[0]) - 2)]
    report.table("Training loss", ["", *epochs, "test accuracy"], rows)
    report.curves("optimizers", curves, log=True)


# --- What to try next ------------------------------------------------------------------------------------------
# Learning rates are not comparable: try 0.1 for SGD. Follow each optimizer by hand on f(x, y) = x^2 + 20 y^2 and
# draw its path. Which of them end with the best *test* accuracy when you give them time (Luo et al.'s question)?
