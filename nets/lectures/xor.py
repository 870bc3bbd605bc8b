"""XOR: what one neuron cannot do, two layers learn.

Minsky and Papert (1969) showed that no single neuron answers "one or the other, but not both": no line separates
01 and 10 from 00 and 11. A hidden layer bends the plane first: it computes new features, in which a line suffices.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

from nets.lectures.options import Options
from nets.lectures.report import Report

# --- Data: all there is ----------------------------------------------------------------------------------------

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)  # (4, 2)
Y = np.array([[0], [1], [1], [0]], np.float32)  # (4, 1)


# --- Model -----------------------------------------------------------------------------------------------------


def one_neuron() -> keras.Model:
    """A single sigmoid neuron: 3 parameters, and no hope."""
    return keras.Sequential([keras.Input((2,)), layers.Dense(1, activation="sigmoid")])


def two_layers(hidden: int = 8) -> keras.Model:
    """A hidden layer of tanh units before the same neuron. Two units can suffice, eight seldom get stuck."""
    return keras.Sequential(
        [keras.Input((2,)), layers.Dense(hidden, activation="tanh"), layers.Dense(1, activation="sigmoid")]
    )


# --- Training --------------------------------------------------------------------------------------------------


def train(model: keras.Model, epochs: int) -> list[float]:
    """Fit the four cases; an epoch shows each of them a hundred times. Returns the loss per epoch."""
    model.compile(optimizer=keras.optimizers.Adam(0.02), loss="binary_crossentropy")
    history = model.fit(np.tile(X, (100, 1)), np.tile(Y, (100, 1)), batch_size=4, epochs=epochs, verbose=0)
    return list(history.history["loss"])


# --- Evaluation ------------------------------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """Train both on the four cases and ask them the four questions."""
    epochs = options.epochs_or(10, quick=4)
    curves, rows = {}, []
    for name, model in [("one neuron", one_neuron()), ("two layers", two_layers())]:
        curves[name] = train(model, epochs)
        answers = np.asarray(model(X))[:, 0]
        rows.append([name, model.count_params(), *answers.tolist()])
        report.result(f"{name}: loss", curves[name][-1])
        report.result(f"{name}: cases right", np.sum((answers > 0.5) == Y[:, 0]))
    report.table(f"Answers after {epochs} epochs", ["", "parameters", "00", "01", "10", "11"], rows)
    report.say("log 2 = 0.693 is the loss of answering 1/2 to everything.")
    report.curves("xor", curves)


# --- What to try next ------------------------------------------------------------------------------------------
# hidden=2 with several seeds: how often does it get stuck? Read the hidden weights of a run that works: which
# logical functions did the two hidden neurons become? What happens without the tanh?
