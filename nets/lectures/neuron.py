"""A neuron: a weighted sum, a bias and an activation, and the losses that judge its answer.

McCulloch and Pitts (1943) described the nerve cell as a threshold: it fires when the weighted sum of its inputs is
large enough. Rosenblatt's perceptron (1958) learnt the weights. Everything that follows in these lectures is made of

    y = activation(w . x + b)

With two inputs the set w . x + b = 0 is a straight line: on one side the neuron answers yes, on the other no.
The weights turn the line, the bias moves it. One neuron can therefore compute AND and OR, but not XOR.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from nets.lectures.options import Options
from nets.lectures.report import Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Function = Callable[[np.ndarray], np.ndarray]

# --- Data: the four cases of two logical inputs ----------------------------------------------------------------

CASES = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)  # (4, 2)

# --- Model: neurons --------------------------------------------------------------------------------------------


def neuron(x: np.ndarray, w: np.ndarray, b: float, activation: Function) -> np.ndarray:
    """One neuron: x (..., n), w (n,), bias b -> answer (...)."""
    return activation(x @ w + b)


def layer(x: np.ndarray, w: np.ndarray, b: np.ndarray, activation: Function) -> np.ndarray:
    """Several neurons that see the same inputs: x (..., n), w (n, m), b (m,) -> answers (..., m).

    Column j of w holds the weights of neuron j: m dot products are one matrix product.
    """
    return activation(x @ w + b)


# --- Activations and their derivatives -------------------------------------------------------------------------
# Without an activation two layers would be one: (x A) B = x (A B). The derivative is what training needs: where it
# is zero (step everywhere, ReLU on the left, sigmoid far out) nothing can be learnt.

LEAK = 0.01


def sigmoid(z: np.ndarray | float) -> np.ndarray:
    """1 / (1 + exp(-z)), in the form that never overflows."""
    return np.exp(-np.logaddexp(0, -z))


def softmax(z: np.ndarray) -> np.ndarray:
    """Turn scores (..., n) into probabilities; subtracting the largest changes nothing but avoids overflow."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_jacobian(z: np.ndarray) -> np.ndarray:
    """The derivatives d p_i / d z_j = p_i (1[i = j] - p_j) for one vector z (n,) -> (n, n)."""
    p = softmax(z)
    return np.diag(p) - np.outer(p, p)


def prelu(z: np.ndarray, slope: float = 0.25) -> np.ndarray:
    """ReLU whose slope on the left is itself learnt (He et al. 2015); d/d slope = min(z, 0)."""
    return np.where(z > 0, z, slope * z)


# name -> (function, derivative)
ACTIVATIONS: dict[str, tuple[Function, Function]] = {
    "step": (lambda z: (z >= 0).astype(float), np.zeros_like),
    "piecewise linear": (lambda z: np.clip(z + 0.5, 0, 1), lambda z: (np.abs(z) < 0.5).astype(float)),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "ReLU": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
    "leaky ReLU": (lambda z: np.where(z > 0, z, LEAK * z), lambda z: np.where(z > 0, 1.0, LEAK)),
    "PReLU": (prelu, lambda z: np.where(z > 0, 1.0, 0.25)),
}

# --- Losses: how wrong is the answer y when the target is t? ---------------------------------------------------


def logistic_loss(y: np.ndarray, t: np.ndarray) -> float:
    """-log of the probability given to the right answer; t is 0 or 1, y the probability of 1."""
    return float(-np.mean(t * np.log(y) + (1 - t) * np.log(1 - y)))


def cross_entropy(p: np.ndarray, t: np.ndarray) -> float:
    """The same for n classes: p (B, n) probabilities, t (B, n) one-hot."""
    return float(-np.mean(np.sum(t * np.log(p), axis=-1)))


def lp_loss(y: np.ndarray, t: np.ndarray, p: float) -> float:
    """Mean of |y - t|^p: the larger p, the more the worst example counts."""
    return float(np.mean(np.abs(y - t) ** p))


def mse(y: np.ndarray, t: np.ndarray) -> float:
    """Mean squared error, L2: minimal at the mean of the targets."""
    return lp_loss(y, t, 2)


