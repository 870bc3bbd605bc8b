"""Networks as Keras 2 saved them, written again without Keras 2 from what `make_keras2_networks` kept of them."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np

# Keras 2.15, and the Keras 2.4 of TensorFlow 2.3, which records calls of tf.* as nodes of its graph
FILES = ("keras2_networks.json.xz", "tensorflow23_networks.json.xz")


def entries(file: str = FILES[0]) -> list[dict[str, Any]]:
    text: list[dict[str, Any]] = json.loads(lzma.decompress(Path(__file__).with_name(file).read_bytes()))
    return text


def board() -> np.ndarray:
    return np.random.default_rng(6).random((2, 19, 19, 6), dtype=np.float32)


def numbers(place: int) -> np.random.Generator:
    return np.random.default_rng(1000 + place)


def next_weight(generator: np.random.Generator, name: str, shape: tuple[int, ...]) -> np.ndarray:
    values = generator.normal(size=shape) / max(1.0, np.sqrt(np.prod(shape[:-1], initial=1)))
    return (np.abs(values) + 0.5 if "variance" in name else values).astype(np.float32)


def write(entry: dict[str, Any], place: int, path: Path) -> Path:
    """Write one network as an .h5 file of Keras 2."""
    generator = numbers(place)
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = entry["keras_version"]
        file.attrs["backend"] = "tensorflow"
        file.attrs["model_config"] = json.dumps(entry["config"])
        root = file.create_group("model_weights")
        root.attrs["layer_names"] = [name.encode() for name in entry["weights"]]
        for layer, weights in entry["weights"].items():
            group = root.require_group(layer)  # of a recorded call: its name may lie within another one's
            group.attrs["weight_names"] = [name.encode() for name, _ in weights]
            for name, shape in weights:
                group.create_dataset(name, data=next_weight(generator, name, tuple(shape)))
    return path


def networks(folder: Path) -> Iterator[tuple[dict[str, Any], Path]]:
    for place, entry in enumerate(entries()):
        yield entry, write(entry, place, folder / f"{entry['name']}.h5")
