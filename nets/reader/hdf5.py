"""Read the architecture and the weights out of an untrusted HDF5 file, and nothing else.

HDF5 is a file system in a file: it can point at other files, declare terabytes that it does not hold and load
plug-ins. So the whole file is walked first, through hard links only, and everything that is not plain numbers is
refused before a single number is read.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nets.reader.errors import NetworkError
from nets.reader.limits import DEFAULT_LIMITS, Limits

os.environ.setdefault("HDF5_PLUGIN_PRELOAD", "::")  # HDF5 must not search for filter plug-ins
import h5py

SIGNATURE = b"\x89HDF\r\n\x1a\n"
# gzip, shuffle and fletcher32, the filters built into every HDF5
FILTERS = {1: "gzip", 2: "shuffle", 3: "fletcher32"}
# deflate cannot shrink data by more than about 1032 to 1
LARGEST_COMPRESSION = 1100
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
RESAVE = "save the network again with model.save('network.h5')"


@dataclass
class StoredModel:
    """What a file holds: the architecture as JSON, the weights by layer, and where it came from.

    Attributes:
        config: the `model_config` of Keras, parsed.
        weights: for each layer the stored names and arrays (float32), in the order in which Keras wrote them.
        keras_version: as written, "" when the file does not say.
        digest: SHA-256 of the file's bytes, hexadecimal.
    """

    config: dict[str, Any]
    weights: dict[str, list[tuple[str, npt.NDArray[np.float32]]]]
    keras_version: str
    digest: str


def read_bytes(path: str | os.PathLike[str], limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return the file's bytes.

    Raises:
        NetworkError: when there is no such file, it is not HDF5, or it is larger than the limits allow.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise NetworkError("this is not a file: give the .h5 file of a network")
        if size > limits.file_bytes:
            raise NetworkError(
                f"the file holds {size:,} bytes, more than the {limits.file_bytes:,} allowed: save the network "
                "without its optimizer, model.save(path, include_optimizer=False)"
            )
        with path.open("rb") as file:
            data = file.read(size)
    except OSError as error:
        raise NetworkError(f"the file cannot be read: {error.strerror or error}") from error
    if data[:8] != SIGNATURE:
        raise NetworkError(f"{_what_it_is(data)}: {RESAVE}")
    return data


def _what_it_is(data: bytes) -> str:
    """Name the usual mistakes by the first bytes of a file."""
    if not data:
        return "the file is empty"
    if data[:4] == b"PK\x03\x04":
        return "this is a zip archive (a .keras file, perhaps), not an HDF5 file"
    if data[:2] == b"\x1f\x8b":
        return "this is a gzip archive, not an HDF5 file: unpack it first, or"
    if data.lstrip()[:1] in (b"<", b"{"):
        return "this is a web page or a text, not an HDF5 file: download the raw file, or"
    if data.startswith(b"version https://git-lfs"):
        return "this is a Git LFS pointer, not the file itself: run git lfs pull, or"
    return "this is not an HDF5 file"


def read_model(data: bytes, limits: Limits = DEFAULT_LIMITS) -> StoredModel:
    """Read architecture and weights out of the bytes of a file.

    Raises:
        NetworkError: naming the object that is refused, or what is missing.
    """
    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            _check_everything(file, limits)
            text = _text_attribute(file, "model_config", limits.config_bytes)
            if text is None:
                raise NetworkError(
                    "the file has no architecture (no model_config: perhaps weights alone, from save_weights): "
                    "save the whole network with model.save('network.h5')"
                )
            version = _text_attribute(file, "keras_version", 256) or ""
            if "model_weights" not in file:
                raise NetworkError(f"the file has no group model_weights: {RESAVE}")
            weights = _read_weights(file, limits)
    except NetworkError:
        raise
    except Exception as error:  # h5py raises many kinds on a damaged file
        raise NetworkError(
            f"the file is damaged ({type(error).__name__}: {str(error)[:200]}): copy it again, or {RESAVE}"
        ) from error
    return StoredModel(parse_config(text, limits), weights, version, hashlib.sha256(data).hexdigest())


def parse_config(text: str, limits: Limits = DEFAULT_LIMITS) -> dict[str, Any]:
    """Parse the architecture's JSON, bounded in depth, without NaN; an infinity may be a bound that bounds nothing."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    if deepest > limits.json_depth:
        raise NetworkError(f"the architecture nests {deepest} brackets deep, more than the {limits.json_depth} allowed")

    def infinity(constant: str) -> float:
        if constant == "NaN":
            raise NetworkError("the architecture contains the number NaN: use a finite one, -1e9 in a mask")
        return float(constant)

    try:
        config = json.loads(text, parse_constant=infinity)
    except (ValueError, RecursionError) as error:
        raise NetworkError(f"the architecture is not valid JSON ({error}): {RESAVE}") from error
    if not isinstance(config, dict):
        raise NetworkError(f"the architecture is a {type(config).__name__}, not an object: {RESAVE}")
    return config


