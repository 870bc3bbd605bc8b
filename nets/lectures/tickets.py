"""Tickets: three inputs, two outputs, two losses; and one embedding for two texts.

A help desk receives a title, a text and some tags; the network says how urgent the ticket is (a probability) and
which department should have it (one of four). One trunk serves both answers; the loss is a weighted sum of the two.
A policy and a value from one board is the same construction. The example is that of the Keras guide to the
functional API; there the data are noise, here they are invented so that there is something to learn.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers

from nets.lectures.options import Options
from nets.lectures.report import Report

WORDS, TAGS, DEPARTMENTS = 200, 12, 4
TITLE_LENGTH, TEXT_LENGTH = 10, 40
URGENT, OWN = 10, 10  # words 1..10 mean urgency; then each department has ten words of its own; the rest is chatter
CHATTER = 1 + URGENT + DEPARTMENTS * OWN

# --- Data ------------------------------------------------------------------------------------------------------


def make_tickets(count: int, random: np.random.Generator) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Invent tickets.

    Returns:
        Inputs title (N, 10) and text (N, 40), word numbers below 200, and tags (N, 12), 0 or 1; targets priority
        (N, 1), 1 for urgent, and department (N, 4), one-hot.
    """
    title = random.integers(CHATTER, WORDS, (count, TITLE_LENGTH))
    text = random.integers(CHATTER, WORDS, (count, TEXT_LENGTH))
    tags = (random.random((count, TAGS)) < 0.2).astype(np.float32)
    urgent = random.integers(0, 2, count)
    department = random.integers(0, DEPARTMENTS, count)
    rows = np.arange(count)
    # an urgent ticket says so in its title or in its text: both must be read, with the same understanding of words
    word = random.integers(1, 1 + URGENT, count)
    in_title = random.random(count) < 0.5
    title[rows[in_title], 0] = np.where(urgent, word, title[:, 0])[in_title]
    text[rows[~in_title], 0] = np.where(urgent, word, text[:, 0])[~in_title]
    for place in range(1, 4):
        text[:, place] = 1 + URGENT + OWN * department + random.integers(0, OWN, count)
    tags[rows, department] = 1
    inputs: dict[str, np.ndarray] = {"title": title, "text": text, "tags": tags}
    targets = {
        "priority": urgent[:, None].astype(np.float32),
        "department": np.eye(DEPARTMENTS, dtype=np.float32)[department],
    }
    return inputs, targets


# --- Model -----------------------------------------------------------------------------------------------------


def build() -> keras.Model:
    """title, text, tags -> priority, department; one embedding serves title and text."""
    title = keras.Input((None,), name="title", dtype="int32")
    text = keras.Input((None,), name="text", dtype="int32")
    tags = keras.Input((TAGS,), name="tags")
    # called twice, it is one layer with one set of weights: a word learnt in a title is known in a text
    embedding = layers.Embedding(WORDS, 16, name="shared_embedding")
    title_features = layers.GlobalMaxPooling1D()(embedding(title))  # (B, 16)
    text_features = layers.GlobalMaxPooling1D()(embedding(text))  # (B, 16)
    x = layers.Concatenate()([title_features, text_features, tags])  # (B, 44)
    x = layers.Dense(32, activation="relu")(x)
    priority = layers.Dense(1, activation="sigmoid", name="priority")(x)
    department = layers.Dense(DEPARTMENTS, activation="softmax", name="department")(x)
    return keras.Model([title, text, tags], [priority, department])


# --- Training --------------------------------------------------------------------------------------------------
# Losses and weights may be given by list, in the order of the outputs, or by name. By name survives a change of order.

BY_LIST: dict[str, Any] = {"loss": ["binary_crossentropy", "categorical_crossentropy"], "loss_weights": [1.0, 0.2]}
BY_NAME: dict[str, Any] = {
    "loss": {"priority": "binary_crossentropy", "department": "categorical_crossentropy"},
    "loss_weights": {"priority": 1.0, "department": 0.2},
}


def run(options: Options, report: Report) -> None:
    """The two ways to give losses agree; then train and measure both answers."""
    random = np.random.default_rng(options.seed)
    inputs, targets = make_tickets(options.choose(options.samples or 4096, 1024), random)
    new_inputs, new_targets = make_tickets(options.choose(1024, 256), random)
    model = build()
    model.compile(optimizer=keras.optimizers.Adam(0.01), **BY_LIST)
    as_list = model.evaluate(list(new_inputs.values()), list(new_targets.values()), verbose=0)[0]
    model.compile(
        optimizer=keras.optimizers.Adam(0.01), **BY_NAME, metrics={"priority": "accuracy", "department": "accuracy"}
    )
    before = model.evaluate(new_inputs, new_targets, verbose=0, return_dict=True)
    report.result("untrained loss, by list", as_list)
    report.result("untrained loss, by name", before["loss"])

    history = model.fit(inputs, targets, batch_size=32, epochs=options.epochs_or(8, quick=5), verbose=0).history
    after = model.evaluate(new_inputs, new_targets, verbose=0, return_dict=True)
    report.result("trained loss, new tickets", after["loss"])
    report.result(
        "1.0 * priority loss + 0.2 * department loss", after["priority_loss"] + 0.2 * after["department_loss"]
    )
    report.result("priority: accuracy", after["priority_accuracy"])
    report.result("department: accuracy", after["department_accuracy"])
    report.result("embeddings in the network", sum(isinstance(layer, layers.Embedding) for layer in model.layers))
    report.curves("tickets", {name: history[name] for name in ("loss", "priority_loss", "department_loss")})


# --- What to try next ------------------------------------------------------------------------------------------
# Give the department the weight 0: what does the trunk still know of it? Use two embeddings and few tickets. Replace
# max pooling by an LSTM, as the Keras guide does. The Go network: `golois lecture run go_random`.
