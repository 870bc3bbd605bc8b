"""The data sets of the lectures: real ones from a folder or from Keras, or small synthetic ones of the same shape.

A folder (`--data FOLDER` or the environment variable GOLOIS_LECTURE_DATA) holds the files that Keras itself
downloads: mnist.npz, imdb.npz, reuters.npz, boston_housing.npz, and cifar10.npz with x_train (50000, 32, 32, 3)
uint8, y_train (50000, 1), x_test and y_test. Without a folder Keras's own loaders download and cache them.
`--quick` draws a small synthetic set (`synthetic.py`) instead.

Every loader returns (x_train, y_train), (x_test, y_test), as Keras's loaders do, in Keras's own order.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from golois.errors import GoloisError
from nets.lectures import synthetic
from nets.lectures.arrays import read_npz
from nets.lectures.options import Options

Split = tuple[np.ndarray, np.ndarray]
DATA_VARIABLE = "GOLOIS_LECTURE_DATA"
KERAS_SHUFFLE_SEED = 113  # the seed of Keras's text and housing loaders: the same examples are held out
START, UNKNOWN, FIRST_WORD = 1, 2, 3  # Keras's special word numbers; real words are moved up by 3
TRAIN_AND_TEST = ("x_train", "y_train", "x_test", "y_test")


def mnist(options: Options) -> tuple[Split, Split]:
    """Handwritten digits: x (N, 28, 28) uint8 in 0..255, y (N,) the digit; 60,000 and 10,000."""
    if options.quick:
        return synthetic.digits(options.seed)
    return _pictures("mnist", options)


def cifar10(options: Options) -> tuple[Split, Split]:
    """Small photographs: x (N, 32, 32, 3) uint8 in 0..255, y (N,) the class 0..9; 50,000 and 10,000."""
    if options.quick:
        return synthetic.photographs(options.seed)
    return _pictures("cifar10", options)


def imdb(options: Options, words: int = 10_000) -> tuple[Split, Split]:
    """Film reviews as lists of word numbers below `words`; y (N,) 1 for a good review; 25,000 and 25,000."""
    if options.quick:
        return synthetic.texts(options.seed, classes=2, words=words)
    folder = _folder(options)
    if folder is None:
        return _limit(_from_keras("imdb", num_words=words), options)
    x_train, y_train, x_test, y_test = read_npz(_file(folder, "imdb"), TRAIN_AND_TEST)
    random = np.random.RandomState(KERAS_SHUFFLE_SEED)
    order = random.permutation(len(x_train))
    x_train, y_train = _number_words(x_train[order], words), y_train[order]
    order = random.permutation(len(x_test))
    return _limit(((x_train, y_train), (_number_words(x_test[order], words), y_test[order])), options)


def reuters(options: Options, words: int = 10_000) -> tuple[Split, Split]:
    """News in brief as lists of word numbers below `words`; y (N,) the topic 0..45; 8,982 and 2,246."""
    if options.quick:
        return synthetic.texts(options.seed, classes=46, words=words)
    folder = _folder(options)
    if folder is None:
        return _limit(_from_keras("reuters", num_words=words), options)
    x, y = read_npz(_file(folder, "reuters"), ("x", "y"))
    order = np.random.RandomState(KERAS_SHUFFLE_SEED).permutation(len(x))
    return _limit(_split(_number_words(x[order], words), y[order]), options)


def boston(options: Options) -> tuple[Split, Split]:
    """Boston house prices of the 1970s: x (N, 13) features, y (N,) the price in 1000 dollars; 404 and 102."""
    if options.quick:
        return synthetic.houses(options.seed)
    folder = _folder(options)
    if folder is None:
        return _limit(_from_keras("boston_housing"), options)
    x, y = read_npz(_file(folder, "boston_housing"), ("x", "y"))
    order = np.random.RandomState(KERAS_SHUFFLE_SEED).permutation(len(x))
    return _limit(_split(x[order], y[order]), options)


def multi_hot(texts: np.ndarray, words: int = 10_000) -> np.ndarray:
    """Mark which words a text holds: lists of word numbers -> (N, words) uint8 of 0 and 1.

    The order of the words and how often each occurs are lost; a dense layer can do much without them.
    uint8 takes a quarter of float32's memory; Keras converts one batch at a time.
    """
    marks = np.zeros((len(texts), words), np.uint8)
    for row, text in enumerate(texts):
        marks[row, text] = 1
    return marks


def _pictures(name: str, options: Options) -> tuple[Split, Split]:
    folder = _folder(options)
    if folder is None:
        (x_train, y_train), (x_test, y_test) = _from_keras(name)
    else:
        x_train, y_train, x_test, y_test = read_npz(_file(folder, name), TRAIN_AND_TEST)
    return _limit(((x_train, y_train.reshape(-1)), (x_test, y_test.reshape(-1))), options)


def _folder(options: Options) -> Path | None:
    folder = options.data or (Path(os.environ[DATA_VARIABLE]) if os.environ.get(DATA_VARIABLE) else None)
    if folder is not None and not folder.is_dir():
        origin = "--data" if options.data else DATA_VARIABLE
        raise GoloisError(f"{origin}: the folder {folder} is not there")
    return folder


def _file(folder: Path, name: str) -> Path:
    path = folder / f"{name}.npz"
    if not path.is_file():
        raise GoloisError(
            f"{folder} holds no {path.name}: put the file that Keras downloads there, leave out --data and "
            f"{DATA_VARIABLE} to let Keras download it, or use --quick for a small synthetic set"
        )
    return path


def _from_keras(name: str, **arguments: Any) -> tuple[Split, Split]:
    import keras

    try:
        train, test = getattr(keras.datasets, name).load_data(**arguments)
    except Exception as error:  # Keras raises a bare Exception when a download fails
        raise GoloisError(
            f"the data set {name} is not in Keras's cache and cannot be downloaded ({error}): give a folder that "
            f"holds {name}.npz (--data FOLDER or {DATA_VARIABLE}), or use --quick for a small synthetic set"
        ) from error
    return train, test


def _number_words(texts: np.ndarray, words: int) -> np.ndarray:
    """Do what Keras's loaders do: a start mark, real words from 3 on, 2 for a word that is too rare."""
    numbered = np.empty(len(texts), object)
    for row, text in enumerate(texts):
        moved = (word + FIRST_WORD for word in text)
        numbered[row] = [START, *(word if word < words else UNKNOWN for word in moved)]
    return numbered


def _split(x: np.ndarray, y: np.ndarray) -> tuple[Split, Split]:
    """Keep the last fifth for testing, as Keras does."""
    boundary = int(len(x) * 0.8)
    return (x[:boundary], y[:boundary]), (x[boundary:], y[boundary:])


def _limit(splits: tuple[Split, Split], options: Options) -> tuple[Split, Split]:
    (x, y), test = splits
    return (x[: options.samples], y[: options.samples]), test
