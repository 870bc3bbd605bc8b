"""Small invented data sets of the same shapes as the real ones, so that every lecture runs anywhere in seconds.

They can be learnt, which is all they are for; nothing found on them says anything about the real data.
"""

from __future__ import annotations

import numpy as np

Split = tuple[np.ndarray, np.ndarray]
TRAIN, TEST = 512, 128

# the ten digits in 3x5 dots, a row per string
DIGIT_ROWS = (
    "### .#. ### ### #.# ### ### ### ### ###",
    "#.# ##. ..# ..# #.# #.. #.. ..# #.# #.#",
    "#.# .#. ### ### ### ### ### ..# ### ###",
    "#.# .#. #.. ..# ..# ..# #.# ..# #.# ..#",
    "### ### ### ### ..# ### ### ..# ### ###",
)
DIGITS = np.array([[[dot == "#" for dot in row.split()[digit]] for row in DIGIT_ROWS] for digit in range(10)])


def digits(seed: int) -> tuple[Split, Split]:
    """Digits of 12x20 pixels somewhere on a noisy 28x28 ground: x (N, 28, 28) uint8, y (N,) uint8."""
    random = np.random.default_rng(seed)
    y = _classes(random, 10)
    x = random.integers(0, 40, (len(y), 28, 28), dtype=np.uint8)
    for picture, digit in zip(x, y, strict=True):
        row, column = random.integers(2, 7), random.integers(5, 12)
        ink = np.kron(DIGITS[digit], np.ones((4, 4), np.uint8))
        picture[row : row + 20, column : column + 12] += ink * random.integers(150, 215, dtype=np.uint8)
    return _split(x, y)


def photographs(seed: int) -> tuple[Split, Split]:
    """Ten classes of coloured stripes, told apart by direction, width and colour: x (N, 32, 32, 3) uint8, y (N,)."""
    random = np.random.default_rng(seed)
    y = _classes(random, 10)
    angle = np.pi * (y % 5) / 5
    period = np.where(y < 5, 5.0, 11.0)
    rows, columns = np.mgrid[0:32, 0:32]
    along = np.cos(angle)[:, None, None] * rows + np.sin(angle)[:, None, None] * columns
    phase = random.uniform(0, 2 * np.pi, (len(y), 1, 1))
    stripes = 0.5 + 0.5 * np.sin(2 * np.pi * along / period[:, None, None] + phase)
    colour = 0.4 + 0.6 * np.eye(3)[y % 3]
    bright = stripes[..., None] * colour[:, None, None, :] * 200 + random.normal(0, 20, (len(y), 32, 32, 3))
    return _split(np.clip(bright, 0, 255).astype(np.uint8), y)


def texts(seed: int, classes: int, words: int) -> tuple[Split, Split]:
    """Texts of 30 to 90 common words with a dozen words of their class: x (N,) lists of int below `words`, y (N,)."""
    random = np.random.default_rng(seed)
    y = _classes(random, classes)
    x = np.empty(len(y), object)
    for row, label in enumerate(y):
        common = random.integers(4, words // 2, random.integers(30, 90))
        own = words // 2 + 20 * int(label) + random.integers(0, 20, 12)
        x[row] = [1, *random.permutation(np.concatenate([common, own])).tolist()]
    return _split(x, y.astype(np.int64))


def houses(seed: int) -> tuple[Split, Split]:
    """Thirteen features of very different scales and a price between 5 and 50: x (N, 13), y (N,) float64."""
    random = np.random.default_rng(seed)
    hidden = random.normal(size=(404 + 102, 13))
    price = 22 + 5 * hidden[:, 0] - 3 * hidden[:, 1] + 2 * np.abs(hidden[:, 2]) + random.normal(0, 1, len(hidden))
    x = hidden * 10.0 ** random.uniform(-1, 2, 13) + random.uniform(0, 100, 13)
    y = np.clip(price, 5, 50)
    return (x[:404], y[:404]), (x[404:], y[404:])


def _classes(random: np.random.Generator, classes: int) -> np.ndarray:
    return random.permutation(np.arange(TRAIN + TEST) % classes).astype(np.uint8)


def _split(x: np.ndarray, y: np.ndarray) -> tuple[Split, Split]:
    return (x[:TRAIN], y[:TRAIN]), (x[TRAIN:], y[TRAIN:])
