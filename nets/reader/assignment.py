"""Give the weights of a layer the numbers that the file stores for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nets.reader.description import Array, Weight
from nets.reader.errors import NetworkError

StoredWeights = Sequence[tuple[str, Array]]


@dataclass
class Bag:
    """The weights of one layer or nested model, shared by all its calls.

    The first call of a layer asks for its weights one by one and so fills the bag; a later call of the same layer
    gets the same weights again.

    Attributes:
        name: the layer's name.
        trainable: False for a frozen layer.
        weights: in the order in which the layer asked for them, which is Keras's.
        children: the bags of the layers inside of a model, in the model's order.
    """

    name: str = ""
    trainable: bool = True
    weights: list[Weight] = field(default_factory=list)
    children: dict[str, Bag] = field(default_factory=dict)
    _next: int = 0

    def restart(self) -> None:
        """Begin a call."""
        self._next = 0

    def __call__(self, role: str, shape: Sequence[int], trainable: bool = True) -> Weight:
        """Return the layer's next weight, which must have the same shape in all calls."""
        wanted = tuple(int(size) for size in shape)
        if self._next == len(self.weights):
            self.weights.append(Weight(role, wanted, trainable and self.trainable))
        weight = self.weights[self._next]
        self._next += 1
        if weight.shape != wanted:
            raise NetworkError(f"the shared layer has a {role} of shape {weight.shape}, this call needs {wanted}")
        return weight

    def everything(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Weight]]:
        """Yield the weights with the names of the layers around them, layer by layer."""
        inside = (*path, self.name)
        yield from ((inside, weight) for weight in self.weights)
        for child in self.children.values():
            yield from child.everything(inside)


def assign(bag: Bag, stored: StoredWeights) -> None:
    """Fill a top-level layer's weights from the file.

    A model nested in a model stores its trainable weights first, then the others. Where shapes or names contradict
    that order, the names decide.

    Raises:
        NetworkError: when number or shapes differ; the message lists both.
    """
    kept = [(name, array) for name, array in stored if "seed_generator" not in name]
    wanted = list(bag.everything())
    if bag.children:
        wanted.sort(key=lambda entry: not entry[1].trainable)
    if len(wanted) != len(kept):
        raise NetworkError(
            f"{len(wanted)} weights belong to it, the file stores {len(kept)} "
            f"({', '.join(name for name, _ in kept[:6]) or 'none'}): the layer is not Keras's own, or of another age"
        )
    order = list(range(len(kept)))
    fits = all(weight.shape == array.shape for (_, weight), (_, array) in zip(wanted, kept, strict=True))
    if not fits or not all(_same_role(w, kept[i][0]) for (_, w), i in zip(wanted, order, strict=True)):
        by_name = _order_by_name(wanted, kept)
        if by_name is not None:
            order = by_name
        elif not fits:
            (path, weight), (name, array) = next(
                pair for pair in zip(wanted, kept, strict=True) if pair[0][1].shape != pair[1][1].shape
            )
            raise NetworkError(
                f"the {weight.role} of {'/'.join(path)!r} must have shape {weight.shape}, the file stores {name!r} "
                f"of shape {array.shape}"
            )
    for (_, weight), place in zip(wanted, order, strict=True):
        weight.values = kept[place][1]


def _leaf(name: str) -> str:
    return name.rsplit("/", 1)[-1].split(":", maxsplit=1)[0]


def _same_role(weight: Weight, name: str) -> bool:
    return _leaf(name).endswith(weight.role.rsplit("/", 1)[-1])


def _order_by_name(wanted: list[tuple[tuple[str, ...], Weight]], stored: StoredWeights) -> list[int] | None:
    """Return for each weight the place of the stored array whose name holds its layer and its role, or None."""
    order: list[int] = []
    for path, weight in wanted:
        ending = weight.role.split("/")
        for place, (name, array) in enumerate(stored):
            parts = name.split(":")[0].split("/")
            inside = path[-1] in parts[:-1] and (len(ending) == 1 or parts[-2] == ending[0])
            if place not in order and inside and _same_role(weight, name) and array.shape == weight.shape:
                order.append(place)
                break
        else:
            return None
    return order
