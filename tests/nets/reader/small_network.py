"""The smallest file that plays, written without Keras, and ways to spoil it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np

Config = dict[str, Any]


def layer(kind: str, name: str, inputs: list[str], **options: Any) -> Config:
    """Return a layer's entry as Keras 2 writes it."""
    nodes = [[[source, 0, 0, {}] for source in inputs]] if inputs else []
    return {"class_name": kind, "name": name, "config": {"name": name, **options}, "inbound_nodes": nodes}


def architecture(size: int = 19) -> Config:
    """Return a convolution, a policy of all points and a value."""
    window = {"kernel_size": [1, 1], "filters": 1}
    layers = [
        layer("InputLayer", "board", [], batch_input_shape=[None, size, size, 6]),
        layer("Conv2D", "conv", ["board"], kernel_size=[3, 3], filters=2, padding="same", activation="relu"),
        layer("Conv2D", "logits", ["conv"], **window),
        layer("Flatten", "flat", ["logits"]),
        layer("Activation", "policy", ["flat"], activation="softmax"),
        layer("GlobalAveragePooling2D", "pool", ["conv"]),
        layer("Dense", "value", ["pool"], units=1, activation="sigmoid"),
    ]
    ends = {"input_layers": [["board", 0, 0]], "output_layers": [["policy", 0, 0], ["value", 0, 0]]}
    return {"class_name": "Functional", "config": {"name": "small", "layers": layers, **ends}}


def weights() -> dict[str, dict[str, np.ndarray]]:
    """Return the weights of that architecture, by layer and name."""
    generator = np.random.default_rng(0)
    shapes = {
        "conv": {"conv/kernel:0": (3, 3, 6, 2), "conv/bias:0": (2,)},
        "logits": {"logits/kernel:0": (1, 1, 2, 1), "logits/bias:0": (1,)},
        "value": {"value/kernel:0": (2, 1), "value/bias:0": (1,)},
    }
    return {
        owner: {name: generator.normal(size=shape).astype(np.float32) for name, shape in entries.items()}
        for owner, entries in shapes.items()
    }


def find(config: Config, name: str) -> Config:
    """Return a layer's entry."""
    return next(entry for entry in config["config"]["layers"] if entry["name"] == name)


def insert(config: Config, kind: str, before: str = "logits", **options: Any) -> Config:
    """Return the architecture with one more layer, "extra", between a layer and its input."""
    config = copy.deepcopy(config)
    layers = config["config"]["layers"]
    after = find(config, before)
    source = after["inbound_nodes"][0][0][0]
    layers.insert(layers.index(after), layer(kind, "extra", [source], **options))
    after["inbound_nodes"][0][0][0] = "extra"
    return config


def write(path: Path, config: Any = None, arrays: dict[str, dict[str, np.ndarray]] | None = None) -> Path:
    """Write an .h5 file as Keras 2 does; `config` may be a text that is no JSON."""
    config = architecture() if config is None else config
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = "2.15.0"
        file.attrs["model_config"] = config if isinstance(config, str) else json.dumps(config)
        root = file.create_group("model_weights")
        arrays = weights() if arrays is None else arrays
        root.attrs["layer_names"] = [name.encode() for name in arrays]
        for owner, entries in arrays.items():
            group = root.create_group(owner)
            group.attrs["weight_names"] = [name.encode() for name in entries]
            for name, array in entries.items():
                group.create_dataset(name, data=array)
    return path
