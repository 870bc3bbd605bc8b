"""A multi-layer perceptron in NumPy: layers, losses and mini-batch stochastic gradient descent.

The hand work of `backprop` once and for all: every layer knows how to go forward, and how to turn the gradient of
its output into the gradients of its weights and of its input. Chaining them is all a deep-learning library does.
A gradient that is wrong still learns a little, so it is checked twice: against (E(w + h) - E(w - h)) / 2h, and
against Keras.
"""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np

from nets.lectures import data
from nets.lectures.neuron import sigmoid, softmax
from nets.lectures.options import Options
from nets.lectures.report import Report

# --- Data ------------------------------------------------------------------------------------------------------


def sine(random: np.random.Generator, count: int = 400) -> data.Split:
    """Regression: x in -pi..pi -> sin(x) with a little noise; both (count, 1)."""
    x = random.uniform(-np.pi, np.pi, (count, 1))
    return x, np.sin(x) + random.normal(0, 0.05, x.shape)


def spirals(random: np.random.Generator, count: int = 600, arms: int = 3) -> data.Split:
    """Classification: points of three interleaved spirals (count, 2) and their one-hot arm (count, arms)."""
    arm = np.arange(count) % arms
    radius = random.uniform(0.1, 1, count)
    angle = 2 * np.pi * arm / arms + 4 * radius + random.normal(0, 0.15, count)
    return radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1), np.eye(arms)[arm]


# --- Model: layers ---------------------------------------------------------------------------------------------


class Dense:
    """y = x W + b, with x (B, inputs), W (inputs, units), b (units,)."""

    def __init__(self, inputs: int, units: int, random: np.random.Generator) -> None:
        self.w = random.normal(0, np.sqrt(2 / inputs), (inputs, units))  # He et al. 2015: keeps the variance
        self.b = np.zeros(units)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """From x (B, inputs) to (B, units)."""
        self.x = x
        return x @ self.w + self.b

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """dE/dy (B, units) -> dE/dx (B, inputs); keeps dE/dW and dE/db."""
        self.dw, self.db = self.x.T @ dy, dy.sum(axis=0)
        return dy @ self.w.T


class ReLU:
    """max(0, x)."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Any shape."""
        self.active = x > 0
        return x * self.active

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """The gradient passes where the unit was active."""
        return dy * self.active


class Sigmoid:
    """1 / (1 + exp(-x))."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Any shape."""
        self.y = sigmoid(x)
        return self.y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Times y (1 - y)."""
        return dy * self.y * (1 - self.y)


Loss = Callable[[np.ndarray, np.ndarray], tuple[float, np.ndarray]]


def mse(y: np.ndarray, t: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean squared error and its gradient for y."""
    return float(np.mean((y - t) ** 2)), 2 * (y - t) / y.size


def softmax_cross_entropy(scores: np.ndarray, t: np.ndarray) -> tuple[float, np.ndarray]:
    """Softmax and cross-entropy in one: the gradient for the scores is simply p - t."""
    p = softmax(scores)
    return float(-np.mean(np.sum(t * np.log(p + 1e-300), axis=1))), (p - t) / len(t)


