"""Checks of the caller's arrays: what cannot be filled in place is refused with the way to mend it.

A wrong array must never be copied quietly: then the copy would be filled and the caller's array left as it was.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from golois.errors import GoloisError
from golois.planes import PLANE_SETS

Floats = npt.NDArray[np.float32]

PLANE_SETS_WITH_RESULTS = (6, 8)  # whose value is the game's result; the larger sets came with search values
DOUBLES_WELCOME = (np.float64,)
"""What `policy` may be besides float32: scripts make it with `keras.utils.to_categorical`, float64 in Keras 3."""
_SIZE = 19
_POINTS = _SIZE * _SIZE


class BadArray(GoloisError, ValueError):
    """An array that cannot be filled as it is; the message says how to mend it."""


def check_batch(
    function: str, input: Any, policy: Any, value: Any, end: Any, groups: Any, value_plane: bool = False
) -> int:
    """Check the arrays of one call and return N, the number of positions wanted.

    Args:
        function: the name of the function called, for the message.
        input: what the caller gave, as the others.
        policy: see the package's page.
        value: likewise.
        end: likewise.
        groups: likewise; may be None.
        value_plane: whether `input` may have one plane more than a set of planes.

    Raises:
        BadArray: the first array that does not fit.
    """
    given = {"input": input, "policy": policy, "value": value, "end": end}
    if groups is not None:
        given["groups"] = groups
    for name, array in given.items():
        _check_kind(function, name, array, DOUBLES_WELCOME if name == "policy" else ())
    planes = [*PLANE_SETS, *(planes + 1 for planes in PLANE_SETS)] if value_plane else list(PLANE_SETS)
    if input.ndim != 4 or input.shape[1:3] != (_SIZE, _SIZE) or input.shape[3] not in planes:
        wanted = ", ".join(map(str, planes))
        raise BadArray(
            f"{function}: input has the shape {input.shape}; make it (N, 19, 19, planes) with planes one of {wanted}"
        )
    count = len(input)
    if policy.ndim != 2 or len(policy) != count or policy.shape[1] not in (_POINTS, _POINTS + 1):
        mend = f"make it ({count}, {_POINTS}), or ({count}, {_POINTS + 1}) with the pass"
        if policy.ndim == 2 and policy.shape[1] < _POINTS:
            mend = f"write policy = keras.utils.to_categorical(policy, num_classes={_POINTS})"
        raise BadArray(f"{function}: policy has the shape {policy.shape}; {mend}")
    shapes = {"value": (count,), "end": (count, _SIZE, _SIZE, 2), "groups": (count, _SIZE, _SIZE, 1)}
    for name, shape in shapes.items():
        if name in given and given[name].shape != shape:
            raise BadArray(
                f"{function}: {name} has the shape {given[name].shape}; "
                f"write {name} = np.zeros({shape}, dtype='float32')"
            )
    if count == 0:
        raise BadArray(f"{function}: input has no rows; make it (N, 19, 19, planes) with N such as 10000")
    return count


def _check_kind(function: str, name: str, array: Any, also: tuple[type, ...]) -> None:
    """Refuse what is no writable, contiguous float32 array, or one of the other types that are welcome."""
    if not isinstance(array, np.ndarray):
        raise BadArray(
            f"{function}: {name} is {_article(type(array).__name__)}, and only a NumPy array can be filled in place; "
            f"write {name} = np.array({name}, dtype='float32')"
        )
    if array.dtype != np.float32 and array.dtype not in also:
        raise BadArray(
            f"{function}: {name} is {array.dtype}, and it can be filled in place only as float32; "
            f"write {name} = {name}.astype('float32')"
        )
    if not array.flags.c_contiguous:
        raise BadArray(
            f"{function}: {name} is not contiguous in memory (it is a slice or a transposed view), and cannot be "
            f"filled in place; write {name} = np.ascontiguousarray({name})"
        )
    if not array.flags.writeable:
        raise BadArray(f"{function}: {name} is read-only; write {name} = np.array({name})")


def _article(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