def _check_everything(file: h5py.File, limits: Limits) -> None:
    """Visit every object once, without following anything but hard links, and refuse what is not plain data."""
    seen: set[int] = set()
    waiting: list[tuple[Any, str, int]] = [(file, "/", 0)]
    while waiting:
        item, name, depth = waiting.pop()
        if depth > limits.depth:
            raise NetworkError(f"{name}: groups nest more than {limits.depth} deep")
        address = h5py.h5o.get_info(item.id).addr
        if address in seen:  # a second hard link, or a cycle
            continue
        seen.add(address)
        if len(seen) > limits.objects:
            raise NetworkError(f"the file holds more than {limits.objects:,} objects")
        if len(item.attrs) > limits.attributes:
            raise NetworkError(f"{name}: {len(item.attrs)} attributes, more than the {limits.attributes} allowed")
        if isinstance(item, h5py.Group):
            if len(item) > limits.objects:
                raise NetworkError(f"{name}: {len(item):,} members")
            waiting.extend((_child(item, key, name), f"{name.rstrip('/')}/{key}", depth + 1) for key in item)
        elif isinstance(item, h5py.Dataset):
            _check_dataset(item, name, limits)
        else:
            raise NetworkError(f"{name}: an HDF5 {type(item).__name__} has no place in a network file")


def _child(group: h5py.Group, key: str, where: str) -> Any:
    link = group.get(key, getclass=True, getlink=True)
    if link is not h5py.HardLink:
        kind = {h5py.ExternalLink: "a link to another file", h5py.SoftLink: "a symbolic link"}.get(link, "missing")
        raise NetworkError(f"{where.rstrip('/')}/{key}: {kind} is refused: {RESAVE}")
    return group[key]


def _check_dataset(dataset: h5py.Dataset, name: str, limits: Limits) -> int:
    """Refuse what could read other files or fill the memory; return the number of elements."""
    properties = dataset.id.get_create_plist()
    if dataset.is_virtual or properties.get_layout() == h5py.h5d.VIRTUAL:
        raise NetworkError(f"{name}: a virtual dataset (data in other files) is refused: {RESAVE}")
    if dataset.external or properties.get_external_count():
        raise NetworkError(f"{name}: external storage (data in other files) is refused: {RESAVE}")
    kind, width = dataset.dtype.kind, dataset.dtype.itemsize
    plain = kind in "fiub" and width <= 8 and dataset.dtype.subdtype is None
    if not plain and not _is_bfloat16(dataset):
        raise NetworkError(f"{name}: data of type {dataset.dtype} is refused, weights are plain numbers: {RESAVE}")
    if dataset.shape is None or len(dataset.shape) > 8:
        raise NetworkError(f"{name}: shape {dataset.shape} is not a weight's shape")
    count = math.prod(dataset.shape)
    if count > limits.parameters:
        raise NetworkError(f"{name}: declares {count:,} numbers, more than the {limits.parameters:,} allowed")
    if dataset.chunks and math.prod(dataset.chunks) > limits.parameters:
        raise NetworkError(f"{name}: declares chunks of {math.prod(dataset.chunks):,} numbers")
    for index in range(properties.get_nfilters()):
        code = properties.get_filter(index)[0]
        if code not in FILTERS:
            raise NetworkError(f"{name}: HDF5 filter number {code} is refused (gzip is allowed): {RESAVE}")
    stored = dataset.id.get_storage_size()
    if count * width > LARGEST_COMPRESSION * stored + 4096:
        raise NetworkError(
            f"{name}: declares {count * width:,} bytes but stores {stored:,}: a decompression bomb or a damaged file"
        )
    return count