def mae(y: np.ndarray, t: np.ndarray) -> float:
    """Mean absolute error, L1: minimal at the median, so one wild target does little harm."""
    return lp_loss(y, t, 1)


def decision_line(axes: Axes, bias: float, name: str) -> None:
    """Draw x1 + x2 + bias = 0 and the four cases: filled where the neuron fires."""
    fires = CASES.sum(axis=1) + bias >= 0
    axes.plot([-0.5, 2], [0.5 - bias, -2 - bias])
    axes.scatter(CASES[:, 0], CASES[:, 1], c=np.where(fires, "black", "white"), edgecolors="black", s=80, zorder=2)
    axes.set(xlim=(-0.5, 2), ylim=(-0.5, 2), xlabel="x1", ylabel="x2", title=f"{name}: x1 + x2 = {-bias}")


# --- Evaluation ------------------------------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """Decide AND and OR with one neuron, three decisions with one layer; compare activations and losses."""
    step = ACTIVATIONS["step"][0]
    w = np.array([1.0, 1.0])
    rows = []
    for name, bias, truth in [("AND", -1.5, CASES.all(axis=1)), ("OR", -0.5, CASES.any(axis=1))]:
        answers = neuron(CASES, w, bias, step)
        rows.append([name, "x1 + x2 = " + str(-bias), *answers.astype(int)])
        report.result(f"{name} right", np.mean(answers == truth))
    report.table("One neuron: its decision line and its answers", ["", "line", "00", "01", "10", "11"], rows)

    report.draw(
        "decision_lines", lambda axes: decision_line(axes, -1.5, "AND"), lambda axes: decision_line(axes, -0.5, "OR")
    )

    random = np.random.default_rng(options.seed)
    tries = 2000  # XOR: no line separates {01, 10} from {00, 11}; search as long as you like
    answers = layer(CASES, random.normal(size=(2, tries)), random.normal(size=tries), step)  # (4, tries)
    xor = CASES.sum(axis=1) == 1
    report.result(f"XOR right, best of {tries} random neurons", np.mean(answers == xor[:, None], axis=0).max())

    z = np.array([-2.0, -0.25, 0.0, 0.25, 2.0])
    report.table(
        "Activations at z, and the slope at z = 2",
        ["", *(f"{v:g}" for v in z), "slope"],
        [[name, *f(z).tolist(), float(d(z)[-1])] for name, (f, d) in ACTIVATIONS.items()],
    )
    scores = np.array([2.0, 1.0, 0.1])
    report.say(f"softmax{tuple(scores.tolist())} = {softmax(scores).round(4).tolist()}, sum 1")

    t = np.array([10.0, 11.0, 12.0, 100.0])  # one wild value among four
    y = np.linspace(0, 110, 1101)
    for name, p in [("L1", 1), ("L2", 2), ("L4", 4)]:
        best = y[np.argmin([lp_loss(np.full(4, v), t, p) for v in y])]
        report.result(f"constant with the least {name} for {t.astype(int).tolist()}", best)
    report.result("logistic loss of saying 0.9 when it is so", logistic_loss(np.array([0.9]), np.array([1.0])))
    report.result("logistic loss of saying 0.9 when it is not", logistic_loss(np.array([0.9]), np.array([0.0])))

    z = np.linspace(-4, 4, 401)
    report.curves("activations", {n: f(z) for n, (f, _) in ACTIVATIONS.items()}, x=z, x_label="z", y_label="")
    losses = {f"L{p}": np.abs(z) ** p for p in (1, 2, 4)} | {
        "logistic, of the score z when it is so": np.logaddexp(0, -z)
    }
    report.curves("losses", {n: np.minimum(loss, 8) for n, loss in losses.items()}, x=z, x_label="error, or score z")
    report.curves("derivatives", {n: d(z) for n, (_, d) in ACTIVATIONS.items()}, x=z, x_label="z", y_label="")


# --- What to try next ------------------------------------------------------------------------------------------
# Which weights make one neuron compute "x1 and not x2"? Combine three neurons in two layers into XOR by hand;
# then let `golois lecture run xor` find the weights.