class Network:
    """Layers in a row and a loss."""

    def __init__(self, layers: list[Dense | ReLU | Sigmoid], loss: Loss) -> None:
        self.layers, self.loss = layers, loss

    def predict(self, x: np.ndarray) -> np.ndarray:
        """From x (B, ...) to the output of the last layer."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def gradients(self, x: np.ndarray, t: np.ndarray) -> float:
        """Forward and backward; every Dense layer then holds its dw and db. Returns the loss."""
        loss, gradient = self.loss(self.predict(x), t)
        for layer in reversed(self.layers):
            gradient = layer.backward(gradient)
        return loss


# --- Training --------------------------------------------------------------------------------------------------


def train(
    network: Network,
    x: np.ndarray,
    t: np.ndarray,
    *,
    epochs: int,
    rate: float,
    random: np.random.Generator,
    batch: int = 32,
) -> list[float]:
    """Mini-batch SGD: each epoch visits every example once, in a new order. Returns the mean loss per epoch."""
    curve = []
    for _ in range(epochs):
        order, losses = random.permutation(len(x)), []
        for chosen in np.split(order, range(batch, len(x), batch)):
            losses.append(network.gradients(x[chosen], t[chosen]))
            for layer in network.layers:
                if isinstance(layer, Dense):
                    layer.w -= rate * layer.dw
                    layer.b -= rate * layer.db
        curve.append(float(np.mean(losses)))
    return curve


# --- Evaluation ------------------------------------------------------------------------------------------------


def numerical_difference(network: Network, x: np.ndarray, t: np.ndarray, h: float = 1e-5) -> float:
    """Largest difference between dE/dW by backpropagation and by (E(w + h) - E(w - h)) / 2h, over all weights."""
    network.gradients(x, t)
    worst = 0.0
    for layer in [layer for layer in network.layers if isinstance(layer, Dense)]:
        analytic = layer.dw.copy()
        for place in np.ndindex(layer.w.shape):
            old = layer.w[place]
            layer.w[place] = old + h
            above = network.loss(network.predict(x), t)[0]
            layer.w[place] = old - h
            below = network.loss(network.predict(x), t)[0]
            layer.w[place] = old
            worst = max(worst, abs((above - below) / (2 * h) - analytic[place]))
    return worst


def keras_difference(network: Network, x: np.ndarray, t: np.ndarray) -> float:
    """Largest difference to the gradients that Keras and TensorFlow find for the same ReLU classifier."""
    import tensorflow as tf

    dense = [layer for layer in network.layers if isinstance(layer, Dense)]
    twin = keras.Sequential([keras.Input(x.shape[1:])])
    for number, layer in enumerate(dense):
        twin.add(keras.layers.Dense(layer.w.shape[1], "relu" if number < len(dense) - 1 else None))
        twin.layers[-1].set_weights([layer.w, layer.b])
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(keras.losses.categorical_crossentropy(t, twin(x), from_logits=True))
    theirs = tape.gradient(loss, twin.trainable_variables)
    network.gradients(x, t)
    ours = [array for layer in dense for array in (layer.dw, layer.db)]
    return max(float(np.abs(a - b.numpy()).max()) for a, b in zip(ours, theirs, strict=True))


def classifier(inputs: int, hidden: int, classes: int, random: np.random.Generator) -> Network:
    """Two hidden ReLU layers and class scores."""
    first, second, last = Dense(inputs, hidden, random), Dense(hidden, hidden, random), Dense(hidden, classes, random)
    return Network([first, ReLU(), second, ReLU(), last], softmax_cross_entropy)


def accuracy(network: Network, x: np.ndarray, classes: np.ndarray) -> float:
    """Share of the examples whose class has the highest score."""
    return float(np.mean(network.predict(x).argmax(axis=1) == classes))


def run(options: Options, report: Report) -> None:
    """Check the gradients, then a regression, a classification and MNIST."""
    random = np.random.default_rng(options.seed)
    x, t = spirals(random)
    spiral_network = classifier(2, 32, 3, random)
    small = Network([Dense(2, 4, random), Sigmoid(), Dense(4, 3, random)], mse)
    report.result("gradient, against differences (sigmoid, mse)", numerical_difference(small, x[:8], t[:8]))
    report.result(
        "gradient, against differences (ReLU, cross-entropy)", numerical_difference(spiral_network, x[:8], t[:8])
    )
    report.result("gradient, against Keras (float32)", keras_difference(spiral_network, x[:8], t[:8]))

    regression = Network([Dense(1, 32, random), Sigmoid(), Dense(32, 1, random)], mse)
    curve = train(regression, *sine(random), epochs=options.choose(500, 60), rate=0.2, random=random)
    x_even = np.linspace(-np.pi, np.pi, 200)[:, None]
    report.result("sine: mse against the noiseless curve", mse(regression.predict(x_even), np.sin(x_even))[0])
    report.curves(
        "sine", {"sin": np.sin(x_even), "network": regression.predict(x_even)}, x=x_even, x_label="x", y_label=""
    )

    spiral_curve = train(spiral_network, x, t, epochs=options.choose(200, 60), rate=0.2, random=random)
    x_new, t_new = spirals(random)
    report.result("spirals: accuracy on new points", accuracy(spiral_network, x_new, t_new.argmax(axis=1)))
    report.curves("numpy_mlp", {"sine (mse)": curve, "spirals (cross-entropy)": spiral_curve}, log=True)

    (x, y), (x_test, y_test) = data.mnist(options)
    x, x_test = (images.reshape(-1, 784).astype(np.float32) / 255 for images in (x, x_test))
    digits = classifier(784, 64, 10, random)
    curve = train(digits, x, np.eye(10)[y], epochs=options.epochs_or(5, quick=5), rate=0.1, random=random)
    report.result("MNIST: loss of the first epoch", curve[0])
    report.result("MNIST: loss of the last epoch", curve[-1])
    report.result("MNIST: test accuracy", accuracy(digits, x_test, y_test))


# --- What to try next ------------------------------------------------------------------------------------------
# Add momentum: keep a running mean of each gradient and move along it. Write Tanh and Dropout layers; let the
# numerical check find your mistakes. Then `golois lecture run mnist_dense`: the same network in Keras.
