"""Backpropagation by hand: one small network, every number to nine digits.

Rumelhart, Hinton and Williams (1986): to learn, move every weight a little against its derivative dE/dw. The chain
rule gives all derivatives at the price of one pass back through the network: each neuron receives

    delta = dE/dnet = (sum over the next layer of weight * delta) * activation'(net)

and then dE/dw = delta * (what came in through w). The network here has two inputs, two hidden and two output
sigmoid neurons; the numbers are those worked out by hand in the lecture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from nets.lectures.neuron import sigmoid
from nets.lectures.options import Options
from nets.lectures.report import Report

# --- Data: one example -----------------------------------------------------------------------------------------

INPUTS = (0.05, 0.10)
TARGETS = (0.01, 0.99)
RATE = 0.5
BIASES = (0.35, 0.60)  # of the hidden and of the output layer; the lecture keeps them fixed
WEIGHTS = (0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55)  # w1..w8

# --- Model: forward, one neuron after the other ----------------------------------------------------------------


@dataclass(frozen=True)
class Pass:
    """Everything computed on the way forward."""

    net_h1: float
    out_h1: float
    out_h2: float
    out_o1: float
    out_o2: float
    error: float


def forward(w: tuple[float, ...]) -> Pass:
    """Run the 2-2-2 network: w1, w2 feed h1; w3, w4 feed h2; w5, w6 feed o1; w7, w8 feed o2."""
    w1, w2, w3, w4, w5, w6, w7, w8 = w
    (i1, i2), (b1, b2), (t1, t2) = INPUTS, BIASES, TARGETS
    net_h1 = w1 * i1 + w2 * i2 + b1
    net_h2 = w3 * i1 + w4 * i2 + b1
    h1, h2 = float(sigmoid(net_h1)), float(sigmoid(net_h2))
    o1 = float(sigmoid(w5 * h1 + w6 * h2 + b2))
    o2 = float(sigmoid(w7 * h1 + w8 * h2 + b2))
    error = 0.5 * (t1 - o1) ** 2 + 0.5 * (t2 - o2) ** 2
    return Pass(net_h1, h1, h2, o1, o2, error)


# --- Training: backward, one weight after the other ------------------------------------------------------------


def backward(w: tuple[float, ...], p: Pass) -> tuple[float, ...]:
    """dE/dw1 ... dE/dw8. The sigmoid's derivative is out * (1 - out): no exponential is needed on the way back."""
    (i1, i2), (t1, t2) = INPUTS, TARGETS
    delta_o1 = (p.out_o1 - t1) * p.out_o1 * (1 - p.out_o1)
    delta_o2 = (p.out_o2 - t2) * p.out_o2 * (1 - p.out_o2)
    # a hidden neuron is to blame for both outputs, through w5 and w7 (w6 and w8): the *old* weights
    delta_h1 = (w[4] * delta_o1 + w[6] * delta_o2) * p.out_h1 * (1 - p.out_h1)
    delta_h2 = (w[5] * delta_o1 + w[7] * delta_o2) * p.out_h2 * (1 - p.out_h2)
    return (
        *(delta_h1 * i1, delta_h1 * i2, delta_h2 * i1, delta_h2 * i2),
        *(delta_o1 * p.out_h1, delta_o1 * p.out_h2, delta_o2 * p.out_h1, delta_o2 * p.out_h2),
    )


def step(w: tuple[float, ...]) -> tuple[float, ...]:
    """One step of gradient descent: all weights move at once."""
    return _move(w, backward(w, forward(w)))


def step_in_turn(w: tuple[float, ...]) -> tuple[float, ...]:
    """One step in which w5..w8 move first and w1..w4 are then judged through the *new* w5..w8.

    It is not the gradient of any one function, yet it learns as well; the difference shows in the seventh digit.
    The lecture's errors after 1 and 10,000 steps come from a program that does this, its w1..w4 from `step`.
    """
    p = forward(w)
    outputs_moved = w[:4] + _move(w, backward(w, p))[4:]
    return _move(w, backward(outputs_moved, p)[:4]) + outputs_moved[4:]


