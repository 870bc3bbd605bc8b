"""House prices: regression on few data, and how to choose without fooling oneself.

Harrison and Rubinfeld (1978): 506 districts of Boston, 13 features each. Three lessons. Features of different size
are scaled one by one, with the mean and deviation *of the training part*. With 404 examples one validation part is
too small to trust: k-fold cross-validation lets each example validate once. And the last layer has no activation,
the loss is mse, the measure MAE: thousands of dollars. After Chollet, "Deep Learning with Python", chapter 3.
(The data are a historical exercise; one of their features, B, encodes race, and no model of today should use it.)
"""

from __future__ import annotations

from itertools import product

import keras
import numpy as np
from keras import layers

from nets.lectures import data
from nets.lectures.options import Options
from nets.lectures.report import Report

# --- Data ------------------------------------------------------------------------------------------------------


def scale(x: np.ndarray, *others: np.ndarray) -> list[np.ndarray]:
    """Subtract the mean and divide by the deviation of each feature of x, in x and in the others."""
    mean, deviation = x.mean(axis=0), x.std(axis=0)
    return [(part - mean) / deviation for part in (x, *others)]


# --- Model -----------------------------------------------------------------------------------------------------


def build(depth: int, units: int, features: int = 13) -> keras.Model:
    """Hidden ReLU layers and one linear unit: a price may be any number."""
    model = keras.Sequential([keras.Input((features,))])
    for _ in range(depth):
        model.add(layers.Dense(units, activation="relu"))
    model.add(layers.Dense(1))
    model.compile(optimizer=keras.optimizers.RMSprop(0.003), loss="mse", metrics=["mae"])
    return model


# --- Training: three folds -------------------------------------------------------------------------------------


def folds(count: int, k: int = 3) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return k pairs (rows to train on, rows to validate on); each row validates exactly once."""
    parts = np.array_split(np.arange(count), k)
    return [(np.concatenate(parts[:i] + parts[i + 1 :]), parts[i]) for i in range(k)]


def cross_validate(x: np.ndarray, y: np.ndarray, depth: int, units: int, epochs: int) -> np.ndarray:
    """Mean validation MAE of the three folds after each epoch: (epochs,)."""
    curves = []
    for train, validate in folds(len(x)):
        x_train, x_validate = scale(x[train], x[validate])
        model = build(depth, units)
        history = model.fit(
            x_train, y[train], validation_data=(x_validate, y[validate]), epochs=epochs, batch_size=32, verbose=0
        )
        curves.append(history.history["val_mae"])
    return np.mean(curves, axis=0)


def smooth(curve: np.ndarray, factor: float = 0.8) -> np.ndarray:
    """Exponential moving mean, so that one lucky epoch does not decide."""
    out = [curve[0]]
    for value in curve[1:]:
        out.append(factor * out[-1] + (1 - factor) * value)
    return np.array(out)


# --- Evaluation ------------------------------------------------------------------------------------------------


def run(options: Options, report: Report) -> None:
    """Cross-validation chooses layers, units and epochs; the chosen network is fitted once more on everything."""
    (x, y), (x_test, y_test) = data.boston(options)
    grid = options.choose(list(product((1, 2), (16, 64))), [(1, 32)])
    epochs = options.epochs_or(120, quick=10)
    curves = {}
    for depth, units in grid:
        curves[depth, units] = smooth(cross_validate(x, y, depth, units, epochs))
        lowest = curves[depth, units].argmin()
        report.say(f"{depth} x {units} units: MAE {curves[depth, units][lowest]:.2f} at epoch {lowest + 1}")
    (depth, units), curve = min(curves.items(), key=lambda item: float(item[1].min()))
    best_epoch = int(curve.argmin()) + 1
    report.result("chosen layers", depth)
    report.result("chosen units", units)
    report.result("chosen epochs", best_epoch)
    report.result("cross-validated MAE, 1000 dollars", curve.min())
    report.curves("boston", {f"{d} x {u}": c for (d, u), c in curves.items()}, y_label="validation MAE, smoothed")

    x_scaled, x_test_scaled = scale(x, x_test)
    model = build(depth, units)
    model.fit(x_scaled, y, epochs=best_epoch, batch_size=32, verbose=0)
    report.result("test MAE, 1000 dollars", model.evaluate(x_test_scaled, y_test, verbose=0)[1])
    report.result("test MAE of always saying the median", np.abs(y_test - np.median(y)).mean())


# --- What to try next ------------------------------------------------------------------------------------------
# Leave out the scaling. Scale with all 506 districts: why is that cheating, even if it hardly shows here? Ten folds.
# Replace mse by mae as the loss: the test MAE improves a little; why?
