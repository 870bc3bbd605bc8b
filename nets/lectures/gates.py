"""Gates: networks that multiply.

A sum of features cannot say "this, if that". A product can: a logistic unit between 0 and 1, multiplied onto another
signal, opens and shuts like a gate. Three uses. Two logistic units multiplied are a soft AND. A softmax of gates,
over many values, is attention (Bahdanau et al. 2015; as scaled dot product, Vaswani et al. 2017). And gates on a
memory that is kept from step to step make the recurrent cells that remember (LSTM, Hochreiter and Schmidhuber 1997;
GRU, Cho et al. 2014), built here by hand beside Keras's own.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers, ops

from nets.lectures.neuron import sigmoid, softmax
from nets.lectures.options import Options
from nets.lectures.report import Report

# --- Model 1: the product of two logistic units ------------------------------------------------------------------


def multiplied_units() -> keras.Model:
    """Two inputs, two logistic units, one product: 6 parameters, and XOR is within reach."""
    x = keras.Input((2,))
    first = layers.Dense(1, activation="sigmoid")(x)
    second = layers.Dense(1, activation="sigmoid")(x)
    return keras.Model(x, layers.Multiply()([first, second]))


# Weights by hand: (x1 or x2) and not (x1 and x2). One logistic unit alone cannot do it (lecture xor).
XOR_WEIGHTS = [[[20.0], [20.0]], [-10.0], [[-20.0], [-20.0]], [30.0]]

# --- Model 2: softmax gates, that is, attention ------------------------------------------------------------------


def attention(query: np.ndarray, key: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """softmax(Q K^T / sqrt(d)) V: each query opens a gate on every value, and the gates of a query sum to 1.

    query (T, d), key (S, d), value (S, c) -> answers (T, c) and gates (T, S). Without the root the products of long
    vectors are large, the softmax is all or nothing, and its gradient vanishes.
    """
    gates = softmax(query @ key.T / np.sqrt(query.shape[-1]))
    return gates @ value, gates


# --- Model 3: a gated recurrent cell -----------------------------------------------------------------------------


class GatedCell(layers.Layer):
    """A GRU cell: z decides what to keep of the memory, r what of it to look at.

        z = sigmoid(x Wz + h Uz),  r = sigmoid(x Wr + h Ur)
        candidate = tanh(x Wh + (r * h) Uh)
        new h = z * h + (1 - z) * candidate

    With z near 1 the memory passes unchanged, and so does its gradient, through hundreds of steps. But z starts at
    sigmoid(0) = 1/2, where half of the memory is lost at each step: after 100 steps there is nothing left to learn
    from. `keep` is the bias that z starts with; at 4 it forgets 1 part in 55 (Tallec and Ollivier 2018).
    """

    def __init__(self, units: int, keep: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = self.state_size = units
        self.keep = keep

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Weights for z, r and the candidate side by side, as Keras's GRU orders them."""
        self.w = self.add_weight(shape=(input_shape[-1], 3 * self.units), initializer="glorot_uniform", name="w")
        self.u = self.add_weight(shape=(self.units, 3 * self.units), initializer="orthogonal", name="u")
        self.b = self.add_weight(shape=(3 * self.units,), initializer="zeros", name="b")
        self.b.assign(np.repeat(np.array([self.keep, 0.0, 0.0], np.float32), self.units))

    def call(self, x: Any, states: list[Any]) -> tuple[Any, list[Any]]:
        """One step: x (B, inputs) and memory (B, units) -> new memory, twice."""
        h = states[0]
        x_z, x_r, x_h = ops.split(x @ self.w + self.b, 3, axis=-1)
        u_z, u_r, u_h = ops.split(self.u, 3, axis=-1)
        z = ops.sigmoid(x_z + h @ u_z)
        r = ops.sigmoid(x_r + h @ u_r)
        candidate = ops.tanh(x_h + (r * h) @ u_h)
        h = z * h + (1 - z) * candidate
        return h, [h]


def recurrent(layer: layers.Layer) -> keras.Model:
    """A recurrent layer over a sequence of one number a step, and a logistic unit on its last memory."""
    sequence = keras.Input((None, 1))
    model = keras.Model(sequence, layers.Dense(1, activation="sigmoid")(layer(sequence)))
    model.compile(optimizer=keras.optimizers.Adam(0.02), loss="binary_crossentropy", metrics=["accuracy"])
    return model


# --- Data: remember the first number -----------------------------------------------------------------------------


def sequences(count: int, length: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Noise (count, length, 1) that starts with -1 or 1; the target (count, 1) says which it was."""
    x = random.normal(0, 0.3, (count, length, 1)).astype(np.float32)
    first = random.integers(0, 2, count)
    x[:, 0, 0] = 2 * first - 1
    return x, first[:, None].astype(np.float32)


# --- Training and evaluation -------------------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """XOR by a product, attention against Keras, the gated cell against Keras's GRU and against a plain cell."""
    random = np.random.default_rng(options.seed)
    product = multiplied_units()
    product.set_weights([np.array(part, np.float32) for part in XOR_WEIGHTS])
    cases = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    report.say(f"the product of two logistic units on 00, 01, 10, 11: {np.asarray(product(cases))[:, 0].round(3)}")
    report.result("XOR by a product: largest mistake", np.abs(np.asarray(product(cases))[:, 0] - [0, 1, 1, 0]).max())
    report.result("a gate at z = 4 lets pass", sigmoid(np.array(4.0)))

    query, key, value = (random.normal(size=(count, 8)).astype(np.float32) for count in (3, 5, 5))
    answers, gates = attention(query, key, value)
    keras_answers = ops.dot_product_attention(*(array[None, :, None, :] for array in (query, key, value)))
    report.result("attention: each query's gates sum to", gates.sum(axis=1).mean())
    report.result(
        "attention against Keras: largest difference", np.abs(answers - np.asarray(keras_answers)[0, :, 0]).max()
    )

    units, length = options.choose((16, 100), (8, 12))
    x, y = sequences(options.choose(2000, 512), length, random)
    new = sequences(500, length, random)
    ours = recurrent(layers.RNN(GatedCell(units)))
    keras_gru = recurrent(layers.GRU(units, reset_after=False))  # True would put r behind the product with Uh
    keras_gru.set_weights(ours.get_weights())
    difference = np.abs(np.asarray(ours(x[:8])) - np.asarray(keras_gru(x[:8]))).max()
    report.result("our cell against Keras's GRU: largest difference", difference)
    curves = {}
    cells = {
        "gated cell": layers.RNN(GatedCell(units, keep=4.0)),
        "gated cell, z from 1/2": layers.RNN(GatedCell(units)),
        "plain cell": layers.SimpleRNN(units),
    }
    for name, cell in cells.items():
        model = recurrent(cell)
        history = model.fit(x, y, batch_size=32, epochs=options.epochs_or(8, quick=4), verbose=0).history
        curves[name] = history["loss"]
        report.result(f"{name}: accuracy after {length} steps", model.evaluate(*new, verbose=0)[1])
    report.curves("gates", curves)


# --- What to try next --------------------------------------------------------------------------------------------
# Over 50 steps even the plain cell remembers. How far does the gated one reach, and with which `keep`? Plot z over
# time. Write the cell without r: what is lost? Drop the root in the attention: how large does its largest gate
# become?