def _move(w: tuple[float, ...], gradient: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(weight - RATE * slope for weight, slope in zip(w, gradient, strict=False))


# --- The same with matrices ------------------------------------------------------------------------------------
# Column form: a layer is W x with x a column, row j of W holding the weights of neuron j. Row form, which Keras uses:
# x W with x a row (so a batch is one row per example), column j holding the weights of neuron j. Each is the
# transpose of the other, in every line.


@dataclass(frozen=True)
class Network:
    """Weights of two layers, in column form: W1 (hidden, inputs), W2 (outputs, hidden); biases are kept fixed."""

    w1: np.ndarray
    w2: np.ndarray
    b1: float = 0.0
    b2: float = 0.0


def matrix_network() -> Network:
    """The network above, as matrices."""
    w = np.array(WEIGHTS)
    return Network(w[:4].reshape(2, 2), w[4:].reshape(2, 2), *BIASES)


def step_columns(n: Network, x: np.ndarray, t: np.ndarray) -> tuple[Network, float]:
    """One step for a column x (inputs, 1) and target (outputs, 1); returns the error before the step."""
    h = sigmoid(n.w1 @ x + n.b1)  # (hidden, 1)
    o = sigmoid(n.w2 @ h + n.b2)  # (outputs, 1)
    delta_o = (o - t) * o * (1 - o)
    delta_h = (n.w2.T @ delta_o) * h * (1 - h)
    updated = replace(n, w1=n.w1 - RATE * delta_h @ x.T, w2=n.w2 - RATE * delta_o @ h.T)
    return updated, float(0.5 * np.sum((o - t) ** 2))


def step_rows(n: Network, x: np.ndarray, t: np.ndarray) -> tuple[Network, float]:
    """The same for a row x (1, inputs), with w1 (inputs, hidden) and w2 (hidden, outputs)."""
    h = sigmoid(x @ n.w1 + n.b1)  # (1, hidden)
    o = sigmoid(h @ n.w2 + n.b2)  # (1, outputs)
    delta_o = (o - t) * o * (1 - o)
    delta_h = (delta_o @ n.w2.T) * h * (1 - h)
    updated = replace(n, w1=n.w1 - RATE * x.T @ delta_h, w2=n.w2 - RATE * h.T @ delta_o)
    return updated, float(0.5 * np.sum((o - t) ** 2))


# --- Vanishing gradients ---------------------------------------------------------------------------------------


def gradient_by_layer(activation: str, depth: int = 10, width: int = 50, seed: int = 0) -> list[float]:
    """Mean |delta| of each layer of a deep network, from the first layer to the last.

    The sigmoid's slope is at most 1/4, so the way back through ten sigmoid layers multiplies by at most 1/4 ten
    times, and the first layers hardly learn. ReLU's slope is 1 where it is active (weights as in He et al. 2015).
    """
    random = np.random.default_rng(seed)
    scale = np.sqrt((2 if activation == "ReLU" else 1) / width)
    weights = [random.normal(0, scale, (width, width)) for _ in range(depth)]
    x, slopes = random.normal(size=(100, width)), []
    for w in weights:
        net = x @ w
        x = sigmoid(net) if activation == "sigmoid" else np.maximum(net, 0)
        slopes.append(x * (1 - x) if activation == "sigmoid" else (net > 0).astype(float))
    delta, sizes = np.ones_like(x) * slopes[-1], []
    for w, slope in zip(weights[:0:-1], slopes[-2::-1], strict=True):
        sizes.append(float(np.abs(delta).mean()))
        delta = (delta @ w.T) * slope
    return [*sizes, float(np.abs(delta).mean())][::-1]


# --- Evaluation ------------------------------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """Work the example by hand, then 10,000 steps of it, the 2-1-1 exercise, matrices and vanishing gradients."""
    p = forward(WEIGHTS)
    report.result("net_h1", p.net_h1, 0.3775)
    report.result("out_h1", p.out_h1, 0.593269992, digits=9)
    report.result("out_h2", p.out_h2, 0.596884378, digits=9)
    report.result("out_o1", p.out_o1, 0.75136507, digits=9)
    report.result("out_o2", p.out_o2, 0.772928465, digits=9)
    report.result("E", p.error, 0.298371109, digits=9)
    report.result("dE/dw5", backward(WEIGHTS, p)[4], 0.082167041, digits=8)
    w = step(WEIGHTS)
    lecture = (0.149780716, 0.19956143, 0.24975114, 0.29950229, 0.35891648, 0.408666186, 0.511301270, 0.561370121)
    for number, (ours, theirs) in enumerate(zip(w, lecture, strict=True), start=1):
        report.result(f"new w{number}", ours, theirs, digits=9)
    errors = {}
    for name, move, in_lecture in [("at once", step, False), ("in turn", step_in_turn, True)]:
        w, curve = WEIGHTS, [p.error]
        for _ in range(10_000):
            w = move(w)
            curve.append(forward(w).error)
        end = forward(w)
        figures: list[tuple[str, float, float, int]] = [
            ("E after 1 step", curve[1], 0.291027924, 9),
            ("E after 10,000 steps", end.error, 0.000035085, 5),
            ("out_o1 after 10,000 steps", end.out_o1, 0.015912196, 8),
            ("out_o2 after 10,000 steps", end.out_o2, 0.984065734, 9),
        ]
        for figure, value, of_lecture, digits in figures:
            report.result(f"{figure}, moved {name}", value, of_lecture if in_lecture else None, digits=digits)
        errors[f"moved {name}"] = curve
    report.curves("backprop", errors, x=np.arange(10_001), x_label="step", y_label="E", log=True)

    column, row = np.array([INPUTS]).T, np.array([INPUTS])
    by_columns, error = step_columns(matrix_network(), column, np.array([TARGETS]).T)
    transposed = replace(matrix_network(), w1=matrix_network().w1.T, w2=matrix_network().w2.T)
    by_rows, _ = step_rows(transposed, row, np.array([TARGETS]))
    report.table(
        f"The same step with matrices (E = {error:.9f})",
        ["", "column form", "row form"],
        [
            ["W1", by_columns.w1.round(9).tolist(), by_rows.w1.round(9).tolist()],
            ["W2", by_columns.w2.round(9).tolist(), by_rows.w2.round(9).tolist()],
        ],
    )

    # the exercise: inputs 0.1 and 0.5, one hidden neuron, one output, target 0.2; first weights of our choosing
    small = Network(np.array([[0.3, 0.6]]), np.array([[0.8]]))
    small_rows = Network(small.w1.T, small.w2.T)
    x, t = np.array([[0.1], [0.5]]), np.array([[0.2]])
    rows = []
    for number in range(1, 1001):
        small, error = step_columns(small, x, t)
        small_rows, _ = step_rows(small_rows, x.T, t.T)
        if number in (1, 2, 10, 100, 1000):
            rows.append([number, f"{error:.9f}", small.w1.round(6).tolist(), small.w2.round(6).tolist()])
    report.table("The 2-1-1 exercise: E before step n, weights after it", ["n", "E", "W1", "W2"], rows)
    report.result("2-1-1: E after 1,000 steps", step_columns(small, x, t)[1])
    report.result("2-1-1: column form against row form", np.abs(small.w1 - small_rows.w1.T).max())

    deep = {name: gradient_by_layer(name, seed=options.seed) for name in ("sigmoid", "ReLU")}
    report.table(
        "Vanishing gradients: mean |dE/dnet| of each of ten layers",
        ["layer", *deep],
        [[number, *row] for number, row in enumerate(zip(*deep.values(), strict=True), start=1)],
    )
    for name, sizes in deep.items():
        report.result(f"{name}: gradient of layer 1 / layer 10", sizes[0] / sizes[-1])
    report.curves("vanishing_gradients", deep, x_label="layer", y_label="mean |dE/dnet|", log=True)


# --- What to try next ------------------------------------------------------------------------------------------
# Let the biases learn too (their input is 1). Start with all weights equal: why do both hidden neurons stay twins?
# Replace the squared error by the logistic loss: delta_o becomes simply o - t, and learning starts faster.