def _is_bfloat16(dataset: h5py.Dataset) -> bool:
    """Whether the numbers are opaque pairs of bytes, as which Keras 2 stores bfloat16."""
    return bool(dataset.id.get_type().get_class() == h5py.h5t.OPAQUE and dataset.dtype == np.dtype("V2"))


def _numbers(dataset: h5py.Dataset) -> npt.NDArray[np.float32]:
    """Return a checked dataset as float32; bfloat16 is its upper half."""
    stored = dataset[()]
    if _is_bfloat16(dataset):
        return (np.asarray(stored).view(np.uint16).astype(np.uint32) << 16).view(np.float32)
    return np.asarray(stored, np.float32)


def _text_attribute(item: Any, key: str, longest: int) -> str | None:
    """Return a string attribute, None when it is missing; its size is checked before it is read."""
    if key not in item.attrs:
        return None
    attribute = item.attrs.get_id(key)
    if attribute.shape not in ((), (1,)) or attribute.get_storage_size() > longest or attribute.dtype.kind not in "SO":
        raise NetworkError(f"attribute {key} has shape {attribute.shape} and type {attribute.dtype}, not one text")
    value = item.attrs[key]
    if isinstance(value, np.ndarray):
        value = value.ravel()[0]
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str) or len(value) > longest:
        raise NetworkError(f"attribute {key} is not a text of at most {longest:,} letters")
    return value


def _name_list(item: Any, key: str, where: str, limits: Limits) -> Iterator[str]:
    """Yield a list of names, which Keras splits over `key0`, `key1` ... when it outgrows one attribute."""
    keys = [key] if key in item.attrs else [f"{key}{i}" for i in range(limits.attributes) if f"{key}{i}" in item.attrs]
    for part in keys:
        attribute = item.attrs.get_id(part)
        count = math.prod(attribute.shape or ())
        if attribute.shape is None or attribute.shape == (0,):  # Keras writes an empty list as floats
            continue
        if len(attribute.shape) > 1 or count > limits.names or attribute.get_storage_size() > 4 << 20:
            raise NetworkError(f"{where}: attribute {part} has shape {attribute.shape}, not a list of names")
        if attribute.dtype.kind not in "SO":
            raise NetworkError(f"{where}: attribute {part} has type {attribute.dtype}, not a list of names")
        for entry in np.ravel(item.attrs[part]):
            name = entry.decode("utf-8", "replace") if isinstance(entry, bytes) else entry
            if not isinstance(name, str) or not 0 < len(name) < 1024 or ".." in name.split("/"):
                raise NetworkError(f"{where}: attribute {part} contains {str(name)[:60]!r}, not a name")
            yield name


def _read_weights(file: h5py.File, limits: Limits) -> dict[str, list[tuple[str, npt.NDArray[np.float32]]]]:
    root = _child(file, "model_weights", "/")
    total = 0
    weights: dict[str, list[tuple[str, npt.NDArray[np.float32]]]] = {}
    for layer in _name_list(root, "layer_names", "model_weights", limits):
        group = _descend(root, layer, "model_weights")
        if not isinstance(group, h5py.Group):
            raise NetworkError(f"model_weights/{layer} is not a group: {RESAVE}")
        arrays = []
        for name in _name_list(group, "weight_names", layer, limits):
            dataset = _descend(group, name, layer)
            if not isinstance(dataset, h5py.Dataset):
                raise NetworkError(f"layer {layer!r}: weight {name!r} is not a dataset: {RESAVE}")
            total += _check_dataset(dataset, name, limits)
            if total > limits.parameters:
                raise NetworkError(f"the file holds more than {limits.parameters:,} parameters")
            array = _numbers(dataset)
            if not np.isfinite(array).all():
                raise NetworkError(
                    f"layer {layer!r}: weight {name!r} holds {int((~np.isfinite(array)).sum()):,} values that are NaN "
                    "or infinite: training diverged, submit an earlier checkpoint or train with a smaller learning rate"
                )
            arrays.append((name, array))
        weights[layer] = arrays
    return weights


def _descend(group: Any, path: str, where: str) -> Any:
    item = group
    for part in path.split("/"):
        if not part:
            continue
        if not isinstance(item, h5py.Group) or part not in item:
            raise NetworkError(f"layer {where!r}: {path!r} is listed but not stored: {RESAVE}")
        item = _child(item, part, where)
    return item
